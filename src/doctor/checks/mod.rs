//! The checks, one file each: what is read, and what it means.

mod clock;
mod commands;
mod data_dir;
mod disk;
mod file_system;
mod holds;
mod interrupted;
mod leftovers;
mod locks;
mod logs;
mod orphans;
mod patches;
mod registry;
mod rights;
mod state_files;
mod stores;
mod unregistered;
mod work_dirs;

use crate::doctor::finding::Finding;
use crate::doctor::inspection::Inspection;

/// Looks at one thing and says what it found, or that all is well.
pub type Check = fn(&Inspection<'_>) -> Vec<Finding>;

/// All checks in the order in which they are told.
pub const CHECKS: [Check; 18] = [
    data_dir::look,
    rights::look,
    file_system::look,
    disk::look,
    registry::look,
    stores::look,
    logs::look,
    locks::look,
    interrupted::look,
    patches::look,
    holds::look,
    state_files::look,
    work_dirs::look,
    commands::look,
    clock::look,
    leftovers::look,
    unregistered::look,
    orphans::look,
];
