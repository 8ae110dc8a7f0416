//! The databases: whole, ours, of which version, and there at all.

use std::path::{Path, PathBuf};

use crate::byte_size::ByteSize;
use crate::doctor::finding::{Finding, shell_word};
use crate::doctor::inspection::{Inspection, StoreFacts};
use crate::error::failure_in;
use crate::exit_code::ExitCode;
use crate::store::Checkup;

const CHECK: &str = "store";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for facts in &inspection.stores {
        let first = findings.len();
        findings.extend(judge(facts));
        if matches!(facts.checkup, Ok(None)) && has_lost(inspection, facts) {
            let what = "the database is gone, though cycles in it were booked; it would begin anew";
            findings.push(
                Finding::problem(CHECK, ExitCode::Unexpected, what)
                    .at(&facts.path)
                    .hint("bring it back from a copy before the next cycle"),
            );
        }
        findings.extend(copies(&facts.path));
        for finding in findings.iter_mut().skip(first) {
            finding.engine = (!facts.owners.is_empty()).then(|| facts.owners.join(", "));
        }
    }
    findings
}

fn judge(facts: &StoreFacts) -> Vec<Finding> {
    let path = &facts.path;
    let unusable = |what: String| Finding::problem(CHECK, ExitCode::Unusable, what).at(path);
    let found = match &facts.checkup {
        Err(error) => {
            let mut finding = unusable(format!("{error:#}"));
            finding.hint = failure_in(error).and_then(|failure| failure.hints.first().cloned());
            return vec![finding];
        }
        Ok(None) => return vec![Finding::ok(CHECK, "no database yet").at(path)],
        Ok(Some(found)) => found,
    };
    if found.is_foreign {
        return vec![
            unusable("the database of another program".to_owned())
                .hint("name another file, or another data directory with `--data-dir DIR`"),
        ];
    }
    let mut findings = Vec::new();
    if !found.faults.is_empty() {
        let word = shell_word(path);
        findings.push(
            unusable(format!(
                "the database is damaged: {}",
                found.faults.join("; ")
            ))
            .hint(format!(
                "save what can be read with `sqlite3 {word} .recover`, or move it aside"
            )),
        );
    }
    if found.version > Checkup::NEWEST {
        findings.push(
            unusable(format!(
                "version {}, written by a newer sie; this one knows {}",
                found.version,
                Checkup::NEWEST
            ))
            .hint("upgrade sie"),
        );
    }
    if found.broken_references > 0 {
        let what = format!(
            "rows that refer to rows which are not there: {}",
            found.broken_references
        );
        let word = shell_word(path);
        findings.push(
            Finding::problem(CHECK, ExitCode::Unexpected, what)
                .at(path)
                .hint(format!(
                    "look at them: sqlite3 {word} 'PRAGMA foreign_key_check'"
                )),
        );
    }
    if findings.is_empty() {
        findings.push(sound(path, found));
    }
    findings
}

fn sound(path: &Path, found: &Checkup) -> Finding {
    let size = ByteSize(found.bytes);
    let looked = if found.is_thorough {
        ""
    } else {
        " (its indexes were not looked at)"
    };
    if (1..Checkup::NEWEST).contains(&found.version) {
        let what = format!(
            "version {}, {size}, whole{looked}; the next command that writes brings it to version {}",
            found.version,
            Checkup::NEWEST
        );
        return Finding::note(CHECK, what).at(path);
    }
    Finding::ok(
        CHECK,
        format!("version {}, {size}, whole{looked}", found.version),
    )
    .at(path)
}

/// Whether an engine's own database is not there although its cycles were booked.
fn has_lost(inspection: &Inspection<'_>, facts: &StoreFacts) -> bool {
    let fleet = inspection.stores.first().and_then(|it| it.store.as_ref());
    let engines = inspection.engines().iter();
    let mut owners =
        engines.filter(|engine| engine.engine.database.as_deref() == Some(facts.path.as_path()));
    owners.any(|engine| fleet.is_some_and(|fleet| fleet.has_booked(&engine.key).unwrap_or(false)))
}

/// Finds the copies that stayed when a file was brought up to date.
fn copies(path: &Path) -> Vec<Finding> {
    let copy_of = |version: i32| {
        let mut copy = path.as_os_str().to_owned();
        copy.push(format!(".version-{version}"));
        PathBuf::from(copy)
    };
    (1..Checkup::NEWEST)
        .map(copy_of)
        .filter_map(|copy| {
            let size = ByteSize(copy.metadata().ok()?.len());
            let what = format!("a copy from before it was brought up to date is kept ({size})");
            Some(
                Finding::note(CHECK, what)
                    .hint(format!("rm {}", shell_word(&copy)))
                    .at(&copy),
            )
        })
        .collect()
}
