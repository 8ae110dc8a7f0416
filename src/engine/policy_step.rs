//! The policy's part in a decision: folds in what is new, chooses, and says what is to be saved with the record.
//!
//! Reads the store and changes nothing: an update is committed together with the decision it belongs to, or not at all.

use anyhow::{Context, Result};

use crate::clock::UnixTime;
use crate::diagnostics::trend::{ROI_WINDOW_ROWS, Trend};
use crate::engine::fleet_knowledge::FleetKnowledge;
use crate::engine::module_record::ModuleRecord;
use crate::engine::recorded_choice::RecordedChoice;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::error::{Failure, Kind};
use crate::modules::fnv1a_64;
use crate::names::BotName;
use crate::pipeline::CycleResult;
use crate::policy::{
    CycleReport, Evidence, FleetTable, Freshness, PolicyChoice, ResultsCell, RunKind, SITUATIONS,
    SelfImprovementPolicy, SituationReading, Strategy,
};
use crate::store::{EngineKey, EngineState, PolicyMark, PolicyUpdate, Store, TurningPoint};

/// Stands for a moment after a cycle, at which there is always something new.
const AFTER_CYCLE: i64 = -1;

/// What the policy wants.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyWish {
    /// Whether it runs.
    pub wants_run: bool,
    /// At which number that would turn.
    pub turns_at: Option<TurningPoint>,
}

/// The policy's part in a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyStep {
    /// What it wants.
    pub wish: PolicyWish,
    /// Its choice, for the record.
    pub choice: RecordedChoice,
    /// The number of the cell it chose in, if it has one.
    pub cell: Option<i64>,
    /// What is to be saved with the record, if it has learned something.
    pub update: Option<PolicyUpdate>,
}

/// Everything that the policy of one engine works with.
#[derive(Clone, Copy, Debug)]
pub struct Learner<'a> {
    /// Where its rows lie.
    pub store: &'a Store,
    /// By what they are keyed.
    pub key: &'a EngineKey,
    /// The engine's definition.
    pub engine: &'a SelfImprovementEngine,
    /// The bot it improves.
    pub bot: &'a BotName,
    /// What the other engines have learned.
    pub fleet: &'a FleetKnowledge<'a>,
    /// Exploration other than as registered.
    pub explore: Option<f64>,
    /// The seed of a policy that begins, unless a random one.
    pub seed: Option<u64>,
}

