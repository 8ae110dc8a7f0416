//! The one JSON object a pipeline reports. Parsing only; where it is read from is the runner's business.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What a pipeline reported, checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CycleResult {
    /// The cycle's ROI delta, net of cost, in the operator's unit. Finite.
    pub roi: f64,
    /// What the cycle cost, at least 0, in the operator's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Improvement per metrics row over the deployed version, in the unit of `cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
    /// ROI delta of each module.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub modules: BTreeMap<String, f64>,
    /// Numbers for a metrics row of this bot.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
    /// Revenue to book.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue: Option<f64>,
    /// Expense to book, without `cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expense: Option<f64>,
    /// One line for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Everything else the pipeline said, kept and shown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Value>,
}

/// Why a result cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultProblem {
    /// Stable `snake_case` reason code.
    pub reason: &'static str,
    /// What is wrong, in one line.
    pub message: String,
}

impl ResultProblem {
    fn new(reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }
}

impl CycleResult {
    /// The largest result in bytes.
    pub const MAX_BYTES: usize = 1024 * 1024;
    /// The deepest nesting of objects and lists.
    pub const MAX_DEPTH: usize = 64;
    /// The largest amount that can be booked: i64 millionths of a unit.
    pub const MAX_AMOUNT: f64 = 9.0e12;
    /// The longest name of a module or a metric in bytes.
    const MAX_NAME: usize = 256;
    /// The most modules or metrics of one result.
    const MAX_ENTRIES: usize = 10_000;

    /// Parses what a pipeline wrote.
    ///
    /// # Errors
    ///
    /// The reason codes are `result_too_large`, `result_not_json`, `result_not_an_object`,
    /// `result_too_deep`, `roi_missing`, `roi_not_finite`, `amount_out_of_range`, `result_malformed`.
    pub fn parse(bytes: &[u8]) -> Result<Self, ResultProblem> {
        if bytes.len() > Self::MAX_BYTES {
            let message = format!(
                "the result has {} bytes, {} are allowed",
                bytes.len(),
                Self::MAX_BYTES
            );
            return Err(ResultProblem::new("result_too_large", message));
        }
        if nesting_of(bytes) > Self::MAX_DEPTH {
            let message = format!(
                "the result is nested deeper than {} levels",
                Self::MAX_DEPTH
            );
            return Err(ResultProblem::new("result_too_deep", message));
        }
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        let UniqueKeys(mut fields) = serde_json::from_slice(bytes).map_err(|error| {
            match first {
                // A number beyond f64 is reported as such: it is the commonest way to break a result.
                Some(b'{') if error.to_string().contains("number out of range") => {
                    ResultProblem::new("amount_out_of_range", error.to_string())
                }
                Some(b'{') => ResultProblem::new("result_not_json", error.to_string()),
                _ if serde_json::from_slice::<de::IgnoredAny>(bytes).is_ok() => {
                    ResultProblem::new("result_not_an_object", "the result is not a JSON object")
                }
                _ => ResultProblem::new("result_not_json", error.to_string()),
            }
        })?;
        let roi = match fields.remove("roi") {
            None => return Err(ResultProblem::new("roi_missing", "the result has no `roi`")),
            Some(value) => finite(&value).ok_or_else(|| {
                ResultProblem::new("roi_not_finite", format!("`roi` is {value}, not a number"))
            })?,
        };
        let cost = amount(&mut fields, "cost", 0.0)?;
        let revenue = amount(&mut fields, "revenue", -Self::MAX_AMOUNT)?;
        let expense = amount(&mut fields, "expense", -Self::MAX_AMOUNT)?;
        let gain = match fields.remove("gain") {
            None | Some(Value::Null) => None,
            Some(value) => {
                Some(finite(&value).ok_or_else(|| malformed("gain", "a finite number", &value))?)
            }
        };
        let modules = match fields.remove("modules") {
            None | Some(Value::Null) => BTreeMap::new(),
            Some(Value::Array(names)) => names
                .iter()
                .map(|name| match name.as_str() {
                    Some(name) => Ok((name.to_owned(), roi)),
                    None => Err(malformed("modules", "a list of names", name)),
                })
                .collect::<Result<_, _>>()?,
            Some(value) => numbers("modules", value)?,
        };
        let metrics = match fields.remove("metrics") {
            None | Some(Value::Null) => BTreeMap::new(),
            Some(value) => numbers("metrics", value)?,
        };
        for (key, named) in [("modules", &modules), ("metrics", &metrics)] {
            check_names(key, named)?;
        }
        let message = match fields.remove("message") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => Some(other.to_string()),
        };
        Ok(Self {
            roi,
            cost,
            gain,
            modules,
            metrics,
            revenue,
            expense,
            message,
            extra: fields,
        })
    }

    /// Passes every text the pipeline chose through `rewrite`, before it is recorded or shown.
    #[must_use]
    pub fn with_texts(mut self, rewrite: impl Fn(&str) -> String) -> Self {
        let names = |named: BTreeMap<String, f64>| {
            named
                .into_iter()
                .map(|(name, number)| (rewrite(&name), number))
                .collect()
        };
        self.modules = names(self.modules);
        self.metrics = names(self.metrics);
        self.message = self.message.as_deref().map(&rewrite);
        self.extra = self
            .extra
            .into_iter()
            .map(|(key, value)| (rewrite(&key), rewrite_value(value, &rewrite)))
            .collect();
        self
    }
}

