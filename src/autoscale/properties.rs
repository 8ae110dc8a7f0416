//! What holds after any sequence of readings; not part of the product.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// One look at the fleet.
#[derive(Debug, Clone)]
struct Step {
    energy: Reading,
    trend: Reading,
    budget_left: Option<Reading>,
    secs: i64,
    answer: Answer,
    /// Engine i runs if bit i is set.
    running: u32,
    mean_roi: Option<f64>,
    /// The operator unregisters the first idle engine, or registers one of this number.
    by_hand: Option<Result<u8, ()>>,
}

fn reading(values: impl Strategy<Value = f64>) -> impl Strategy<Value = Reading> {
    prop_oneof![
        12 => values.prop_map(Reading::of),
        1 => Just(Reading::Missing("no rows".into())),
        1 => Just(Reading::Failed("exit 1".into())),
        1 => Just(Reading::Value(f64::NAN)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let answer = prop_oneof![1 => Just(Answer::Absent), 3 => Just(Answer::Granted), 1 => Just(Answer::Refused)];
    let by_hand = prop_oneof![
        8 => Just(None),
        1 => Just(Some(Err(()))),
        1 => (0..9_u8).prop_map(|number| Some(Ok(number))),
    ];
    (
        reading(0.0..=1.0),
        reading(-0.3..0.5),
        prop::option::of(reading(-10.0..50.0)),
        0..120_i64,
        answer,
        prop_oneof![Just(0), any::<u32>()],
        prop::option::of(-5.0..5.0),
        by_hand,
    )
        .prop_map(
            |(energy, trend, budget_left, secs, answer, running, mean_roi, by_hand)| Step {
                energy,
                trend,
                budget_left,
                secs,
                answer,
                running,
                mean_roi,
                by_hand,
            },
        )
}

fn settings() -> impl Strategy<Value = AutoscaleSettings> {
    let rate_limit =
        (0..4_u32, 1..600_u64).prop_map(|(actions, per_secs)| RateLimit { actions, per_secs });
    (
        (-0.2..1.2, -0.2..1.2, -0.2..0.2, -0.1..0.3),
        (0..4_u32, 0..5_u32, prop::option::of(0..8_u32)),
        (
            prop_oneof![Just(0.0), 0.0..0.2],
            0..300_u64,
            prop::option::of(rate_limit),
        ),
        prop_oneof![Just(ApprovalRule::Required), Just(ApprovalRule::None)],
    )
        .prop_map(|(levels, limits, pace, approval)| AutoscaleSettings {
            create_energy: levels.0,
            remove_energy: levels.1,
            roi_threshold: levels.2,
            cost_per_engine: levels.3,
            min_engines: limits.0,
            max_engines: limits.0 + limits.1,
            max_instances: limits.2,
            tolerance: pace.0,
            cooldown_secs: pace.1,
            rate_limit: pace.2,
            approval,
        })
}

/// A fleet that carries decisions out, as a registry would.
struct Fleet {
    inputs: ScaleInputs,
    /// Every name that ever had data.
    ever: BTreeSet<String>,
}

impl Fleet {
    fn new(count: u32) -> Self {
        let mut fleet = Self {
            inputs: fixture::inputs(&[], 0.5, 0.0),
            ever: BTreeSet::new(),
        };
        (0..count).for_each(|number| fleet.join(&format!("bot{number}"), Origin::Registered));
        fleet
    }

    fn join(&mut self, name: &str, origin: Origin) {
        self.ever.insert(name.to_lowercase());
        let name = name.to_owned();
        self.inputs.engines.push(EngineState {
            name,
            origin,
            mean_roi: None,
            is_running: false,
        });
    }

    fn look(&mut self, step: &Step) {
        let inputs = &mut self.inputs;
        inputs.energy = step.energy.clone();
        inputs.trend = step.trend.clone();
        inputs.budget_left.clone_from(&step.budget_left);
        inputs.answer = step.answer;
        inputs.now_unix_secs += step.secs;
        for (place, engine) in inputs.engines.iter_mut().enumerate() {
            engine.is_running = step.running >> place & 1 == 1;
            engine.mean_roi = if place % 2 == 0 {
                step.mean_roi
            } else {
                engine.mean_roi
            };
        }
        match step.by_hand {
            Some(Err(())) => {
                if let Some(place) = inputs.engines.iter().position(|engine| !engine.is_running) {
                    inputs.reserved.insert(inputs.engines.remove(place).name);
                }
            }
            Some(Ok(number)) => {
                let name = format!("ENGINE{number}");
                if !self.ever.contains(&name.to_lowercase()) {
                    self.join(&name, Origin::Registered);
                }
            }
            None => {}
        }
    }

    fn carry_out(&mut self, action: &ScaleAction) {
        let direction = match action {
            ScaleAction::None => return,
            ScaleAction::Add { name } => {
                self.join(name, Origin::Autoscaled);
                Direction::Up
            }
            ScaleAction::Revive { name } => {
                self.inputs.archived.retain(|archived| archived != name);
                self.join(name, Origin::Autoscaled);
                Direction::Up
            }
            ScaleAction::Remove { name } => {
                self.inputs.engines.retain(|engine| engine.name != *name);
                self.inputs.archived.push(name.clone());
                Direction::Down
            }
        };
        self.inputs.actions.push(PastAction {
            at_unix_secs: self.inputs.now_unix_secs,
            direction,
        });
    }

    /// Checks one decision against everything that must hold, before it is carried out.
    fn check(
        &self,
        decision: &ScaleDecision,
        settings: &AutoscaleSettings,
    ) -> Result<(), TestCaseError> {
        let inputs = &self.inputs;
        let readings = [
            Some(&inputs.energy),
            Some(&inputs.trend),
            inputs.budget_left.as_ref(),
        ];
        if readings
            .into_iter()
            .flatten()
            .any(|reading| reading.value().is_none())
        {
            prop_assert!(decision.reason.is_unmeasured() && decision.action == ScaleAction::None);
        }
        if decision.action.is_addition() {
            let nobody_needed =
                settings.approval == ApprovalRule::None && inputs.answer == Answer::Absent;
            prop_assert!(
                inputs.answer == Answer::Granted || nobody_needed,
                "not approved"
            );
            prop_assert!(decision.count_after <= settings.max_engines, "above max");
            prop_assert!(
                settings
                    .max_instances
                    .is_none_or(|most| decision.count_after <= most)
            );
        }
        match &decision.action {
            ScaleAction::None => return Ok(()),
            ScaleAction::Add { name } => {
                prop_assert!(
                    !self.ever.contains(&name.to_lowercase()),
                    "{name} was used before"
                );
            }
            ScaleAction::Revive { name } => prop_assert!(inputs.archived.contains(name)),
            ScaleAction::Remove { name } => {
                let engine = inputs.engines.iter().find(|engine| engine.name == *name);
                prop_assert!(
                    engine.is_some_and(|engine| !engine.is_running),
                    "{name} is running"
                );
                prop_assert!(decision.count_after >= settings.min_engines, "below min");
            }
        }
        if let Some(last) = inputs.actions.last() {
            let since = inputs.now_unix_secs - last.at_unix_secs;
            prop_assert!(
                since >= settings.cooldown_secs.try_into().unwrap(),
                "inside the cooldown"
            );
        }
        if let Some(limit) = settings.rate_limit {
            prop_assert!(
                inputs.actions_within(limit.per_secs) < limit.actions,
                "above the rate"
            );
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn the_fleet_stays_sound_after_any_sequence_of_readings(
        settings in settings(),
        count in 0..7_u32,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let autoscaler = Autoscaler::new(settings.clone()).unwrap();
        let mut fleet = Fleet::new(count);
        for step in &steps {
            fleet.look(step);
            let decision = autoscaler.decide(&fleet.inputs);
            fleet.check(&decision, &settings)?;
            let within = |count| (settings.min_engines..=settings.max_engines).contains(&count);
            let was_inside = within(fleet.inputs.count());
            fleet.carry_out(&decision.action);
            prop_assert_eq!(fleet.inputs.count(), decision.count_after);
            prop_assert!(!was_inside || within(decision.count_after), "left the limits");
            let mut names: Vec<String> =
                fleet.inputs.engines.iter().map(|engine| engine.name.to_lowercase()).collect();
            names.sort();
            names.dedup();
            prop_assert_eq!(names.len(), fleet.inputs.engines.len(), "a name twice");
        }
    }
}
