//! Tests of the plan document: every input that moves is named.

use serde_json::Value;

use super::super::*;
use super::{FREE_TO_MOVE, object};

fn engine(name: &str) -> EngineState {
    EngineState {
        origin: Origin::Autoscaled,
        mean_roi: Some(1.0),
        ..fixture::engine(name)
    }
}

fn inputs(energy: f64) -> ScaleInputs {
    ScaleInputs {
        budget_left: Some(Reading::of(80.0)),
        engines: vec![engine("alpha"), engine("beta")],
        answer: Answer::Absent,
        ..fixture::inputs(&[], energy, 0.1)
    }
}

fn plan(energy: f64) -> ScalePlan {
    ScalePlan::new(inputs(energy), AutoscaleSettings::default())
}

fn moved(plan: &ScalePlan, inputs: &ScaleInputs) -> Vec<String> {
    plan.moved(inputs, &plan.settings)
        .into_iter()
        .map(|moved| moved.name)
        .collect()
}

type Change = fn(&mut ScaleInputs);

/// One change for every input that counts in every plan.
const CHANGES: [(&str, Change); 9] = [
    ("registry", |inputs| inputs.registry = "s".into()),
    ("energy", |inputs| inputs.energy = Reading::of(0.91)),
    ("trend", |inputs| {
        inputs.trend = Reading::Missing("no rows".into());
    }),
    ("budget_left", |inputs| inputs.budget_left = None),
    ("engines", |inputs| inputs.engines.push(engine("gamma"))),
    ("archived", |inputs| inputs.archived.push("engine1".into())),
    ("reserved", |inputs| {
        inputs.reserved.extend(["engine2".to_owned()]);
    }),
    ("has_factory", |inputs| inputs.has_factory = false),
    ("actions", |inputs| {
        inputs.actions.push(PastAction {
            at_unix_secs: 0,
            direction: Direction::Up,
        });
    }),
];

#[test]
fn a_plan_survives_its_document() {
    for energy in [0.9, 0.1, 0.5] {
        let plan = plan(energy);
        let text = serde_json::to_string_pretty(&plan).expect("finite numbers");
        assert_eq!(ScalePlan::parse(&text).expect("own text"), plan);
    }
}

#[test]
fn each_input_that_moved_is_named() {
    for energy in [0.9, 0.1] {
        for (name, change) in CHANGES {
            let mut now = inputs(energy);
            change(&mut now);
            assert_eq!(moved(&plan(energy), &now), [name], "energy {energy}");
        }
    }
}

#[test]
fn no_input_is_forgotten_by_the_test_above() {
    let fields = object(&inputs(0.9));
    let tested = CHANGES.iter().map(|(name, _)| *name).chain(FREE_TO_MOVE);
    let untested: Vec<&String> = fields
        .keys()
        .filter(|name| !tested.clone().any(|one| one == *name))
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn each_setting_that_moved_is_named() {
    let plan = plan(0.9);
    let planned = object(&plan.settings);
    for name in planned.keys() {
        let mut now = planned.clone();
        let other = match name.as_str() {
            "approval" => serde_json::json!("none"),
            "rate_limit" => serde_json::json!({"actions": 1, "per_secs": 60}),
            _ => serde_json::json!(7),
        };
        now.insert(name.clone(), other);
        let settings = serde_json::from_value(Value::Object(now)).expect("good settings");
        let moved = plan.moved(&plan.inputs, &settings);
        assert_eq!(moved.len(), 1, "{name}");
        assert_eq!(moved[0].name, format!("settings.{name}"));
    }
}

#[test]
fn time_and_approval_may_move() {
    let mut now = inputs(0.9);
    now.now_unix_secs += 3600;
    now.answer = Answer::Granted;
    assert!(moved(&plan(0.9), &now).is_empty());
}

#[test]
fn what_an_engine_earned_and_whether_it_runs_counts_in_a_removal_only() {
    let changes: [(&str, Change); 3] = [
        ("engines.beta.mean_roi", |inputs| {
            inputs.engines[1].mean_roi = Some(2.0);
        }),
        ("engines.beta.is_running", |inputs| {
            inputs.engines[1].is_running = true;
        }),
        ("engines.alpha.origin", |inputs| {
            inputs.engines[0].origin = Origin::Registered;
        }),
    ];
    for (name, change) in changes {
        let (mut adding, mut removing) = (inputs(0.9), inputs(0.1));
        change(&mut adding);
        change(&mut removing);
        assert!(moved(&plan(0.9), &adding).is_empty(), "{name}");
        assert_eq!(moved(&plan(0.1), &removing), [name]);
    }
}

#[test]
fn a_plan_whose_step_was_edited_is_stale() {
    let mut edited = plan(0.9);
    edited.decision.wanted = ScaleAction::Remove {
        name: "alpha".into(),
    };
    let moved = edited.moved(&inputs(0.9), &edited.settings);
    assert_eq!(
        moved[0].to_string(),
        "decision was remove alpha, is add engine2"
    );
}

#[test]
fn a_moved_input_is_told_in_words() {
    let told = |change: Change| {
        let mut now = inputs(0.9);
        change(&mut now);
        plan(0.9).moved(&now, &AutoscaleSettings::default())[0].to_string()
    };
    assert_eq!(
        told(|inputs| inputs.energy = Reading::of(0.42)),
        "energy was 0.9, is 0.42"
    );
    assert_eq!(
        told(|inputs| inputs.budget_left = None),
        "budget_left was 80.0, is absent"
    );
    assert_eq!(
        told(|inputs| inputs.trend = Reading::Missing("no rows".into())),
        "trend was 0.1, is unknown (no rows)"
    );
    assert_eq!(
        told(|inputs| inputs.engines.push(engine("gamma"))),
        "engines was alpha, beta, is alpha, beta, gamma"
    );
    assert_eq!(
        told(|inputs| {
            inputs.actions.push(PastAction {
                at_unix_secs: 0,
                direction: Direction::Up,
            });
        }),
        "actions was none, is 1"
    );
    let limited = AutoscaleSettings {
        rate_limit: "3/1d".parse().ok(),
        ..AutoscaleSettings::default()
    };
    let moved = plan(0.9).moved(&inputs(0.9), &limited);
    assert_eq!(
        moved[0].to_string(),
        "settings.rate_limit was absent, is 3/1d"
    );
}

#[test]
fn a_document_that_is_newer_or_no_plan_is_refused() {
    let newer = ScalePlan::parse(r#"{"schema_version": 2, "anything": 1}"#).expect_err("newer");
    assert_eq!(
        newer.to_string(),
        "the plan has schema version 2, this release reads up to 1"
    );
    for text in [
        "",
        "[]",
        "{}",
        r#"{"schema_version": 1}"#,
        r#"{"schema_version": -1}"#,
    ] {
        assert!(
            matches!(ScalePlan::parse(text), Err(PlanError::Unreadable(_))),
            "{text}"
        );
    }
}
