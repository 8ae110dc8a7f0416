//! The binary as people and scripts use it: one module per topic.

#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests stand outside: they start processes, read the clock and write files themselves"
)]

mod support;
mod terminal;

mod clock;
mod concurrency;
mod demo;
mod events;
mod failures;
mod first_steps;
mod hostile_text;
mod interrupted;
mod metrics;
mod own_database;
mod protocol;
mod readme;
mod registering;
mod registry_file;
mod rules;
mod state_file;
mod surroundings;
mod why;
