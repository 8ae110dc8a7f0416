//! What gates are judged on, and how a name finds its value in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::UnixTime;
use crate::gate::expression::{COST, SUCCESS_RATE};
use crate::gate::gate_verdict::Source;
use crate::gate::limits::GateLimits;
use crate::gate::measured::{Measured, Samples};
use crate::gate::shortfall::Shortfall;

/// How many of the newest cycles `success_rate` and `base` look at.
pub const NEWEST_CYCLES: usize = 20;
/// How far ahead a recorded value may lie, in seconds: clocks of two machines differ.
const TOLERANCE: f64 = 300.0;

/// A recorded value of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// When it was measured, in seconds since the Unix epoch.
    pub at: f64,
    /// The value.
    pub value: f64,
}

impl Reading {
    /// Two readings that agree in all bits are one that was recorded twice.
    fn identity(self) -> (u64, u64) {
        (self.at.to_bits(), self.value.to_bits())
    }
}

/// What gates are judged on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// When they are judged.
    pub now: UnixTime,
    /// What the cycle measured.
    pub cycle: &'a Measured,
    /// What the successful cycles before it measured that no gate stopped, newest first.
    pub earlier: &'a [Measured],
    /// What was recorded of each name, in the order of the record.
    pub recorded: &'a BTreeMap<String, Vec<Reading>>,
    /// Whether each cycle that succeeded or failed did succeed, newest first, the one judged included.
    pub outcomes: &'a [bool],
}

/// A value that a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Finite.
    pub(super) value: f64,
    pub(super) source: Source,
    /// How many samples it rests on; none where it is counted, not sampled.
    pub(super) samples: Option<u64>,
    /// How old it is in seconds, if it was recorded.
    pub(super) age: Option<f64>,
    reading: Option<Reading>,
}

/// Why a name stands for nothing that can be compared.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) shortfall: Shortfall,
    pub(super) source: Option<Source>,
    pub(super) age: Option<f64>,
    pub(super) samples: Option<u64>,
    pub(super) why: String,
}

impl Gap {
    fn of(shortfall: Shortfall, source: Option<Source>, why: String) -> Self {
        Self {
            shortfall,
            source,
            age: None,
            samples: None,
            why,
        }
    }
}

