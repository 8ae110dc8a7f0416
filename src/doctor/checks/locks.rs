//! The locks: do they work, who holds which, and pipelines whose `sie` died.

use std::path::Path;

use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::exit_code::ExitCode;
use crate::store::{FileLock, holders_of};

const CHECK: &str = "locks";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (engine, facts) in inspection.known() {
        let lock = inspection.lock_of(engine, facts);
        let finding = match FileLock::is_held(&lock) {
            Ok(false) => continue,
            Ok(true) => held(&lock, engine.running, &holders_of(&lock)),
            Err(error) => {
                Finding::problem(CHECK, ExitCode::Unusable, format!("{error:#}")).at(&lock)
            }
        };
        findings.push(finding.of(&engine.key.name));
    }
    or_ok(findings, CHECK, || "nobody holds any".to_owned())
}

/// Judges a lock that is held, by the cycle on record as running with its process.
fn held(lock: &Path, running: Option<(i64, u32)>, holders: &[u32]) -> Finding {
    let pids: Vec<String> = holders.iter().map(ToString::to_string).collect();
    let by = match holders.len() {
        0 => "a process that cannot be seen".to_owned(),
        1 => format!("process {}", pids.join("")),
        _ => format!("processes {}", pids.join(", ")),
    };
    match running {
        Some((number, pid)) if holders.is_empty() || holders.contains(&pid) => {
            Finding::ok(CHECK, format!("cycle {number} is running, held by {by}"))
        }
        Some((number, pid)) => {
            let what = format!(
                "the `sie` of cycle {number} (process {pid}) died and its pipeline goes on, held by {by}; the engine \
                 is busy until that ends"
            );
            Finding::note(CHECK, what)
                .at(lock)
                .hint(format!("wait, or end it: kill {}", pids.join(" ")))
        }
        None => Finding::note(
            CHECK,
            format!("no cycle is running, and it is held by {by}"),
        )
        .at(lock)
        .hint("look again in a moment: it may be about to begin or to end"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Severity;

    #[test]
    fn a_lock_is_in_order_while_the_sie_of_its_cycle_lives() {
        let held = |running, holders: &[u32]| held(Path::new("/l"), running, holders).severity;
        assert_eq!(held(Some((3, 7)), &[7, 8]), Severity::Ok);
        assert_eq!(held(Some((3, 7)), &[]), Severity::Ok);
        assert_eq!(held(Some((3, 7)), &[8]), Severity::Note);
        assert_eq!(held(None, &[8]), Severity::Note);
    }
}
