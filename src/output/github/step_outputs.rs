//! Step outputs: values that later steps read.

use crate::output::github::FinishedRun;
use crate::registry::EngineReport;

/// Returns what is appended to the file of step outputs.
///
/// `verdict` is `pass`, `fail`, `inconclusive`, or `none` without gates; `cycle` the cycles that were run, separated by
/// spaces; `roi` and `cost` their sums, empty without any. Words, names of cycles and numbers have no line breaks, so none
/// of them can add an output of its own.
#[must_use]
pub fn step_outputs(run: &FinishedRun<'_>) -> String {
    let report = run.report;
    let cycles = || {
        report
            .engines
            .iter()
            .filter_map(|it: &EngineReport| it.cycle.as_deref())
    };
    let names: Vec<&str> = cycles().map(|cycle| cycle.cycle.as_str()).collect();
    let rois: Vec<f64> = cycles().filter_map(|cycle| cycle.roi).collect();
    let costs: Vec<f64> = cycles().map(|cycle| cycle.cost).collect();
    let sum = |amounts: &[f64]| {
        let sum = crate::diagnostics::series::sum(amounts);
        if amounts.is_empty() {
            String::new()
        } else {
            sum.to_string()
        }
    };
    let values = [
        (
            "verdict",
            report.verdict.map_or("none", |it| it.as_str()).to_owned(),
        ),
        ("exit_code", run.exit_code().to_string()),
        ("cycle", names.join(" ")),
        ("roi", sum(&rois)),
        ("cost", sum(&costs)),
    ];
    values
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect()
}
