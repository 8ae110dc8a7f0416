//! Values of options that are more than a word or a number.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::capital::Money;
use crate::cli::Halt;
use crate::duration::HumanDuration;
use crate::engine::{OnMissing, TriggerMode};
use crate::registry::IfRunning;

/// Parses `skip`, `fail` or `wait=DURATION`.
pub fn if_running(text: &str) -> Result<IfRunning, String> {
    match text.split_once('=') {
        None if text == "skip" => Ok(IfRunning::Skip),
        None if text == "fail" => Ok(IfRunning::Fail),
        Some(("wait", duration)) => HumanDuration::parse(duration)
            .map(|duration| IfRunning::Wait(duration.0))
            .map_err(|error| error.to_string()),
        _ => Err("use `skip`, `fail` or `wait=DURATION`, for example `wait=10m`".to_owned()),
    }
}

/// Parses `never` or `soon,fail=N`.
pub fn halt(text: &str) -> Result<Halt, String> {
    let count = text
        .strip_prefix("soon,fail=")
        .and_then(|count| count.parse::<NonZeroUsize>().ok());
    match (text, count) {
        ("never", _) => Ok(Halt::Never),
        (_, Some(count)) => Ok(Halt::AfterFailures(count)),
        _ => {
            Err("use `never`, or `soon,fail=N` with N from 1, for example `soon,fail=3`".to_owned())
        }
    }
}

/// Parses how many cycles run at a time.
pub fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| "use a whole number from 1".to_owned())
}

/// Parses how many rows are shown.
pub fn rows(text: &str) -> Result<usize, String> {
    jobs(text).map(NonZeroUsize::get)
}

/// Parses how many samples a value must rest on.
pub fn samples(text: &str) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| "use a whole number from 1".to_owned())
}

/// Parses a number of retries.
pub fn retries(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|count| *count <= 100)
        .ok_or_else(|| "use a whole number from 0 to 100".to_owned())
}

/// Parses how long to wait between two looks.
pub fn pause(text: &str) -> Result<HumanDuration, String> {
    let shortest = HumanDuration(Duration::from_millis(100));
    HumanDuration::parse(text)
        .ok()
        .filter(|duration| *duration >= shortest)
        .ok_or_else(|| "use a duration from 100ms, for example `5s`".to_owned())
}

/// Parses `any` or `learned`.
pub fn trigger(text: &str) -> Result<TriggerMode, String> {
    match text {
        "any" => Ok(TriggerMode::Any),
        "learned" => Ok(TriggerMode::Learned),
        _ => Err("use `any` or `learned`".to_owned()),
    }
}

/// Parses `hold`, `run` or `skip`.
pub fn on_missing(text: &str) -> Result<OnMissing, String> {
    match text {
        "hold" => Ok(OnMissing::Hold),
        "run" => Ok(OnMissing::Run),
        "skip" => Ok(OnMissing::Skip),
        _ => Err("use `hold`, `run` or `skip`".to_owned()),
    }
}

/// Parses the probability of trying what is not preferred.
pub fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=0.5).contains(share))
        .ok_or_else(|| "use a number from 0 to 0.5".to_owned())
}

/// Parses an amount of money, exactly.
pub fn amount(text: &str) -> Result<Money, String> {
    match Money::parse(text) {
        Ok(amount) if !amount.is_negative() => Ok(amount),
        Ok(_) => Err("use an amount from 0".to_owned()),
        Err(error) => Err(format!("{error}; use an amount like `12.50`")),
    }
}

/// A cap, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapValue {
    /// No cap.
    None,
    /// The most that may be spent.
    Amount(Money),
}

/// Parses a cap: an amount, or `none`.
pub fn cap(text: &str) -> Result<CapValue, String> {
    match text {
        "none" => Ok(CapValue::None),
        _ => amount(text)
            .map(CapValue::Amount)
            .map_err(|error| format!("{error}, or `none`")),
    }
}

/// Parses what a cycle costs.
pub fn cost(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|cost: &f64| cost.is_finite() && *cost >= 0.0)
        .ok_or_else(|| "use a number from 0".to_owned())
}

/// Parses a number that is finite.
pub fn number(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| "use a number, for example `0.05`".to_owned())
}

/// Parses a duration.
pub fn duration(text: &str) -> Result<HumanDuration, String> {
    HumanDuration::parse(text)
        .map_err(|_| "write it with a unit, like `90s`, `5m`, `1h30m` or `7d`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_with_a_busy_engine_is_read() {
        assert_eq!(if_running("skip"), Ok(IfRunning::Skip));
        assert_eq!(if_running("fail"), Ok(IfRunning::Fail));
        assert_eq!(
            if_running("wait=1h30m"),
            Ok(IfRunning::Wait(Duration::from_secs(5400)))
        );
        for wrong in ["", "wait", "wait=", "wait=5", "Skip", "fail=1"] {
            assert!(if_running(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_are_exact_and_not_negative_and_a_cap_may_be_none() {
        assert_eq!(amount("0.1"), Ok(Money::from_micros(100_000)));
        assert_eq!(cap("none"), Ok(CapValue::None));
        assert_eq!(cap("0"), Ok(CapValue::Amount(Money::ZERO)));
        for wrong in ["-1", "", "1,5", "nan", "1e99", "5 EUR"] {
            assert!(amount(wrong).is_err() && cap(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn when_to_halt_is_read() {
        assert_eq!(halt("never"), Ok(Halt::Never));
        let three = NonZeroUsize::new(3).expect("three");
        assert_eq!(halt("soon,fail=3"), Ok(Halt::AfterFailures(three)));
        for wrong in ["", "soon", "soon,fail=0", "soon,fail=-1", "now,fail=1"] {
            assert!(halt(wrong).is_err(), "{wrong}");
        }
    }
}
