//! The clock: does it stand still on purpose, and is anything on record that has not happened yet.

use crate::clock::{Clock, UnixTime};
use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;

const CHECK: &str = "clock";
/// How far ahead a time may be without anybody wondering, in seconds.
const TOLERANCE: f64 = 300.0;

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let limit = UnixTime(inspection.now.0 + TOLERANCE);
    let mut findings = Vec::new();
    if let Clock::Fixed(time) = inspection.workspace.clock {
        let what = format!("SIE_NOW is set: for this command it is always {time}");
        findings.push(Finding::note(CHECK, what).hint("unset SIE_NOW"));
    }
    for (engine, _) in inspection.known() {
        if let Some(time) = engine.last_run.filter(|time| *time > limit) {
            let what = format!("its last cycle ended in the future, at {time}; it counts as due");
            findings.push(
                Finding::note(CHECK, what)
                    .of(&engine.key.name)
                    .hint("compare the clock with another: `date -u`"),
            );
        }
    }
    for facts in &inspection.stores {
        let rows = facts.store.as_ref().map(|store| store.rows_after(limit));
        if let Some(Ok(rows @ 1..)) = rows {
            let what = format!("metrics rows that were measured in the future: {rows}");
            findings.push(
                Finding::note(CHECK, what)
                    .at(&facts.path)
                    .hint("compare the clock with another: `date -u`"),
            );
        }
    }
    or_ok(findings, CHECK, || {
        "nothing on record lies in the future".to_owned()
    })
}
