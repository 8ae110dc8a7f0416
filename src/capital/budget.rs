//! Whether a run fits under the caps: committed + held + wanted ≤ cap, for every cap that is set.
//!
//! Reserves and settles nothing; the caller does both in the transaction that also reads `BudgetUse`, or two runs
//! could take the same money.

use std::fmt;

use serde::Serialize;

use super::{BudgetCaps, BudgetUse, Cap, Money};

/// One cap with the numbers that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CapEvidence {
    /// Which cap.
    pub kind: Cap,
    /// The cap.
    pub cap: Money,
    /// Settled costs under it; under the cap for one cycle, what a cycle that broke it has cost, else 0.
    pub committed: Money,
    /// Reserved under it and not settled.
    pub held: Money,
    /// What the run wants to reserve.
    pub wanted: Money,
    /// cap − committed − held, before the run; negative after an overrun.
    pub left: Money,
    /// True if the run fits.
    pub fits: bool,
    /// True if more than the cap was spent or is reserved already, whatever the run wants.
    pub is_overrun: bool,
}

/// The answer for one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BudgetVerdict {
    /// True if the run fits under every cap that is set.
    pub allowed: bool,
    /// The caps that block, in the order per cycle, per day, fleet.
    pub blocked_by: Vec<Cap>,
    /// The least that is left under any cap; none without caps.
    pub left: Option<Money>,
    /// One entry per cap that is set.
    pub evidence: Vec<CapEvidence>,
}

/// Checks whether `wanted` may be reserved for one cycle.
///
/// A negative `wanted` counts as 0: an estimate must not make room. A run that wants 0 is stopped by an overrun only.
#[must_use]
pub fn check_budget(caps: &BudgetCaps, used: &BudgetUse, wanted: Money) -> BudgetVerdict {
    let wanted = wanted.max(Money::ZERO);
    // Cycles do not add up under the cap for one; only one that broke it is in the way.
    let broke_it = |cap| {
        used.dearest_cycle
            .filter(|dearest| *dearest > cap)
            .unwrap_or(Money::ZERO)
    };
    let day = (used.day_committed, used.day_held);
    let fleet = (used.fleet_committed, used.fleet_held);
    let checks = [
        caps.per_cycle
            .map(|cap| CapEvidence::new(Cap::PerCycle, cap, (broke_it(cap), Money::ZERO), wanted)),
        caps.per_day
            .map(|cap| CapEvidence::new(Cap::PerDay, cap, day, wanted)),
        caps.fleet
            .map(|cap| CapEvidence::new(Cap::Fleet, cap, fleet, wanted)),
    ];
    let evidence: Vec<CapEvidence> = checks.into_iter().flatten().collect();
    let blocked_by = evidence
        .iter()
        .filter(|one| !one.fits)
        .map(|one| one.kind)
        .collect::<Vec<Cap>>();
    BudgetVerdict {
        allowed: blocked_by.is_empty(),
        blocked_by,
        left: evidence.iter().map(|one| one.left).min(),
        evidence,
    }
}

/// Returns by how much a cycle cost more than was reserved for it, if it did.
#[must_use]
pub fn overrun(held: Money, actual: Money) -> Option<Money> {
    (actual > held).then(|| clamped(wide(actual) - wide(held)))
}

impl CapEvidence {
    /// Returns the numbers as they would be with more held.
    #[must_use]
    pub fn with_held(&self, more: Money) -> Self {
        let more = if self.kind == Cap::PerCycle {
            Money::ZERO
        } else {
            more
        };
        let held = clamped(wide(self.held) + wide(more));
        Self::new(self.kind, self.cap, (self.committed, held), self.wanted)
    }

    pub(super) fn new(
        kind: Cap,
        cap: Money,
        (committed, held): (Money, Money),
        wanted: Money,
    ) -> Self {
        let left = wide(cap) - wide(committed) - wide(held);
        Self {
            kind,
            cap,
            committed,
            held,
            wanted,
            left: clamped(left),
            fits: wide(wanted) <= left,
            is_overrun: left < 0,
        }
    }
}

/// Returns millionths with room for the sum of any three amounts.
fn wide(amount: Money) -> i128 {
    i128::from(amount.micros())
}

fn clamped(micros: i128) -> Money {
    let end = if micros < 0 { Money::MIN } else { Money::MAX };
    i64::try_from(micros).map_or(end, Money::from_micros)
}

/// One line: `per day: 40.00 spent + 3.00 held + 2.70 wanted > cap 45.00, 2.00 left`.
impl fmt::Display for CapEvidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            cap,
            committed,
            held,
            wanted,
            left,
            ..
        } = self;
        let relation = if self.fits { "<=" } else { ">" };
        write!(
            formatter,
            "{}: {committed} spent + {held} held + {wanted} wanted {relation} cap {cap}, {left} left",
            kind.in_words()
        )
    }
}

#[cfg(test)]
#[path = "budget_tests.rs"]
mod tests;