impl Learner<'_> {
    /// Returns the policy's part in a decision; none without a policy.
    ///
    /// Where nothing is new since `mark`, the last choice is repeated and the state is not even read.
    ///
    /// # Errors
    ///
    /// Fails if the store or the state of the policy cannot be read.
    pub fn step(
        &self,
        mark: Option<&PolicyMark>,
        state: &EngineState,
        newest_row: i64,
        has_issues: impl FnOnce() -> bool,
        now: UnixTime,
    ) -> Result<Option<PolicyStep>> {
        let Some(strategy) = self.engine.strategy() else {
            return Ok(None);
        };
        let waiting = self.waiting_in_intervals(state, now);
        let moment = match self.engine.policy_evidence() {
            Evidence::Rows => None,
            Evidence::Results => Some(i64::from(ResultsCell::of(None, waiting).index())),
        };
        let is_idle = |mark: &PolicyMark| {
            newest_row <= mark.last_row && mark.moment == moment && !mark.choice.is_empty()
        };
        if let Some(step) = mark.filter(|mark| is_idle(mark)).and_then(repeated) {
            return Ok(Some(step));
        }
        let stored = self.store.policy_and_state(self.key)?;
        let (mark, text) = stored.map_or((None, None), |(mark, text)| (Some(mark), text));
        if let Some(step) = mark
            .as_ref()
            .filter(|mark| is_idle(mark))
            .and_then(repeated)
        {
            return Ok(Some(step));
        }
        let fleet = self.fleet.without(&self.key.engine_id)?;
        let mut policy = self.policy(strategy, text.as_deref())?;
        // Rows from before its first decision that a finished cycle has answered are none of its business.
        let after = mark.as_ref().map_or(state.rows_seen, |mark| mark.last_row);
        self.fold(&mut policy, &fleet, (after, newest_row))?;
        let reading = self.situation(has_issues(), waiting)?;
        let choice = policy.decide(&reading, &fleet);
        let update = PolicyUpdate {
            mark: PolicyMark {
                revision: mark.map_or(0, |mark| mark.revision),
                last_row: newest_row.max(after),
                wants_run: choice.run,
                turns_at: turning_point(&choice),
                moment,
                cell: cell_number(&choice),
                choice: RecordedChoice::of(&as_repeated(&choice))?.text().to_owned(),
            },
            state: policy.to_json()?,
            fleet: fleet_part(&policy)?,
        };
        Ok(Some(PolicyStep {
            wish: PolicyWish {
                wants_run: choice.run,
                turns_at: update.mark.turns_at.clone(),
            },
            choice: RecordedChoice::of(&choice)?,
            cell: update.mark.cell,
            update: Some(update),
        }))
    }

    /// Returns what a successful cycle teaches; none without a policy.
    ///
    /// # Errors
    ///
    /// Fails if the store or the state of the policy cannot be read.
    pub fn learn(&self, result: &CycleResult, kind: RunKind) -> Result<Option<PolicyUpdate>> {
        let Some(strategy) = self.engine.strategy() else {
            return Ok(None);
        };
        let Some((mark, text)) = self.store.policy_and_state(self.key)? else {
            return Ok(None);
        };
        let fleet = self.fleet.without(&self.key.engine_id)?;
        let mut policy = self.policy(strategy, text.as_deref())?;
        let report = CycleReport {
            gain: result.gain,
            cost: result.cost,
            roi: result.roi,
        };
        policy.ran(&report, kind, &fleet);
        let (moment, choice) = match self.engine.policy_evidence() {
            Evidence::Results => (Some(AFTER_CYCLE), mark.choice),
            Evidence::Rows => {
                let choice = policy.decide(&SituationReading::default(), &fleet);
                (None, RecordedChoice::of(&choice)?.text().to_owned())
            }
        };
        Ok(Some(PolicyUpdate {
            mark: PolicyMark {
                wants_run: false,
                turns_at: None,
                moment,
                choice,
                ..mark
            },
            state: policy.to_json()?,
            fleet: fleet_part(&policy)?,
        }))
    }

    /// Returns the policy of a stored state, or one that begins, set as registered.
    ///
    /// # Errors
    ///
    /// Fails if the state cannot be read.
    pub fn policy(&self, strategy: Strategy, state: Option<&str>) -> Result<SelfImprovementPolicy> {
        let settings = self.engine.policy_settings(strategy, self.explore);
        let Some(text) = state else {
            return Ok(SelfImprovementPolicy::new(settings, self.first_seed()?));
        };
        let mut policy = SelfImprovementPolicy::from_json(text).with_context(|| {
            let name = &self.key.name;
            Failure::new(
                Kind::Unexpected,
                format!("what the policy of `{name}` has learned cannot be read"),
            )
            .hint(format!("let it begin anew with `sie policy reset {name}`"))
        })?;
        policy.configure(settings);
        Ok(policy)
    }

    fn first_seed(&self) -> Result<u64> {
        if let Some(seed) = self.seed {
            // Engines with one seed would all explore at the same ticks.
            return Ok(seed ^ fnv1a_64(self.key.name.as_bytes()));
        }
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random seed: {error}"))?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn fold(
        &self,
        policy: &mut SelfImprovementPolicy,
        fleet: &FleetTable,
        rows: (i64, i64),
    ) -> Result<()> {
        let signal = self.engine.loss_signal();
        self.store
            .visit_numbered_rows(&self.key.registry_id, self.bot.as_str(), rows, |row| {
                if let Some(loss) = signal.loss(&row.values) {
                    policy.observe(loss, fleet);
                }
            })
    }

    fn situation(&self, has_issues: bool, waiting: f64) -> Result<SituationReading> {
        let bot = self.bot.as_str();
        let newest =
            self.store
                .metrics_after(&self.key.registry_id, bot, (0, 0), ROI_WINDOW_ROWS)?;
        let modules = ModuleRecord::read(self.store, self.key, self.engine)?;
        Ok(SituationReading {
            roi_trend: Trend::of_roi(&newest, ROI_WINDOW_ROWS).change,
            has_issues,
            is_diminishing: modules.returns().is_some(),
            newest_module: modules.trends.newest().map(|it| it.name.clone()),
            waiting_in_intervals: waiting,
        })
    }

    fn waiting_in_intervals(&self, state: &EngineState, now: UnixTime) -> f64 {
        let since = state.last_run.or(state.registered_at);
        let elapsed = since.map_or(0.0, |since| now.seconds_since(since));
        let interval = self.engine.interval.as_secs_f64();
        // A clock that was set back, or no interval at all, leaves nothing to wait for.
        if elapsed < 0.0 || interval <= 0.0 {
            f64::INFINITY
        } else {
            elapsed / interval
        }
    }
}

/// Returns the step that repeats the last choice; none if its record cannot be read.
fn repeated(mark: &PolicyMark) -> Option<PolicyStep> {
    Some(PolicyStep {
        wish: PolicyWish {
            wants_run: mark.wants_run,
            turns_at: mark.turns_at.clone(),
        },
        choice: RecordedChoice::from_json(mark.choice.clone())?,
        cell: mark.cell,
        update: None,
    })
}

/// Returns one number for both parts of a cell.
fn cell_number(choice: &PolicyChoice) -> Option<i64> {
    let cell = choice.cell?;
    Some(i64::from(cell.base) * i64::from(SITUATIONS) + i64::from(cell.situation))
}

fn as_repeated(choice: &PolicyChoice) -> PolicyChoice {
    let freshness = match choice.freshness {
        Freshness::NewRow => Freshness::NoNewRow,
        other => other,
    };
    PolicyChoice {
        freshness,
        ..choice.clone()
    }
}

/// Returns where a choice turns, as a condition that holds exactly if it is a run.
fn turning_point(choice: &PolicyChoice) -> Option<TurningPoint> {
    let flip = choice.flip.as_ref()?;
    ((flip.from >= flip.to) == choice.run).then(|| TurningPoint {
        reading: flip.metric.clone(),
        value: flip.from,
        threshold: flip.to,
    })
}

/// Returns what a policy gives to the fleet, as JSON.
///
/// # Errors
///
/// Fails only if a number is not finite, which no table has.
pub fn fleet_part(policy: &SelfImprovementPolicy) -> Result<String> {
    serde_json::to_string(&policy.fleet_part()).context("cannot write what the fleet learns")
}
