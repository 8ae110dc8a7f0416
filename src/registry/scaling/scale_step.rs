//! One step of autoscaling: reads, decides, asks for an approval, and has it carried out.

use anyhow::{Context, Result};

use crate::autoscale::{
    Answer, AutoscaleSettings, Autoscaler, MovedInput, ScaleAction, ScaleInputs, ScalePlan,
    ScaleReason,
};
use crate::error::Failure;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::scaling::consent::{Consent, ConsentWay};
use crate::registry::scaling::scale_carrying::{Carried, Carrying};
use crate::registry::scaling::scale_inputs::scale_inputs;
use crate::registry::scaling::scale_readings::ScaleReadings;
use crate::registry::scaling::scale_report::{ScaleOutcome, ScaleReport};
use crate::registry::scaling::scale_request::ScaleRequest;

impl ImprovementEngineRegistry {
    /// Adds, revives or removes at most one engine, as energy score and ROI trend ask for, and records it.
    ///
    /// Whatever the request does not give comes from the registry: its capital source, the recorded metrics, its
    /// factory, its settings.
    ///
    /// ```
    /// use self_improvement_engine::autoscale::{Reading, ScaleOverrides};
    /// use self_improvement_engine::capital::{CapitalManager, Money, ScoreInputs};
    /// use self_improvement_engine::diagnostics::Trend;
    /// use self_improvement_engine::{
    ///     EngineName, ImprovementEngineRegistry, Metrics, ModelAutomationPipeline, ScaleRequest,
    ///     SelfImprovementEngine,
    /// };
    ///
    /// # fn main() -> anyhow::Result<()> {
    /// # let folder = tempfile::tempdir()?;
    /// # let data_dir = folder.path();
    /// let factory = |name: &EngineName| {
    ///     let pipeline = ModelAutomationPipeline::parse("./retrain.sh {energy}")?;
    ///     SelfImprovementEngine::new(name.as_str(), pipeline)
    /// };
    /// let mut registry = ImprovementEngineRegistry::open(data_dir)?;
    /// registry.register_engine("alpha", factory(&EngineName::parse("alpha")?)?)?;
    ///
    /// // What the fleet can afford, and how its return develops.
    /// let capital = CapitalManager::new(Default::default(), Some(Money::parse("100")?));
    /// let cycles = ScoreInputs { success_rate: Some(0.9), ..ScoreInputs::default() };
    /// let money = Money::parse("120")?;
    /// let rows: Vec<Metrics> = [10.0, 10.0, 11.0, 12.0]
    ///     .map(|revenue| Metrics { at: 0.0, values: [("revenue".to_owned(), revenue)].into() })
    ///     .into();
    ///
    /// // Adjust the number of engines according to ROI and energy.
    /// let report = registry.autoscale(&ScaleRequest {
    ///     capital: Some(&|| Reading::of(capital.energy_score(money, &cycles).value)),
    ///     data: Some(&|| Reading::of(Trend::of_roi(&rows, 200).change)),
    ///     factory: Some(&factory),
    ///     settings: ScaleOverrides { cost_per_engine: Some(0.05), ..ScaleOverrides::default() },
    ///     approve: &|_plan| Ok(true.into()),
    /// })?;
    /// assert_eq!(report.step.outcome.code(), "added");
    /// assert_eq!(registry.engine("engine1")?.bot().as_str(), "engine1");
    /// assert_eq!(ImprovementEngineRegistry::open(data_dir)?.engines().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the settings make no sense, the store or the registry file cannot be used, or `approve` fails. A missing
    /// or failed reading is no error: nothing is done, and the report says why.
    pub fn autoscale(&mut self, request: &ScaleRequest<'_>) -> Result<ScaleReport> {
        let (mut plan, readings) = self.scale_plan(request, Answer::Absent)?;
        let mut consent = Consent::absent();
        if plan.decision.reason == ScaleReason::ApprovalMissing {
            consent = (request.approve)(&plan)?;
            plan = replanned(&plan, consent.answer);
        }
        if plan.decision.action == ScaleAction::None {
            let outcome = idle_outcome(&plan);
            let approval = consent.report(self.workspace().clock.now());
            return Ok(ScaleReport::new(outcome, plan, readings, approval));
        }
        let carrying = Carrying {
            request,
            readings: &readings,
            consent: &consent,
            expected: &plan,
            is_planned: false,
        };
        let carried = carrying.carry_out(self)?;
        Ok(report_of(carried, readings))
    }

    /// Decides and changes nothing; an approval may be given beforehand.
    ///
    /// # Errors
    ///
    /// As [`ImprovementEngineRegistry::autoscale`].
    pub fn preview_autoscale(
        &self,
        request: &ScaleRequest<'_>,
        consent: &Consent,
    ) -> Result<ScaleReport> {
        let (plan, readings) = self.scale_plan(request, consent.answer)?;
        let outcome = match (&plan.decision.action, plan.decision.reason) {
            (ScaleAction::None, ScaleReason::ApprovalMissing) => {
                ScaleOutcome::Planned(plan.decision.wanted.clone())
            }
            (ScaleAction::None, _) => idle_outcome(&plan),
            (action, _) => ScaleOutcome::Planned(action.clone()),
        };
        let approval = consent.report(self.workspace().clock.now());
        let mut report = ScaleReport::new(outcome, plan, readings, approval);
        report.dry_run = true;
        Ok(report)
    }

