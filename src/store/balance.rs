//! Sums of the ledger, and what else the money of a fleet is judged by. Reads only.

use std::cmp::Reverse;

use anyhow::Result;
use rusqlite::{Connection, Row, params};

use crate::capital::{BudgetUse, Money};
use crate::clock::UnixTime;
use crate::diagnostics::MetricsRow;
use crate::store::database::Store;
use crate::store::metrics::{self, Names};

/// Millionths in one unit. Sums are taken of units and millionths apart: together they could exceed an i64.
const MICROS: i128 = 1_000_000;

/// What a registry's ledger adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Booked by hand.
    pub inflow: Money,
    /// Reported by cycles.
    pub revenue: Money,
    /// Booked by hand and reported by cycles.
    pub expense: Money,
    /// What cycles cost.
    pub cost: Money,
    /// Reserved for cycles whose end is not in the ledger yet.
    pub held: Money,
}

impl Balance {
    /// Returns the capital: inflow + revenue − expense − cost, at most what an amount can be. Holds are not spent yet.
    #[must_use]
    pub fn capital(&self) -> Money {
        let wide = |amount: Money| i128::from(amount.micros());
        let capital = wide(self.inflow) + wide(self.revenue) - wide(self.expense) - wide(self.cost);
        clamped(capital)
    }
}

fn clamped(micros: i128) -> Money {
    let end = if micros < 0 { Money::MIN } else { Money::MAX };
    i64::try_from(micros).map_or(end, Money::from_micros)
}

/// Reads a sum that was taken of units and millionths apart; the first of the two columns has this index.
fn sum(row: &Row<'_>, first: usize) -> rusqlite::Result<i128> {
    let units: i64 = row.get(first)?;
    let micros: i64 = row.get(first + 1)?;
    Ok(i128::from(units) * MICROS + i128::from(micros))
}

/// Returns what is bound under the caps of a registry; to be called in the transaction that reserves more.
pub(super) fn budget_use(
    connection: &Connection,
    registry_id: &str,
    day: (UnixTime, UnixTime),
    overruns_since: Option<UnixTime>,
) -> rusqlite::Result<BudgetUse> {
    let mut used = [0_i128; 4];
    // The fleet's sums are kept; of the ledger itself only the day is read. What nobody knows the time of counts for the
    // day: a cap must not be missed by a gap in the record.
    let mut statement = connection.prepare_cached(
        "SELECT 0, state = 'held', units, micros FROM ledger_total WHERE registry_id = ?1 AND kind = 'cost'
         UNION ALL
         SELECT 1, state = 'held', sum(amount / 1000000), sum(amount % 1000000) FROM ledger
         WHERE registry_id = ?1 AND kind = 'cost' AND held_at >= ?2 AND held_at < ?3 GROUP BY 2
         UNION ALL
         SELECT 1, state = 'held', sum(amount / 1000000), sum(amount % 1000000) FROM ledger
         WHERE registry_id = ?1 AND kind = 'cost' AND held_at IS NULL GROUP BY 2",
    )?;
    let mut rows = statement.query(params![registry_id, day.0.0, day.1.0])?;
    let [day_committed, day_held, fleet_committed, fleet_held] = &mut used;
    while let Some(row) = rows.next()? {
        let (is_of_day, is_held): (bool, bool) = (row.get(0)?, row.get(1)?);
        let place = match (is_of_day, is_held) {
            (true, true) => &mut *day_held,
            (true, false) => &mut *day_committed,
            (false, true) => &mut *fleet_held,
            (false, false) => &mut *fleet_committed,
        };
        *place += sum(row, 2)?;
    }
    let dearest: Option<i64> = connection
        .prepare_cached(
            "SELECT max(amount) FROM ledger INDEXED BY ledger_overrun
             WHERE registry_id = ?1 AND kind = 'cost' AND state = 'settled' AND held_at >= ?2
                AND amount > reserved",
        )?
        .query_row(
            params![registry_id, overruns_since.map_or(f64::MIN, |time| time.0)],
            |row| row.get(0),
        )?;
    Ok(BudgetUse {
        day_committed: clamped(*day_committed),
        day_held: clamped(*day_held),
        fleet_committed: clamped(*fleet_committed),
        fleet_held: clamped(*fleet_held),
        dearest_cycle: dearest.map(Money::from_micros),
    })
}

