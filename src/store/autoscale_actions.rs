//! What autoscaling did to the fleet, with the numbers behind it and who approved.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::clock::UnixTime;
use crate::store::database::Store;

/// How many actions of a registry are kept.
const KEPT: i64 = 1000;

/// How far an action has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// About to be carried out; if that is still so later, `sie` died then.
    Begun,
    /// Carried out.
    Done,
    /// Never carried out: `sie` died before it changed the registry.
    Abandoned,
}

/// How an addition was approved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordedApproval {
    /// In which way: `not_needed`, `yes`, `prompt`, `command`, `plan` or `callback`.
    pub how: String,
    /// The user of the operating system who did; none where nobody needed to.
    pub by: Option<String>,
    /// When.
    pub at: Option<UnixTime>,
    /// Why, in the words of whoever approved.
    pub reason: Option<String>,
}

/// An action of autoscaling.
#[derive(Clone, Debug, Serialize)]
pub struct AutoscaleAction {
    /// Its number, which grows in the order of the record.
    pub id: i64,
    /// When.
    pub at: UnixTime,
    /// `add`, `revive` or `remove`.
    pub action: String,
    /// The engine.
    pub engine: String,
    /// By what the engine's rows are keyed.
    pub engine_id: String,
    /// How far it has come.
    pub state: ActionState,
    /// Why, as a reason code.
    pub reason: String,
    /// Who approved.
    pub approval: RecordedApproval,
    /// The decision with every comparison, as JSON.
    pub decision: Option<Box<RawValue>>,
}

/// An action about to be carried out.
#[derive(Clone, Debug)]
pub struct NewAction<'a> {
    /// `add`, `revive` or `remove`.
    pub kind: &'a str,
    /// The engine.
    pub engine: &'a str,
    /// By what its rows are keyed.
    pub engine_id: &'a str,
    /// Why, as a reason code.
    pub reason: &'a str,
    /// Who approved.
    pub approval: &'a RecordedApproval,
    /// The decision, as JSON.
    pub decision: &'a str,
}

impl ActionState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Abandoned => "abandoned",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "done" => Self::Done,
            "abandoned" => Self::Abandoned,
            _ => Self::Begun,
        }
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<AutoscaleAction> {
    let decision: String = row.get("decision")?;
    Ok(AutoscaleAction {
        id: row.get("id")?,
        at: UnixTime(row.get("at")?),
        action: row.get("kind")?,
        engine: row.get("engine")?,
        engine_id: row.get("engine_id")?,
        state: ActionState::parse(row.get_ref("state")?.as_str()?),
        reason: row.get("reason")?,
        approval: RecordedApproval {
            how: row.get("approval")?,
            by: row.get("approved_by")?,
            at: row.get::<_, Option<f64>>("approved_at")?.map(UnixTime),
            reason: row.get("approval_reason")?,
        },
        decision: RawValue::from_string(decision).ok(),
    })
}

impl Store {
    /// Records an action that is about to be carried out and returns its number; forgets the oldest beyond 1,000.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then the registry must not be changed.
    pub fn begin_action(
        &self,
        registry_id: &str,
        action: &NewAction<'_>,
        now: UnixTime,
    ) -> Result<i64> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO autoscale_action (registry_id, at, kind, engine, engine_id, state, reason, approval,
                    approved_by, approved_at, approval_reason, decision)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    registry_id,
                    now.0,
                    action.kind,
                    action.engine,
                    action.engine_id,
                    ActionState::Begun.as_str(),
                    action.reason,
                    action.approval.how,
                    action.approval.by,
                    action.approval.at.map(|time| time.0),
                    action.approval.reason,
                    action.decision,
                ],
            )?;
            let id = tx.last_insert_rowid();
            tx.execute(
                "DELETE FROM autoscale_action WHERE registry_id = ?1 AND id <=
                    (SELECT id FROM autoscale_action WHERE registry_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![registry_id, KEPT],
            )?;
            Ok(id)
        })
    }

    /// Records how actions that were begun have ended, by their numbers.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn end_actions(&self, ends: &BTreeMap<i64, ActionState>) -> Result<()> {
        if ends.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            for (id, state) in ends {
                tx.execute(
                    "UPDATE autoscale_action SET state = ?2 WHERE id = ?1 AND state = 'begun'",
                    params![id, state.as_str()],
                )?;
            }
            Ok(())
        })
    }

    /// Returns the newest actions of a registry, newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn actions(&self, registry_id: &str, most: usize) -> Result<Vec<AutoscaleAction>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT * FROM autoscale_action WHERE registry_id = ?1 ORDER BY id DESC LIMIT ?2",
                )?
                .query_map(
                    params![registry_id, i64::try_from(most).unwrap_or(i64::MAX)],
                    from_row,
                )?
                .collect()
        })
    }

    /// Returns the names of all engines and bots of a registry that have rows here.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn names_with_data(&self, registry_id: &str) -> Result<Vec<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT name FROM engine WHERE registry_id = ?1 UNION SELECT name FROM bot WHERE registry_id = ?1",
                )?
                .query_map([registry_id], |row| row.get(0))?
                .collect()
        })
    }

    /// Returns the mean ROI delta of every engine of a registry that has any, by engine id.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn mean_rois(&self, registry_id: &str) -> Result<BTreeMap<String, f64>> {
        self.read(|connection| mean_rois(connection, registry_id))
    }

    /// Returns the ids of the engines of a registry that have a patch in place which somebody has to look after.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn engines_on_trial(&self, registry_id: &str) -> Result<Vec<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT engine_id FROM patch JOIN engine ON engine.key = engine_key
                     WHERE (state = 'applied' OR restoring IS NOT NULL) AND registry_id = ?1",
                )?
                .query_map([registry_id], |row| row.get(0))?
                .collect()
        })
    }
}

