//! The separate copy in which a patch is made and checked, and what is found in it afterwards.
//!
//! Never hard links: a write in the copy must not be seen in the work dir. Links that could lead out are left out.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use crate::store::work_tree::{Found, WorkTree};

/// What stands at a path of the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyEntry {
    /// A regular file with one name.
    File {
        /// Its size.
        bytes: u64,
        /// Its digest; none if it is larger than anything that was copied.
        digest: Option<String>,
        /// Whether it may be executed.
        is_executable: bool,
    },
    /// A regular file with several names.
    HardLink,
    /// A link and where it leads.
    Link(PathBuf),
    /// Anything else but a folder.
    Other,
}

/// Everything in a copy but folders, by path.
pub type CopyListing = BTreeMap<PathBuf, CopyEntry>;

/// Why a copy is of no use.
#[derive(Debug)]
pub enum CopyProblem {
    /// More files or bytes than allowed.
    TooLarge,
    /// Something went wrong.
    Broken(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for CopyProblem {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// A folder with copies of files of a work dir.
#[derive(Debug)]
pub struct SeparateCopy {
    root: PathBuf,
}

impl SeparateCopy {
    /// Copies files of a work dir into a new folder; paths at which there is nothing are passed over.
    ///
    /// Returns the links that were left out, as they could lead out.
    ///
    /// # Errors
    ///
    /// Fails if the copy would be too large, or a file cannot be read or written.
    pub fn make(
        root: &Path,
        from: &WorkTree,
        paths: &[PathBuf],
        fits: impl Fn(u64, u64) -> bool,
        most_bytes: u64,
    ) -> Result<(Self, Vec<PathBuf>), CopyProblem> {
        let mut folders = DirBuilder::new();
        folders.recursive(true).mode(0o700);
        folders
            .create(root)
            .with_context(|| format!("cannot create {}", root.display()))?;
        let (mut files, mut bytes) = (0_u64, 0_u64);
        let mut left_out = Vec::new();
        for path in paths {
            let to = root.join(path);
            let found = from.found(path)?;
            if matches!(found, Found::Absent | Found::Other) {
                continue;
            }
            files += 1;
            if let Found::File { bytes: size, .. } = found {
                bytes = bytes.saturating_add(size);
            }
            if !fits(files, bytes) {
                return Err(CopyProblem::TooLarge);
            }
            if let Some(folder) = to.parent() {
                folders
                    .create(folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
            }
            if found == Found::Link {
                match from.link(path).filter(|target| stays_inside(path, target)) {
                    Some(target) => std::os::unix::fs::symlink(target, &to)
                        .with_context(|| format!("cannot create {}", to.display()))?,
                    None => left_out.push(path.clone()),
                }
                continue;
            }
            if let Some((mut file, mode)) = from.open_file(path, most_bytes)? {
                let writing = || format!("cannot write {}", to.display());
                File::options()
                    .write(true)
                    .create_new(true)
                    .mode(mode & 0o777)
                    .open(&to)
                    .and_then(|mut copy| std::io::copy(&mut file, &mut copy))
                    .with_context(writing)?;
            }
        }
        Ok((
            Self {
                root: root.to_owned(),
            },
            left_out,
        ))
    }

    /// Returns the folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns everything in it. Files over `most_bytes` are not read.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or there are over `most_entries`.
    pub fn listing(&self, most_entries: u64, most_bytes: u64) -> Result<CopyListing, CopyProblem> {
        let tree = WorkTree::open(&self.root)?;
        let mut listing = CopyListing::new();
        let mut seen = 0;
        let mut waiting = vec![PathBuf::new()];
        while let Some(folder) = waiting.pop() {
            let path = self.root.join(&folder);
            let reading = || format!("cannot read {}", path.display());
            for entry in fs::read_dir(&path).with_context(reading)? {
                let entry = entry.with_context(reading)?;
                seen += 1;
                if seen > most_entries {
                    return Err(CopyProblem::TooLarge);
                }
                let path = folder.join(entry.file_name());
                let kind = entry.file_type().with_context(reading)?;
                if kind.is_dir() {
                    waiting.push(path);
                } else {
                    let found = entry_of(&tree, &self.root, &path, most_bytes)?;
                    listing.insert(path, found);
                }
            }
        }
        Ok(listing)
    }

    /// Returns what stands at one path of it; none if there is nothing.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be looked at.
    pub fn entry(&self, path: &Path, most_bytes: u64) -> Result<Option<CopyEntry>> {
        let tree = WorkTree::open(&self.root)?;
        if tree.found(path)? == Found::Absent {
            return Ok(None);
        }
        entry_of(&tree, &self.root, path, most_bytes).map(Some)
    }

    /// Returns whether the copy has grown beyond so many entries or bytes on disk.
    #[must_use]
    pub fn is_over(&self, most_entries: u64, most_bytes: u64) -> bool {
        let (mut entries, mut bytes) = (0_u64, 0_u64);
        let mut waiting = vec![self.root.clone()];
        while let Some(folder) = waiting.pop() {
            // It changes while we look: what is gone is gone.
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                entries += 1;
                bytes = bytes.saturating_add(metadata.blocks().saturating_mul(512));
                if entries > most_entries || bytes > most_bytes {
                    return true;
                }
                if metadata.is_dir() {
                    waiting.push(entry.path());
                }
            }
        }
        false
    }

    /// Removes it.
    ///
    /// # Errors
    ///
    /// Fails if something in it cannot be removed.
    pub fn remove(root: &Path) -> Result<()> {
        match fs::remove_dir_all(root) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            removed => removed.with_context(|| format!("cannot remove {}", root.display())),
        }
    }
}

/// Returns every file and link of a work dir but what git keeps and the folders given, unless there are too many.
///
/// # Errors
///
/// Fails if a folder cannot be read.
pub fn files_below(
    root: &Path,
    leave_out: &[PathBuf],
    most_entries: u64,
) -> Result<Vec<PathBuf>, CopyProblem> {
    let mut files = Vec::new();
    let mut seen = 0;
    let mut waiting = vec![PathBuf::new()];
    while let Some(folder) = waiting.pop() {
        let path = root.join(&folder);
        let reading = || format!("cannot read {}", path.display());
        for entry in fs::read_dir(&path).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            let path = folder.join(entry.file_name());
            let is_gits = entry.file_name() == ".git";
            if is_gits || leave_out.contains(&root.join(&path)) {
                continue;
            }
            seen += 1;
            if seen > most_entries {
                return Err(CopyProblem::TooLarge);
            }
            if entry.file_type().with_context(reading)?.is_dir() {
                waiting.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn entry_of(tree: &WorkTree, root: &Path, path: &Path, most_bytes: u64) -> Result<CopyEntry> {
    Ok(match tree.found(path)? {
        Found::File {
            is_shared: true, ..
        } => CopyEntry::HardLink,
        Found::File { bytes, .. } => {
            let digest = if bytes <= most_bytes {
                tree.digest(path, most_bytes)?
            } else {
                None
            };
            let metadata = fs::symlink_metadata(root.join(path))?;
            CopyEntry::File {
                bytes,
                digest,
                is_executable: metadata.mode() & 0o100 != 0,
            }
        }
        Found::Link => CopyEntry::Link(tree.link(path).unwrap_or_default()),
        Found::Absent | Found::Other => CopyEntry::Other,
    })
}

/// Whether a link leads to a path below the same root, whatever other such links are on the way.
///
/// `..` is followed only at the beginning: behind another link it would start from wherever that one leads.
fn stays_inside(link: &Path, target: &Path) -> bool {
    let depth = link.components().count().saturating_sub(1);
    let mut ups = 0;
    let mut goes_down = false;
    for component in target.components() {
        match component {
            Component::ParentDir if !goes_down => ups += 1,
            Component::Normal(name) if name != ".git" => goes_down = true,
            Component::CurDir => {}
            _ => return false,
        }
    }
    goes_down && ups <= depth
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_copied_only_where_they_cannot_lead_out() {
        for (link, target, is_inside) in [
            ("a", "b", true),
            ("x/a", "../b", true),
            ("x/a", "./c/b", true),
            ("a", "../b", false),
            ("a", "/etc/passwd", false),
            ("x/a", "y/../../b", false),
            ("x/a", "..", false),
            ("a", ".git/config", false),
        ] {
            assert_eq!(
                stays_inside(Path::new(link), Path::new(target)),
                is_inside,
                "{link} -> {target}"
            );
        }
    }

    #[test]
    fn a_copy_holds_files_and_safe_links_and_never_the_same_file() {
        let work = tempfile::tempdir().expect("folder");
        let file = |name: &str| work.path().join(name);
        DirBuilder::new().create(file("sub")).expect("made");
        DirBuilder::new().create(file(".git")).expect("made");
        for name in ["a", "sub/b", ".git/config"] {
            File::create(file(name)).expect("made");
        }
        symlink("a", file("inside")).expect("linked");
        symlink("/etc/hostname", file("outside")).expect("linked");
        let tree = WorkTree::open(work.path()).expect("opened");
        let paths = files_below(work.path(), &[], 100).expect("listed");
        assert_eq!(paths.len(), 4, "{paths:?}");
        let runs = tempfile::tempdir().expect("folder");
        let root = runs.path().join("copy");
        let (copy, left_out) =
            SeparateCopy::make(&root, &tree, &paths, |_, _| true, 100).expect("copied");
        assert_eq!(left_out, [Path::new("outside")]);
        let listing = copy.listing(100, 100).expect("listed");
        let names: Vec<_> = listing.keys().filter_map(|path| path.to_str()).collect();
        assert_eq!(names, ["a", "inside", "sub/b"]);
        assert!(copy.listing(3, 100).is_err());
        let inode = |path: &Path| fs::metadata(path).expect("there").ino();
        assert_ne!(inode(&file("a")), inode(&root.join("a")));
        assert!(!copy.is_over(100, 1 << 20));
        File::create(root.join("flood"))
            .and_then(|mut file| file.write_all(&vec![1; 1 << 21]))
            .expect("written");
        assert!(copy.is_over(100, 1 << 20) && copy.is_over(2, u64::MAX));
        let other = runs.path().join("other");
        let too_large = SeparateCopy::make(&other, &tree, &paths, |files, _| files < 2, 100);
        assert!(matches!(too_large, Err(CopyProblem::TooLarge)));
    }
}
