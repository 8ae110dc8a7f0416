//! Judging a gate.

use crate::diagnostics::series::median;
use crate::gate::answer::Answer;
use crate::gate::evidence::Evidence;
use crate::gate::expression::Gate;
use crate::gate::gate_verdict::GateVerdict;
use crate::gate::limits::GateLimits;
use crate::gate::shortfall::Shortfall;

/// How many earlier cycles `base` needs.
const LEAST_CYCLES: usize = 3;

impl Gate {
    /// Judges the gate: compares what its name stands for, if the evidence suffices.
    ///
    /// `base` is the median of what the name stood for in the newest 20 successful cycles before this one.
    #[must_use]
    pub fn judge(&self, evidence: &Evidence<'_>, limits: GateLimits) -> GateVerdict {
        let found = evidence.find(&self.name, limits);
        let mut verdict = GateVerdict {
            reason: None,
            why: None,
            ..GateVerdict::unmeasured(self, limits.min_samples, Shortfall::Missing, "")
        };
        let mut problems: Vec<(Shortfall, String)> = Vec::new();
        match &found {
            Ok(found) => {
                verdict.value = Some(found.value);
                verdict.source = Some(found.source);
                verdict.samples = found.samples;
                verdict.age = found.age;
                if let Some(samples) = found
                    .samples
                    .filter(|samples| *samples < limits.min_samples)
                {
                    let word = if samples == 1 { "sample" } else { "samples" };
                    let why = format!("{samples} {word} of {}", limits.min_samples);
                    problems.push((Shortfall::TooFewSamples, why));
                }
            }
            Err(gap) => {
                verdict.source = gap.source;
                verdict.samples = gap.samples;
                verdict.age = gap.age;
                problems.push((gap.shortfall, gap.why.clone()));
            }
        }
        let is_missing = found
            .as_ref()
            .is_err_and(|gap| gap.shortfall == Shortfall::Missing);
        // Of what does not exist there is no need to say that it did not exist before either.
        if self.bound.names_base() && !is_missing {
            let earlier = evidence.earlier(&self.name, found.as_ref().ok(), limits);
            verdict.base_cycles = u64::try_from(earlier.len()).ok();
            verdict.base = median(&earlier).filter(|_| earlier.len() >= LEAST_CYCLES);
            if verdict.base.is_none() {
                let has = match earlier.len() {
                    1 => "there is 1".to_owned(),
                    count => format!("there are {count}"),
                };
                let name = &self.name;
                let why =
                    format!("`base` needs {LEAST_CYCLES} earlier cycles with `{name}`, {has}");
                problems.push((Shortfall::TooFewCycles, why));
            }
        }
        verdict.bound = self.bound.resolve(verdict.base);
        if verdict.bound.is_none() && problems.is_empty() {
            let why = format!("{} is beyond all numbers", self.bound);
            problems.push((Shortfall::BoundOutOfRange, why));
        }
        if let Some((reason, _)) = problems.first() {
            verdict.reason = Some(*reason);
            let why: Vec<String> = problems.into_iter().map(|(_, why)| why).collect();
            verdict.why = Some(why.join("; "));
            return verdict;
        }
        if let (Some(value), Some(bound)) = (verdict.value, verdict.bound) {
            verdict.verdict = if self.op.holds(value, bound) {
                Answer::Pass
            } else {
                Answer::Fail
            };
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::clock::UnixTime;
    use crate::gate::{Measured, Reading, Samples, Source};

    const NOW: f64 = 1_000_000.0;

    fn cycle(keys: &[(&str, f64)], ended_at: f64) -> Measured {
        let keys = keys
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Some(*value)));
        Measured {
            keys: keys.collect(),
            metrics: BTreeMap::new(),
            samples: Samples::Unstated,
            ended_at: UnixTime(ended_at),
        }
    }

    fn recorded(name: &str, rows: &[(f64, f64)]) -> BTreeMap<String, Vec<Reading>> {
        let rows = rows.iter().map(|(age, value)| Reading {
            at: NOW - age,
            value: *value,
        });
        BTreeMap::from([(name.to_owned(), rows.collect())])
    }

    fn judge(
        gate: &str,
        this: &Measured,
        earlier: &[Measured],
        recorded: &BTreeMap<String, Vec<Reading>>,
        min_samples: u64,
    ) -> GateVerdict {
        let evidence = Evidence {
            now: UnixTime(NOW),
            cycle: this,
            earlier,
            recorded,
            outcomes: &[true, true, false, true],
        };
        let limits = GateLimits {
            max_age: Duration::from_secs(3600),
            min_samples,
        };
        Gate::parse(gate).expect(gate).judge(&evidence, limits)
    }

    #[test]
    fn a_gate_is_right_below_at_and_above_its_bound() {
        for (roi, answer) in [
            (-0.1, Answer::Fail),
            (0.0, Answer::Pass),
            (0.1, Answer::Pass),
        ] {
            let verdict = judge(
                "roi >= 0",
                &cycle(&[("roi", roi)], NOW),
                &[],
                &BTreeMap::new(),
                1,
            );
            assert_eq!((verdict.verdict, verdict.value), (answer, Some(roi)));
        }
    }

    #[test]
    fn a_name_is_a_key_before_a_metric_and_a_metric_before_the_record() {
        let rows = recorded("x", &[(60.0, 3.0)]);
        let mut this = cycle(&[("x", 1.0)], NOW);
        this.metrics.insert("x".to_owned(), 2.0);
        let find = |this: &Measured| {
            let verdict = judge("x > 0", this, &[], &rows, 1);
            (verdict.value, verdict.source)
        };
        assert_eq!(find(&this), (Some(1.0), Some(Source::Result)));
        this.keys.clear();
        assert_eq!(find(&this), (Some(2.0), Some(Source::Metrics)));
        this.metrics.clear();
        assert_eq!(find(&this), (Some(3.0), Some(Source::Recorded)));
    }

