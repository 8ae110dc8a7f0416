//! What stands between a run and the money: checked in the transaction that reserves it.

use std::fmt;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, params};

use crate::capital::{BudgetCaps, BudgetVerdict, Money, check_budget};
use crate::clock::UnixTime;
use crate::store::balance;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;

/// How many of the newest cycles tell what an engine costs.
const NEWEST_CYCLES: i64 = 20;

/// Under which caps an amount may be reserved.
#[derive(Clone, Copy, Debug)]
pub struct BudgetGuard {
    /// The caps.
    pub caps: BudgetCaps,
    /// The first moments of the day that the amount counts for, and of the next.
    pub day: (UnixTime, UnixTime),
    /// Overruns of cycles begun before this stop nobody.
    pub overruns_since: Option<UnixTime>,
    /// What the engine is registered to cost: an overrun up to this does not stop it any more.
    pub covered: Money,
}

/// A cycle that cost more than was reserved for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// Its number.
    pub cycle: i64,
    /// What was reserved.
    pub reserved: Money,
    /// What it cost.
    pub cost: Money,
}

/// What a budget says to an amount.
#[derive(Clone, Debug)]
pub struct BudgetAnswer {
    /// The caps with their numbers.
    pub verdict: BudgetVerdict,
    /// The overrun of the engine that stops it.
    pub overrun: Option<Overrun>,
}

impl BudgetAnswer {
    /// Whether the amount may be reserved.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.verdict.allowed && self.overrun.is_none()
    }
}

/// One line: the caps that block, or the overrun.
impl fmt::Display for BudgetAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocking = self.verdict.evidence.iter().filter(|it| !it.fits);
        let mut lines: Vec<String> = blocking.map(ToString::to_string).collect();
        lines.extend(self.overrun.map(|it| {
            format!(
                "cycle {} cost {}, more than the {} reserved",
                it.cycle, it.cost, it.reserved
            )
        }));
        formatter.write_str(&lines.join("; "))
    }
}

impl BudgetGuard {
    /// Returns why `wanted` may not be reserved, if it may not; what the cycle `raised` holds already is left out.
    pub(super) fn refusal(
        &self,
        connection: &Connection,
        key: &EngineKey,
        wanted: i64,
        raised: Option<i64>,
    ) -> rusqlite::Result<Option<BudgetAnswer>> {
        let answer = self.answer(connection, key, wanted, raised)?;
        Ok(Some(answer).filter(|answer| !answer.allows()))
    }

    fn answer(
        &self,
        connection: &Connection,
        key: &EngineKey,
        wanted: i64,
        raised: Option<i64>,
    ) -> rusqlite::Result<BudgetAnswer> {
        let mut used =
            balance::budget_use(connection, &key.registry_id, self.day, self.overruns_since)?;
        if let Some((amount, held_at)) = raised
            .map(|cycle| own_hold(connection, key, cycle))
            .transpose()?
            .flatten()
        {
            let less = |from: Money| from.checked_sub(amount).unwrap_or(Money::ZERO);
            used.fleet_held = less(used.fleet_held);
            if (self.day.0.0..self.day.1.0).contains(&held_at) {
                used.day_held = less(used.day_held);
            }
        }
        let verdict = check_budget(&self.caps, &used, Money::from_micros(wanted));
        let overrun = match raised {
            Some(_) => None,
            None => self.overrun_of(connection, key)?,
        };
        Ok(BudgetAnswer { verdict, overrun })
    }

    /// Returns the newest overrun of an engine that is not covered by what it is registered to cost.
    fn overrun_of(
        &self,
        connection: &Connection,
        key: &EngineKey,
    ) -> rusqlite::Result<Option<Overrun>> {
        let since = self.overruns_since.map_or(f64::MIN, |time| time.0);
        connection
            .prepare_cached(
                "SELECT cycle, reserved, amount FROM ledger INDEXED BY ledger_overrun
                 WHERE registry_id = ?1 AND engine_id = ?2 AND kind = 'cost' AND state = 'settled'
                    AND amount > reserved AND amount > ?3 AND held_at >= ?4
                 ORDER BY cycle DESC LIMIT 1",
            )?
            .query_row(
                params![key.registry_id, key.engine_id, self.covered.micros(), since],
                |row| {
                    Ok(Overrun {
                        cycle: row.get(0)?,
                        reserved: Money::from_micros(row.get(1)?),
                        cost: Money::from_micros(row.get(2)?),
                    })
                },
            )
            .optional()
    }
}

fn own_hold(
    connection: &Connection,
    key: &EngineKey,
    cycle: i64,
) -> rusqlite::Result<Option<(Money, f64)>> {
    connection
        .prepare_cached(
            "SELECT amount, coalesce(held_at, at) FROM ledger
             WHERE registry_id = ?1 AND engine_id = ?2 AND cycle = ?3 AND kind = 'cost' AND state = 'held'",
        )?
        .query_row(params![key.registry_id, key.engine_id, cycle], |row| {
            Ok((Money::from_micros(row.get(0)?), row.get(1)?))
        })
        .optional()
}

impl Store {
    /// Returns what a budget would say to an amount for a cycle of an engine now; reserves nothing.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn budget_answer(
        &self,
        key: &EngineKey,
        wanted: Money,
        guard: &BudgetGuard,
    ) -> Result<BudgetAnswer> {
        self.read(|connection| guard.answer(connection, key, wanted.micros(), None))
    }

    /// Returns the most that one of an engine's newest 20 cycles has cost; none if none has cost anything.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn known_cost(&self, key: &EngineKey) -> Result<Option<Money>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT max(amount) FROM (SELECT amount FROM ledger
                        WHERE registry_id = ?1 AND engine_id = ?2 AND kind = 'cost' AND state = 'settled'
                        ORDER BY cycle DESC LIMIT ?3)",
                )?
                .query_row(params![key.registry_id, key.engine_id, NEWEST_CYCLES], |row| {
                    let most: Option<i64> = row.get(0)?;
                    Ok(most.filter(|most| *most > 0).map(Money::from_micros))
                })
        })
    }
}
