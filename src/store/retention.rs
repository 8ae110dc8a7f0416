//! Forgetting old cycles with their decisions, attempts and events.
//!
//! What is learned, booked or counted stays: policies, modules, ROI deltas, metrics, the ledger and the counters of an
//! engine lie in tables of their own and are not touched.

use std::fmt::Write;

use anyhow::Result;
use rusqlite::{Transaction, TransactionBehavior, params};

use crate::clock::UnixTime;
use crate::store::database::{Store, unusable};
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// What is kept. A record is dropped only if none of the limits given keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Keep {
    /// Everything from this moment on.
    pub since: Option<UnixTime>,
    /// The newest cycles, so many of each engine.
    pub cycles: Option<usize>,
}

impl Keep {
    /// So many of the newest cycles, and of the newest that succeeded, always stay: success rates and baselines look
    /// at them.
    pub const ALWAYS: usize = 20;

    /// Whether nothing limits what is kept.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.since.is_none() && self.cycles.is_none()
    }
}

/// What was dropped of one engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// The numbers of its cycles, the oldest first.
    pub cycles: Vec<i64>,
    /// How many attempts of those cycles.
    pub attempts: u64,
    /// How many decisions.
    pub decisions: u64,
    /// How many events.
    pub events: u64,
}

impl Dropped {
    /// Whether there was nothing to drop.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Cycles that ended, are older than all limits, are no trial of a patch that is still to be judged, and that nothing
/// else on record refers to.
const OLD_CYCLES: &str = "engine_key = ?1 AND state <> 'running' AND number < ?2
    AND (?3 IS NULL OR coalesce(ended_at, started_at) < ?3)
    AND id NOT IN (SELECT id FROM cycle WHERE engine_key = ?1 AND state = 'ok' ORDER BY number DESC LIMIT ?4)
    AND coalesce(patch, 0) NOT IN (SELECT number FROM patch WHERE engine_key = ?1 AND state = 'applied')";

impl Store {
    /// Drops what is not to be kept of an engine, in one transaction; a rehearsal says what and drops nothing.
    ///
    /// The caller holds the engine's lock, so that no cycle of it is running.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn drop_old(&self, key: &EngineKey, keep: Keep, is_rehearsal: bool) -> Result<Dropped> {
        let act = |tx: &Transaction<'_>| match engine_rows::find(tx, key)? {
            Some(engine) => drop_old(tx, engine, keep),
            None => Ok(Dropped::default()),
        };
        if !is_rehearsal {
            return self.write(act);
        }
        let mut connection = self.connection();
        let mut rehearse = || {
            let behavior = TransactionBehavior::Immediate;
            // Rolled back when it goes out of scope.
            act(&connection.transaction_with_behavior(behavior)?)
        };
        rehearse().map_err(|error| unusable(self.path(), error))
    }

    /// Gives the space that holds nothing back to the disk, once it is a tenth of the file, and cuts the log.
    ///
    /// Less is used by what comes next, and is not worth writing the whole file anew. Others may go on reading
    /// meanwhile; whoever writes waits until it is done.
    ///
    /// # Errors
    ///
    /// Fails if others write all the time, or the disk has no room for a second copy.
    pub fn give_back_space(&self) -> Result<()> {
        self.read(|connection| {
            let number = |pragma: &str| -> rusqlite::Result<i64> {
                connection.pragma_query_value(None, pragma, |row| row.get(0))
            };
            if number("freelist_count")?.saturating_mul(10) >= number("page_count")? {
                connection.execute_batch("VACUUM")?;
            }
            Ok(())
        })?;
        self.empty_log().map(drop)
    }
}

