//! Forgetting: cycles with their decisions, attempts and events, and the runs they left behind.
//!
//! What is learned, booked and counted stays. An engine whose cycle is running is left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::clock::UnixTime;
use crate::doctor::inspection::{Inspection, StoreFacts};
use crate::doctor::sizes::store_bytes;
use crate::registry::Workspace;
use crate::store::{Dropped, FileLock, Keep, LockAttempt, RunDir, Store};

/// What is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Records: by age and by number.
    pub keep: Keep,
    /// All runs and databases together: so many bytes at most. The oldest runs go first.
    pub max_bytes: Option<u64>,
}

/// What was dropped of one engine.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EngineRetention {
    /// Its name.
    pub engine: String,
    /// How many cycles, with what belongs to them.
    pub cycles: u64,
    /// How many attempts of those cycles.
    pub attempts: u64,
    /// How many decisions.
    pub decisions: u64,
    /// How many events.
    pub events: u64,
    /// How many runs: results and logs.
    pub runs: u64,
    /// How many bytes those runs had.
    pub run_bytes: u64,
    /// Whether it was left alone because a cycle of it is running.
    pub is_busy: bool,
}

impl EngineRetention {
    fn is_nothing(&self) -> bool {
        let rows = self.cycles + self.attempts + self.decisions + self.events;
        rows + self.runs == 0 && !self.is_busy
    }
}

/// What was dropped, or would be.
#[derive(Clone, Debug, Serialize)]
pub struct Retention {
    /// The engines of which something was dropped, and those that were busy.
    pub engines: Vec<EngineRetention>,
    /// How many bytes databases and runs had before.
    pub bytes_before: u64,
    /// How many they have now; of a rehearsal without what the databases would give back.
    pub bytes_after: u64,
    /// Whether they have more than was asked for, though nothing more may go.
    pub is_over_limit: bool,
    /// Why a database gave no space back.
    pub not_given_back: Option<String>,
}

/// An engine as retention sees it.
struct Subject {
    /// Empty for an engine that nobody knows: nobody can run it either.
    lock: PathBuf,
    report: EngineRetention,
    dropped: BTreeSet<i64>,
}

impl Retention {
    /// Drops what the limits do not keep; a rehearsal says what and drops nothing.
    ///
    /// # Errors
    ///
    /// Fails if a database cannot be written or a run cannot be removed.
    pub fn carry_out(
        inspection: &Inspection<'_>,
        limits: Limits,
        is_rehearsal: bool,
    ) -> Result<Self> {
        let workspace = inspection.workspace;
        let runs = RunDir::all(&workspace.data_dir.runs());
        let add = |before: u64, facts: &StoreFacts| before + store_bytes(&facts.path);
        let stored = || inspection.stores.iter().fold(0, add);
        let run_bytes: u64 = runs.iter().map(|run| run.bytes).sum();
        let bytes_before = stored() + run_bytes;
        let mut subjects = BTreeMap::new();
        let mut not_given_back = None;
        for facts in &inspection.stores {
            let gave_back = of_store(inspection, facts, limits.keep, is_rehearsal, &mut subjects)?;
            not_given_back = not_given_back.or(gave_back);
        }
        // Of several engines of one name it is the registered one that may be running.
        for engine in inspection.engines() {
            let name = engine.name.as_str();
            subjects
                .entry(engine.name.folded())
                .or_insert_with(|| Subject::new(name))
                .lock = inspection.lock_of_registered(engine);
        }
        let unwanted = unwanted(&runs, &subjects, limits.keep.since);
        let surplus = limits.max_bytes.map(|most| {
            let left: u64 = unwanted.iter().map(|run| run.bytes).sum();
            (stored() + run_bytes)
                .saturating_sub(left)
                .saturating_sub(most)
        });
        let surplus = surplus.unwrap_or(0);
        let oldest = oldest(&runs, &unwanted, surplus);
        let mut freed = 0;
        for run in unwanted.into_iter().chain(oldest) {
            freed += drop_run(run, &mut subjects, is_rehearsal)?;
        }
        let bytes_after = (stored() + run_bytes).saturating_sub(freed);
        let mut engines: Vec<EngineRetention> = subjects
            .into_values()
            .map(|subject| subject.report)
            .filter(|report| !report.is_nothing())
            .collect();
        engines.sort_by(|a, b| a.engine.cmp(&b.engine));
        Ok(Self {
            engines,
            bytes_before,
            bytes_after,
            is_over_limit: limits.max_bytes.is_some_and(|most| bytes_after > most),
            not_given_back,
        })
    }
}

/// Every engine by its folded name; engines of several registries may share one, and so the folder of its runs.
type Subjects = BTreeMap<String, Subject>;

/// Drops records in one database; returns why it gave no space back.
fn of_store(
    inspection: &Inspection<'_>,
    facts: &StoreFacts,
    keep: Keep,
    is_rehearsal: bool,
    subjects: &mut Subjects,
) -> Result<Option<String>> {
    let Some(reading) = &facts.store else {
        // Says why it cannot be read; where there is none, there is nothing to drop.
        return match facts.checkup {
            Ok(None) => Ok(None),
            _ => open(inspection.workspace, facts).map(|_| None),
        };
    };
    let mut writing: Option<Store> = None;
    let mut has_dropped = false;
    for engine in &facts.engines {
        let name = &engine.key.name;
        let subject = subjects
            .entry(name.to_ascii_lowercase())
            .or_insert_with(|| Subject::new(name));
        subject.lock = inspection.lock_of(engine, facts);
        if !inspection.is_of_this_registry(&engine.key) || keep.is_everything() {
            continue;
        }
        let Some(_lock) = Held::take(&subject.lock, is_rehearsal)? else {
            subject.report.is_busy = true;
            continue;
        };
        let store = match (&writing, is_rehearsal) {
            (_, true) => reading,
            (Some(store), false) => store,
            (None, false) => &*writing.insert(open(inspection.workspace, facts)?),
        };
        let dropped = store.drop_old(&engine.key, keep, is_rehearsal)?;
        has_dropped |= !dropped.is_nothing();
        subject.take(dropped);
    }
    match writing.filter(|_| has_dropped) {
        Some(store) => Ok(store
            .give_back_space()
            .err()
            .map(|error| format!("{error:#}"))),
        None => Ok(None),
    }
}

