//! Averages over what recent cycles and patches brought.
//!
//! Follows the conformance vectors `averages`, `intended` where the reference is known to be wrong.

use crate::diagnostics::series;

/// One cycle's effect as the history records it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvolutionEvent {
    /// When it happened, in unix seconds.
    pub at: f64,
    /// Return before it, in the operator's unit.
    pub before: f64,
    /// Return after it, in the operator's unit.
    pub after: f64,
    /// How much of the effort paid, as reported.
    pub efficiency: f64,
}

/// Means over the newest evolution events; zeros without any.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EvolutionAverages {
    /// Mean of after − before.
    pub roi_delta: f64,
    /// Mean efficiency.
    pub efficiency: f64,
}

/// What one patch brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatchOutcome {
    /// Change of the return that it was judged by.
    pub roi_delta: f64,
    /// Whether it was taken back.
    pub is_reverted: bool,
}

/// Returns the means over the newest `limit` events by time.
///
/// `events` come in the order they were recorded, which also breaks ties of time.
#[must_use]
pub fn evolution_averages(events: &[EvolutionEvent], limit: usize) -> EvolutionAverages {
    let mut events = events.to_vec();
    events.sort_by(|left, right| left.at.total_cmp(&right.at));
    let newest = series::newest(&events, limit);
    let deltas: Vec<f64> = newest
        .iter()
        .map(|event| (event.after - event.before).clamp(f64::MIN, f64::MAX))
        .collect();
    let efficiencies: Vec<f64> = newest.iter().map(|event| event.efficiency).collect();
    EvolutionAverages {
        roi_delta: series::mean(&deltas).unwrap_or_default(),
        efficiency: series::mean(&efficiencies).unwrap_or_default(),
    }
}

/// Returns the share, in 0..=1, of the newest `limit` patches that were kept with a gain above 0.
///
/// `patches` come oldest first. A reverted patch is no success, whatever it brought; 0 without any.
#[must_use]
pub fn patch_success_rate(patches: &[PatchOutcome], limit: usize) -> f64 {
    let newest = series::newest(patches, limit);
    if newest.is_empty() {
        return 0.0;
    }
    let successes = newest
        .iter()
        .filter(|patch| patch.roi_delta > 0.0 && !patch.is_reverted)
        .count();
    series::count(successes) / series::count(newest.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Reads events, with the rank of each time stamp in place of its time.
    fn events(cells: &Value) -> Vec<EvolutionEvent> {
        let cells = cells.as_array().unwrap();
        let times: BTreeSet<&str> = cells
            .iter()
            .map(|cell| cell["ts"].as_str().unwrap())
            .collect();
        cells
            .iter()
            .map(|cell| EvolutionEvent {
                at: series::count(times.range(..cell["ts"].as_str().unwrap()).count()),
                before: cell["before"].as_f64().unwrap(),
                after: cell["after"].as_f64().unwrap(),
                efficiency: cell["efficiency"].as_f64().unwrap(),
            })
            .collect()
    }

    fn patches(cells: &Value) -> Vec<PatchOutcome> {
        let read = |cell: &Value| PatchOutcome {
            roi_delta: cell["roi_delta"].as_f64().unwrap(),
            is_reverted: cell["reverted"].as_bool().unwrap(),
        };
        cells.as_array().unwrap().iter().map(read).collect()
    }

    #[test]
    fn conformance_averages() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/conformance/averages.json"
        );
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let relative = file["tolerance"]["relative"].as_f64().unwrap();
        let absolute = file["tolerance"]["absolute"].as_f64().unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            let input = &case["input"];
            let limit = usize::try_from(input["limit"].as_u64().unwrap()).unwrap();
            let found = match case["group"].as_str().unwrap() {
                "evolution_averages" => {
                    let found = evolution_averages(&events(&input["events"]), limit);
                    vec![
                        ("avg_roi_delta", found.roi_delta),
                        ("avg_efficiency", found.efficiency),
                    ]
                }
                "patch_success_rate" => {
                    vec![(
                        "rate",
                        patch_success_rate(&patches(&input["patches"]), limit),
                    )]
                }
                group => panic!("{}: unknown group {group}", case["name"]),
            };
            let wanted = case.get("intended").unwrap_or(&case["expected"]);
            assert_eq!(
                wanted.as_object().unwrap().len(),
                found.len(),
                "{}",
                case["name"]
            );
            for (key, found) in found {
                let wanted = wanted[key].as_f64().unwrap();
                assert!(
                    (found - wanted).abs() <= absolute + relative * wanted.abs(),
                    "{}: {key} is {found}, wanted {wanted}",
                    case["name"]
                );
            }
        }
    }

    #[test]
    fn averages_of_huge_amounts_stay_finite() {
        let event = EvolutionEvent {
            at: 0.0,
            before: f64::MIN,
            after: f64::MAX,
            efficiency: f64::MAX,
        };
        let found = evolution_averages(&[event, event], 5);
        assert!(found.roi_delta.is_finite() && found.efficiency.is_finite());
    }
}
