//! What one successful cycle measured, by name.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::UnixTime;

/// How many samples a result says it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Samples {
    /// It does not say; it counts as one.
    #[default]
    Unstated,
    /// So many.
    Stated(u64),
    /// What it says is no whole number from 0.
    Malformed,
}

/// What one successful cycle measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The keys of its result, each with its number if it is one.
    pub keys: BTreeMap<String, Option<f64>>,
    /// Its metrics.
    pub metrics: BTreeMap<String, f64>,
    /// How many samples they rest on.
    pub samples: Samples,
    /// When it ended.
    pub ended_at: UnixTime,
}

impl Measured {
    /// Reads what a cycle measured from its result as it is recorded.
    ///
    /// `cost` is what the cycle was charged, unless nobody said what it costs.
    #[must_use]
    pub fn of_result(result: &Value, cost: Option<f64>, ended_at: UnixTime) -> Self {
        let mut keys = BTreeMap::new();
        let extra = result.get("extra").and_then(Value::as_object);
        for (key, value) in extra.into_iter().flatten() {
            keys.insert(key.clone(), value.as_f64());
        }
        for key in ["roi", "gain", "revenue", "expense"] {
            if let Some(value) = result.get(key) {
                keys.insert(key.to_owned(), value.as_f64());
            }
        }
        if let Some(cost) = cost {
            keys.insert("cost".to_owned(), Some(cost));
        }
        let metrics = result.get("metrics").and_then(Value::as_object);
        Self {
            keys,
            metrics: metrics
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| Some((name.clone(), value.as_f64()?)))
                .collect(),
            samples: match extra.and_then(|extra| extra.get("samples")) {
                None => Samples::Unstated,
                Some(value) => whole(value).map_or(Samples::Malformed, Samples::Stated),
            },
            ended_at,
        }
    }
}

/// Reads a count, also where it is written as `20.0`.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        // Beyond 2^53 not every whole number can be told from its neighbours; nobody has so many samples.
        let is_count = (0.0..9.0e15).contains(&number) && number.fract().abs() < f64::MIN_POSITIVE;
        is_count.then(|| format!("{number:.0}").parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_tells_its_numbers_and_what_is_none() {
        let result = serde_json::json!({
            "roi": 0.4, "gain": 0.1, "metrics": {"errors": 0.02},
            "extra": {"accuracy": 0.9, "grade": "A", "samples": 20.0},
        });
        let measured = Measured::of_result(&result, Some(2.5), UnixTime(7.0));
        assert_eq!(measured.keys.get("accuracy"), Some(&Some(0.9)));
        assert_eq!(measured.keys.get("grade"), Some(&None));
        assert_eq!(measured.keys.get("cost"), Some(&Some(2.5)));
        assert_eq!(measured.metrics.get("errors"), Some(&0.02));
        assert_eq!(measured.samples, Samples::Stated(20));
        for (samples, read) in [
            (serde_json::json!("20"), Samples::Malformed),
            (serde_json::json!(-1), Samples::Malformed),
            (serde_json::json!(2.5), Samples::Malformed),
            (serde_json::json!(null), Samples::Malformed),
            (serde_json::json!(0), Samples::Stated(0)),
        ] {
            let result = serde_json::json!({"roi": 1, "extra": {"samples": samples}});
            assert_eq!(
                Measured::of_result(&result, None, UnixTime(0.0)).samples,
                read
            );
        }
    }

    #[test]
    fn a_truncated_record_tells_nothing() {
        let measured = Measured::of_result(&Value::Null, None, UnixTime(0.0));
        assert!(measured.keys.is_empty() && measured.metrics.is_empty());
    }
}
