//! `sie autoscale`.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use crate::autoscale::{ScalePlan, ScaleReason};
use crate::cli::{ApprovalArgs, AutoscaleArgs, AutoscaleCommand, FactoryArgs, ScaleHistoryArgs};
use crate::commands::hidden_values::refuse_hidden_values;
use crate::commands::{Ended, Session};
use crate::error::{Failure, Kind};
use crate::events::HookCommand;
use crate::exit_code::ExitCode;
use crate::interrupt::Interrupt;
use crate::output::{FactoryDocument, ScaleDocument, ScaleHistoryDocument, question};
use crate::registry::{
    Consent, ConsentWay, Factory, ImprovementEngineRegistry, ScaleOutcome, ScaleReport,
    ScaleRequest, ask_command, read_definition, read_definition_file,
};
use crate::store::{Store, replace};
use crate::ui::Ui;

/// The longest plan in bytes: one of a fleet of 100,000 engines is shorter.
const MAX_PLAN: u64 = 64 * 1024 * 1024;

pub fn run(args: &AutoscaleArgs, session: &mut Session) -> Result<Ended> {
    match &args.command {
        Some(AutoscaleCommand::Factory(args)) => factory(args, session),
        Some(AutoscaleCommand::History(args)) => history(args, session),
        None => step(args, session),
    }
}

/// Takes the step that `run-all --autoscale` takes first; asks nobody at a terminal.
pub fn first_step(
    approval: &ApprovalArgs,
    is_dry_run: bool,
    session: &Session,
) -> Result<(ImprovementEngineRegistry, ScaleReport)> {
    let mut registry = session.registry()?;
    let approver = Approver::new(approval, &registry, false, session)?;
    let ask = |plan: &ScalePlan| approver.ask(plan);
    let request = ScaleRequest {
        approve: &ask,
        ..ScaleRequest::default()
    };
    let report = if is_dry_run {
        registry.preview_autoscale(&request, &approver.beforehand())?
    } else {
        registry.autoscale(&request)?
    };
    Ok((registry, report))
}

fn step(args: &AutoscaleArgs, session: &mut Session) -> Result<Ended> {
    listen_if_asked(session)?;
    let session = &*session;
    let mut registry = session.registry()?;
    let approver = Approver::new(&args.approval, &registry, !args.no_input, session)?;
    let ask = |plan: &ScalePlan| approver.ask(plan);
    let request = ScaleRequest {
        settings: args.thresholds.overrides(),
        approve: &ask,
        ..ScaleRequest::default()
    };
    let report = if let Some(path) = &args.apply {
        let planned = read_plan(path)?;
        let with = (args.approval.reason.clone(), args.dry_run);
        registry.apply_autoscale(&request, &planned, with)?
    } else if args.dry_run || args.out.is_some() {
        registry.preview_autoscale(&request, &approver.beforehand())?
    } else {
        registry.autoscale(&request)?
    };
    if let Some(ended) = interrupted(&report, session) {
        return Ok(ended);
    }
    let out = args.out.as_deref().filter(|_| !args.dry_run);
    if let Some(path) = out {
        write_plan(&report.plan, path)?;
    }
    let code = session.tell_bad_entries(&registry);
    tell(report, &registry, code, out, session)
}

/// Listens for signals where a command gives the energy score: it has to be ended before we are.
pub fn listen_if_asked(session: &mut Session) -> Result<()> {
    let registry = session.registry()?;
    let mut settings = registry.capital().into_iter();
    if settings.any(|settings| settings.energy_command.is_some()) {
        session.listen_for_signals()?;
    }
    Ok(())
}

/// Returns how the command ends if a signal came before anything was done; what is done is told first.
pub fn interrupted(report: &ScaleReport, session: &Session) -> Option<Ended> {
    let is_done = matches!(report.step.outcome, ScaleOutcome::Done(_));
    let signal = session.workspace.interrupt.signal();
    signal.filter(|_| !is_done).map(Ended::BySignal)
}

/// Prints what came of a step, warns of what could not be read, and tells hooks.
fn tell(
    report: ScaleReport,
    registry: &ImprovementEngineRegistry,
    code: ExitCode,
    written_to: Option<&Path>,
    session: &Session,
) -> Result<Ended> {
    let now = session.workspace.clock.now();
    warn_of(&report, session);
    let code = ExitCode::first_of(&[code, report.exit_code]);
    let published = report.published.clone();
    let message = report.step.message.clone();
    let has_failed = report.exit_code != ExitCode::Done;
    let document = ScaleDocument::new(report, written_to);
    if has_failed && session.ui.is_quiet() {
        // Whoever is to approve needs everything, or cannot.
        for line in document.lines(now) {
            session.ui.line(&line);
        }
    }
    let shown = if written_to == Some(Path::new("-")) {
        Ok(())
    } else {
        session.ui.document(&document, now)
    };
    if has_failed {
        session.ui.exit_error(code, code.code_name(), &message, &[]);
    }
    let heard = published.as_ref();
    let heard = heard.map(|(engine, event)| (engine, vec![event.clone()]));
    let ended = super::tell(registry, heard, session)?;
    shown?;
    let signal = session.workspace.interrupt.signal();
    Ok(match ended {
        Ended::With(_) => signal.map_or(code.into(), Ended::BySignal),
        by_signal @ Ended::BySignal(_) => by_signal,
    })
}

