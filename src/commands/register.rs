//! `sie register`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::{LearningArgs, RegisterArgs};
use crate::commands::{Ended, Session};
use crate::duration::HumanDuration;
use crate::engine::{Energy, NO_SIGNAL, PolicyName, Rules, SelfImprovementEngine, TriggerMode};
use crate::error::Failure;
use crate::events::{EventHook, HookCommand};
use crate::exit_code::ExitCode;
use crate::names::{BotName, EngineName};
use crate::output::{HIDDEN, RegistrationDocument};
use crate::pipeline::{ModelAutomationPipeline, Stage, StageCommand, StageName, is_secret_name};
use crate::registry::{
    ImprovementEngineRegistry, RegisteredEngine, Registration, read_definition,
    read_definition_file,
};
use crate::store::Store;

pub fn run(args: &RegisterArgs, session: &Session) -> Result<Ended> {
    let document = register(args, session)?;
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

/// Registers an engine as the options say and returns what there is to tell.
pub fn register(args: &RegisterArgs, session: &Session) -> Result<RegistrationDocument> {
    let name = EngineName::parse(&args.name)?;
    let mut registry = session.registry()?;
    let existed = registry.engine(name.as_str()).is_ok();
    let registration = if args.replace {
        Registration::Replace
    } else if args.revive {
        Registration::Revive(kept_id(&name, args, session, &registry)?)
    } else {
        Registration::New
    };
    // Read before the registry is locked: stdin may keep us waiting.
    let file = definition_of(args)?;
    let define =
        |present: Option<&SelfImprovementEngine>| define(&name, args, present, file.as_ref());
    let workspace = session.workspace.clone();
    let registered = if args.dry_run {
        registry.preview(&name, &registration, define)?
    } else {
        // A store that cannot be opened must show before the registry is changed.
        let planned = registry.preview(&name, &registration, define)?;
        let path = planned
            .engine
            .database
            .unwrap_or_else(|| workspace.data_dir.store());
        let store = workspace.open_store_at(&path)?;
        registry.register(&name, &registration, define)?;
        let registered = registry.engine(name.as_str())?.clone();
        store.ensure_engine(&registered.key, workspace.clock.now())?;
        registered
    };
    warn_about_missing_program(&registered, session);
    let change = match (&registration, existed) {
        (Registration::Revive(_), _) => "revived",
        (_, true) => "changed",
        (_, false) => "registered",
    };
    Ok(RegistrationDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        change,
        engine: name.to_string(),
        summary: summary(&registered.engine),
        next: (change == "registered" && !args.dry_run)
            .then(|| {
                if registered.engine.rules.is_empty() {
                    format!("run it with `sie cycle {name}`, or let cron call `sie run-all`")
                } else {
                    format!("record metrics with `sie metrics record {name} errors=0.02 revenue=41`, then `sie run-all`")
                }
            }),
    })
}

fn define(
    name: &EngineName,
    args: &RegisterArgs,
    present: Option<&SelfImprovementEngine>,
    file: Option<&SelfImprovementEngine>,
) -> Result<SelfImprovementEngine> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let pipeline = pipeline_of(args)?;
    let from_file = file.cloned().map(|mut engine| {
        engine.resolve_paths(&here);
        engine
    });
    let mut engine = match (from_file.as_ref().or(present), pipeline) {
        (Some(present), pipeline) => {
            let mut engine = present.clone();
            engine.pipeline = pipeline.unwrap_or(engine.pipeline);
            engine
        }
        (None, Some(pipeline)) => SelfImprovementEngine::new(name.as_str(), pipeline)?,
        (None, None) => {
            return Err(Failure::usage(format!("engine `{name}` needs a pipeline"))
                .hint(format!(
                    "name its command: `sie register {name} --pipeline './retrain.sh {{energy}}'`"
                ))
                .into());
        }
    };
    if let Some(bot) = &args.bot {
        engine.bot = Some(BotName::parse(bot)?);
    }
    set_values(&mut engine, name, args)?;
    set_learning(&mut engine, &args.learning)?;
    super::patch_options::set_patch(&mut engine, &args.patching)?;
    set_hooks(&mut engine, args)?;
    for variable in &args.env {
        let (key, value) = variable.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`--env {variable}` has no `=`"))
                .hint("write it like `--env MODE=full`")
        })?;
        engine.env.insert(key.to_owned(), value.to_owned());
    }
    // A definition that `sie show` printed does not have the secrets.
    let hidden = engine
        .env
        .iter()
        .find(|(key, value)| is_secret_name(key) && *value == HIDDEN);
    if let Some((key, _)) = hidden {
        return Err(Failure::usage(format!(
            "the value of {key} is `{HIDDEN}`, which is how `sie show` hides a secret"
        ))
        .hint(format!(
            "put the value there, or give it with `--env {key}=…`"
        ))
        .into());
    }
    let absolute = |path: &Path| here.join(path);
    if let Some(folder) = &args.work_dir {
        let folder = absolute(folder);
        if !folder.is_dir() {
            return Err(Failure::usage(format!(
                "the working directory {} does not exist",
                folder.display()
            ))
            .hint(format!(
                "create it first: `mkdir -p '{}'`",
                folder.display()
            ))
            .into());
        }
        engine.work_dir = Some(folder);
    }
    engine.work_dir.get_or_insert(here.clone());
    let moved = |path: &Option<PathBuf>, present: &Option<PathBuf>| {
        path.as_deref().map(absolute).or_else(|| present.clone())
    };
    engine.database = moved(&args.database, &engine.database);
    engine.state_path = moved(&args.state_path, &engine.state_path);
    Ok(engine)
}

