use super::*;
use crate::engine::decision::Action;

fn inputs(elapsed: Option<f64>) -> TriggerInputs<'static> {
    TriggerInputs {
        paused_for: None,
        elapsed,
        interval: Duration::from_secs(3600),
        min_interval: Duration::ZERO,
        failures_in_row: 0,
        since_failure: 0.0,
        asked: Asked::IfDue,
        energy: None,
        requests: 0,
        policy: None,
        learned: None,
        forecast: None,
        diagnosis: Vec::new(),
        rules: &[],
        reported: Vec::new(),
    }
}

fn wish(advantage: f64) -> PolicyWish {
    PolicyWish {
        wants_run: advantage > 0.0,
        turns_at: None,
    }
}

fn verdict(inputs: &TriggerInputs<'_>) -> (Action, Reason) {
    let decision = decide(inputs.clone());
    (decision.action, decision.reason)
}

fn raised(check: &str) -> Condition {
    let found = Measurement::of_count(1);
    plain(check, check, found, Comparison::Above, 0.0)
}

#[test]
fn conformance_trigger() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/conformance/trigger.json"
    );
    let text = std::fs::read_to_string(path).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 18);
    for case in cases {
        let input = &case["input"];
        // The caller of the pure function turns a negative elapsed time into infinity.
        let elapsed = input["elapsed"].as_f64().unwrap();
        let elapsed = if elapsed < 0.0 {
            f64::INFINITY
        } else {
            elapsed
        };
        let limit = input["pre_roi_bias"].as_f64().unwrap();
        let issues = input["issues"].as_array().unwrap();
        let found = decide(TriggerInputs {
            interval: Duration::from_secs_f64(input["interval"].as_f64().unwrap()),
            policy: input["policy_score"].as_f64().map(wish),
            forecast: input["forecast_roi"]
                .as_f64()
                .map(|value| Limited { value, limit }),
            diagnosis: issues
                .iter()
                .map(|id| raised(id.as_str().unwrap()))
                .collect(),
            ..inputs(Some(elapsed))
        });
        let is_defect = case["reference_defect"].as_bool() == Some(true);
        let wanted = if is_defect {
            &case["intended"]
        } else {
            &case["expected"]
        };
        let wanted = wanted["trigger"].as_bool().unwrap();
        assert_eq!(found.is_run(), wanted, "{}: {found:?}", case["name"]);
    }
}

#[test]
fn an_engine_that_never_ran_runs_and_then_waits_for_its_interval() {
    assert_eq!(verdict(&inputs(None)), (Action::Run, Reason::NeverRun));
    assert_eq!(
        verdict(&inputs(Some(3599.9))),
        (Action::Skip, Reason::NotNeeded)
    );
    assert_eq!(
        verdict(&inputs(Some(3600.0))),
        (Action::Run, Reason::IntervalOver)
    );
    assert_eq!(
        verdict(&inputs(Some(f64::INFINITY))),
        (Action::Run, Reason::IntervalOver)
    );
}

#[test]
fn a_skip_says_when_it_ends() {
    assert_eq!(decide(inputs(Some(600.0))).due_in, Some(3000.0));
    let held = TriggerInputs {
        min_interval: Duration::from_secs(7200),
        ..inputs(Some(600.0))
    };
    assert_eq!(decide(held).due_in, Some(6600.0));
}

#[test]
fn failures_are_waited_out_and_then_retried_before_the_interval_is_over() {
    let failed = TriggerInputs {
        failures_in_row: 1,
        since_failure: 599.0,
        ..inputs(Some(599.0))
    };
    assert_eq!(verdict(&failed), (Action::Skip, Reason::BackingOff));
    let over = TriggerInputs {
        since_failure: 600.0,
        elapsed: Some(600.0),
        ..failed.clone()
    };
    assert_eq!(verdict(&over), (Action::Run, Reason::RetryAfterFailure));
    let interrupted_twice = TriggerInputs {
        elapsed: None,
        ..failed
    };
    assert_eq!(
        verdict(&interrupted_twice),
        (Action::Skip, Reason::BackingOff)
    );
}

#[test]
fn force_ends_backing_off_and_respects_the_minimum_interval_and_cycle_respects_neither() {
    let failed = TriggerInputs {
        failures_in_row: 3,
        min_interval: Duration::from_secs(60),
        asked: Asked::Force,
        ..inputs(Some(100.0))
    };
    assert_eq!(verdict(&failed), (Action::Run, Reason::Forced));
    let soon = TriggerInputs {
        elapsed: Some(59.0),
        ..failed
    };
    assert_eq!(verdict(&soon), (Action::Skip, Reason::MinInterval));
    assert_eq!(
        verdict(&TriggerInputs {
            asked: Asked::Cycle,
            ..soon
        }),
        (Action::Run, Reason::Forced)
    );
}

#[test]
fn every_comparison_is_in_the_evidence_whichever_decided() {
    let failed = TriggerInputs {
        failures_in_row: 1,
        min_interval: Duration::from_secs(60),
        ..inputs(Some(5.0))
    };
    let checks: Vec<_> = decide(failed)
        .conditions
        .iter()
        .map(|condition| (condition.check.clone(), condition.is_raised()))
        .collect();
    let expected = [
        ("backing_off", true),
        ("min_interval", true),
        ("interval", false),
    ];
    assert_eq!(
        checks,
        expected.map(|(check, holds)| (check.to_owned(), holds))
    );
}

