//! The example that ships in the binary: four bots, a real data set, a pipeline and a patch step in sh and awk.
//!
//! Only writes the files and names the engines; they are registered and run by the same code as anybody's.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::error::Failure;

/// A file of the demo: where it goes and what is in it.
type Asset = (&'static str, &'static str);

const ASSETS: [Asset; 12] = [
    ("bin/train.sh", include_str!("bin/train.sh")),
    ("bin/train.awk", include_str!("bin/train.awk")),
    ("bin/tune.sh", include_str!("bin/tune.sh")),
    ("bin/tune.awk", include_str!("bin/tune.awk")),
    ("bin/random.awk", include_str!("bin/random.awk")),
    ("bots/full/params", include_str!("bots/full/params")),
    ("bots/lean/params", include_str!("bots/lean/params")),
    ("bots/restless/params", include_str!("bots/restless/params")),
    ("bots/tuned/params", include_str!("bots/tuned/params")),
    (
        "data/breast_cancer.csv",
        include_str!("data/breast_cancer.csv"),
    ),
    ("data/groups", include_str!("data/groups")),
    ("data/DATA.md", include_str!("data/DATA.md")),
];

/// An engine of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoEngine {
    /// Its name.
    pub name: &'static str,
    /// Its command.
    pub pipeline: &'static str,
    /// Its energy.
    pub energy: i64,
    /// What it shows, in a few words.
    pub what: &'static str,
    /// Its patch step.
    pub patch: Option<DemoPatchStep>,
}

/// The patch step of an engine of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoPatchStep {
    /// The command that edits the target.
    pub generate: &'static str,
    /// What it may change.
    pub target: &'static str,
    /// What must pass on the patched copy.
    pub check: &'static str,
    /// What the commands need besides: the data stays where it is.
    pub copy: &'static [&'static str],
    /// Trials of a patch: four are the fewest that can convince by ranks against ten unpatched cycles.
    pub trials: u32,
}

/// The engines of the demo; they differ in what a further cycle is worth.
///
/// Their work dir is one and the same: only an engine with a patch step locks it, and one of them has one.
pub const ENGINES: [DemoEngine; 4] = [
    DemoEngine {
        name: "full",
        pipeline: "sh bin/train.sh bots/full",
        energy: 2,
        what: "all features, small steps",
        patch: None,
    },
    DemoEngine {
        name: "lean",
        pipeline: "sh bin/train.sh bots/lean",
        energy: 1,
        what: "one group of features",
        patch: None,
    },
    DemoEngine {
        name: "restless",
        pipeline: "sh bin/train.sh bots/restless",
        energy: 1,
        what: "all features, huge steps",
        patch: None,
    },
    DemoEngine {
        name: "tuned",
        pipeline: "sh bin/train.sh bots/tuned",
        energy: 2,
        what: "tuned by its patch step",
        patch: Some(DemoPatchStep {
            generate: "sh bin/tune.sh bots/tuned",
            target: "bots/tuned/params",
            check: "sh bin/train.sh --check bots/tuned",
            copy: &["bin/*", "data/groups"],
            trials: 4,
        }),
    },
];

/// Writes the files of the demo that are not there yet; what somebody edited stays.
///
/// # Errors
///
/// Fails if the folder holds something else, or cannot be written.
pub fn unpack(folder: &Path) -> Result<()> {
    let is_ours = folder.join("bin/train.awk").is_file();
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_ours && !is_empty {
        return Err(Failure::usage(format!(
            "{} is not empty and holds no demo",
            folder.display()
        ))
        .hint("name another folder with `--dir DIR`")
        .into());
    }
    for (path, content) in ASSETS {
        let path = folder.join(path);
        if path.exists() {
            continue;
        }
        let writing = || format!("cannot write {}", path.display());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(writing)?;
        }
        File::create(&path)
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .with_context(writing)?;
    }
    Ok(())
}
