//! What an operator says about an engine: the definition kept in the registry.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::clock::UnixTime;
use crate::diagnostics::DiagnosticSettings;
use crate::duration::HumanDuration;
use crate::engine::asked::Asked;
use crate::engine::attempts::RetryPlan;
use crate::engine::decision::Decision;
use crate::engine::defaults::{
    default_grace, default_interval, default_log_limit, default_metrics_rows, default_retry_delay,
    default_timeout, is_default, is_default_grace, is_default_log_limit, is_default_metrics_rows,
    is_default_retry_delay, is_zero, is_zero_times, zero,
};
use crate::engine::energy::Energy;
use crate::engine::learning_keys::{ForecastSettings, OnMissing, PolicyName, TriggerMode};
use crate::engine::policy_step::{PolicyStep, PolicyWish};
use crate::engine::rules::{Rules, WIDEST};
use crate::engine::signals::{CapitalSignal, Signals};
use crate::engine::trigger::{self, LearnedInputs, Limited, TriggerInputs};
use crate::error::Failure;
use crate::events::Hooks;
use crate::names::{BotName, EngineName};
use crate::patch::SelfCodingEngine;
use crate::pipeline::{CycleResult, ModelAutomationPipeline, StageCommand};
use crate::store::EngineState;

/// One bot's improvement loop: its triggers, its pipeline and where its data lie.
///
/// What it has done and learned is in the store, not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an engine, an object with `pipeline`"
)]
pub struct SelfImprovementEngine {
    /// By what its rows in the store are keyed; written by `register`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The bot it improves; the engine's name unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot: Option<BotName>,
    /// What it runs.
    pub pipeline: ModelAutomationPipeline,
    /// A cycle is due when this much time has passed since the last one ended.
    #[serde(default = "default_interval")]
    pub interval: HumanDuration,
    /// No cycle before this much time has passed since the last one ended.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub min_interval: HumanDuration,
    /// What a cycle costs if its result does not say, in the operator's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// The energy a cycle starts from.
    #[serde(default)]
    pub energy: Energy,
    /// The energy score of the fleet below which it does not run; as the section `capital` says unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_threshold: Option<f64>,
    /// How long each stage may take.
    #[serde(default = "default_timeout")]
    pub timeout: HumanDuration,
    /// How long a stage may take to end after TERM, before KILL.
    #[serde(default = "default_grace", skip_serializing_if = "is_default_grace")]
    pub grace: HumanDuration,
    /// The most bytes in each log of a stage.
    #[serde(
        default = "default_log_limit",
        skip_serializing_if = "is_default_log_limit"
    )]
    pub log_limit: u64,
    /// Where the pipeline runs; the folder of the registry file unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_dir: Option<PathBuf>,
    /// Variables added to the environment of the pipeline.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Whether our own environment is kept from the pipeline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub env_clear: bool,
    /// How often a failed pipeline is tried again within a cycle.
    #[serde(default, skip_serializing_if = "is_zero_times")]
    pub retries: u32,
    /// How long to wait before the first retry; each further wait is twice as long.
    #[serde(
        default = "default_retry_delay",
        skip_serializing_if = "is_default_retry_delay"
    )]
    pub retry_delay: HumanDuration,
    /// Commands that are told of its events.
    #[serde(default, skip_serializing_if = "Hooks::is_empty")]
    pub hooks: Hooks,
    /// A database of its own, instead of the one all engines share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<PathBuf>,
    /// Who decides when to run: every reason, or the policy.
    #[serde(default, skip_serializing_if = "is_default")]
    pub trigger: TriggerMode,
    /// The policy that learns when running pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,
    /// The metric whose values are losses, or `none`; expense less revenue unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// What one unit of the signal is worth, in the operator's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// In mode `learned`: a cycle is due when this much time has passed, whatever the policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_interval: Option<HumanDuration>,
    /// In mode `learned`: what happens while there are no metrics.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_missing: OnMissing,
    /// In mode `learned`: metrics older than this count as missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after: Option<HumanDuration>,
    /// How often the policy tries what it does not prefer, 0 to 0.5.
    #[serde(default, skip_serializing_if = "is_default")]
    pub explore: f64,
    /// How the forecast of the next cycle's ROI is used; not at all unless it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastSettings>,
    /// The patch step before the pipeline; there is none unless it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<SelfCodingEngine>,
    /// Rules over the bot's metrics that ask for a cycle.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// What the built-in checks look for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub diagnostics: DiagnosticSettings,
    /// Commands that report issues of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnose: Vec<String>,
    /// How many of the bot's newest metrics rows are kept.
    #[serde(
        default = "default_metrics_rows",
        skip_serializing_if = "is_default_metrics_rows"
    )]
    pub metrics_rows: u64,
    /// A state file to keep up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_path: Option<PathBuf>,
}