/// Takes away one reason after the other and sees the next one decide.
#[test]
fn the_reasons_decide_in_their_order() {
    let critical = [Rule::parse("worst: last(loss) > 1 @critical").unwrap()];
    let mut inputs = TriggerInputs {
        paused_for: Some(f64::INFINITY),
        failures_in_row: 1,
        since_failure: 5.0,
        min_interval: Duration::from_secs(60),
        energy: Some(Limited {
            value: 0.4,
            limit: 0.5,
        }),
        requests: 1,
        policy: Some(wish(0.1)),
        forecast: Some(Limited {
            value: 1.0,
            limit: 0.5,
        }),
        diagnosis: vec![raised("error_rate"), raised("worst")],
        rules: &critical,
        ..inputs(Some(5.0))
    };
    let mut seen = Vec::new();
    let mut step =
        |inputs: &TriggerInputs<'_>| seen.push(decide(inputs.clone()).reason.code().to_owned());
    step(&inputs);
    inputs.paused_for = None;
    step(&inputs);
    inputs.since_failure = 600.0;
    step(&inputs);
    inputs.elapsed = Some(3600.0);
    step(&inputs);
    inputs.energy = None;
    step(&inputs);
    inputs.diagnosis.pop();
    inputs.rules = &[];
    step(&inputs);
    inputs.requests = 0;
    step(&inputs);
    inputs.failures_in_row = 0;
    step(&inputs);
    inputs.elapsed = Some(60.0);
    step(&inputs);
    inputs.policy = Some(wish(0.0));
    step(&inputs);
    inputs.forecast = Some(Limited {
        value: 0.5,
        limit: 0.5,
    });
    step(&inputs);
    inputs.diagnosis.clear();
    step(&inputs);
    let expected = [
        "paused",
        "backing_off",
        "min_interval",
        "low_energy",
        "worst",
        "evolve_requested",
        "retry_after_failure",
        "interval_over",
        "policy",
        "forecast",
        "error_rate",
        "not_needed",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn pausing_holds_against_everybody_and_low_energy_against_neither_force_nor_cycle() {
    let low = Some(Limited {
        value: 0.4,
        limit: 0.5,
    });
    for asked in [Asked::IfDue, Asked::Force, Asked::Cycle] {
        let paused = TriggerInputs {
            paused_for: Some(f64::INFINITY),
            asked,
            ..inputs(None)
        };
        assert_eq!(verdict(&paused), (Action::Skip, Reason::Paused));
        let poor = TriggerInputs {
            energy: low,
            asked,
            ..inputs(None)
        };
        let reason = if asked == Asked::IfDue {
            Reason::LowEnergy
        } else {
            Reason::Forced
        };
        assert_eq!(verdict(&poor).1, reason);
    }
}

fn learned() -> LearnedInputs {
    LearnedInputs {
        since: 100.0,
        max_interval: Some(Duration::from_secs(1000)),
        metrics: Some(MetricsPresence {
            age: None,
            limit: None,
            has_rows: true,
        }),
        on_missing: OnMissing::Hold,
    }
}

#[test]
fn in_mode_learned_the_policy_decides_between_its_intervals() {
    let quiet = TriggerInputs {
        learned: Some(learned()),
        policy: Some(wish(-1.0)),
        diagnosis: vec![raised("error_rate")],
        ..inputs(None)
    };
    // Neither never having run nor an ordinary diagnostic is a reason.
    assert_eq!(verdict(&quiet), (Action::Skip, Reason::NotNeeded));
    let eager = TriggerInputs {
        policy: Some(wish(1.0)),
        ..quiet.clone()
    };
    assert_eq!(verdict(&eager), (Action::Run, Reason::Policy));
    let asked = TriggerInputs {
        requests: 1,
        ..quiet.clone()
    };
    assert_eq!(verdict(&asked), (Action::Run, Reason::EvolveRequested));
    let critical = [Rule::parse("worst: last(loss) > 1 @critical").unwrap()];
    let worst = TriggerInputs {
        diagnosis: vec![raised("worst")],
        rules: &critical,
        ..quiet.clone()
    };
    assert_eq!(verdict(&worst).0, Action::Run);
    let late = TriggerInputs {
        learned: Some(LearnedInputs {
            since: 1000.0,
            ..learned()
        }),
        ..quiet
    };
    assert_eq!(verdict(&late), (Action::Run, Reason::MaxInterval));
}

#[test]
fn in_mode_learned_missing_metrics_hold_run_by_interval_or_skip() {
    let missing = |on_missing, elapsed| {
        verdict(&TriggerInputs {
            learned: Some(LearnedInputs {
                since: 5000.0,
                metrics: Some(MetricsPresence {
                    age: Some(7200.0),
                    limit: Some(3600.0),
                    has_rows: true,
                }),
                on_missing,
                ..learned()
            }),
            policy: Some(wish(1.0)),
            ..inputs(elapsed)
        })
    };
    assert_eq!(
        missing(OnMissing::Hold, None),
        (Action::Skip, Reason::MetricsMissing)
    );
    assert_eq!(
        missing(OnMissing::Run, None),
        (Action::Run, Reason::MetricsMissing)
    );
    assert_eq!(
        missing(OnMissing::Run, Some(3600.0)),
        (Action::Run, Reason::MetricsMissing)
    );
    assert_eq!(
        missing(OnMissing::Run, Some(10.0)),
        (Action::Run, Reason::MaxInterval)
    );
    assert_eq!(
        missing(OnMissing::Skip, Some(10.0)),
        (Action::Run, Reason::MaxInterval)
    );
}
