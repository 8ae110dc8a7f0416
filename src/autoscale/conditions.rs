//! Every comparison of one decision, made once: the decision and its evidence read the same answers.

use super::{AutoscaleSettings, Inequality, Op, ScaleInputs, ScaleReason, Side};

/// The comparisons of one decision.
pub(super) struct Conditions {
    energy_creates: Inequality,
    trend_exceeds: Inequality,
    covers_cost: Inequality,
    below_max: Inequality,
    below_instances: Option<Inequality>,
    budget_intact: Option<Inequality>,
    energy_low: Inequality,
    trend_low: Inequality,
    above_min: Inequality,
    /// The five comparisons of readings once more, `tolerance` further out; empty without one.
    tolerance: Option<Tolerant>,
    cooled_down: Option<Inequality>,
    below_rate: Option<Inequality>,
}

struct Tolerant {
    adds: [Inequality; 3],
    removes: [Inequality; 2],
}

/// What the fleet is asked to do before pace and approval are looked at.
pub(super) enum Wish {
    Grow,
    Shrink(ScaleReason),
    Stay(ScaleReason),
}

impl Conditions {
    pub(super) fn new(
        inputs: &ScaleInputs,
        settings: &AutoscaleSettings,
        energy: f64,
        trend: f64,
    ) -> Self {
        let count = ("engines", f64::from(inputs.count()));
        let limit =
            |side, op, name, limit: u32| Inequality::new(side, count, op, (name, f64::from(limit)));
        let [energy_creates, trend_exceeds, covers_cost] = adds(settings, energy, trend, 0.0);
        let [energy_low, trend_low] = removes(settings, energy, trend, 0.0);
        let tolerance = settings.tolerance;
        Self {
            energy_creates,
            trend_exceeds,
            covers_cost,
            below_max: limit(Side::Add, Op::Below, "max_engines", settings.max_engines),
            below_instances: settings
                .max_instances
                .map(|max_instances| limit(Side::Add, Op::Below, "max_instances", max_instances)),
            budget_intact: inputs.budget_left.as_ref().and_then(|left| {
                let left = ("budget left", left.value()?);
                Some(Inequality::new(Side::Add, left, Op::Above, ("budget", 0.0)))
            }),
            energy_low,
            trend_low,
            above_min: limit(Side::Remove, Op::Above, "min_engines", settings.min_engines),
            tolerance: (tolerance > 0.0).then(|| Tolerant {
                adds: adds(settings, energy, trend, tolerance),
                removes: removes(settings, energy, trend, tolerance),
            }),
            cooled_down: cooled_down(inputs, settings),
            below_rate: settings.rate_limit.map(|rate_limit| {
                let lately = f64::from(inputs.actions_within(rate_limit.per_secs));
                let most = ("rate_limit", f64::from(rate_limit.actions));
                Inequality::new(Side::Pace, ("actions lately", lately), Op::Below, most)
            }),
        }
    }

    /// Returns what is wanted: growing if everything for it holds, otherwise shrinking, otherwise nothing and why.
    pub(super) fn wish(&self) -> Wish {
        let readings_grow = self.energy_creates.holds && self.trend_exceeds.holds;
        let blocked = if !self.covers_cost.holds {
            Some(ScaleReason::CostNotCovered)
        } else if !self.below_max.holds {
            Some(ScaleReason::AtMaxEngines)
        } else if fails(self.below_instances.as_ref()) {
            Some(ScaleReason::AtMaxInstances)
        } else if fails(self.budget_intact.as_ref()) {
            Some(ScaleReason::BudgetExhausted)
        } else {
            None
        };
        let shrinks = self.ground_of_removal();
        match (readings_grow, blocked, shrinks) {
            (true, None, _) => Wish::Grow,
            (_, _, Some(reason)) if self.above_min.holds => Wish::Shrink(reason),
            (true, Some(reason), _) => Wish::Stay(reason),
            (false, _, Some(_)) => Wish::Stay(ScaleReason::AtMinEngines),
            (false, _, None) => Wish::Stay(ScaleReason::NotNeeded),
        }
    }

