//! What the diagnostics look for.
//!
//! Holds values only; the registry reads and explains them.

use serde::{Deserialize, Serialize};

/// Thresholds of the built-in checks and which optional ones are on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiagnosticSettings {
    /// Newest rows that the built-in checks look at, 1 and up.
    pub window: usize,
    /// Mean `response_time`, in seconds, above which `high_response_time` is raised.
    pub response_time: f64,
    /// Sum of `errors` above which `error_rate` is raised.
    pub errors: f64,
    /// Metrics whose share of anomalies is looked at; none by default.
    pub anomaly_metrics: Vec<String>,
    /// Share of anomalies, in 0..=1, above which `anomalies_detected` is raised.
    pub anomaly_share: f64,
    /// Whether a falling return is looked for; off by default.
    pub roi_drop: bool,
    /// Relative trend of the return below which `roi_drop` is raised: −0.1 is a fall by 10 %.
    pub roi_drop_trend: f64,
    /// Metrics looked at for drift; none by default.
    pub drift_metrics: Vec<String>,
}

impl Default for DiagnosticSettings {
    fn default() -> Self {
        Self {
            window: 20,
            response_time: 2.0,
            errors: 0.0,
            anomaly_metrics: Vec::new(),
            anomaly_share: 0.1,
            roi_drop: false,
            roi_drop_trend: -0.1,
            drift_metrics: Vec::new(),
        }
    }
}