/// Takes over the options that are values: durations, numbers, rules.
fn set_values(
    engine: &mut SelfImprovementEngine,
    name: &EngineName,
    args: &RegisterArgs,
) -> Result<()> {
    let durations = [
        ("--interval", &args.interval, &mut engine.interval),
        (
            "--min-interval",
            &args.min_interval,
            &mut engine.min_interval,
        ),
        ("--timeout", &args.timeout, &mut engine.timeout),
        ("--retry-delay", &args.retry_delay, &mut engine.retry_delay),
    ];
    for (option, text, duration) in durations {
        if let Some(text) = text {
            *duration = HumanDuration::parse(text).with_context(|| at_option(option))?;
        }
    }
    if let Some(energy) = args.energy {
        engine.energy = Energy::new(energy).with_context(|| at_option("--energy"))?;
    }
    if !args.rule.is_empty() {
        engine.rules = Rules::parse(&args.rule, name.as_str())?;
    }
    if !args.diagnose.is_empty() {
        engine.diagnose.clone_from(&args.diagnose);
    }
    engine.cost = args.cost.or(engine.cost);
    engine.energy_threshold = args.energy_threshold.or(engine.energy_threshold);
    engine.retries = args.retries.unwrap_or(engine.retries);
    engine.env_clear = args.env_clear.unwrap_or(engine.env_clear);
    Ok(())
}

/// Takes over the options about learning.
fn set_learning(engine: &mut SelfImprovementEngine, args: &LearningArgs) -> Result<()> {
    engine.trigger = args.trigger.unwrap_or(engine.trigger);
    if let Some(name) = &args.policy {
        engine.policy = Some(PolicyName::parse(name)?);
    }
    if let Some(signal) = &args.signal {
        engine.signal = Some(signal.clone());
    }
    engine.value = args.value.or(engine.value);
    let durations = [
        (
            "--max-interval",
            &args.max_interval,
            &mut engine.max_interval,
        ),
        ("--stale-after", &args.stale_after, &mut engine.stale_after),
    ];
    for (option, text, duration) in durations {
        if let Some(text) = text {
            *duration = Some(HumanDuration::parse(text).with_context(|| at_option(option))?);
        }
    }
    engine.on_missing = args.on_missing.unwrap_or(engine.on_missing);
    engine.explore = args.exploring.probability().unwrap_or(engine.explore);
    engine.check_learning()?;
    Ok(())
}

fn set_hooks(engine: &mut SelfImprovementEngine, args: &RegisterArgs) -> Result<()> {
    let hooks = [
        ("--on-start", &args.on_start, &mut engine.hooks.on_start),
        (
            "--on-success",
            &args.on_success,
            &mut engine.hooks.on_success,
        ),
        (
            "--on-failure",
            &args.on_failure,
            &mut engine.hooks.on_failure,
        ),
    ];
    for (option, line, hook) in hooks {
        match line.as_deref() {
            None => {}
            Some("") => *hook = None,
            Some(line) => {
                *hook = Some(HookCommand::parse(line).with_context(|| at_option(option))?);
            }
        }
    }
    // As with rules, those given take the place of all present ones.
    match args.on_event.as_slice() {
        [] => {}
        [nothing] if nothing.is_empty() => engine.hooks.on_event.clear(),
        given => {
            let parse =
                |text: &String| EventHook::parse(text).with_context(|| at_option("--on-event"));
            engine.hooks.on_event = given.iter().map(parse).collect::<Result<_>>()?;
        }
    }
    Ok(())
}

