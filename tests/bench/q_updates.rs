//! How many updates per second the plain Q-learning table does in bulk, at 1,000 states.
//!
//! Goal: at least 10 million per second. The machine is noisy: the best of five rounds is printed.

use std::io::Write;

use self_improvement_engine::policy::{RuleParams, RuleTable, Strategy};

const STATES: u32 = 1_000;
const UPDATES: u32 = 10_000_000;

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures elapsed time"
)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn main() -> anyhow::Result<()> {
    let params = RuleParams {
        strategy: Strategy::QLearning,
        alpha: 0.1,
        gamma: 0.9,
        lambda: 0.0,
        is_adaptive: false,
    };
    let mut best = 0.0_f64;
    let mut checksum = 0.0;
    for _ in 0..5 {
        let mut table: RuleTable<u32> = RuleTable::new(params);
        let start = now();
        for update in 0..UPDATES {
            let state = update.wrapping_mul(2_654_435_761) >> 8;
            let (state, next) = (state % STATES, (state + update) % STATES);
            checksum += table.update(
                &state,
                u8::from(update % 3 == 0),
                f64::from(update % 7) - 3.0,
                Some(&next),
            );
        }
        best = best.max(f64::from(UPDATES) / start.elapsed().as_secs_f64());
    }
    writeln!(
        std::io::stdout().lock(),
        "q_learning, {STATES} states: {:.1} million updates/s (checksum {checksum:.3})",
        best / 1e6
    )?;
    Ok(())
}