    #[test]
    fn what_is_recorded_counts_up_to_its_age_and_duplicates_count_once() {
        let this = cycle(&[], NOW);
        let at = |rows: &[(f64, f64)], min| {
            let verdict = judge("x < 5", &this, &[], &recorded("x", rows), min);
            (verdict.verdict, verdict.reason, verdict.samples)
        };
        let inconclusive = |reason, samples| (Answer::Inconclusive, Some(reason), samples);
        assert_eq!(at(&[(3600.0, 1.0)], 1), (Answer::Pass, None, Some(1)));
        assert_eq!(
            at(&[(3600.5, 1.0)], 1),
            inconclusive(Shortfall::Stale, None)
        );
        assert_eq!(
            at(&[(-301.0, 1.0)], 1),
            inconclusive(Shortfall::Stale, None)
        );
        assert_eq!(at(&[], 1), inconclusive(Shortfall::Missing, None));
        let twice = [(60.0, 1.0), (60.0, 1.0)];
        assert_eq!(
            at(&twice, 2),
            inconclusive(Shortfall::TooFewSamples, Some(1))
        );
        // The youngest decides, in whatever order they were recorded.
        assert_eq!(
            at(&[(10.0, 9.0), (60.0, 1.0)], 2),
            (Answer::Fail, None, Some(2))
        );
        let broken = [(60.0, 1.0), (10.0, f64::INFINITY)];
        assert_eq!(at(&broken, 1), inconclusive(Shortfall::NotANumber, Some(2)));
    }

    #[test]
    fn base_is_the_median_of_earlier_cycles_and_needs_three() {
        let this = cycle(&[("errors", 0.02)], NOW);
        let of = |values: &[f64]| {
            let earlier: Vec<Measured> = values
                .iter()
                .map(|value| cycle(&[("errors", *value)], NOW - 60.0))
                .collect();
            judge("errors <= base*1.05", &this, &earlier, &BTreeMap::new(), 1)
        };
        let few = of(&[0.02, 0.02]);
        assert_eq!(
            (few.verdict, few.reason),
            (Answer::Inconclusive, Some(Shortfall::TooFewCycles))
        );
        assert_eq!(
            (few.base, few.base_cycles, few.value),
            (None, Some(2), Some(0.02))
        );
        let enough = of(&[0.01, 0.02, 0.9]);
        assert_eq!(
            (enough.verdict, enough.base, enough.base_cycles),
            (Answer::Pass, Some(0.02), Some(3))
        );
        // The 21st counts no more.
        let mut many = vec![0.001; 20];
        many.push(9.0);
        assert_eq!(of(&many).base_cycles, Some(20));
        assert_eq!(of(&many).verdict, Answer::Fail);
    }

    #[test]
    fn a_recorded_value_counts_for_one_earlier_cycle_and_never_for_itself() {
        let this = cycle(&[], NOW);
        let earlier: Vec<Measured> = [100.0, 200.0, 300.0, 400.0]
            .map(|ago| cycle(&[], NOW - ago))
            .to_vec();
        let of = |rows: &[(f64, f64)]| judge("x <= base", &this, &earlier, &recorded("x", rows), 1);
        let one = of(&[(500.0, 1.0)]);
        assert_eq!((one.value, one.base_cycles), (Some(1.0), Some(0)));
        let each = of(&[
            (410.0, 4.0),
            (310.0, 3.0),
            (210.0, 2.0),
            (110.0, 1.0),
            (10.0, 0.5),
        ]);
        assert_eq!(
            (each.base, each.base_cycles, each.verdict),
            (Some(2.5), Some(4), Answer::Pass)
        );
    }

    #[test]
    fn samples_are_those_the_result_states_and_costs_need_none() {
        let mut this = cycle(&[("roi", 1.0), ("cost", 2.0)], NOW);
        let none = BTreeMap::new();
        assert_eq!(
            judge("roi > 0", &this, &[], &none, 2).reason,
            Some(Shortfall::TooFewSamples)
        );
        assert_eq!(
            judge("cost < 3", &this, &[], &none, 2).verdict,
            Answer::Pass
        );
        this.samples = Samples::Stated(2);
        assert_eq!(judge("roi > 0", &this, &[], &none, 2).verdict, Answer::Pass);
        this.samples = Samples::Malformed;
        assert_eq!(
            judge("roi > 0", &this, &[], &none, 1).reason,
            Some(Shortfall::NotANumber)
        );
    }

    #[test]
    fn the_success_rate_is_that_of_the_newest_cycles() {
        let verdict = judge(
            "success_rate >= 0.75",
            &cycle(&[], NOW),
            &[],
            &BTreeMap::new(),
            4,
        );
        assert_eq!(
            (verdict.verdict, verdict.value, verdict.samples),
            (Answer::Pass, Some(0.75), Some(4))
        );
        let verdict = judge(
            "success_rate >= 0.75",
            &cycle(&[], NOW),
            &[],
            &BTreeMap::new(),
            5,
        );
        assert_eq!(verdict.verdict, Answer::Inconclusive);
    }

    #[test]
    fn a_bound_beyond_all_numbers_lets_nothing_through() {
        let earlier = [1e300, 1e300, 1e300]
            .map(|value| cycle(&[("x", value)], NOW))
            .to_vec();
        let verdict = judge(
            "x <= base*1e300",
            &cycle(&[("x", 0.0)], NOW),
            &earlier,
            &BTreeMap::new(),
            1,
        );
        assert_eq!(verdict.reason, Some(Shortfall::BoundOutOfRange));
    }
}
