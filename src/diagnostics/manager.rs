//! The built-in checks and the operator's rules over a bot's metrics.
//!
//! Looks only at the rows it is given: the caller passes those recorded since the last cycle started, so
//! that one error asks for one run. Missing metrics are unknown and raise nothing.

use std::collections::BTreeMap;

use crate::diagnostics::aggregate::Aggregate;
use crate::diagnostics::anomalies::{Anomalies, MIN_VALUES};
use crate::diagnostics::comparison::Comparison;
use crate::diagnostics::condition::Condition;
use crate::diagnostics::drift::{self, PageHinkley};
use crate::diagnostics::figure::Figure;
use crate::diagnostics::issue::{Issue, Severity};
use crate::diagnostics::measurement::Measurement;
use crate::diagnostics::metrics_row::MetricsRow;
use crate::diagnostics::rule::Rule;
use crate::diagnostics::series;
use crate::diagnostics::settings::DiagnosticSettings;
use crate::diagnostics::trend::{ROI_WINDOW_ROWS, Trend};

/// Rows with money in them that `roi_drop` needs before it says anything.
const ROI_MIN_ROWS: usize = 20;

/// What the diagnostics look at.
#[derive(Clone, Copy, Debug)]
pub struct Readings<'a> {
    /// Rows recorded since the last cycle started, oldest to newest.
    pub rows: &'a [MetricsRow],
    /// Discrepancies newer than the last cycle.
    pub discrepancies: u64,
    /// Drift tests by metric that the engine has fed all rows so far and acknowledged when its last
    /// cycle started; a metric that is missing here is tested over `rows` alone.
    pub drift: &'a BTreeMap<String, PageHinkley>,
}

/// Everything the diagnostics found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnosis {
    /// Every condition that was looked at, raised or not, in a fixed order.
    pub conditions: Vec<Condition>,
    /// What was raised, in the same order.
    pub issues: Vec<Issue>,
}

impl Diagnosis {
    /// Returns the most urgent severity raised, if any was.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.issues.iter().map(|issue| issue.severity).max()
    }

    /// Notes what a check saw, and the issue if any of it is raised.
    fn note(&mut self, id: &str, conditions: Vec<Condition>, describe: fn(&Condition) -> String) {
        let raised: Vec<String> = conditions
            .iter()
            .filter(|condition| condition.is_raised())
            .map(describe)
            .collect();
        if !raised.is_empty() {
            self.issues.push(Issue {
                id: id.to_owned(),
                severity: Severity::Warning,
                message: raised.join("; "),
                evidence: conditions.clone(),
            });
        }
        self.conditions.extend(conditions);
    }
}

/// Checks metrics by fixed settings and rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiagnosticManager {
    settings: DiagnosticSettings,
    rules: Vec<Rule>,
}

impl DiagnosticManager {
    /// Creates a manager with the operator's rules, which are looked at after the built-in checks.
    #[must_use]
    pub fn new(settings: DiagnosticSettings, rules: Vec<Rule>) -> Self {
        Self { settings, rules }
    }

    /// Returns the issues that `rows` (oldest to newest) and the discrepancies raise.
    #[must_use]
    pub fn diagnose(&self, rows: &[MetricsRow], discrepancies: u64) -> Vec<Issue> {
        let readings = Readings {
            rows,
            discrepancies,
            drift: &BTreeMap::new(),
        };
        self.examine(&readings).issues
    }

    /// Looks at every check that is on and returns all conditions, raised or not.
    #[must_use]
    pub fn examine(&self, readings: &Readings<'_>) -> Diagnosis {
        let mut diagnosis = Diagnosis::default();
        self.check_response_time(readings, &mut diagnosis);
        self.check_errors(readings, &mut diagnosis);
        check_discrepancies(readings, &mut diagnosis);
        self.check_anomalies(readings, &mut diagnosis);
        self.check_roi(readings, &mut diagnosis);
        self.check_drift(readings, &mut diagnosis);
        for rule in &self.rules {
            let outcome = rule.evaluate(readings.rows);
            diagnosis.issues.extend(outcome.issue());
            diagnosis.conditions.extend(outcome.evidence);
        }
        diagnosis
    }

    fn check_response_time(&self, readings: &Readings<'_>, diagnosis: &mut Diagnosis) {
        let id = "high_response_time";
        let window = self.settings.window;
        let found = Aggregate::Mean.measure(readings.rows, "response_time", Some(window));
        let reading = format!("mean(response_time, {window})");
        let limit = self.settings.response_time;
        let condition = Condition::judge(id, reading, found, Comparison::Above, limit);
        diagnosis.note(id, vec![condition], |condition| {
            format!(
                "the mean response time of {} is {} s, above {} s",
                rows_in_words(condition.rows),
                shown(condition),
                Figure(condition.threshold)
            )
        });
    }