impl Store {
    /// Returns what a registry's ledger adds up to.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn balance(&self, registry_id: &str) -> Result<Balance> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT CASE state WHEN 'held' THEN 'held' ELSE kind END, units, micros
                 FROM ledger_total WHERE registry_id = ?1
                 UNION ALL
                 SELECT kind, sum(amount / 1000000), sum(amount % 1000000)
                 FROM ledger_entry WHERE registry_id = ?1 GROUP BY 1",
            )?;
            let mut rows = statement.query([registry_id])?;
            let mut balance = Balance::default();
            while let Some(row) = rows.next()? {
                let kind: String = row.get(0)?;
                let place = match kind.as_str() {
                    "inflow" => &mut balance.inflow,
                    "revenue" => &mut balance.revenue,
                    "expense" => &mut balance.expense,
                    "held" => &mut balance.held,
                    _ => &mut balance.cost,
                };
                *place = clamped(i128::from(place.micros()) + sum(row, 1)?);
            }
            Ok(balance)
        })
    }

    /// Returns what is bound under the caps of a registry on a day, given by its first moment and that of the next.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn budget_use(
        &self,
        registry_id: &str,
        day: (UnixTime, UnixTime),
        overruns_since: Option<UnixTime>,
    ) -> Result<BudgetUse> {
        self.read(|connection| budget_use(connection, registry_id, day, overruns_since))
    }

    /// Returns of a registry's newest cycles that succeeded or failed when each ended and whether it succeeded.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn newest_outcomes(&self, registry_id: &str, most: usize) -> Result<Vec<(UnixTime, bool)>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT ended_at, state = 'ok' FROM cycle JOIN engine ON engine.key = engine_key
                     WHERE registry_id = ?1 AND state IN ('ok', 'failed') AND ended_at IS NOT NULL
                     ORDER BY cycle.id DESC LIMIT ?2",
                )?
                .query_map(
                    params![registry_id, i64::try_from(most).unwrap_or(i64::MAX)],
                    |row| Ok((UnixTime(row.get(0)?), row.get(1)?)),
                )?
                .collect()
        })
    }

    /// Returns of a registry's newest patches that were tried and judged when each was and whether it was kept. One that
    /// a person took back afterwards was not.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn newest_judged_patches(
        &self,
        registry_id: &str,
        most: usize,
    ) -> Result<Vec<(UnixTime, bool)>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT settled_at, state = 'kept' FROM patch JOIN engine ON engine.key = engine_key
                     WHERE registry_id = ?1 AND state IN ('kept', 'reverted', 'reverted_by_hand')
                        AND restoring IS NULL AND settled_at IS NOT NULL
                     ORDER BY patch.id DESC LIMIT ?2",
                )?
                .query_map(
                    params![registry_id, i64::try_from(most).unwrap_or(i64::MAX)],
                    |row| Ok((UnixTime(row.get(0)?), row.get(1)?)),
                )?
                .collect()
        })
    }

    /// Returns the rows that were recorded last of all bots of a registry together, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn newest_rows_of_all(&self, registry_id: &str, most: usize) -> Result<Vec<MetricsRow>> {
        self.read(|connection| {
            let mut names = Names::default();
            let mut found: Vec<(i64, MetricsRow)> = Vec::new();
            let limit = i64::try_from(most).unwrap_or(i64::MAX);
            let bots: Vec<(i64, i64)> = connection
                .prepare_cached(
                    "SELECT key, newest_row FROM bot WHERE registry_id = ?1 AND newest_row > 0
                     ORDER BY newest_row DESC LIMIT ?2",
                )?
                .query_map(params![registry_id, limit], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect::<rusqlite::Result<_>>()?;
            for (bot, newest) in bots {
                // The bots after this one have nothing newer either.
                let is_full = found.len() >= most;
                if is_full && found.last().is_some_and(|(oldest, _)| *oldest > newest) {
                    break;
                }
                found.extend(metrics::newest_of_bot(connection, &mut names, bot, limit)?);
                found.sort_by_key(|(number, _)| Reverse(*number));
                found.truncate(most);
            }
            found.reverse();
            Ok(found.into_iter().map(|(_, row)| row).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Interrupt;
    use crate::store::{Booking, EngineKey, FileLock};

    /// A store with costs: state, millionths, when they were held, what was reserved.
    fn store(rows: &[(&str, i64, Option<f64>, Option<i64>)]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("folder");
        let lock = folder.path().join("lock");
        let store = Store::open(&folder.path().join("sie.db"), || {
            let patience = std::time::Duration::from_secs(1);
            FileLock::wait(&lock, patience, &Interrupt::never())
        })
        .expect("created");
        store
            .write(|tx| {
                for (number, (state, amount, held_at, reserved)) in rows.iter().enumerate() {
                    tx.execute(
                        "INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, at, held_at, reserved)
                         VALUES ('r', 'e', ?1, 'cost', ?2, ?3, 0, ?4, ?5)",
                        params![i64::try_from(number).unwrap_or(0), amount, state, held_at, reserved],
                    )?;
                }
                Ok(())
            })
            .expect("written");
        (folder, store)
    }

    fn micros(used: &BudgetUse) -> [i64; 4] {
        [
            used.day_committed,
            used.day_held,
            used.fleet_committed,
            used.fleet_held,
        ]
        .map(Money::micros)
    }

    #[test]
    fn a_day_counts_what_was_held_in_it_its_first_moment_included_and_the_next_day_s_not() {
        let (_folder, store) = store(&[
            ("settled", 1, Some(99.0), None),
            ("settled", 10, Some(100.0), None),
            ("held", 100, Some(199.0), None),
            ("held", 1000, Some(200.0), None),
            ("settled", 10_000, None, None),
        ]);
        let day = (UnixTime(100.0), UnixTime(200.0));
        let used = store.budget_use("r", day, None).expect("read");
        assert_eq!(micros(&used), [10_010, 100, 10_011, 1100]);
        let others = store.budget_use("another", day, None).expect("read");
        assert_eq!(others, BudgetUse::default());
    }

    #[test]
    fn sums_beyond_any_amount_are_the_largest_amount_and_no_error() {
        let most = i64::MAX;
        let (_folder, store) = store(&[
            ("settled", most, Some(1.0), None),
            ("settled", most, Some(1.0), None),
            ("held", most, Some(1.0), None),
        ]);
        let day = (UnixTime(0.0), UnixTime(2.0));
        let used = store.budget_use("r", day, None).expect("read");
        assert_eq!(micros(&used), [most; 4]);
        let balance = store.balance("r").expect("read");
        assert_eq!(balance.capital().micros(), -most);
    }

    #[test]
    fn the_dearest_cycle_is_one_that_cost_more_than_was_reserved_since_then() {
        let (_folder, store) = store(&[
            ("settled", 90, Some(1.0), None),
            ("settled", 80, Some(1.0), Some(80)),
            ("settled", 70, Some(1.0), Some(60)),
            ("settled", 50, Some(5.0), Some(40)),
            ("held", 99, Some(5.0), Some(99)),
        ]);
        let dearest = |since: Option<f64>| {
            let day = (UnixTime(0.0), UnixTime(9.0));
            let used = store.budget_use("r", day, since.map(UnixTime));
            used.expect("read").dearest_cycle.map(Money::micros)
        };
        assert_eq!(
            [dearest(None), dearest(Some(5.0)), dearest(Some(5.1))],
            [Some(70), Some(50), None]
        );
    }

    /// What the ledger adds up to by reading all of it.
    fn added_up(store: &Store) -> Vec<(String, String, i64)> {
        totals(
            store,
            "SELECT kind, state, sum(amount) FROM ledger GROUP BY 1, 2",
        )
    }

    fn totals(store: &Store, sql: &str) -> Vec<(String, String, i64)> {
        let read = store.read(|connection| {
            let mut statement = connection.prepare(sql)?;
            let rows =
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect()
        });
        let mut totals: Vec<(String, String, i64)> = read.expect("read");
        totals.retain(|(_, _, amount)| *amount != 0);
        totals
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

        #[test]
        fn the_kept_sums_are_those_of_the_ledger_whatever_is_held_settled_assumed_or_deleted(
            steps in proptest::collection::vec((0..5_u8, 0..6_i64, -9_000_000..9_000_000_i64), 1..25),
        ) {
            let (_folder, store) = store(&[]);
            let key = EngineKey {
                registry_id: "r".to_owned(),
                engine_id: "e".to_owned(),
                name: "alpha".to_owned(),
            };
            for (step, cycle, amount) in steps {
                let now = UnixTime(1.0);
                let cost = |kind| [Booking { kind, amount, assumed: false }];
                let done = match step {
                    // A cycle is held once only.
                    0 => store.hold(&key, cycle, amount, None, None, now).map(drop).or(Ok(())),
                    1 => store.settle(&key, cycle, &cost("cost"), now),
                    2 => store.settle(&key, cycle, &cost("revenue"), now),
                    3 => store.assume_holds(&key, now),
                    _ => store.write(|tx| {
                        tx.execute("DELETE FROM ledger WHERE cycle = ?1", [cycle]).map(drop)
                    }),
                };
                done.expect("written");
                let kept = totals(
                    &store,
                    "SELECT kind, state, units * 1000000 + micros FROM ledger_total ORDER BY 1, 2",
                );
                proptest::prop_assert_eq!(kept, added_up(&store));
            }
        }
    }
}
