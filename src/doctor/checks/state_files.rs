//! The state files of engines: do they say what the store says.

use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;
use crate::registry::RegisteredEngine;
use crate::store::{FileLock, StateFile, StateFileReading};

const CHECK: &str = "state_file";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let engines = inspection.engines().iter();
    let findings = engines
        .filter_map(|engine| {
            let finding = judge(inspection, engine)?.of(&engine.name);
            let path = engine.engine.state_path.as_deref()?;
            Some(finding.at(path))
        })
        .collect();
    or_ok(findings, CHECK, || {
        "every one says what the store says".to_owned()
    })
}

fn judge(inspection: &Inspection<'_>, engine: &RegisteredEngine) -> Option<Finding> {
    let path = engine.engine.state_path.as_deref()?;
    // At the end of a cycle the store knows what the file is about to say.
    if FileLock::is_held(&inspection.lock_of_registered(engine)).unwrap_or(true) {
        return None;
    }
    let store = inspection.store_of(engine);
    let state = store.and_then(|store| store.engine_state(&engine.key).ok());
    let digest = state.and_then(|state| state.state_digest);
    let finding = match StateFile::read(path) {
        Err(error) => {
            return Some(
                Finding::problem(CHECK, ExitCode::Usage, format!("{error:#}")).hint(format!(
                    "name another one with `sie register {} --replace --state-path FILE`",
                    engine.name
                )),
            );
        }
        Ok(StateFileReading::Damaged(problem)) => {
            let what = format!("the state file cannot be understood: {problem}");
            Finding::problem(CHECK, ExitCode::Unexpected, what)
        }
        Ok(StateFileReading::Read(_, now)) if digest.as_ref() != Some(&now) => Finding::note(
            CHECK,
            "the state file was changed elsewhere; the next cycle takes it over if it is newer, else writes it anew",
        ),
        Ok(StateFileReading::Missing) if digest.is_some() => Finding::note(
            CHECK,
            "the state file is gone; the next cycle writes it anew",
        ),
        Ok(_) => return None,
    };
    Some(if inspection.may_mend_engines() {
        finding.mended_by(Mending::Engine(engine.key.clone()))
    } else {
        finding
    })
}