/// Divides as it goes: the sum of huge deltas would be infinite.
fn mean_rois(
    connection: &Connection,
    registry_id: &str,
) -> rusqlite::Result<BTreeMap<String, f64>> {
    let mut means: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT engine_id, roi FROM roi_delta JOIN engine ON engine.key = engine_key
         WHERE registry_id = ?1 ORDER BY roi_delta.id",
    )?;
    let mut rows = statement.query([registry_id])?;
    while let Some(row) = rows.next()? {
        let roi: f64 = row.get(1)?;
        let (mean, count) = means.entry(row.get(0)?).or_default();
        *mean = *mean * (*count / (*count + 1.0)) + roi / (*count + 1.0);
        *count += 1.0;
    }
    let means = means.into_iter();
    Ok(means.map(|(id, (mean, _))| (id, mean)).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::interrupt::Interrupt;
    use crate::store::{EngineKey, FileLock, StateFile};

    fn store(folder: &std::path::Path) -> Store {
        let lock = || {
            FileLock::wait(
                &folder.join("lock"),
                Duration::from_secs(1),
                &Interrupt::never(),
            )
        };
        Store::open(&folder.join("sie.db"), lock).expect("a store")
    }

    #[test]
    fn an_action_ends_once_and_the_newest_come_first() {
        let folder = tempfile::tempdir().expect("folder");
        let store = store(folder.path());
        let approval = RecordedApproval {
            how: "yes".into(),
            by: Some("uid 7".into()),
            at: Some(UnixTime(5.0)),
            reason: None,
        };
        let begin = |engine| {
            let action = NewAction {
                kind: "add",
                engine,
                engine_id: "e",
                reason: "growth_pays",
                approval: &approval,
                decision: "{}",
            };
            store
                .begin_action("r", &action, UnixTime(5.0))
                .expect("begun")
        };
        let (first, second) = (begin("engine1"), begin("engine2"));
        let end = |id, state| store.end_actions(&[(id, state)].into()).expect("ended");
        end(first, ActionState::Abandoned);
        end(second, ActionState::Done);
        end(second, ActionState::Abandoned);
        let actions = store.actions("r", 9).expect("read");
        let seen: Vec<_> = actions
            .iter()
            .map(|action| (action.engine.as_str(), action.state))
            .collect();
        assert_eq!(
            seen,
            [
                ("engine2", ActionState::Done),
                ("engine1", ActionState::Abandoned)
            ]
        );
        assert_eq!(actions[0].approval, approval);
        assert!(store.actions("other", 9).expect("read").is_empty());
    }

    #[test]
    fn a_mean_of_huge_deltas_is_finite() {
        let folder = tempfile::tempdir().expect("folder");
        let store = store(folder.path());
        for (id, history, mean) in [
            ("huge", vec![f64::MAX; 3], f64::MAX),
            ("plain", vec![1.0, 2.0, 6.0], 3.0),
        ] {
            let key = EngineKey {
                registry_id: "r".into(),
                engine_id: id.into(),
                name: id.into(),
            };
            let file = StateFile {
                roi_history: history,
                last_run: 1.0,
            };
            let adopted = store.adopt_state_file(&key, &file, "d", UnixTime(2.0));
            adopted.expect("adopted");
            let found = store.mean_rois("r").expect("read")[id];
            assert!((found - mean).abs() <= mean.abs() * 1e-12, "{id}: {found}");
        }
        assert_eq!(store.names_with_data("r").expect("read"), ["huge", "plain"]);
    }
}
