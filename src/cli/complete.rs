//! Live completion: what the installed binary answers to a shell that asks with `COMPLETE` set.
//!
//! On any error it answers nothing: a completion that complains would end up in the half-typed line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;
use clap_complete::env::CompleteEnv;

use crate::clock::{Clock, UnixTime};
use crate::duration::HumanDuration;
use crate::env::{Environment, completing_shell};
use crate::registry::{ImprovementEngineRegistry, Leniency, RegisteredEngine, Workspace};
use crate::store::{DataDir, EngineState, Store};

/// The shells whose live completion is documented and tested.
const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// Answers a shell that asks for completions; returns whether one did.
#[must_use]
pub fn complete(arguments: &[OsString]) -> bool {
    let Some(shell) = completing_shell() else {
        return false;
    };
    // Somebody else's variable of that name must not make `sie` do nothing.
    let name = shell.file_stem().and_then(OsStr::to_str);
    if !name.is_some_and(|name| SHELLS.contains(&name)) || arguments.is_empty() {
        return false;
    }
    let here = std::env::current_dir().ok();
    let _ = CompleteEnv::with_factory(super::command)
        .try_complete(arguments.iter().cloned(), here.as_deref());
    true
}

/// Offers the names of the registered engines, each with its last result.
#[must_use]
pub fn engine_names() -> Vec<CompletionCandidate> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    names_for(&typed).unwrap_or_default()
}

/// Offers the fixed forms of `--if-running`.
#[must_use]
pub fn if_running() -> Vec<CompletionCandidate> {
    Vec::from(["skip", "fail", "wait=10m"].map(CompletionCandidate::new))
}

fn names_for(typed: &[OsString]) -> Option<Vec<CompletionCandidate>> {
    let environment = Environment::read().ok()?;
    let data_dir = match option(typed, "--data-dir").or(environment.data_dir) {
        Some(folder) => DataDir::new(&folder),
        None => DataDir::of_platform(),
    }
    .ok()?;
    let registry_path = match option(typed, "--registry").or(environment.registry) {
        Some(file) => std::path::absolute(file).ok()?,
        None => data_dir.registry(),
    };
    let clock = Clock::from_setting(environment.now.as_deref()).ok()?;
    let workspace = Workspace {
        seed: None,
        data_dir,
        registry_path,
        clock,
        interrupt: crate::interrupt::Interrupt::never(),
        is_in_hook: environment.is_in_hook,
    };
    let store = workspace.data_dir.store();
    let registry = ImprovementEngineRegistry::load(workspace, Leniency::ReadsNewer).ok()?;
    let states = Store::open_to_read(&store)
        .ok()
        .flatten()
        .and_then(|store| store.engine_states(registry.id()).ok())
        .unwrap_or_default();
    let candidate = |engine: &RegisteredEngine| {
        let state = states.get(&engine.key.engine_id);
        let help = last_result(state, clock.now());
        CompletionCandidate::new(engine.name.as_str()).help(Some(help.into()))
    };
    Some(registry.engines().iter().map(candidate).collect())
}

/// Finds the value of an option in a half-typed line.
fn option(typed: &[OsString], name: &str) -> Option<PathBuf> {
    // Behind `--` stands the line; before it how the shell asks.
    let line = typed.iter().skip_while(|word| *word != "--").skip(1);
    let mut words = line.map(|word| word.to_string_lossy());
    let mut value = None;
    while let Some(word) = words.next() {
        if word == name {
            value = words.next().map(std::borrow::Cow::into_owned);
        } else if let Some(rest) = word
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('='))
        {
            value = Some(rest.to_owned());
        }
    }
    // The shell hands over what was typed, not what it would make of it.
    let value = value?;
    let unquoted = shlex::split(&value)
        .and_then(|words| words.into_iter().next())
        .unwrap_or(value);
    match (unquoted.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(home)) => Some(home.home_dir().join(rest)),
        _ => Some(PathBuf::from(unquoted)),
    }
}

fn last_result(state: Option<&EngineState>, now: UnixTime) -> String {
    let Some(state) = state else {
        return "never run".to_owned();
    };
    if state
        .pause
        .as_ref()
        .is_some_and(|pause| pause.holds_at(now))
    {
        return "paused".to_owned();
    }
    match (state.last_outcome, state.last_run) {
        (Some(outcome), Some(time)) => {
            let ago = HumanDuration::rough(now.seconds_since(time).max(0.0));
            format!("{} {ago} ago", outcome.as_str())
        }
        (Some(outcome), None) => outcome.as_str().to_owned(),
        (None, _) => "never run".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn options_are_found_in_the_half_typed_line_and_nowhere_else() {
        let line = words("sie --registry no -- sie cycle --registry=/r.json --data-dir /d al");
        assert_eq!(option(&line, "--registry"), Some(PathBuf::from("/r.json")));
        assert_eq!(option(&line, "--data-dir"), Some(PathBuf::from("/d")));
        assert_eq!(option(&words("sie -- sie cycle al"), "--registry"), None);
        assert_eq!(option(&words("sie -- sie --registry"), "--registry"), None);
    }

    #[test]
    fn a_line_without_a_registry_offers_nothing() {
        let line = words("sie -- sie --data-dir /nonexistent/sie cycle");
        assert!(names_for(&line).is_some_and(|names| names.is_empty()));
        assert_eq!(last_result(None, UnixTime(0.0)), "never run");
    }
}