    /// Returns why an engine should go; a ground beyond the tolerance is named before one within it.
    fn ground_of_removal(&self) -> Option<ScaleReason> {
        let beyond = self.tolerance.as_ref().map(|tolerant| &tolerant.removes);
        let beyond = beyond.filter(|removes| removes.iter().any(|inequality| inequality.holds));
        let [energy_low, trend_low] = beyond
            .map_or([&self.energy_low, &self.trend_low], |removes| {
                removes.each_ref()
            });
        if energy_low.holds {
            Some(ScaleReason::EnergyLow)
        } else {
            trend_low.holds.then_some(ScaleReason::TrendLow)
        }
    }

    /// Returns what stands against acting now: tolerance, then cooldown, then rate.
    pub(super) fn pace(&self, is_addition: bool) -> Option<ScaleReason> {
        let is_clear = self.tolerance.as_ref().is_none_or(|tolerant| {
            if is_addition {
                tolerant.adds.iter().all(|inequality| inequality.holds)
            } else {
                tolerant.removes.iter().any(|inequality| inequality.holds)
            }
        });
        if !is_clear {
            Some(ScaleReason::WithinTolerance)
        } else if fails(self.cooled_down.as_ref()) {
            Some(ScaleReason::CoolingDown)
        } else {
            fails(self.below_rate.as_ref()).then_some(ScaleReason::RateLimited)
        }
    }

    /// Returns all comparisons in the order they are shown.
    pub(super) fn into_evidence(self) -> Vec<Inequality> {
        let mut evidence = vec![
            self.energy_creates,
            self.trend_exceeds,
            self.covers_cost,
            self.below_max,
        ];
        evidence.extend(self.below_instances);
        evidence.extend(self.budget_intact);
        evidence.extend([self.energy_low, self.trend_low, self.above_min]);
        if let Some(Tolerant { adds, removes }) = self.tolerance {
            evidence.extend(adds);
            evidence.extend(removes);
        }
        evidence.extend(self.cooled_down);
        evidence.extend(self.below_rate);
        evidence
    }
}

fn fails(inequality: Option<&Inequality>) -> bool {
    inequality.is_some_and(|inequality| !inequality.holds)
}

fn cooled_down(inputs: &ScaleInputs, settings: &AutoscaleSettings) -> Option<Inequality> {
    let since = inputs
        .secs_since_last_action()
        .filter(|_| settings.cooldown_secs > 0)?;
    let (since, cooldown) = (seconds(since), seconds(settings.cooldown_secs));
    Some(Inequality::new(
        Side::Pace,
        ("seconds since action", since),
        Op::AtLeast,
        ("cooldown", cooldown),
    ))
}

/// Spans over 136 years are all the same.
fn seconds(seconds: u64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX))
}

fn adds(settings: &AutoscaleSettings, energy: f64, trend: f64, tolerance: f64) -> [Inequality; 3] {
    let add = |reading, op, name, threshold| {
        Inequality::new(
            Side::Add,
            reading,
            op,
            (named(name, tolerance).as_str(), threshold + tolerance),
        )
    };
    [
        add(
            ("energy", energy),
            Op::Above,
            "create_energy",
            settings.create_energy,
        ),
        add(
            ("trend", trend),
            Op::Above,
            "roi_threshold",
            settings.roi_threshold,
        ),
        add(
            ("trend", trend),
            Op::AtLeast,
            "cost_per_engine",
            settings.cost_per_engine,
        ),
    ]
}

fn removes(
    settings: &AutoscaleSettings,
    energy: f64,
    trend: f64,
    tolerance: f64,
) -> [Inequality; 2] {
    let remove = |reading, op, name, threshold| {
        Inequality::new(
            Side::Remove,
            reading,
            op,
            (named(name, tolerance).as_str(), threshold - tolerance),
        )
    };
    [
        remove(
            ("energy", energy),
            Op::AtMost,
            "remove_energy",
            settings.remove_energy,
        ),
        remove(
            ("trend", trend),
            Op::Below,
            "roi_threshold",
            settings.roi_threshold,
        ),
    ]
}

fn named(name: &str, tolerance: f64) -> String {
    if tolerance > 0.0 {
        format!("{name}, tolerance {tolerance}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
#[path = "conditions_tests.rs"]
mod tests;
