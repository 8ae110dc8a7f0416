//! How long an engine is left alone after failures.

use std::time::Duration;

/// The wait after the first failure: 10 minutes.
const FIRST: Duration = Duration::from_secs(600);

/// Returns how long to back off after `failures` in a row: min(`interval`, 10 min × 2^(failures − 1)).
///
/// An interval of zero means "at every tick" and so no backing off.
#[must_use]
pub fn backoff(failures: u32, interval: Duration) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else {
        return Duration::ZERO;
    };
    let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
    FIRST.saturating_mul(factor).min(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_with_every_failure_up_to_the_interval() {
        let day = Duration::from_secs(86_400);
        let minutes = |count: u64| Duration::from_secs(60 * count);
        assert_eq!(backoff(0, day), Duration::ZERO);
        assert_eq!(backoff(1, day), minutes(10));
        assert_eq!(backoff(2, day), minutes(20));
        assert_eq!(backoff(4, day), minutes(80));
        assert_eq!(backoff(40, day), day);
        assert_eq!(backoff(3, minutes(15)), minutes(15));
    }
}
