//! Properties of the whole policy: finite whatever is reported, and blind to the unit of money.

use proptest::prelude::*;

use crate::policy::{
    CycleReport, Evidence, FleetTable, PolicyChoice, PolicySettings, RunKind,
    SelfImprovementPolicy, SituationReading, Strategy as Rule,
};

/// One thing that happens to a policy.
#[derive(Debug, Clone)]
enum Event {
    Row(f64),
    Ran(Option<f64>, Option<f64>, f64),
}

fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        Just(1e308),
        Just(-1e308),
        Just(5e-324),
        Just(0.0),
        Just(f64::MIN_POSITIVE),
        -100.0..100.0,
        Just(f64::NAN)
    ]
}

fn wild_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => wild().prop_map(Event::Row),
        1 => (proptest::option::of(wild()), proptest::option::of(wild()), wild())
            .prop_map(|(gain, cost, roi)| Event::Ran(gain, cost, roi)),
    ]
}

/// Money in hundredths: what people really report.
fn cents(range: std::ops::Range<i32>) -> impl Strategy<Value = f64> {
    range.prop_map(|cents| f64::from(cents) / 100.0)
}

fn sane_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => cents(-5000..5000).prop_map(Event::Row),
        1 => (proptest::option::of(cents(-3000..3000)), proptest::option::of(cents(0..5000)), cents(-9000..9000))
            .prop_map(|(gain, cost, roi)| Event::Ran(gain, cost, roi)),
    ]
}

fn play(
    settings: &PolicySettings,
    events: &[Event],
    unit: f64,
) -> (Vec<PolicyChoice>, SelfImprovementPolicy) {
    let fleet = FleetTable::default();
    let cost = settings.cost.map(|cost| cost * unit);
    let mut policy = SelfImprovementPolicy::new(
        PolicySettings {
            cost,
            ..settings.clone()
        },
        7,
    );
    let mut choices = Vec::new();
    let mut waiting_in_intervals = 0.0;
    for event in events {
        match event {
            Event::Row(loss) => policy.observe(loss * unit, &fleet),
            Event::Ran(gain, cost, roi) => {
                let (gain, cost) = (gain.map(|gain| gain * unit), cost.map(|cost| cost * unit));
                policy.ran(
                    &CycleReport {
                        gain,
                        cost,
                        roi: roi * unit,
                    },
                    RunKind::Forced,
                    &fleet,
                );
                waiting_in_intervals = 0.0;
            }
        }
        waiting_in_intervals += 0.4;
        let reading = SituationReading {
            waiting_in_intervals,
            ..SituationReading::default()
        };
        choices.push(policy.decide(&reading, &fleet));
        if choices.last().is_some_and(|choice| choice.run) {
            let report = CycleReport {
                gain: Some(5.0 * unit),
                cost: Some(7.5 * unit),
                roi: 12.0 * unit,
            };
            policy.ran(&report, RunKind::Chosen, &fleet);
            waiting_in_intervals = 0.0;
        }
    }
    (choices, policy)
}

fn settings() -> impl Strategy<Value = PolicySettings> {
    let strategies = proptest::sample::select(Rule::ALL.to_vec());
    let evidence = proptest::sample::select(vec![Evidence::Rows, Evidence::Results]);
    (strategies, evidence, proptest::option::of(wild()), 0.0..0.6).prop_map(
        |(strategy, evidence, cost, explore)| PolicySettings {
            strategy,
            evidence,
            cost,
            explore,
        },
    )
}

proptest! {
    #[test]
    fn every_number_stays_finite_whatever_is_reported(
        settings in settings(),
        events in proptest::collection::vec(wild_event(), 1..80),
    ) {
        let (choices, policy) = play(&settings, &events, 1.0);
        for choice in &choices {
            let numbers = [
                choice.q_run, choice.q_skip, choice.visits_run, choice.visits_skip, choice.probability,
                choice.debt_in_prices, choice.staleness_in_prices, choice.price, choice.predicted(),
            ];
            prop_assert!(numbers.iter().all(|number| number.is_finite()), "{choice:?}");
        }
        // A number that is not finite would be written as null and not be read back.
        let copy = SelfImprovementPolicy::from_json(&policy.to_json().unwrap());
        prop_assert_eq!(copy.unwrap(), policy);
    }

    #[test]
    fn money_in_another_unit_gives_the_same_decisions(
        cost in proptest::option::of(cents(0..5000)),
        evidence in proptest::sample::select(vec![Evidence::Rows, Evidence::Results]),
        events in proptest::collection::vec(sane_event(), 1..120),
    ) {
        let settings = PolicySettings { evidence, cost, ..PolicySettings::default() };
        let plain = play(&settings, &events, 1.0).0;
        for unit in [1000.0, 0.001, 1e-6, 1e6] {
            for (choice, scaled) in plain.iter().zip(play(&settings, &events, unit).0) {
                prop_assert_eq!(choice.run, scaled.run);
                prop_assert_eq!(choice.cell, scaled.cell);
                prop_assert!((choice.predicted() - scaled.predicted()).abs() < 1e-6);
            }
        }
    }
}
