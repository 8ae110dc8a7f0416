//! The programs that are started: stages, hooks, `diagnose`, patch steps, and those that approve or tell the energy score.
//! Can each be found and executed?
//!
//! What a shell line or an interpreter calls is not looked at.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::doctor::finding::{Finding, count_of, or_ok, shell_word};
use crate::doctor::inspection::Inspection;
use crate::exit_code::ExitCode;
use crate::pipeline::StageCommand;
use crate::registry::RegisteredEngine;

const CHECK: &str = "commands";
/// Where programs are looked for if nobody says where.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// Where a program was found, if it was.
#[derive(Debug, PartialEq, Eq)]
enum Search {
    Found,
    Missing,
    NotExecutable(PathBuf),
}

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let inherited = inspection.search_path.as_deref();
    let mut findings = Vec::new();
    let mut count = 0;
    for engine in inspection.engines() {
        let folder = engine.engine.work_dir.as_deref().unwrap_or(Path::new("/"));
        // Without its folder no relative path leads anywhere; that is told by itself.
        if !folder.is_dir() {
            continue;
        }
        let path = search_path(engine, inherited);
        for (role, program) in programs(engine) {
            count += 1;
            let found = search(&program, folder, &path);
            findings.extend(judge(&role, &program, found, Some(engine), folder));
        }
    }
    if let Ok(registry) = &inspection.registry {
        let registry_path = &registry.workspace().registry_path;
        let folder = registry_path.parent().unwrap_or(Path::new("/"));
        let path = inherited.unwrap_or(OsStr::new(DEFAULT_PATH));
        let hooks = registry.hooks().commands();
        let hooks = hooks.map(|(key, command)| (format!("hook {key}"), command));
        let approval = registry.autoscaling().approval_command.as_ref();
        let energy = registry.capital().and_then(|it| it.energy_command.as_ref());
        let others = [("approval_command", approval), ("energy_command", energy)]
            .into_iter()
            .filter_map(|(role, command)| Some((role.to_owned(), command?)));
        for (role, command) in hooks.chain(others) {
            let Some(program) = command.argv().into_iter().next() else {
                continue;
            };
            count += 1;
            let found = search(&program, folder, path);
            findings.extend(judge(&role, &program, found, None, folder));
        }
    }
    or_ok(findings, CHECK, || {
        format!("{} found", count_of(count, "program"))
    })
}

/// Returns where programs of an engine are looked for: as its environment says.
fn search_path(engine: &RegisteredEngine, inherited: Option<&OsStr>) -> OsString {
    let own = engine.engine.env.get("PATH").map(OsString::from);
    let inherited = inherited.filter(|_| !engine.engine.env_clear);
    own.or_else(|| inherited.map(OsStr::to_owned))
        .unwrap_or_else(|| OsString::from(DEFAULT_PATH))
}

/// Returns the programs of an engine, each with what it is for. One whose name is only known in a cycle is left out.
fn programs(engine: &RegisteredEngine) -> Vec<(String, String)> {
    let mut programs = Vec::new();
    for stage in engine.engine.pipeline.stages() {
        if let StageCommand::Words(words) = &stage.command
            && let Some(program) = words.first()
        {
            programs.push((format!("stage {}", stage.name), program.clone()));
        }
    }
    let diagnose = engine.engine.diagnose.iter().map(|line| ("diagnose", line));
    let patch = engine.engine.patch.iter();
    let patch = patch.flat_map(|patch| {
        let checks = patch.check.iter().map(|line| ("check of a patch", line));
        [("patch", &patch.generate)].into_iter().chain(checks)
    });
    for (role, line) in diagnose.chain(patch) {
        if let Ok(StageCommand::Words(words)) = StageCommand::split(line)
            && let Some(program) = words.first()
        {
            programs.push((role.to_owned(), program.clone()));
        }
    }
    for (key, command) in engine.engine.hooks.commands() {
        let program = command.argv().into_iter().next();
        programs.extend(program.map(|program| (format!("hook {key}"), program)));
    }
    programs.retain(|(_, program)| !program.contains('{'));
    programs
}

fn search(program: &str, folder: &Path, search_path: &OsStr) -> Search {
    if program.contains('/') {
        return at(&joined(folder, program));
    }
    let mut best = Search::Missing;
    for place in search_path.as_bytes().split(|byte| *byte == b':') {
        // An empty part means the folder in which the program starts.
        match at(&folder.join(OsStr::from_bytes(place)).join(program)) {
            Search::Found => return Search::Found,
            found @ Search::NotExecutable(_) => best = found,
            Search::Missing => {}
        }
    }
    best
}

/// Joins a path without the `.` that it may begin with.
fn joined(folder: &Path, program: &str) -> PathBuf {
    folder.join(program).components().collect()
}

fn at(path: &Path) -> Search {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 => {
            Search::Found
        }
        Ok(metadata) if metadata.is_file() => Search::NotExecutable(path.to_owned()),
        _ => Search::Missing,
    }
}

fn judge(
    role: &str,
    program: &str,
    found: Search,
    engine: Option<&RegisteredEngine>,
    folder: &Path,
) -> Option<Finding> {
    let problem = |what: String| {
        let finding = Finding::problem(CHECK, ExitCode::Usage, what);
        match engine {
            Some(engine) => finding.of(&engine.name),
            None => finding,
        }
    };
    match found {
        Search::Found => None,
        Search::NotExecutable(path) => Some(
            problem(format!("{role}: `{program}` cannot be executed"))
                .hint(format!("chmod +x {}", shell_word(&path)))
                .at(&path),
        ),
        Search::Missing if program.contains('/') => {
            let path = joined(folder, program);
            let finding = problem(format!("{role}: `{program}` is not there")).at(&path);
            Some(match engine {
                Some(engine) => finding.hint(format!(
                    "put it there, or name another: `sie register {} --replace …`",
                    engine.name
                )),
                None => finding.hint("put it there, or name another in the registry"),
            })
        }
        Search::Missing => Some(
            problem(format!(
                "{role}: `{program}` is not on the PATH that it is started with"
            ))
            .hint(format!(
                "install it, or name its whole path: `command -v {program}`"
            )),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_looked_for_where_the_kernel_would() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path();
        std::fs::create_dir(root.join("bin")).expect("created");
        for (name, mode) in [("bin/tool", 0o755), ("bin/notes", 0o644), ("here", 0o755)] {
            let path = root.join(name);
            crate::store::replace(&path, b"#!/bin/sh\n").expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
        }
        let path = OsStr::new("/nowhere:bin");
        let search = |program: &str, path: &OsStr| search(program, root, path);
        assert_eq!(search("tool", path), Search::Found);
        assert_eq!(search("here", path), Search::Missing);
        assert_eq!(search("here", OsStr::new("/nowhere:")), Search::Found);
        assert_eq!(search("./here", path), Search::Found);
        assert_eq!(search("./bin", path), Search::Missing);
        let notes = Search::NotExecutable(root.join("bin/notes"));
        assert_eq!(search("notes", path), notes);
        assert_eq!(
            search("bin/notes", path),
            Search::NotExecutable(root.join("bin/notes"))
        );
    }
}