/// Reads the definition that `--from` names.
fn definition_of(args: &RegisterArgs) -> Result<Option<SelfImprovementEngine>> {
    match args.from.as_deref() {
        None => Ok(None),
        Some(path) if path == Path::new("-") => {
            read_definition(std::io::stdin().lock(), "stdin").map(Some)
        }
        Some(path) => read_definition_file(path).map(Some),
    }
}

/// Makes the pipeline that `--pipeline` or `--stage` describe.
fn pipeline_of(args: &RegisterArgs) -> Result<Option<ModelAutomationPipeline>> {
    if let Some(line) = &args.pipeline {
        return ModelAutomationPipeline::parse(line).map(Some);
    }
    if args.stage.is_empty() {
        return Ok(None);
    }
    let stages: Result<Vec<Stage>> = args.stage.iter().map(|text| stage_of(text)).collect();
    ModelAutomationPipeline::from_stages(stages?).map(Some)
}

fn stage_of(text: &str) -> Result<Stage> {
    let (name, command) = text.split_once('=').ok_or_else(|| {
        Failure::usage(format!("`--stage {text}` has no `=`"))
            .hint("write it like `--stage 'train=./train.sh {energy}'`")
    })?;
    Ok(Stage {
        name: StageName::parse(name)?,
        command: StageCommand::split(command).with_context(|| at_option("--stage"))?,
        timeout: None,
    })
}

fn at_option(option: &str) -> Failure {
    Failure::usage(format!("`{option}` cannot be used"))
}

/// Finds the id under which the data of an unregistered engine are kept.
fn kept_id(
    name: &EngineName,
    args: &RegisterArgs,
    session: &Session,
    registry: &ImprovementEngineRegistry,
) -> Result<String> {
    let path = match &args.database {
        Some(path) => std::path::absolute(path)?,
        None => session.workspace.data_dir.store(),
    };
    let id = match Store::open_to_read(&path)? {
        Some(store) => store.last_id_of(registry.id(), name.as_str())?,
        None => None,
    };
    id.ok_or_else(|| {
        Failure::usage(format!("there are no data of an engine `{name}` to revive"))
            .hint("register it without `--revive`")
            .into()
    })
}

/// A typo in a path shows itself at the first cycle at night, unless somebody says so now.
fn warn_about_missing_program(registered: &RegisteredEngine, session: &Session) {
    let Some(work_dir) = &registered.engine.work_dir else {
        return;
    };
    for stage in registered.engine.pipeline.stages() {
        let StageCommand::Words(words) = &stage.command else {
            continue;
        };
        if let Some(program) = words
            .first()
            .filter(|word| word.contains('/') && !word.contains('{'))
            && !work_dir.join(program).exists()
        {
            session.ui.warning(&format!(
                "{program} does not exist in {} yet",
                work_dir.display()
            ));
        }
    }
}

fn summary(engine: &SelfImprovementEngine) -> String {
    let folder = engine
        .work_dir
        .as_deref()
        .map(|folder| format!(" in {}", folder.display()))
        .unwrap_or_default();
    let ids: Vec<String> = engine
        .rules
        .as_slice()
        .iter()
        .map(|rule| format!("`{}`", rule.id()))
        .collect();
    let rules = match ids.as_slice() {
        [] => String::new(),
        [id] => format!(" or when {id} asks"),
        _ => format!(" or when one of {} asks", ids.join(", ")),
    };
    format!(
        ": {}{folder}, {}{rules}, {}",
        engine.pipeline,
        when(engine),
        policy(engine)
    )
}

fn when(engine: &SelfImprovementEngine) -> String {
    if engine.trigger == TriggerMode::Any {
        return format!("every {}", engine.interval);
    }
    let most = engine
        .max_interval
        .map_or_else(String::new, |most| format!(", at the latest every {most}"));
    format!("when the policy says so{most}")
}

fn policy(engine: &SelfImprovementEngine) -> String {
    let Some(strategy) = engine.strategy() else {
        return "no policy".to_owned();
    };
    let signal = match (engine.signal.as_deref(), engine.value) {
        (None, _) => "expense less revenue".to_owned(),
        (Some(NO_SIGNAL), _) => "results alone".to_owned(),
        (Some(metric), value) => format!("{metric} at {} a unit", value.unwrap_or(1.0)),
    };
    format!("policy {} learning from {signal}", strategy.name())
}
