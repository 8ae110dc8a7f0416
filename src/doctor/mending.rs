//! What `--fix` may do: only what the next command would do anyway, or what takes nothing from anybody.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::capital::Money;
use crate::doctor::finding::Finding;
use crate::registry::{ImprovementEngineRegistry, Workspace};
use crate::store::{
    Booking, EngineKey, FileLock, LockAttempt, leftover_of, remove_leftover, restrict,
};

/// A step that mends something.
#[derive(Clone, Debug, PartialEq)]
pub enum Mending {
    /// Takes rights from others: only these bits of the mode stay.
    Restrict(PathBuf, u32),
    /// Does for an engine what its next cycle would do first: records an interrupted cycle, settles its hold, reads or
    /// writes its state file.
    Engine(EngineKey),
    /// Settles what is held for a cycle that ended or was never recorded, at what it cost, else at what was held.
    Hold(EngineKey, i64),
    /// Removes what a killed writer of a file left behind, while nobody holds the lock under which it is written.
    Leftover {
        /// The file that was to be replaced.
        of: PathBuf,
        /// The lock of whoever replaces it; none for the registry.
        lock: Option<PathBuf>,
    },
    /// Moves the log of a database into its file.
    EmptyLog(PathBuf),
}

/// What was done, or would be done.
#[derive(Clone, Debug, Serialize)]
pub struct Mended {
    /// The check whose finding it answers.
    pub check: &'static str,
    /// The engine it is about.
    pub engine: Option<String>,
    /// What was done, one sentence.
    pub what: String,
    /// Why it could not be done.
    pub error: Option<String>,
}

/// Mends what can be mended of some findings, each step once; a rehearsal only says what would be done.
#[must_use]
pub fn mend(
    findings: &[Finding],
    workspace: &Workspace,
    registry: Option<&ImprovementEngineRegistry>,
    is_rehearsal: bool,
) -> Vec<Mended> {
    let mut done: Vec<&Mending> = Vec::new();
    let mut mended = Vec::new();
    for finding in findings {
        let Some(mending) = &finding.mending else {
            continue;
        };
        if done.contains(&mending) {
            continue;
        }
        done.push(mending);
        let result = if is_rehearsal {
            Ok(Vec::new())
        } else {
            mending.carry_out(workspace, registry)
        };
        let mut what = mending.words(is_rehearsal);
        let error = match result {
            Ok(notes) => {
                for note in notes {
                    what.push_str("; ");
                    what.push_str(&note);
                }
                None
            }
            Err(error) => Some(format!("{error:#}")),
        };
        mended.push(Mended {
            check: finding.check,
            engine: finding.engine.clone(),
            what,
            error,
        });
    }
    mended
}

impl Mending {
    fn words(&self, is_rehearsal: bool) -> String {
        let verb = |past: &str, present: &str| {
            if is_rehearsal {
                format!("would {present}")
            } else {
                past.to_owned()
            }
        };
        match self {
            Self::Restrict(path, _) => {
                format!(
                    "{} from others: {}",
                    verb("took rights", "take rights"),
                    path.display()
                )
            }
            Self::Engine(key) => format!(
                "{} the record of {} up to date",
                verb("brought", "bring"),
                key.name
            ),
            Self::Hold(key, cycle) => format!(
                "{} what was held for cycle {}-{cycle}",
                verb("settled", "settle"),
                key.name
            ),
            Self::Leftover { of, .. } => format!(
                "{} what a killed writer of {} left behind",
                verb("removed", "remove"),
                of.display()
            ),
            Self::EmptyLog(path) => format!(
                "{} the log of {} into it",
                verb("moved", "move"),
                path.display()
            ),
        }
    }

    fn carry_out(
        &self,
        workspace: &Workspace,
        registry: Option<&ImprovementEngineRegistry>,
    ) -> Result<Vec<String>> {
        let registry = || registry.context("the registry cannot be used");
        match self {
            Self::Restrict(path, kept) => restrict(path, *kept)?,
            Self::Engine(key) => return registry()?.mend(key),
            Self::Hold(key, cycle) => settle(workspace, key, *cycle)?,
            Self::Leftover { of, lock } => {
                let _registry_lock = match lock {
                    None => Some(workspace.data_dir.lock_registry(&workspace.interrupt)?),
                    Some(_) => None,
                };
                let attempt = lock.as_deref().map(FileLock::try_lock).transpose()?;
                if matches!(attempt, Some(LockAttempt::Busy)) {
                    bail!("somebody is writing it at this moment");
                }
                if let Some(leftover) = leftover_of(of) {
                    remove_leftover(&leftover)?;
                }
            }
            Self::EmptyLog(path) => {
                if workspace.open_store_at(path)?.empty_log()? {
                    bail!("somebody reads the database all the time");
                }
            }
        }
        Ok(Vec::new())
    }
}

fn settle(workspace: &Workspace, key: &EngineKey, cycle: i64) -> Result<()> {
    let lock = workspace
        .data_dir
        .engine_lock(&key.name, &key.engine_id, None);
    let LockAttempt::Locked(_lock) = FileLock::try_lock(&lock)? else {
        bail!("its cycle is running");
    };
    let store = workspace.open_store()?;
    let mut holds = store.open_holds(key)?.into_iter();
    let Some(hold) = holds.find(|hold| hold.cycle == cycle) else {
        return Ok(());
    };
    let ended = store.cycle(key, cycle)?;
    let (amount, assumed) = match ended.as_ref().and_then(|cycle| cycle.cost) {
        Some(cost) => (
            Money::from_f64(cost)?.micros(),
            ended.is_some_and(|cycle| cycle.cost_assumed),
        ),
        None => (hold.amount, true),
    };
    let booking = Booking {
        kind: "cost",
        amount,
        assumed,
    };
    store.settle(key, cycle, &[booking], workspace.clock.now())
}
