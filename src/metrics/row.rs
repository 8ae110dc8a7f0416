//! One incoming row, and what may stand in it.

use std::collections::BTreeSet;

use crate::names::is_invisible;

/// The most metrics of a row.
const MAX_WIDTH: usize = 1000;
/// The longest name of a metric in bytes.
const MAX_NAME: usize = 256;
/// The metric that counts: it cannot be negative.
const COUNT: &str = "errors";
/// The key that tells the time of a row and so names no metric.
pub const AT: &str = "at";

/// A row about to be recorded. Reused for the next one, so that a million of them need no memory.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// When it was measured, in unix seconds, if it says so.
    pub at: Option<f64>,
    /// The names of its metrics.
    pub names: Vec<String>,
    /// Their values; NaN where one is missing.
    pub values: Vec<f64>,
    /// The names found in order last time.
    checked: Vec<String>,
    /// Where the count stands among them.
    count_at: Option<usize>,
}

impl Row {
    /// Begins anew; the names stay, as the next row nearly always has the same.
    pub fn clear(&mut self) {
        self.at = None;
        self.values.clear();
    }

    /// Adds a metric; NaN means that the row has none.
    pub fn push(&mut self, name: &str, value: f64) {
        let index = self.values.len();
        match self.names.get_mut(index) {
            Some(known) if known == name => {}
            Some(known) => {
                known.clear();
                known.push_str(name);
            }
            None => self.names.push(name.to_owned()),
        }
        self.values.push(value);
    }

    /// Checks the row.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it.
    pub fn check(&mut self) -> Result<(), String> {
        self.names.truncate(self.values.len());
        if self.checked != self.names {
            check_names(self.names.iter().map(String::as_str))?;
            self.count_at = self.names.iter().position(|name| name == COUNT);
            self.checked.clone_from(&self.names);
        }
        if self.values.iter().all(|value| value.is_nan()) {
            return Err("it has no numbers".to_owned());
        }
        for (name, value) in self.names.iter().zip(&self.values) {
            if value.is_infinite() {
                return Err(format!("`{}` is not finite", shown(name)));
            }
        }
        match self.count_at.and_then(|index| self.values.get(index)) {
            Some(count) if *count < 0.0 => Err(negative(*count)),
            _ => Ok(()),
        }
    }
}

/// Checks the numbers of one row, as a pipeline's result has them.
///
/// # Errors
///
/// Returns what is wrong with them.
pub fn check_row<'a>(numbers: impl Iterator<Item = (&'a str, f64)> + Clone) -> Result<(), String> {
    check_names(numbers.clone().map(|(name, _)| name))?;
    for (name, value) in numbers {
        if !value.is_finite() {
            return Err(format!("`{}` is not finite", shown(name)));
        }
        if name == COUNT && value < 0.0 {
            return Err(negative(value));
        }
    }
    Ok(())
}

fn negative(count: f64) -> String {
    format!("`{COUNT}` is {count}, and a count cannot be negative")
}

/// Checks the names of the metrics of a row.
///
/// # Errors
///
/// Returns what is wrong with them.
pub(super) fn check_names<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Result<(), String> {
    let width = names.clone().count();
    if width > MAX_WIDTH {
        return Err(format!("it has {width} metrics, {MAX_WIDTH} are allowed"));
    }
    let mut seen = BTreeSet::new();
    for name in names {
        if name.is_empty() || name.len() > MAX_NAME || name.chars().any(is_invisible) {
            return Err(format!(
                "`{}` cannot name a metric: use 1 to {MAX_NAME} bytes without control characters",
                shown(name)
            ));
        }
        if name == AT {
            return Err(format!(
                "`{AT}` is the time of a row and cannot name a metric"
            ));
        }
        if !seen.insert(name) {
            return Err(format!("`{}` stands there twice", shown(name)));
        }
    }
    Ok(())
}

/// Returns a name as a message shows it.
pub fn shown(name: &str) -> String {
    name.escape_debug().take(60).collect()
}