/// Recursion is bounded: a result is at most [`CycleResult::MAX_DEPTH`] levels deep.
fn rewrite_value(value: Value, rewrite: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(rewrite(&text)),
        Value::Array(values) => values
            .into_iter()
            .map(|value| rewrite_value(value, rewrite))
            .collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (rewrite(&key), rewrite_value(value, rewrite)))
            .collect(),
        other => other,
    }
}

fn finite(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}

fn malformed(key: &str, wanted: &str, value: &Value) -> ResultProblem {
    let shown: String = value.to_string().chars().take(60).collect();
    ResultProblem::new(
        "result_malformed",
        format!("`{key}` is not {wanted}: {shown}"),
    )
}

fn amount(
    fields: &mut BTreeMap<String, Value>,
    key: &str,
    least: f64,
) -> Result<Option<f64>, ResultProblem> {
    let value = match fields.remove(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let number = finite(&value).ok_or_else(|| malformed(key, "a finite number", &value))?;
    if (least..=CycleResult::MAX_AMOUNT).contains(&number) {
        return Ok(Some(number));
    }
    let message = format!(
        "`{key}` is {number}, outside {least:e} to {:e}",
        CycleResult::MAX_AMOUNT
    );
    Err(ResultProblem::new("amount_out_of_range", message))
}

fn numbers(key: &str, value: Value) -> Result<BTreeMap<String, f64>, ResultProblem> {
    let Value::Object(entries) = value else {
        return Err(malformed(key, "an object of numbers", &value));
    };
    entries
        .into_iter()
        .map(|(name, value)| match finite(&value) {
            Some(number) => Ok((name, number)),
            None => Err(malformed(
                &format!("{key}.{name}"),
                "a finite number",
                &value,
            )),
        })
        .collect()
}

fn check_names(key: &str, named: &BTreeMap<String, f64>) -> Result<(), ResultProblem> {
    if named.len() > CycleResult::MAX_ENTRIES {
        let message = format!(
            "`{key}` has {} entries, {} are allowed",
            named.len(),
            CycleResult::MAX_ENTRIES
        );
        return Err(ResultProblem::new("result_malformed", message));
    }
    match named
        .keys()
        .find(|name| name.is_empty() || name.len() > CycleResult::MAX_NAME)
    {
        None => Ok(()),
        Some(name) => {
            let message = format!(
                "`{key}` has a name of {} bytes, 1 to {} are allowed",
                name.len(),
                CycleResult::MAX_NAME
            );
            Err(ResultProblem::new("result_malformed", message))
        }
    }
}

/// Counts the deepest nesting without recursion, so that hostile input cannot exhaust the stack.
fn nesting_of(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut is_escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// An object in which no key stands twice: of two values nobody could say which was meant.
struct UniqueKeys(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UniqueKeysVisitor;

        impl<'de> Visitor<'de> for UniqueKeysVisitor {
            type Value = UniqueKeys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueKeys, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if fields.contains_key(&key) {
                        return Err(de::Error::custom(format_args!(
                            "`{key}` stands there twice"
                        )));
                    }
                    fields.insert(key, value);
                }
                Ok(UniqueKeys(fields))
            }
        }

        deserializer.deserialize_map(UniqueKeysVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason(text: &str) -> &'static str {
        CycleResult::parse(text.as_bytes()).expect_err(text).reason
    }

    #[test]
    fn a_full_result_is_read_and_unknown_keys_are_kept() {
        let text = r#"{"roi": 3.9, "cost": 2.7, "gain": 0.1, "modules": {"parser": 2.1}, "metrics": {"loss": 0.2},
            "revenue": 5, "expense": 1, "message": "fine", "samples": 20, "colour": "red"}"#;
        let result = CycleResult::parse(text.as_bytes()).expect("valid");
        assert_eq!(
            (result.roi.to_bits(), result.cost),
            (3.9_f64.to_bits(), Some(2.7))
        );
        assert_eq!(result.modules, BTreeMap::from([("parser".to_owned(), 2.1)]));
        assert_eq!(
            result.extra.keys().collect::<Vec<_>>(),
            ["colour", "samples"]
        );
    }

    #[test]
    fn a_list_of_modules_credits_each_once_with_the_whole_delta() {
        let result =
            CycleResult::parse(br#"{"roi": 2, "modules": ["a", "b", "a"]}"#).expect("valid");
        assert_eq!(
            result.modules,
            BTreeMap::from([("a".to_owned(), 2.0), ("b".to_owned(), 2.0)])
        );
    }

    #[test]
    fn every_way_to_break_a_result_has_a_reason_of_its_own() {
        assert_eq!(reason("{\"roi\": 1"), "result_not_json");
        assert_eq!(reason(""), "result_not_json");
        assert_eq!(reason("{\"roi\": 1} trailing"), "result_not_json");
        assert_eq!(reason("\u{feff}{\"roi\": 1}"), "result_not_json");
        assert_eq!(reason("{\"roi\": NaN}"), "result_not_json");
        assert_eq!(reason("{\"roi\": 1, \"roi\": 2}"), "result_not_json");
        assert_eq!(reason("[1]"), "result_not_an_object");
        assert_eq!(reason("7"), "result_not_an_object");
        assert_eq!(reason("{}"), "roi_missing");
        assert_eq!(reason("{\"roi\": null}"), "roi_not_finite");
        assert_eq!(reason("{\"roi\": \"1\"}"), "roi_not_finite");
        assert_eq!(reason("{\"roi\": 1e309}"), "amount_out_of_range");
        assert_eq!(reason("{\"roi\": 1, \"cost\": -1}"), "amount_out_of_range");
        assert_eq!(
            reason("{\"roi\": 1, \"revenue\": 1e13}"),
            "amount_out_of_range"
        );
        assert_eq!(reason("{\"roi\": 1, \"modules\": 7}"), "result_malformed");
        assert_eq!(
            reason("{\"roi\": 1, \"metrics\": {\"loss\": \"x\"}}"),
            "result_malformed"
        );
        assert_eq!(
            reason(&" ".repeat(CycleResult::MAX_BYTES + 1)),
            "result_too_large"
        );
        let deep = format!(
            "{{\"roi\": 1, \"x\": {}{}}}",
            "[".repeat(64),
            "]".repeat(64)
        );
        assert_eq!(reason(&deep), "result_too_deep");
        assert_eq!(reason(&"[".repeat(500_000)), "result_too_deep");
    }

    #[test]
    fn sixty_four_levels_and_extreme_but_finite_numbers_are_fine() {
        let deep = format!(
            "{{\"roi\": 1e308, \"x\": {}{}}}",
            "[".repeat(63),
            "]".repeat(63)
        );
        assert!(CycleResult::parse(deep.as_bytes()).is_ok());
        assert!(CycleResult::parse(br#"{"roi": -0.0, "cost": 0, "note": "{[\"{["}"#).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(result) = CycleResult::parse(&bytes) {
                prop_assert!(result.roi.is_finite());
            }
        }
    }
}
