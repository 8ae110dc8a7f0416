//! Patches on record, and the deltas of cycles with and without one. What the texts mean is not known here.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;
use crate::store::events::{self, EventRow, NewEvent};
use crate::store::pauses::{self, Pause};

/// How many patches of an engine are kept that are neither in place nor kept for good.
const MOST_ENDED: i64 = 500;

/// A patch about to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewPatch<'a> {
    /// Its number, counted per engine.
    pub number: i64,
    /// The cycle that made it.
    pub cycle: i64,
    /// `applied` or `refused`.
    pub state: &'a str,
    /// The real path of the folder its files lie in.
    pub work_dir: &'a str,
    /// The record, as JSON.
    pub record: &'a str,
    /// The settings it was made by, as JSON.
    pub settings: &'a str,
    /// The unpatched deltas it is judged against, as JSON.
    pub baseline: &'a str,
    /// What restores its files besides their bytes, as JSON.
    pub saved: &'a str,
    /// The unified diff.
    pub diff: &'a [u8],
}

/// What becomes of a patch.
#[derive(Clone, Debug)]
pub struct PatchUpdate {
    /// Its number.
    pub number: i64,
    /// Its state from now on.
    pub state: &'static str,
    /// The state it will have once its originals are back.
    pub restoring: Option<&'static str>,
    /// The record, as JSON.
    pub record: String,
    /// Pauses its engine, because a person has to look at its files.
    pub pause: Option<Pause>,
}

/// A patch as recorded.
#[derive(Clone, Debug)]
pub struct PatchRow {
    /// Its number.
    pub number: i64,
    /// The cycle that made it.
    pub cycle: i64,
    /// The state it will have once its originals are back.
    pub restoring: Option<String>,
    /// The folder its files lie in.
    pub work_dir: String,
    /// When it was made.
    pub made_at: UnixTime,
    /// When it was kept, reverted or refused.
    pub settled_at: Option<UnixTime>,
    /// The record, as JSON.
    pub record: String,
    /// The settings it was made by, as JSON.
    pub settings: String,
    /// The unpatched deltas it is judged against, as JSON.
    pub baseline: String,
    /// What restores its files besides their bytes, as JSON.
    pub saved: String,
    /// The unified diff.
    pub diff: Vec<u8>,
    /// The commit of a kept patch, or why there is none, as JSON.
    pub committed: Option<String>,
}

const COLUMNS: &str = "number, cycle, restoring, work_dir, made_at, settled_at, record, settings, baseline, saved, \
    diff, committed";

fn from_row(row: &Row<'_>) -> rusqlite::Result<PatchRow> {
    Ok(PatchRow {
        number: row.get("number")?,
        cycle: row.get("cycle")?,
        restoring: row.get("restoring")?,
        work_dir: row.get("work_dir")?,
        made_at: UnixTime(row.get("made_at")?),
        settled_at: row.get::<_, Option<f64>>("settled_at")?.map(UnixTime),
        record: row.get("record")?,
        settings: row.get("settings")?,
        baseline: row.get("baseline")?,
        saved: row.get("saved")?,
        diff: row.get("diff")?,
        committed: row.get("committed")?,
    })
}

/// Returns what a patch is called, for example `alpha-p3`.
#[must_use]
pub fn name(engine: &str, number: i64) -> String {
    format!("{engine}-p{number}")
}

/// Commits what becomes of a patch.
pub(super) fn update(
    tx: &Transaction<'_>,
    engine: i64,
    update: &PatchUpdate,
    now: UnixTime,
) -> rusqlite::Result<()> {
    let is_settled = update.state != "applied" && update.restoring.is_none();
    tx.prepare_cached(
        "UPDATE patch SET state = ?3, restoring = ?4, record = ?5,
            settled_at = CASE WHEN ?6 THEN ?7 END,
            settled_cycle = CASE WHEN ?6 THEN (SELECT max(number) FROM cycle WHERE engine_key = ?1) END
         WHERE engine_key = ?1 AND number = ?2",
    )?
    .execute(params![
        engine,
        update.number,
        update.state,
        update.restoring,
        update.record,
        is_settled,
        now.0
    ])?;
    if let Some(pause) = &update.pause {
        pauses::insert(tx, engine, pause)?;
    }
    Ok(())
}

