//! A cap for the cycles of one command alone, on top of all others. Threads of the command share it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::budget::CapEvidence;
use super::{Cap, Money};

/// What the cycles of one command may cost together: settled + held never exceeds the cap.
#[derive(Debug)]
pub struct RunBudget {
    cap: Money,
    bound: Mutex<Bound>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bound {
    settled: Money,
    held: Money,
}

impl RunBudget {
    /// Makes one of which nothing is spent.
    #[must_use]
    pub fn new(cap: Money) -> Self {
        Self {
            cap,
            bound: Mutex::new(Bound::default()),
        }
    }

    /// Returns how `wanted` compares with the cap, and reserves nothing.
    #[must_use]
    pub fn check(&self, wanted: Money) -> CapEvidence {
        self.evidence(*self.bound(), wanted)
    }

    /// Reserves an amount, or raises what is held already from `held`.
    ///
    /// # Errors
    ///
    /// Returns the numbers if it does not fit; then nothing has changed.
    pub fn reserve(&self, held: Money, wanted: Money) -> Result<(), CapEvidence> {
        let mut bound = self.bound();
        let others = Bound {
            held: minus(bound.held, held),
            ..*bound
        };
        let evidence = self.evidence(others, wanted);
        if !evidence.fits {
            return Err(evidence);
        }
        bound.held = plus(others.held, wanted);
        Ok(())
    }

    /// Turns what is held into what was spent.
    pub fn settle(&self, held: Money, spent: Money) {
        let mut bound = self.bound();
        bound.held = minus(bound.held, held);
        bound.settled = plus(bound.settled, spent);
    }

    fn evidence(&self, bound: Bound, wanted: Money) -> CapEvidence {
        let wanted = wanted.max(Money::ZERO);
        CapEvidence::new(Cap::Run, self.cap, (bound.settled, bound.held), wanted)
    }

    fn bound(&self) -> MutexGuard<'_, Bound> {
        self.bound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn plus(one: Money, other: Money) -> Money {
    one.checked_add(other).unwrap_or(Money::MAX)
}

fn minus(one: Money, other: Money) -> Money {
    one.checked_sub(other).unwrap_or(Money::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(units: i64) -> Money {
        Money::from_micros(units * 1_000_000)
    }

    #[test]
    fn what_is_held_and_what_is_settled_count_until_the_cap_and_not_beyond() {
        let budget = RunBudget::new(units(10));
        assert!(budget.reserve(Money::ZERO, units(6)).is_ok());
        let refused = budget.reserve(Money::ZERO, units(5)).expect_err("no room");
        assert_eq!((refused.left, refused.held), (units(4), units(6)));
        budget.settle(units(6), units(2));
        assert!(budget.reserve(Money::ZERO, units(8)).is_ok());
        assert!(budget.reserve(Money::ZERO, Money::from_micros(1)).is_err());
        assert!(budget.check(Money::ZERO).fits);
    }

    #[test]
    fn a_hold_is_raised_as_a_whole_or_stays_as_it_was() {
        let budget = RunBudget::new(units(10));
        budget.reserve(Money::ZERO, units(4)).expect("room");
        assert!(budget.reserve(units(4), units(11)).is_err());
        assert!(budget.reserve(units(4), units(10)).is_ok());
        budget.settle(units(10), units(12));
        assert!(budget.check(Money::ZERO).is_overrun);
        assert!(budget.reserve(Money::ZERO, Money::ZERO).is_err());
    }
}