impl SelfImprovementEngine {
    /// Makes an engine with the defaults: due every hour, energy 1, a day for each stage.
    ///
    /// # Errors
    ///
    /// Fails if the bot's name has control characters or is too long.
    ///
    /// ```
    /// use self_improvement_engine::{ModelAutomationPipeline, SelfImprovementEngine};
    ///
    /// let pipeline = ModelAutomationPipeline::parse("./retrain.sh {energy}")?;
    /// let engine = SelfImprovementEngine::new("alpha", pipeline)?;
    /// assert_eq!(engine.interval.to_string(), "1h");
    /// # Ok::<(), anyhow::Error>(())
    /// ```
    pub fn new(bot: &str, pipeline: ModelAutomationPipeline) -> Result<Self> {
        Ok(Self {
            id: None,
            bot: Some(BotName::parse(bot)?),
            pipeline,
            interval: default_interval(),
            min_interval: zero(),
            cost: None,
            energy: Energy::default(),
            energy_threshold: None,
            timeout: default_timeout(),
            grace: default_grace(),
            log_limit: default_log_limit(),
            work_dir: None,
            env: BTreeMap::new(),
            env_clear: false,
            retries: 0,
            retry_delay: default_retry_delay(),
            hooks: Hooks::default(),
            database: None,
            trigger: TriggerMode::default(),
            policy: None,
            signal: None,
            value: None,
            max_interval: None,
            on_missing: OnMissing::default(),
            stale_after: None,
            explore: 0.0,
            forecast: None,
            patch: None,
            rules: Rules::default(),
            diagnostics: DiagnosticSettings::default(),
            diagnose: Vec::new(),
            metrics_rows: default_metrics_rows(),
            state_path: None,
        })
    }

    /// Checks what the types of the fields cannot.
    ///
    /// # Errors
    ///
    /// A usage failure says which field cannot be used and why.
    pub fn check(&self) -> Result<()> {
        if let Some(cost) = self.cost
            && !(0.0..=CycleResult::MAX_AMOUNT).contains(&cost)
        {
            let most = CycleResult::MAX_AMOUNT;
            return Err(Failure::usage(format!("`cost` is {cost}, not from 0 to {most:e}")).into());
        }
        if let Some(threshold) = self.energy_threshold
            && !(0.0..=1.0).contains(&threshold)
        {
            let message = format!("`energy_threshold` is {threshold}, not from 0 to 1");
            return Err(Failure::usage(message).into());
        }
        if self.timeout.0.is_zero() {
            return Err(Failure::usage("`timeout` is 0s: no stage could ever run")
                .hint("for example `--timeout 20m`")
                .into());
        }
        RetryPlan::check(self.retries)?;
        let bad_variable = self.env.iter().find(|(name, value)| {
            name.is_empty() || name.contains(['=', '\0']) || value.contains('\0')
        });
        if let Some((name, _)) = bad_variable {
            let shown = name.escape_debug();
            return Err(Failure::usage(format!("`env` cannot set the variable `{shown}`")).into());
        }
        if let Some(id) = &self.id {
            let is_plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if id.is_empty() || id.len() > 64 || !is_plain {
                return Err(
                    Failure::usage("`id` is not up to 64 letters, digits and `-`")
                        .hint("leave it out: it is then made from the file and the name")
                        .into(),
                );
            }
        }
        self.rules.check()?;
        self.check_diagnostics()?;
        self.check_learning()?;
        self.check_patch()?;
        for (key, path) in [
            ("work_dir", &self.work_dir),
            ("database", &self.database),
            ("state_path", &self.state_path),
        ] {
            if path
                .as_ref()
                .is_some_and(|path| path.as_os_str().is_empty())
            {
                return Err(Failure::usage(format!("`{key}` is empty")).into());
            }
        }
        Ok(())
    }

