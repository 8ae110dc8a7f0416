//! Files no patch may touch, whatever the targets say.
//!
//! Holds paths inside the work dir only; what lies outside is out of reach anyway. Case does not count, since on some
//! file systems `Train.SH` is `train.sh`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::TargetPath;

/// What a path off limits is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyOffLimits {
    /// The registry file, or its lock.
    Registry,
    /// The database, the state file, the runs folder.
    Store,
    /// A script that decides about runs: one that diagnoses, approves, or tells the energy score.
    DecidingScript,
    /// A script that is told of events.
    HookScript,
    /// A script that a stage of the pipeline runs.
    PipelineScript,
    /// A script that a check of the patch runs.
    CheckScript,
    /// The script that makes the patches.
    GenerateScript,
}

/// Paths off limits, each a file or a folder with everything in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffLimits {
    /// Lower-case path → what it is.
    paths: BTreeMap<String, WhyOffLimits>,
}

impl OffLimits {
    /// Adds a file or folder; the first reason given for it stays.
    pub fn add(&mut self, path: &TargetPath, why: WhyOffLimits) {
        self.paths
            .entry(path.as_str().to_lowercase())
            .or_insert(why);
    }

    /// Adds a path as the caller knows it: absolute paths outside `work_dir` are left out.
    ///
    /// Both must have their links resolved, or a registry reached by another name is not recognised.
    pub fn add_absolute(&mut self, path: &str, work_dir: &str, why: WhyOffLimits) {
        let inside = path
            .strip_prefix(work_dir.trim_end_matches('/'))
            .and_then(|rest| rest.strip_prefix('/'));
        if let Some(Ok(path)) = inside.map(TargetPath::parse) {
            self.add(&path, why);
        }
    }

    /// Returns what the path is if it is off limits, itself or by a folder it lies in.
    #[must_use]
    pub fn why(&self, path: &TargetPath) -> Option<WhyOffLimits> {
        let lower = path.as_str().to_lowercase();
        let ends = lower
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([lower.len()]);
        ends.filter_map(|end| lower.get(..end))
            .find_map(|folder| self.paths.get(folder).copied())
    }
}

impl fmt::Display for WhyOffLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Registry => "the registry",
            Self::Store => "part of the store",
            Self::DecidingScript => "a script that decides about runs",
            Self::HookScript => "a script of a hook",
            Self::PipelineScript => "a script of the pipeline",
            Self::CheckScript => "a script of a check",
            Self::GenerateScript => "the script that makes the patches",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> TargetPath {
        TargetPath::parse(text).expect("good path")
    }

    #[test]
    fn a_folder_covers_what_is_in_it_and_nothing_beside_it() {
        let mut off_limits = OffLimits::default();
        off_limits.add(&path("state/sie"), WhyOffLimits::Store);
        off_limits.add(&path("Train.sh"), WhyOffLimits::PipelineScript);
        for (text, why) in [
            ("state/sie", Some(WhyOffLimits::Store)),
            ("state/sie/sie.db", Some(WhyOffLimits::Store)),
            ("state/sie2", None),
            ("state", None),
            ("train.SH", Some(WhyOffLimits::PipelineScript)),
            ("sub/train.sh", None),
        ] {
            assert_eq!(off_limits.why(&path(text)), why, "{text}");
        }
    }

    #[test]
    fn absolute_paths_count_only_inside_the_work_dir() {
        let mut off_limits = OffLimits::default();
        off_limits.add_absolute(
            "/home/bot/registry.json",
            "/home/bot/",
            WhyOffLimits::Registry,
        );
        off_limits.add_absolute(
            "/home/bottom/other.json",
            "/home/bot",
            WhyOffLimits::Registry,
        );
        off_limits.add_absolute("/home/bot", "/home/bot", WhyOffLimits::Store);
        assert_eq!(
            off_limits.why(&path("registry.json")),
            Some(WhyOffLimits::Registry)
        );
        assert_eq!(off_limits.paths.len(), 1);
    }
}