fn open(workspace: &Workspace, facts: &StoreFacts) -> Result<Store> {
    workspace.open_store_at(&facts.path)
}

impl Subject {
    fn new(name: &str) -> Self {
        Self {
            lock: PathBuf::new(),
            report: EngineRetention {
                engine: name.to_owned(),
                ..EngineRetention::default()
            },
            dropped: BTreeSet::new(),
        }
    }

    fn take(&mut self, dropped: Dropped) {
        let report = &mut self.report;
        report.cycles += u64::try_from(dropped.cycles.len()).unwrap_or(u64::MAX);
        report.attempts += dropped.attempts;
        report.decisions += dropped.decisions;
        report.events += dropped.events;
        self.dropped.extend(dropped.cycles);
    }
}

/// An engine's lock, or the knowledge that it was free: a rehearsal takes none.
struct Held(#[expect(dead_code, reason = "held until it is dropped")] Option<FileLock>);

impl Held {
    fn take(lock: &std::path::Path, is_rehearsal: bool) -> Result<Option<Self>> {
        if is_rehearsal {
            return Ok((!FileLock::is_held(lock)?).then_some(Self(None)));
        }
        Ok(match FileLock::try_lock(lock)? {
            LockAttempt::Locked(lock) => Some(Self(Some(lock))),
            LockAttempt::Busy => None,
        })
    }
}

/// Finds the runs whose cycles were dropped, and old ones of engines that nobody knows.
fn unwanted<'r>(
    runs: &'r [RunDir],
    subjects: &Subjects,
    since: Option<UnixTime>,
) -> Vec<&'r RunDir> {
    let is_unwanted = |run: &&RunDir| match subjects.get(&run.engine.to_ascii_lowercase()) {
        Some(subject) => run
            .number
            .is_some_and(|number| subject.dropped.contains(&number)),
        None => since.is_some_and(|since| run.modified < since),
    };
    runs.iter().filter(is_unwanted).collect()
}

/// Finds the oldest of the other runs that have at least so many bytes together; the newest of each engine stays.
fn oldest<'r>(runs: &'r [RunDir], unwanted: &[&RunDir], surplus: u64) -> Vec<&'r RunDir> {
    let newest: BTreeMap<String, &PathBuf> = runs
        .iter()
        .map(|run| (run.engine.to_ascii_lowercase(), &run.path))
        .collect();
    let newest: BTreeSet<&PathBuf> = newest.into_values().collect();
    let taken: BTreeSet<&PathBuf> = unwanted.iter().map(|run| &run.path).collect();
    let mut missing = surplus;
    let mut oldest = Vec::new();
    for run in runs {
        if missing == 0 {
            break;
        }
        if !taken.contains(&run.path) && !newest.contains(&run.path) && run.bytes > 0 {
            missing = missing.saturating_sub(run.bytes);
            oldest.push(run);
        }
    }
    oldest
}

/// Removes a run unless a cycle of its engine is running; returns how many bytes it had.
fn drop_run(run: &RunDir, subjects: &mut Subjects, is_rehearsal: bool) -> Result<u64> {
    let subject = subjects
        .entry(run.engine.to_ascii_lowercase())
        .or_insert_with(|| Subject::new(&run.engine));
    let _lock = if subject.lock.as_os_str().is_empty() {
        None
    } else {
        let Some(lock) = Held::take(&subject.lock, is_rehearsal)? else {
            subject.report.is_busy = true;
            return Ok(0);
        };
        Some(lock)
    };
    if !is_rehearsal {
        run.remove()?;
    }
    subject.report.runs += 1;
    subject.report.run_bytes += run.bytes;
    Ok(run.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(engine: &str, number: i64, bytes: u64) -> RunDir {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let modified = UnixTime(number as f64);
        RunDir {
            engine: engine.to_owned(),
            number: Some(number),
            path: PathBuf::from(format!("{engine}/{number}")),
            modified,
            bytes,
        }
    }

    #[test]
    fn the_oldest_runs_go_first_and_the_newest_of_each_engine_never() {
        let runs = [
            run("a", 1, 10),
            run("b", 2, 10),
            run("a", 3, 10),
            run("a", 4, 10),
        ];
        let gone = |surplus: u64| -> Vec<String> {
            let oldest = oldest(&runs, &[], surplus).into_iter();
            oldest.map(|run| run.path.display().to_string()).collect()
        };
        assert!(gone(0).is_empty());
        assert_eq!(gone(1), ["a/1"]);
        assert_eq!(gone(11), ["a/1", "a/3"]);
        assert_eq!(gone(1000), ["a/1", "a/3"]);
    }

    #[test]
    fn runs_of_strangers_go_by_age_alone() {
        let runs = [run("x", 1, 10), run("x", 9, 10)];
        let subjects = Subjects::new();
        assert_eq!(unwanted(&runs, &subjects, Some(UnixTime(5.0))).len(), 1);
        assert!(unwanted(&runs, &subjects, None).is_empty());
    }
}
