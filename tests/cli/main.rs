//! The binary as people and scripts use it: one module per topic.

#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests stand outside: they start processes, read the clock and write files themselves"
)]

mod patch_rig;
mod rig;
mod support;
mod terminal;

mod autoscale;
mod autoscale_factory;
mod autoscale_faults;
mod autoscale_plans;
mod budgets;
mod capital;
mod ci;
mod clock;
mod completion;
mod concurrency;
mod definitions;
mod demo;
mod doctor;
mod doctor_fleet;
mod doctor_looking;
mod energy;
mod events;
mod failures;
mod first_steps;
mod fleet_options;
mod gates;
mod hooks;
mod hostile_text;
mod interrupted;
mod interrupts;
mod learned;
mod metrics;
mod misbehaving;
mod module_policy;
mod modules;
mod own_database;
mod own_money;
mod patch_gates;
mod patch_limits;
mod patch_neighbours;
mod patch_recovery;
mod patching;
mod pauses;
mod policy;
mod prometheus;
mod protocol;
mod readme;
mod registering;
mod registry_file;
mod replay;
mod report;
mod retention;
mod retries;
mod rules;
mod savings;
mod simulate;
mod state_file;
mod status;
mod surroundings;
mod terminals;
mod unregistered;
mod why;