    fn check_diagnostics(&self) -> Result<()> {
        let settings = &self.diagnostics;
        let problem = if !(1..=WIDEST).contains(&settings.window) {
            format!("`diagnostics.window` is not from 1 to {WIDEST}")
        } else if !(0.0..=1.0).contains(&settings.anomaly_share) {
            "`diagnostics.anomaly_share` is not from 0 to 1".to_owned()
        } else if self.metrics_rows == 0 {
            "`metrics_rows` is 0: no metrics could be kept".to_owned()
        } else {
            for line in &self.diagnose {
                StageCommand::split(line).context(Failure::usage("`diagnose` cannot be used"))?;
            }
            return Ok(());
        };
        Err(Failure::usage(problem).into())
    }

    /// Returns the bot that an engine of this name improves.
    #[must_use]
    pub fn bot_or(&self, name: &EngineName) -> BotName {
        self.bot.clone().unwrap_or_else(|| BotName::from(name))
    }

    /// Makes paths absolute: relative ones start from `folder`.
    pub fn resolve_paths(&mut self, folder: &Path) {
        let work_dir = self.work_dir.get_or_insert_with(|| folder.to_owned());
        for path in [
            Some(work_dir),
            self.database.as_mut(),
            self.state_path.as_mut(),
        ]
        .into_iter()
        .flatten()
        {
            // Joining an absolute path replaces what it is joined to.
            *path = folder.join(&path);
        }
    }

    /// Returns the numbers that a decision depends on.
    fn trigger_inputs(
        &self,
        state: &EngineState,
        signals: &Signals,
        (policy, has_loss): (Option<PolicyWish>, bool),
        asked: Asked,
        now: UnixTime,
    ) -> TriggerInputs<'_> {
        // A time in the future means the clock was set back: nobody should have to wait until it catches up.
        let since = |time: UnixTime| {
            let elapsed = now.seconds_since(time);
            if elapsed < 0.0 {
                f64::INFINITY
            } else {
                elapsed
            }
        };
        let pause = state.pause.as_ref().filter(|pause| pause.holds_at(now));
        TriggerInputs {
            paused_for: pause.map(|pause| pause.seconds_left(now).unwrap_or(f64::INFINITY)),
            elapsed: state.last_run.map(since),
            interval: self.interval.0,
            min_interval: self.min_interval.0,
            failures_in_row: state.failures_in_row,
            since_failure: state
                .retry_from
                .or(state.last_run)
                .map_or(f64::INFINITY, since),
            asked,
            energy: match signals.capital {
                CapitalSignal::Score(score) => Some(score),
                CapitalSignal::Absent | CapitalSignal::Failed => None,
            },
            requests: signals.requests,
            policy,
            learned: (self.trigger == TriggerMode::Learned).then(|| LearnedInputs {
                since: state.last_run.or(state.registered_at).map_or(0.0, since),
                max_interval: self.max_interval.map(|it| it.0),
                metrics: signals.presence(self, has_loss, now),
                on_missing: self.on_missing,
            }),
            forecast: self
                .forecast
                .zip(signals.forecast)
                .map(|(settings, forecast)| Limited {
                    value: forecast.roi,
                    limit: settings.bias,
                }),
            diagnosis: signals.diagnose(self),
            rules: self.rules.as_slice(),
            reported: signals.reported.clone(),
        }
    }

    /// Decides about the engine, with the choice of its policy and, for a run, the energy it would get.
    #[must_use]
    pub fn decide(
        &self,
        state: &EngineState,
        signals: &Signals,
        policy: Option<&PolicyStep>,
        asked: Asked,
        now: UnixTime,
    ) -> Decision {
        let wish = policy.map(|step| step.wish.clone());
        // Before the first row that tells a loss there is no cell to choose in.
        let has_loss = policy.is_some_and(|step| step.cell.is_some());
        let inputs = self.trigger_inputs(state, signals, (wish, has_loss), asked, now);
        let mut decision = trigger::decide(inputs);
        decision.policy = policy.map(|step| step.choice.clone());
        decision.cell = policy.and_then(|step| step.cell);
        decision.modules.clone_from(&signals.modules);
        decision.energy = decision
            .is_run()
            .then(|| self.scaled_energy(signals, policy));
        decision
    }

    /// Returns how long a stage may take.
    #[must_use]
    pub fn stage_timeout(&self) -> Duration {
        self.timeout.0
    }
}
