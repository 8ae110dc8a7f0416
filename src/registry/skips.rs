//! Records what was decided and not run, with what the policies have learned from it.

use anyhow::Result;

use crate::clock::UnixTime;
use crate::engine::{Asked, Decision, Reason, decided_step, evidence};
use crate::registry::entry::RegisteredEngine;
use crate::registry::report::EngineReport;
use crate::registry::stores::Stores;
use crate::store::{NewDecision, NewSkip};

/// Records the skips among the reports, those of the shared store in one transaction.
///
/// # Errors
///
/// Fails if a store cannot be written.
pub fn record_skips(
    engines: &[&RegisteredEngine],
    reports: &[Option<EngineReport>],
    stores: &Stores,
    asked: Asked,
    now: UnixTime,
) -> Result<()> {
    let mut skips = Vec::new();
    for (engine, report) in engines.iter().zip(reports) {
        let Some(report) = report
            .as_ref()
            .filter(|report| report.cycle.is_none() && report.error.is_none())
        else {
            continue;
        };
        let decision = Decision {
            action: report.action,
            reason: Reason::from_code(&report.reason),
            asked,
            mode: report.mode,
            on_missing: report.on_missing,
            policy: report.policy.clone(),
            cell: None,
            energy: None,
            conditions: report.conditions.clone(),
            rules: engine.engine.rules.texts(),
            reported: report.reported.clone(),
            modules: report.modules.clone(),
            due_in: report.due_in,
        };
        let update = report.policy_update.as_deref();
        let step = update.and_then(|update| decided_step::of(&decision, update));
        skips.push((*engine, report, evidence::to_json(&decision)?, step));
    }
    let rows = |own: bool| {
        skips
            .iter()
            .filter(move |(engine, ..)| engine.engine.database.is_some() == own)
            .map(|(engine, report, evidence, step)| {
                let skip = NewSkip {
                    key: &engine.key,
                    decision: NewDecision {
                        action: report.action.as_str(),
                        reason: &report.reason,
                        cell: report.policy_cell,
                        evidence,
                        step: *step,
                    },
                    policy: report.policy_update.as_deref(),
                };
                (*engine, skip)
            })
    };
    if let Some(fleet) = &stores.fleet {
        let of_fleet: Vec<_> = rows(false).map(|(_, skip)| skip).collect();
        if !of_fleet.is_empty() {
            fleet.record_skips(of_fleet, now)?;
        }
    }
    for (engine, skip) in rows(true) {
        if let Some(store) = stores.of(engine)? {
            store.record_skips([skip], now)?;
        }
    }
    Ok(())
}
