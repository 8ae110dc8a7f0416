//! Metric families in the text format of Prometheus, as the textfile collector reads them: without timestamps.

use std::fmt::Write;

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
}

/// A metric family: one name, one meaning, a value per set of labels.
#[derive(Clone, Debug)]
pub struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    samples: Vec<(Vec<(&'static str, String)>, f64)>,
}

impl Family {
    /// Makes one without values.
    #[must_use]
    pub fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            name,
            help,
            kind,
            samples: Vec::new(),
        }
    }

    /// Adds a value, if there is one; one that is no finite number is left out.
    pub fn add(&mut self, labels: &[(&'static str, &str)], value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let labels = labels
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()));
            self.samples.push((labels.collect(), value));
        }
    }

    /// Returns how many values it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    fn write(&self, text: &mut String) {
        let kind = match self.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        let name = self.name;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# HELP {name} {}", escape_help(self.help));
        let _ = writeln!(text, "# TYPE {name} {kind}");
        for (labels, value) in &self.samples {
            let labels: Vec<String> = labels
                .iter()
                .map(|(label, value)| format!("{label}=\"{}\"", escape_label(value)))
                .collect();
            let labels = match labels.as_slice() {
                [] => String::new(),
                labels => format!("{{{}}}", labels.join(",")),
            };
            // Debug writes an exponent where the number would be long otherwise.
            let _ = writeln!(text, "{name}{labels} {value:?}");
        }
    }
}

/// Returns families as text; those without values are left out.
#[must_use]
pub fn exposition(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families.iter().filter(|family| family.len() > 0) {
        family.write(&mut text);
    }
    text
}

fn escape_help(text: &str) -> String {
    text.replace('\\', r"\\").replace('\n', r"\n")
}

fn escape_label(text: &str) -> String {
    escape_help(text).replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_what_is_no_number_is_left_out() {
        let mut family = Family::new("sie_x", Kind::Gauge, "A \\ in\nhelp");
        family.add(&[("bot", "a\"b\\c\nd")], Some(0.5));
        family.add(&[], Some(f64::NAN));
        family.add(&[], None);
        family.add(&[], Some(1e300));
        assert_eq!(
            exposition(&[family, Family::new("sie_y", Kind::Counter, "Nothing")]),
            "# HELP sie_x A \\\\ in\\nhelp\n# TYPE sie_x gauge\nsie_x{bot=\"a\\\"b\\\\c\\nd\"} 0.5\nsie_x 1e300\n"
        );
    }
}
