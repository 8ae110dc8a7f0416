//! The binary as people and scripts use it: one module per topic.

#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests stand outside: they start processes, read the clock and write files themselves"
)]

mod support;

mod events;
mod first_steps;
mod metrics;
mod rules;
mod why;