impl Evidence<'_> {
    /// Finds what a name stands for in the cycle judged.
    pub(super) fn find(&self, name: &str, limits: GateLimits) -> Result<Found, Gap> {
        if name == SUCCESS_RATE {
            return self.success_rate();
        }
        self.find_in(self.cycle, name, self.now, TOLERANCE, limits)
    }

    /// Returns what a name stood for in the successful cycles before this one, newest first.
    ///
    /// A recorded value counts for one cycle only, and not if it is the very value judged.
    pub(super) fn earlier(
        &self,
        name: &str,
        judged: Option<&Found>,
        limits: GateLimits,
    ) -> Vec<f64> {
        let mut seen: BTreeSet<(u64, u64)> = judged
            .and_then(|found| found.reading)
            .map(Reading::identity)
            .into_iter()
            .collect();
        let newest = self.earlier.iter().take(NEWEST_CYCLES);
        newest
            .filter_map(|cycle| {
                let found = self
                    .find_in(cycle, name, cycle.ended_at, 0.0, limits)
                    .ok()?;
                let is_new = found.reading.is_none_or(|it| seen.insert(it.identity()));
                is_new.then_some(found.value)
            })
            .collect()
    }

    fn find_in(
        &self,
        cycle: &Measured,
        name: &str,
        at: UnixTime,
        tolerance: f64,
        limits: GateLimits,
    ) -> Result<Found, Gap> {
        let (source, value) = match (cycle.keys.get(name), cycle.metrics.get(name)) {
            (Some(value), _) => (Source::Result, *value),
            (None, Some(value)) => (Source::Metrics, Some(*value)),
            (None, None) => return self.find_recorded(name, at, tolerance, limits),
        };
        let gap = |why: String| Gap::of(Shortfall::NotANumber, Some(source), why);
        let value = value
            .filter(|value| value.is_finite())
            .ok_or_else(|| gap(format!("`{name}` of the result is no finite number")))?;
        let samples = match cycle.samples {
            // What was charged is counted, whatever the result rests on.
            _ if name == COST && source == Source::Result => None,
            Samples::Unstated => Some(1),
            Samples::Stated(samples) => Some(samples),
            Samples::Malformed => {
                return Err(gap("`samples` of the result is no whole number".to_owned()));
            }
        };
        Ok(Found {
            value,
            source,
            samples,
            age: None,
            reading: None,
        })
    }

    fn find_recorded(
        &self,
        name: &str,
        at: UnixTime,
        tolerance: f64,
        limits: GateLimits,
    ) -> Result<Found, Gap> {
        let readings = self.recorded.get(name).map_or(&[][..], Vec::as_slice);
        let most = limits.max_age.as_secs_f64();
        let age = |reading: &Reading| at.0 - reading.at;
        let fresh = readings
            .iter()
            .filter(|reading| (-tolerance..=most).contains(&age(reading)));
        // The youngest decides; of several the one recorded last.
        let Some(newest) = fresh.clone().max_by(|a, b| a.at.total_cmp(&b.at)).copied() else {
            return Err(gap_of(name, readings, at, tolerance));
        };
        let distinct: BTreeSet<(u64, u64)> = fresh.map(|it| it.identity()).collect();
        let samples = u64::try_from(distinct.len()).unwrap_or(u64::MAX);
        let age = age(&newest).max(0.0);
        if !newest.value.is_finite() {
            let why = format!("the newest recorded `{name}` is no finite number");
            return Err(Gap {
                age: Some(age),
                samples: Some(samples),
                ..Gap::of(Shortfall::NotANumber, Some(Source::Recorded), why)
            });
        }
        Ok(Found {
            value: newest.value,
            source: Source::Recorded,
            samples: Some(samples),
            age: Some(age),
            reading: Some(newest),
        })
    }

    /// The share of the newest cycles that succeeded.
    fn success_rate(&self) -> Result<Found, Gap> {
        let newest: Vec<bool> = self.outcomes.iter().take(NEWEST_CYCLES).copied().collect();
        let all = u32::try_from(newest.len()).unwrap_or(u32::MAX);
        if all == 0 {
            let why = "no cycle has succeeded or failed yet".to_owned();
            return Err(Gap::of(Shortfall::Missing, Some(Source::Cycles), why));
        }
        let good = u32::try_from(newest.iter().filter(|is_ok| **is_ok).count()).unwrap_or(0);
        Ok(Found {
            value: f64::from(good) / f64::from(all),
            source: Source::Cycles,
            samples: Some(all.into()),
            age: None,
            reading: None,
        })
    }
}

/// Says why nothing that was recorded under a name can be used.
fn gap_of(name: &str, readings: &[Reading], at: UnixTime, tolerance: f64) -> Gap {
    let ages = readings.iter().map(|reading| at.0 - reading.at);
    // Times that are no numbers tell no age.
    let past = ages.clone().filter(|age| *age >= -tolerance);
    if let Some(age) = past.min_by(f64::total_cmp) {
        let shown = crate::duration::HumanDuration::rough(age.max(0.0));
        let why = format!("the newest recorded `{name}` is {shown} old");
        return Gap {
            age: Some(age.max(0.0)).filter(|age| age.is_finite()),
            ..Gap::of(Shortfall::Stale, Some(Source::Recorded), why)
        };
    }
    if readings.is_empty() {
        let why = format!("nothing is called `{name}`: neither in the result nor on record");
        return Gap::of(Shortfall::Missing, None, why);
    }
    let why = format!("what is recorded of `{name}` is from the future");
    Gap::of(Shortfall::Stale, Some(Source::Recorded), why)
}