fn drop_old(tx: &Transaction<'_>, engine: i64, keep: Keep) -> rusqlite::Result<Dropped> {
    let limit = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let since = keep.since.map(|time| time.0);
    let newest = limit(keep.cycles.unwrap_or(0).max(Keep::ALWAYS));
    // The oldest of the newest cycles: without so many of them all are kept.
    let (first_kept, first_kept_at): (i64, f64) = tx
        .prepare("SELECT number, started_at FROM cycle WHERE engine_key = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2")?
        .query_map([engine, newest - 1], |row| Ok((row.get(0)?, row.get(1)?)))?
        .next()
        .transpose()?
        .unwrap_or((0, f64::NEG_INFINITY));
    let is_old = format!("{OLD_CYCLES}{}", unreferenced(tx)?);
    let old = params![engine, first_kept, since, limit(Keep::ALWAYS)];
    let cycles = tx
        .prepare(&format!(
            "SELECT number FROM cycle WHERE {is_old} ORDER BY number"
        ))?
        .query_map(old, |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let attempts = tx.execute(
        &format!("DELETE FROM attempt WHERE cycle_id IN (SELECT id FROM cycle WHERE {is_old})"),
        old,
    )?;
    tx.execute(&format!("DELETE FROM cycle WHERE {is_old}"), old)?;
    // What happened between cycles has no number: only where cycles are counted does it go with those around it.
    let before = keep.cycles.map(|_| first_kept_at);
    let decisions = tx.execute(
        "DELETE FROM decision WHERE engine_key = ?1 AND (?2 IS NULL OR last_at < ?2) AND (?3 IS NULL OR last_at < ?3)
         AND id <> (SELECT max(id) FROM decision WHERE engine_key = ?1)
         AND (cycle IS NULL
            OR NOT EXISTS (SELECT 1 FROM cycle WHERE engine_key = ?1 AND number = decision.cycle))",
        params![engine, since, before],
    )?;
    let events = tx.execute(
        "DELETE FROM event WHERE engine_key = ?1 AND is_pending = 0 AND (?2 IS NULL OR at < ?2)
         AND (?3 IS NULL OR at < ?3)",
        params![engine, since, before],
    )?;
    let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    Ok(Dropped {
        cycles,
        attempts: count(attempts),
        decisions: count(decisions),
        events: count(events),
    })
}

/// Returns the condition that no row of another table refers to a cycle; attempts go with theirs.
fn unreferenced(tx: &Transaction<'_>) -> rusqlite::Result<String> {
    let mut condition = String::new();
    let mut statement = tx.prepare(
        "SELECT tables.name, key.\"from\" FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS key
         WHERE tables.type = 'table' AND key.\"table\" = 'cycle' AND tables.name <> 'attempt'",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
        // Writing to a String cannot fail.
        let _ = write!(
            condition,
            "\n    AND NOT EXISTS (SELECT 1 FROM \"{table}\" WHERE \"{column}\" = cycle.id)"
        );
    }
    Ok(condition)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::interrupt::Interrupt;
    use crate::store::FileLock;

    fn key() -> EngineKey {
        EngineKey {
            registry_id: "r".to_owned(),
            engine_id: "e".to_owned(),
            name: "alpha".to_owned(),
        }
    }

    /// A store with cycles 1 to 40 at the times 1 to 40, each with an attempt, a decision and an event; every second
    /// one failed.
    fn filled(folder: &std::path::Path) -> Store {
        let lock = folder.join("lock");
        let store = Store::open(&folder.join("x.db"), || {
            FileLock::wait(&lock, Duration::from_secs(1), &Interrupt::never())
        })
        .expect("opened");
        store.ensure_engine(&key(), UnixTime(0.0)).expect("engine");
        store
            .write(|tx| {
                tx.execute_batch(
                    "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 40)
                     INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at)
                     SELECT 1, n, iif(n % 2, 'ok', 'failed'), 'force', 1, 1, 0, n FROM n;
                     INSERT INTO attempt SELECT id, 1, NULL, started_at, 1, 1, NULL FROM cycle;
                     INSERT INTO decision (engine_key, action, reason, first_at, last_at, cycle, evidence)
                     SELECT 1, 'run', 'force', started_at, started_at, number, '{}' FROM cycle;
                     INSERT INTO event (engine_key, topic, at, data) SELECT 1, 't', started_at, '{}' FROM cycle;",
                )
            })
            .expect("filled");
        store
    }

    fn dropped(keep: Keep) -> Dropped {
        let folder = tempfile::tempdir().expect("folder");
        let store = filled(folder.path());
        let rehearsed = store.drop_old(&key(), keep, true).expect("rehearsed");
        let dropped = store.drop_old(&key(), keep, false).expect("dropped");
        assert_eq!(
            rehearsed, dropped,
            "a rehearsal drops nothing and says the same"
        );
        let again = store.drop_old(&key(), keep, false).expect("again");
        assert!(again.is_nothing(), "{again:?}");
        dropped
    }

    #[test]
    fn the_newest_cycles_and_the_newest_successes_stay_whatever_the_limits_say() {
        let all_old = Keep {
            since: Some(UnixTime(1000.0)),
            cycles: None,
        };
        // 21 to 40 are the newest; of the others the odd ones succeeded, and 20 successes are all there are.
        let expected: Vec<i64> = (1..=20).filter(|number| number % 2 == 0).collect();
        let dropped_all = dropped(all_old);
        assert_eq!(dropped_all.cycles, expected);
        assert_eq!((dropped_all.attempts, dropped_all.decisions), (10, 10));
        // Events belong to no cycle; all of them are old.
        assert_eq!(dropped_all.events, 40);
    }

    #[test]
    fn what_one_of_two_limits_keeps_is_kept() {
        let keep = |since: f64, cycles: usize| Keep {
            since: Some(UnixTime(since)),
            cycles: Some(cycles),
        };
        assert_eq!(dropped(keep(5.0, 25)).cycles, [2, 4]);
        assert_eq!(dropped(keep(1000.0, 38)).cycles, [2]);
        assert_eq!(dropped(keep(5.0, 25)).events, 4);
        assert!(dropped(keep(0.0, 1)).is_nothing());
        assert!(dropped(keep(1000.0, 100)).is_nothing());
    }

    #[test]
    fn a_cycle_that_another_table_refers_to_stays() {
        let folder = tempfile::tempdir().expect("folder");
        let store = filled(folder.path());
        store
            .write(|tx| {
                tx.execute_batch(
                    "CREATE TABLE patch_of (cycle_id INTEGER REFERENCES cycle (id));
                     INSERT INTO patch_of VALUES (2);",
                )
            })
            .expect("referred to");
        let keep = Keep {
            since: Some(UnixTime(6.5)),
            cycles: None,
        };
        let dropped = store.drop_old(&key(), keep, false).expect("dropped");
        assert_eq!(dropped.cycles, [4, 6]);
        store.give_back_space().expect("vacuumed");
    }
}
