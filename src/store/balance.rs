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
    let mut statement = connection.prepare_cached(
        "SELECT state = 'held', held_at >= ?2 AND held_at < ?3, sum(amount / 1000000), sum(amount % 1000000)
         FROM ledger WHERE registry_id = ?1 AND kind = 'cost' GROUP BY 1, 2",
    )?;
    let mut rows = statement.query(params![registry_id, day.0.0, day.1.0])?;
    let [day_committed, day_held, fleet_committed, fleet_held] = &mut used;
    while let Some(row) = rows.next()? {
        let (is_held, is_today): (bool, Option<bool>) = (row.get(0)?, row.get(1)?);
        let amount = sum(row, 2)?;
        *(if is_held {
            &mut *fleet_held
        } else {
            &mut *fleet_committed
        }) += amount;
        // What nobody knows the time of counts: a cap must not be missed by a gap in the record.
        if is_today.unwrap_or(true) {
            *(if is_held {
                &mut *day_held
            } else {
                &mut *day_committed
            }) += amount;
        }
    }
    let dearest: Option<i64> = connection
        .prepare_cached(
            "SELECT max(amount) FROM ledger
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
                "SELECT CASE state WHEN 'held' THEN 'held' ELSE kind END,
                        sum(amount / 1000000), sum(amount % 1000000)
                 FROM ledger WHERE registry_id = ?1 GROUP BY 1
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