impl Store {
    /// Returns the number of the next patch of a name: numbers go on when a name is registered again.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn next_patch_number(&self, key: &EngineKey) -> Result<i64> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(max(patch.number), 0) + 1 FROM patch JOIN engine ON engine.key = engine_key
                     WHERE name = ?1",
                )?
                .query_row([&key.name], |row| row.get(0))
        })
    }

    /// Records a patch; one that is applied is on trial in its cycle from now on. Returns its events.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then no file may be replaced.
    pub fn record_patch(
        &self,
        key: &EngineKey,
        patch: &NewPatch<'_>,
        events: &[NewEvent],
        now: UnixTime,
    ) -> Result<Vec<EventRow>> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, now)?;
            let is_applied = patch.state == "applied";
            tx.execute(
                "INSERT INTO patch (engine_key, number, cycle, state, work_dir, made_at, settled_at, settled_cycle,
                    record, settings, baseline, saved, diff)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                params![
                    engine,
                    patch.number,
                    patch.cycle,
                    patch.state,
                    patch.work_dir,
                    now.0,
                    (!is_applied).then_some(now.0),
                    (!is_applied).then_some(patch.cycle),
                    patch.record,
                    patch.settings,
                    patch.baseline,
                    patch.saved,
                    patch.diff,
                ],
            )?;
            if is_applied {
                tx.execute(
                    "UPDATE cycle SET patch = ?3 WHERE engine_key = ?1 AND number = ?2",
                    params![engine, patch.cycle, patch.number],
                )?;
            }
            tx.execute(
                "DELETE FROM patch WHERE engine_key = ?1 AND state NOT IN ('applied', 'kept') AND restoring IS NULL
                 AND id <= (SELECT id FROM patch WHERE engine_key = ?1 AND state NOT IN ('applied', 'kept')
                    ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![engine, MOST_ENDED],
            )?;
            events::insert(tx, engine, events, now)
        })
    }

    /// Commits what becomes of a patch outside of a cycle's end. Returns its events.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn update_patch(
        &self,
        key: &EngineKey,
        patch: &PatchUpdate,
        events: &[NewEvent],
        now: UnixTime,
    ) -> Result<Vec<EventRow>> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, now)?;
            update(tx, engine, patch, now)?;
            events::insert(tx, engine, events, now)
        })
    }

    /// Notes what came of committing a kept patch, as JSON.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn note_commit(&self, key: &EngineKey, number: i64, committed: &str) -> Result<()> {
        self.write(|tx| {
            if let Some(engine) = engine_rows::find(tx, key)? {
                tx.execute(
                    "UPDATE patch SET committed = ?3 WHERE engine_key = ?1 AND number = ?2",
                    params![engine, number, committed],
                )?;
            }
            Ok(())
        })
    }

    /// Returns the patch of an engine that is on trial, or whose originals are still to be restored.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn patch_in_place(&self, key: &EngineKey) -> Result<Option<PatchRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(None);
            };
            let sql = format!(
                "SELECT {COLUMNS} FROM patch WHERE engine_key = ?1 AND (state = 'applied' OR restoring IS NOT NULL)"
            );
            connection
                .prepare_cached(&sql)?
                .query_row([engine], from_row)
                .optional()
        })
    }

    /// Returns the name of another engine that has a patch on trial in a folder.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn other_patch_in(&self, work_dir: &str, key: &EngineKey) -> Result<Option<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT name FROM patch JOIN engine ON engine.key = engine_key
                     WHERE (state = 'applied' OR restoring IS NOT NULL) AND work_dir = ?1
                        AND NOT (registry_id = ?2 AND engine_id = ?3)",
                )?
                .query_row([work_dir, &key.registry_id, &key.engine_id], |row| {
                    row.get(0)
                })
                .optional()
        })
    }

    /// Returns one patch of an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn patch(&self, key: &EngineKey, number: i64) -> Result<Option<PatchRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(None);
            };
            let sql = format!("SELECT {COLUMNS} FROM patch WHERE engine_key = ?1 AND number = ?2");
            connection
                .prepare_cached(&sql)?
                .query_row([engine, number], from_row)
                .optional()
        })
    }

    /// Returns all patches of an engine, newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn patches(&self, key: &EngineKey) -> Result<Vec<PatchRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            let sql = format!("SELECT {COLUMNS} FROM patch WHERE engine_key = ?1 ORDER BY id DESC");
            connection
                .prepare_cached(&sql)?
                .query_map([engine], from_row)?
                .collect()
        })
    }

    /// Returns the numbers of patches whose originals are needed: in place, or among the newest kept ones.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn patches_with_originals(&self, key: &EngineKey, most_kept: i64) -> Result<Vec<i64>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT number FROM patch WHERE engine_key = ?1 AND (state = 'applied' OR restoring IS NOT NULL)
                     UNION SELECT * FROM (SELECT number FROM patch WHERE engine_key = ?1 AND state = 'kept'
                        ORDER BY id DESC LIMIT ?2)",
                )?
                .query_map([engine, most_kept], |row| row.get(0))?
                .collect()
        })
    }

    /// Returns the newest deltas of cycles without a patch on trial since the files last changed for good, oldest first.
    ///
    /// Trials of the patch that was kept last are the first of them: since then they are what is unpatched.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn unpatched_deltas(&self, key: &EngineKey, most: usize) -> Result<Vec<f64>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            let mut deltas: Vec<f64> = connection
                .prepare_cached(
                    "WITH kept AS (SELECT number, cycle, id FROM patch WHERE engine_key = ?1 AND state = 'kept'
                            ORDER BY id DESC LIMIT 1),
                        taken_back AS (SELECT max(settled_cycle) + 1 AS cycle FROM patch
                            WHERE engine_key = ?1 AND state = 'reverted_by_hand')
                     SELECT roi FROM cycle WHERE engine_key = ?1 AND state = 'ok' AND roi IS NOT NULL
                        AND (patch IS NULL OR patch = (SELECT number FROM kept))
                        AND number >= max(coalesce((SELECT cycle FROM kept), 0),
                            coalesce((SELECT cycle FROM taken_back), 0))
                     ORDER BY cycle.id DESC LIMIT ?2",
                )?
                .query_map(
                    params![engine, i64::try_from(most).unwrap_or(i64::MAX)],
                    |row| row.get(0),
                )?
                .collect::<rusqlite::Result<_>>()?;
            deltas.reverse();
            Ok(deltas)
        })
    }

    /// Returns the deltas of the cycles a patch was on trial in, in order.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn trial_deltas(&self, key: &EngineKey, number: i64) -> Result<Vec<f64>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT roi FROM cycle WHERE engine_key = ?1 AND patch = ?2 AND state = 'ok' AND roi IS NOT NULL
                     ORDER BY id",
                )?
                .query_map([engine, number], |row| row.get(0))?
                .collect()
        })
    }
}
