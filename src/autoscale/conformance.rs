//! Replays the recorded vectors of autoscaling; not part of the product.

use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/conformance/autoscale.json"
));

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect()
}

fn reading(value: &Value) -> Reading {
    value
        .as_f64()
        .map_or_else(|| Reading::Failed("lookup failed".into()), Reading::of)
}

fn whole(value: &Value) -> Option<u32> {
    value.as_u64().map(|number| u32::try_from(number).unwrap())
}

fn settings(input: &Value) -> AutoscaleSettings {
    let number = |name: &str| input[name].as_f64().unwrap();
    AutoscaleSettings {
        create_energy: number("create_energy"),
        remove_energy: number("remove_energy"),
        roi_threshold: number("roi_threshold"),
        cost_per_engine: number("cost_per_engine"),
        min_engines: whole(&input["min_engines"]).unwrap(),
        max_engines: whole(&input["max_engines"]).unwrap(),
        max_instances: whole(&input["max_instances"]),
        // The vectors' `absent` means that there is nobody to ask.
        approval: if input["approval"] == "absent" {
            ApprovalRule::None
        } else {
            ApprovalRule::Required
        },
        ..AutoscaleSettings::default()
    }
}

fn inputs(input: &Value) -> ScaleInputs {
    ScaleInputs {
        energy: reading(&input["energy"]),
        trend: reading(&input["trend"]),
        budget_left: Some(Reading::of(if input["budget_ok"] == true {
            1.0
        } else {
            0.0
        })),
        answer: match input["approval"].as_str().unwrap() {
            "yes" => Answer::Granted,
            "no" => Answer::Refused,
            _ => Answer::Absent,
        },
        ..fixture::inputs(&names(&input["engines"]), 0.0, 0.0)
    }
}

fn replay(case: &Value) {
    let name = case["name"].as_str().unwrap();
    let expected = if case["reference_defect"] == true {
        &case["intended"]
    } else {
        &case["expected"]
    };
    let autoscaler = Autoscaler::new(settings(&case["input"])).unwrap();
    let inputs = inputs(&case["input"]);
    let decision = autoscaler.decide(&inputs);
    let (action, created) = match &decision.action {
        ScaleAction::None => ("none", None),
        ScaleAction::Add { name } => ("create", Some(name.as_str())),
        ScaleAction::Remove { .. } => ("remove", None),
        ScaleAction::Revive { .. } => ("revive", None),
    };
    assert_eq!(
        action,
        expected["action"].as_str().unwrap(),
        "{name}: {decision:?}"
    );
    assert_eq!(
        Some(decision.count_after),
        whole(&expected["count_after"]),
        "{name}"
    );
    assert_eq!(created, expected["created"].as_str(), "{name}");
    let mut left = inputs.engines;
    left.retain(|engine| Some(engine.name.as_str()) != decision.action.name());
    if action == "remove" {
        let left: Vec<&str> = left.iter().map(|engine| engine.name.as_str()).collect();
        assert_eq!(
            left,
            names(&expected["engines_if_newest_removed"]),
            "{name}"
        );
    }
    let was_asked = decision.wanted.is_addition() && decision.approval != Approval::NotNeeded;
    if case["reference_defect"] != true {
        assert_eq!(
            was_asked,
            expected["approval_asked"].as_bool().unwrap(),
            "{name}"
        );
    }
}

#[test]
fn conformance_autoscale() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 85);
    for case in cases {
        replay(case);
    }
}
