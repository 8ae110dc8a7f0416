//! Replays `tests/data/conformance/energy_scaling.json`, and checks the limits.

use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/conformance/energy_scaling.json"
));

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn inputs(input: &Value) -> EnergyInputs {
    let base = match &input["energy_score"] {
        Value::Null => EnergyBase::Configured(input["energy_arg"].as_i64().unwrap()),
        Value::String(_) => EnergyBase::CapitalFailed,
        score => EnergyBase::CapitalScore(number(score)),
    };
    let forecast = input["pre_roi"].as_object().map(|forecast| ForecastFactor {
        roi: number(&forecast["roi"]),
        scale: number(&forecast["scale"]),
        bias: number(&forecast["bias"]),
        cap: number(&forecast["cap"]),
    });
    EnergyInputs {
        base,
        predicted: input["predicted"].as_f64(),
        forecast,
    }
}

#[test]
fn conformance_energy_scaling() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let name = &case["name"];
        let energy = EnergyScaling::of(&inputs(&case["input"]));
        // Where the reference is at fault the vectors say only what is intended at the end.
        if case["reference_defect"].as_bool() == Some(true) {
            assert_eq!(
                i64::from(energy.granted.number()),
                case["intended"]["final"].as_i64().unwrap(),
                "{name}: final"
            );
            continue;
        }
        let expected = &case["expected"];
        assert_eq!(
            energy.base,
            expected["base"].as_i64().unwrap(),
            "{name}: base"
        );
        assert_eq!(
            energy.after_policy,
            expected["after_policy"].as_i64().unwrap(),
            "{name}: after_policy"
        );
        assert_eq!(
            energy.after_forecast,
            expected["after_pre_roi"].as_i64().unwrap(),
            "{name}: after_pre_roi"
        );
        assert_eq!(
            i64::from(energy.granted.number()),
            expected["final"].as_i64().unwrap(),
            "{name}: final"
        );
    }
}

#[test]
fn energy_stays_within_its_limits_whatever_goes_in() {
    let wild = [
        1e308,
        -1e308,
        5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        0.0,
    ];
    for one in wild {
        for two in wild {
            for base in [
                EnergyBase::CapitalScore(one),
                EnergyBase::Configured(i64::MAX),
            ] {
                let forecast = Some(ForecastFactor {
                    roi: two,
                    scale: one,
                    bias: two,
                    cap: one,
                });
                let energy = EnergyScaling::of(&EnergyInputs {
                    base,
                    predicted: Some(two),
                    forecast,
                });
                assert!((1..=100).contains(&energy.granted.number()));
                assert!(energy.policy_factor.is_finite() && energy.forecast_factor.is_finite());
            }
        }
    }
}
