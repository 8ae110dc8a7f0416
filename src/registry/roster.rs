//! Whether an engine is still registered as it was read, asked right before a cycle begins.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::engine::Roster;
use crate::registry::improvement_engine_registry::{ImprovementEngineRegistry, Leniency};
use crate::store::EngineKey;

/// By what a changed file is told: device, inode, size, and when it was changed in seconds and nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp([i64; 5]);

impl Stamp {
    /// Returns the stamp of a file; none if it cannot be had, as of one that is gone.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let (device, inode, size) = (metadata.dev(), metadata.ino(), metadata.size());
        Some(Self([
            device.cast_signed(),
            inode.cast_signed(),
            size.cast_signed(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        ]))
    }
}

/// What is known of the registry file since it was read.
#[derive(Debug, Default)]
pub struct LastSeen(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// The file this is known of; none if it has to be read in any case.
    stamp: Option<Stamp>,
    /// What stands in it, if it was read again.
    entries: Option<Entries>,
}

/// Who is registered.
#[derive(Debug)]
struct Entries {
    /// The engines' ids with their own databases.
    engines: BTreeMap<String, Option<PathBuf>>,
    /// The names of entries with mistakes, in lower case.
    bad: BTreeSet<String>,
}

impl LastSeen {
    /// Returns what is known where the file of this stamp has just been read.
    #[must_use]
    pub fn at(stamp: Option<Stamp>) -> Self {
        let entries = None;
        Self(Mutex::new(Seen { stamp, entries }))
    }
}

impl Entries {
    /// Reads the file; none if it cannot be used.
    fn read(registry: &ImprovementEngineRegistry) -> Option<Self> {
        let workspace = registry.workspace().clone();
        let now = ImprovementEngineRegistry::load(workspace, Leniency::Strict).ok()?;
        let engines = now.engines().iter();
        let bad = now.bad_entries().iter();
        Some(Self {
            engines: engines
                .map(|engine| (engine.key.engine_id.clone(), engine.engine.database.clone()))
                .collect(),
            bad: bad.map(|bad| bad.engine.to_ascii_lowercase()).collect(),
        })
    }

    fn has(&self, key: &EngineKey, own_database: Option<&Path>) -> bool {
        // An entry that is being edited is no engine that was taken out.
        match self.engines.get(&key.engine_id) {
            Some(database) => database.as_deref() == own_database,
            None => self.bad.contains(&key.name.to_ascii_lowercase()),
        }
    }
}

impl Roster for ImprovementEngineRegistry {
    /// Looks at the file's stamp, and reads it only where that has changed. Whoever edits the file by hand may leave it
    /// unusable for a moment; what was read before holds until it can be read again.
    fn has(&self, key: &EngineKey, own_database: Option<&Path>) -> bool {
        let seen = self.last_seen().0.lock();
        let mut seen = seen.unwrap_or_else(PoisonError::into_inner);

        // The stamp comes first: a file that is replaced in between is read once more next time.
        let stamp = Stamp::of(&self.workspace().registry_path);
        if stamp.is_none() || seen.stamp != stamp {
            let Some(entries) = Entries::read(self) else {
                return true;
            };
            *seen = Seen {
                stamp,
                entries: Some(entries),
            };
        }
        let entries = seen.entries.as_ref();
        entries.is_none_or(|entries| entries.has(key, own_database))
    }
}
