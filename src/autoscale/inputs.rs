//! Everything one autoscaling decision rests on besides the settings.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Answer, Reading};

/// Who put an engine into the fleet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The operator, by `register` or by hand.
    #[default]
    Registered,
    /// Autoscaling; these are removed first.
    Autoscaled,
}

/// One engine of the fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineState {
    /// Name of the engine.
    pub name: String,
    /// Who put it there.
    pub origin: Origin,
    /// Mean ROI delta of its cycles, in the operator's unit; none before the first.
    pub mean_roi: Option<f64>,
    /// True while a cycle of it runs or a patch of it is on trial; it is not removed then.
    pub is_running: bool,
}

/// Which way an action went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// An engine was added or revived.
    Up,
    /// An engine was removed.
    Down,
}

/// An autoscaling action that was carried out. Looks without an action are not recorded here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastAction {
    /// When, in Unix seconds.
    pub at_unix_secs: i64,
    /// Which way.
    pub direction: Direction,
}

/// The inputs of one decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleInputs {
    /// Id of the registry, so that a plan is not applied to another one.
    pub registry: String,
    /// Energy score of the fleet, 0..=1.
    pub energy: Reading,
    /// ROI trend: relative change from the older to the newer half of the newest rows of all bots together.
    pub trend: Reading,
    /// The least that is left under any budget, in the operator's unit; above 0 is intact. None without a budget.
    pub budget_left: Option<Reading>,
    /// Engines of the fleet in registration order, oldest first, without the archived ones.
    pub engines: Vec<EngineState>,
    /// Names of the engines that autoscaling archived, in the order of archiving; the last is revived first.
    pub archived: Vec<String>,
    /// Other names whose data are kept, such as unregistered engines; never given to a new engine.
    pub reserved: BTreeSet<String>,
    /// True if the registry knows how to make a new engine.
    pub has_factory: bool,
    /// Earlier actions, in any order; at least the last one and those in the rate limit's stretch of time.
    pub actions: Vec<PastAction>,
    /// What was answered to the question for an approval.
    pub answer: Answer,
    /// The time of the decision, in Unix seconds.
    pub now_unix_secs: i64,
}

impl ScaleInputs {
    /// Returns the number of engines in the fleet.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.engines.len()).unwrap_or(u32::MAX)
    }

    /// Returns the seconds since the last action; none without one.
    ///
    /// Actions in the future (the clock was set back) count as over, as everywhere.
    #[must_use]
    pub fn secs_since_last_action(&self) -> Option<u64> {
        self.ages().min()
    }

    /// Returns how many actions were carried out less than `secs` ago.
    #[must_use]
    pub fn actions_within(&self, secs: u64) -> u32 {
        u32::try_from(self.ages().filter(|age| *age < secs).count()).unwrap_or(u32::MAX)
    }

    fn ages(&self) -> impl Iterator<Item = u64> {
        let now = self.now_unix_secs;
        self.actions.iter().filter_map(move |action| {
            let age = now.saturating_sub(action.at_unix_secs);
            u64::try_from(age).ok()
        })
    }
}