    fn check_errors(&self, readings: &Readings<'_>, diagnosis: &mut Diagnosis) {
        let id = "error_rate";
        let window = self.settings.window;
        let found = Aggregate::Sum.measure(readings.rows, "errors", Some(window));
        let reading = format!("sum(errors, {window})");
        let limit = self.settings.errors;
        let condition = Condition::judge(id, reading, found, Comparison::Above, limit);
        diagnosis.note(id, vec![condition], |condition| {
            format!(
                "the errors of {} sum to {}, above {}",
                rows_in_words(condition.rows),
                shown(condition),
                Figure(condition.threshold)
            )
        });
    }

    fn check_anomalies(&self, readings: &Readings<'_>, diagnosis: &mut Diagnosis) {
        let id = "anomalies_detected";
        let window = self.settings.window;
        let judge = |metric: &String| {
            let rows = series::newest(readings.rows, window);
            let share = Anomalies::robust(&values_of(rows, metric)).map(|found| found.rate);
            let found = Measurement {
                value: share,
                ..rows_behind(rows, metric)
            };
            let reading = format!("anomaly_share({metric}, {window})");
            let limit = self.settings.anomaly_share;
            Condition::judge(id, reading, found, Comparison::Above, limit)
        };
        let conditions = self.settings.anomaly_metrics.iter().map(judge).collect();
        diagnosis.note(id, conditions, |condition| {
            format!(
                "{} is {} over {} (at least {MIN_VALUES} needed), above {}",
                condition.reading,
                shown(condition),
                rows_in_words(condition.rows),
                Figure(condition.threshold)
            )
        });
    }

    fn check_roi(&self, readings: &Readings<'_>, diagnosis: &mut Diagnosis) {
        if !self.settings.roi_drop {
            return;
        }
        let id = "roi_drop";
        let trend = Trend::of_roi(readings.rows, ROI_WINDOW_ROWS);
        let found = Measurement {
            value: (trend.values >= ROI_MIN_ROWS).then_some(trend.change),
            rows: trend.values,
            newest_at: trend.newest_at,
            is_whole: false,
        };
        let reading = format!("roi_trend({ROI_WINDOW_ROWS})");
        let limit = self.settings.roi_drop_trend;
        let condition = Condition::judge(id, reading, found, Comparison::Below, limit);
        diagnosis.note(id, vec![condition], |condition| {
            format!(
                "the return of {} has a trend of {}, below {}",
                rows_in_words(condition.rows),
                shown(condition),
                Figure(condition.threshold)
            )
        });
    }

    fn check_drift(&self, readings: &Readings<'_>, diagnosis: &mut Diagnosis) {
        let id = "drift_detected";
        let judge = |metric: &String| {
            let test = readings
                .drift
                .get(metric)
                .cloned()
                .unwrap_or_else(|| tested(readings.rows, metric));
            let found = Measurement {
                value: test.peak(),
                rows: test.rows(),
                is_whole: false,
                ..rows_behind(readings.rows, metric)
            };
            let reading = format!("drift({metric})");
            Condition::judge(id, reading, found, Comparison::Above, drift::THRESHOLD)
        };
        let conditions = self.settings.drift_metrics.iter().map(judge).collect();
        diagnosis.note(id, conditions, |condition| {
            format!(
                "{} reached {} standard deviations, above {}",
                condition.reading,
                shown(condition),
                Figure(condition.threshold)
            )
        });
    }
}

/// Discrepancies have no window: the caller counts those that nothing has resolved.
fn check_discrepancies(readings: &Readings<'_>, diagnosis: &mut Diagnosis) {
    let id = "discrepancies_detected";
    let found = Measurement::of_count(readings.discrepancies);
    let condition = Condition::judge(
        id,
        "discrepancies".to_owned(),
        found,
        Comparison::Above,
        0.0,
    );
    diagnosis.note(id, vec![condition], |condition| {
        format!(
            "{} unresolved discrepancies are on record",
            shown(condition)
        )
    });
}

/// Returns the values of a metric in `rows`.
fn values_of(rows: &[MetricsRow], metric: &str) -> Vec<f64> {
    rows.iter().filter_map(|row| row.value(metric)).collect()
}

/// Returns a measurement without a value that names the rows with the metric.
fn rows_behind(rows: &[MetricsRow], metric: &str) -> Measurement {
    let mut with = rows.iter().filter(|row| row.value(metric).is_some());
    Measurement {
        newest_at: with.clone().next_back().map(|row| row.at),
        rows: with.by_ref().count(),
        ..Measurement::default()
    }
}

/// Returns a drift test that has seen `rows` alone.
fn tested(rows: &[MetricsRow], metric: &str) -> PageHinkley {
    let mut test = PageHinkley::default();
    for value in values_of(rows, metric) {
        test.update(value);
    }
    test
}

/// Returns the value of a condition for a sentence, rounded to four decimals.
fn shown(condition: &Condition) -> String {
    condition.value.map_or_else(
        || "unknown".to_owned(),
        |value| {
            let rounded = (value * 1e4).round() / 1e4;
            // A value that rounds onto its threshold would read as a contradiction.
            if rounded.is_finite() && condition.op.holds(rounded, condition.threshold) {
                Figure(rounded).to_string()
            } else {
                Figure(value).to_string()
            }
        },
    )
}

fn rows_in_words(rows: usize) -> String {
    match rows {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    }
}

#[cfg(test)]
mod tests;