    /// Carries out a plan that was made earlier, if everything it rests on is as it was. Who applies it approves it.
    ///
    /// # Errors
    ///
    /// As [`ImprovementEngineRegistry::autoscale`]; a stale plan is no error but an outcome.
    pub fn apply_autoscale(
        &mut self,
        request: &ScaleRequest<'_>,
        planned: &ScalePlan,
        (reason, is_dry_run): (Option<String>, bool),
    ) -> Result<ScaleReport> {
        let consent = Consent::given(true, ConsentWay::Plan, reason);
        let readings = ScaleReadings::read(self, request, self.workspace().clock.now())?;
        let (settings, inputs) = self.planned_inputs(planned, request, &readings)?;
        let moved = planned.moved(&inputs, &settings);
        let mut plan = ScalePlan::new(inputs, settings);
        plan.overridden.clone_from(&planned.overridden);
        let early = if !moved.is_empty() {
            Some(ScaleOutcome::Stale)
        } else if plan.decision.action == ScaleAction::None {
            Some(idle_outcome(&plan))
        } else if is_dry_run {
            Some(ScaleOutcome::Planned(plan.decision.action.clone()))
        } else {
            None
        };
        if let Some(outcome) = early {
            let approval = consent.report(self.workspace().clock.now());
            let mut report = ScaleReport::new(outcome, plan, readings, approval).with_moved(moved);
            report.dry_run = is_dry_run;
            return Ok(report);
        }
        let carrying = Carrying {
            request,
            readings: &readings,
            consent: &consent,
            expected: planned,
            is_planned: true,
        };
        let carried = carrying.carry_out(self)?;
        Ok(report_of(carried, readings))
    }

    /// Returns the settings that hold: those of the registry, with what was given over them.
    pub(in crate::registry) fn scale_settings(
        &self,
        request: &ScaleRequest<'_>,
    ) -> Result<AutoscaleSettings> {
        let of_registry = self.settings_of_registry();
        checked(request.settings.over(&of_registry))
    }

    fn settings_of_registry(&self) -> AutoscaleSettings {
        let overrides = &self.autoscaling().overrides;
        overrides.over(&AutoscaleSettings::default())
    }

    /// Returns settings and inputs as they are now, to be compared with those of a plan.
    pub(in crate::registry) fn planned_inputs(
        &self,
        planned: &ScalePlan,
        request: &ScaleRequest<'_>,
        readings: &ScaleReadings,
    ) -> Result<(AutoscaleSettings, ScaleInputs)> {
        let of_registry = self.settings_of_registry();
        let settings = checked(planned.settings_over(&of_registry))?;
        let now = self.workspace().clock.now();
        let with = (Answer::Granted, request.factory.is_some());
        let inputs = scale_inputs(self, readings, &settings, with, now)?;
        Ok((settings, inputs))
    }

    fn scale_plan(
        &self,
        request: &ScaleRequest<'_>,
        answer: Answer,
    ) -> Result<(ScalePlan, ScaleReadings)> {
        let now = self.workspace().clock.now();
        let settings = self.scale_settings(request)?;
        if let Some(factory) = &self.autoscaling().factory {
            let place = || Failure::usage("the factory in the registry cannot be used");
            factory.check().with_context(place)?;
        }
        let readings = ScaleReadings::read(self, request, now)?;
        let with = (answer, request.factory.is_some());
        let inputs = scale_inputs(self, &readings, &settings, with, now)?;
        let mut plan = Autoscaler::new(settings)?.plan(inputs);
        plan.overridden = request.settings.names();
        Ok((plan, readings))
    }
}

fn checked(settings: AutoscaleSettings) -> Result<AutoscaleSettings> {
    settings.check().map_err(|error| {
        Failure::usage(format!(
            "autoscaling cannot work with its settings: {error}"
        ))
        .hint("change the option, or the section `autoscale` of the registry file")
    })?;
    Ok(settings)
}

/// Decides once more, on the same inputs, with an answer.
fn replanned(plan: &ScalePlan, answer: Answer) -> ScalePlan {
    let inputs = ScaleInputs {
        answer,
        ..plan.inputs.clone()
    };
    let mut again = ScalePlan::new(inputs, plan.settings.clone());
    again.overridden.clone_from(&plan.overridden);
    again
}

/// Returns the outcome of a decision to do nothing.
fn idle_outcome(plan: &ScalePlan) -> ScaleOutcome {
    match plan.decision.reason {
        ScaleReason::ApprovalMissing | ScaleReason::ApprovalRefused => {
            ScaleOutcome::NotApproved(plan.decision.wanted.clone())
        }
        _ => ScaleOutcome::Nothing,
    }
}

fn report_of(carried: Carried, readings: ScaleReadings) -> ScaleReport {
    let Carried {
        plan,
        outcome,
        moved,
        approval,
        published,
    } = carried;
    let outcome = outcome.unwrap_or_else(|| idle_outcome(&plan));
    let mut report = ScaleReport::new(outcome, plan, readings, approval).with_moved(moved);
    match published {
        Some(Ok(published)) => report.published = Some(published),
        Some(Err(problem)) => report.not_published = Some(problem),
        None => {}
    }
    report
}

/// Inputs that moved between a decision and its execution.
pub(in crate::registry) type Moved = Vec<MovedInput>;
