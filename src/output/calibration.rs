//! Whether runs brought what was predicted, as lines below the cells of a policy.

use crate::output::policy::two;
use crate::policy::CalibrationGroup;

/// Returns the table of predicted against realised, one line per group of runs.
#[must_use]
pub fn calibration_lines(engine: &str, names: bool, groups: &[CalibrationGroup]) -> Vec<String> {
    if groups.is_empty() {
        return Vec::new();
    }
    let of = if names {
        format!(" of {engine}")
    } else {
        String::new()
    };
    let kind = match groups.len() {
        1 => "all runs together".to_owned(),
        10 => "by decile".to_owned(),
        count => format!("in {count} groups, as there are too few runs for deciles"),
    };
    let mut lines = vec![format!(
        "runs{of} by what was predicted, {kind}, in prices:"
    )];
    lines.push(format!(
        "  {:>16}  {:>9}  {:>16}  {:>4}",
        "PREDICTED FROM", "MEAN", "REALISED", "RUNS"
    ));
    lines.extend(groups.iter().map(|group| {
        format!(
            "  {:>16}  {:>9}  {:>16}  {:>4}",
            format!("{} to {}", two(group.from), two(group.to)),
            two(group.predicted),
            format!(
                "{} ± {}",
                two(group.realised),
                two(group.error).trim_start_matches('+')
            ),
            group.runs
        )
    }));
    lines
}
