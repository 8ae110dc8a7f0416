//! The binary as people and scripts use it: one module per topic.

#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests stand outside: they start processes, read the clock and write files themselves"
)]

mod rig;
mod support;
mod terminal;

mod clock;
mod completion;
mod concurrency;
mod definitions;
mod demo;
mod doctor;
mod doctor_looking;
mod energy;
mod events;
mod failures;
mod first_steps;
mod fleet_options;
mod hooks;
mod hostile_text;
mod interrupted;
mod interrupts;
mod learned;
mod metrics;
mod misbehaving;
mod own_database;
mod pauses;
mod policy;
mod protocol;
mod readme;
mod registering;
mod registry_file;
mod retention;
mod retries;
mod rules;
mod simulate;
mod state_file;
mod status;
mod surroundings;
mod terminals;
mod why;