/// Warns of what failed. That a reading is missing is no failure; the report says it.
pub fn warn_of(report: &ScaleReport, session: &Session) {
    let message = &report.step.message;
    let has_failed = [
        ScaleReason::EnergyFailed,
        ScaleReason::TrendFailed,
        ScaleReason::BudgetFailed,
    ];
    let reason = report.plan.decision.reason;
    if has_failed.contains(&reason) && report.moved.is_empty() {
        session
            .ui
            .warning(&format!("nothing is added or removed: {message}"));
    }
    if reason == ScaleReason::NoFactory {
        let hint = "make one with `sie autoscale factory --like NAME`";
        session
            .ui
            .warning(&format!("no engine is added: {message}; {hint}"));
    }
    if let Some(problem) = &report.not_published {
        session.ui.warning(&format!(
            "it is done, but could not be told to others: {problem}"
        ));
    }
}

/// Somebody who approves or does not.
struct Approver<'a> {
    is_yes: bool,
    command: Option<HookCommand>,
    reason: Option<String>,
    may_ask: bool,
    registry: ImprovementEngineRegistry,
    session: &'a Session,
}

impl<'a> Approver<'a> {
    /// Makes one: `--yes`, else the command, else a prompt where there is a terminal and it is allowed to ask.
    fn new(
        args: &ApprovalArgs,
        registry: &ImprovementEngineRegistry,
        may_ask: bool,
        session: &'a Session,
    ) -> Result<Self> {
        let given = args.approval_command.as_deref().map(HookCommand::parse);
        let given = given
            .transpose()
            .context(Failure::usage("`--approval-command` cannot be used"))?;
        Ok(Self {
            is_yes: args.yes,
            command: given.or_else(|| registry.autoscaling().approval_command.clone()),
            reason: args.reason.clone(),
            may_ask,
            registry: session.registry()?,
            session,
        })
    }

    /// Returns what is known without asking.
    fn beforehand(&self) -> Consent {
        if self.is_yes {
            Consent::given(true, ConsentWay::Option, self.reason.clone())
        } else {
            Consent::absent()
        }
    }

    /// Asks.
    fn ask(&self, plan: &ScalePlan) -> Result<Consent> {
        if let Some(signal) = self.session.workspace.interrupt.signal() {
            let message = "interrupted before anybody was asked";
            return Err(Failure::new(Kind::Signal(signal), message).into());
        }
        if self.is_yes {
            return Ok(self.beforehand());
        }
        if let Some(command) = &self.command {
            // It is a process group of its own: a signal has to be passed on, or it would live on.
            let interrupt = Interrupt::listen()?;
            return ask_command(&self.registry, command, plan, &interrupt);
        }
        if !self.may_ask || !Ui::can_ask() {
            return Ok(Consent::absent());
        }
        for line in question(plan, self.session.workspace.clock.now()) {
            self.session.ui.line(&line);
        }
        let wanted = &plan.decision.wanted;
        let _deadly = self.session.workspace.interrupt.let_it_end_us();
        match Ui::ask(&format!("{wanted}? [y/N] "))? {
            None => Ok(Consent::absent()),
            Some(answer) => {
                let is_yes = ["y", "yes"].contains(&answer.to_lowercase().as_str());
                Ok(Consent::given(
                    is_yes,
                    ConsentWay::Prompt,
                    self.reason.clone(),
                ))
            }
        }
    }
}

fn read_plan(path: &Path) -> Result<ScalePlan> {
    let mut text = String::new();
    super::metrics::open(path)?
        .take(MAX_PLAN + 1)
        .read_to_string(&mut text)
        .with_context(|| Failure::usage(format!("cannot read {}", path.display())))?;
    if text.len() as u64 > MAX_PLAN {
        let message = format!(
            "{} is no plan: it has more than {MAX_PLAN} bytes",
            path.display()
        );
        return Err(Failure::usage(message).into());
    }
    ScalePlan::parse(&text)
        .with_context(|| Failure::usage(format!("{} cannot be applied", path.display())))
}

fn write_plan(plan: &ScalePlan, path: &Path) -> Result<()> {
    let mut text = serde_json::to_string_pretty(plan).context("cannot write the plan as JSON")?;
    text.push('\n');
    if path == Path::new("-") {
        return Ui::text(&text);
    }
    replace(&std::path::absolute(path)?, text.as_bytes())
        .context(Failure::usage("`--out` cannot be used"))
}

fn factory(args: &FactoryArgs, session: &Session) -> Result<Ended> {
    let mut registry = session.registry()?;
    let factory = if let Some(name) = &args.like {
        Factory::like(registry.engine(name)?)?
    } else if let Some(path) = &args.from {
        let definition = if path == Path::new("-") {
            read_definition(std::io::stdin().lock(), "stdin")?
        } else {
            read_definition_file(path)?
        };
        refuse_hidden_values(&definition)?;
        let mut factory = Factory::new(definition);
        factory.resolve_paths(&std::env::current_dir().context("cannot tell the current folder")?);
        factory.check()?;
        factory
    } else {
        registry.autoscaling().factory.clone().ok_or_else(|| {
            Failure::usage("the registry has no factory for new engines")
                .hint("make one with `sie autoscale factory --like NAME`")
        })?
    };
    if !args.show && !args.dry_run {
        registry.set_factory(&factory)?;
    }
    let document = FactoryDocument::new(&factory, args.show, args.dry_run)?;
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

fn history(args: &ScaleHistoryArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let actions = match Store::open_to_read(&session.workspace.data_dir.store())? {
        Some(store) => registry.autoscale_history(&store, args.limit)?,
        None => Vec::new(),
    };
    let document = ScaleHistoryDocument {
        schema_version: 1,
        actions,
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}
