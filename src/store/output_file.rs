//! A file that a command was asked to write its result into: a bad path fails before the work, a reader never sees a part.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use crate::error::Failure;
use crate::store::replace::put_in_place;

/// A file about to be written.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    /// None for what is no file, such as a pipe or a terminal: that is written to as it is.
    new: Option<NamedTempFile>,
}

impl OutputFile {
    /// Prepares to write; nothing is seen at the path yet.
    ///
    /// # Errors
    ///
    /// A usage failure if nothing can be written there.
    pub fn begin(path: &Path) -> Result<Self> {
        let unusable = || Failure::usage(format!("cannot write {}", path.display()));
        // A link stays a link; what it points to changes.
        let path = fs::canonicalize(path).or_else(|_| std::path::absolute(path))?;
        let present = fs::metadata(&path).ok();
        if present.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Failure::usage(format!("{} is a folder", path.display()))
                .hint(format!(
                    "name a file in it: `-o {}`",
                    path.join("report.html").display()
                ))
                .into());
        }
        if present.as_ref().is_some_and(|present| !present.is_file()) {
            return Ok(Self { path, new: None });
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mode = present.map_or(0o666, |present| present.permissions().mode() & 0o7777);
        let new = tempfile::Builder::new()
            .prefix(".sie-report-")
            // What the user's mask leaves of it: the file is meant to be shown.
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder)
            .map_err(|error| error_of(&error))
            .with_context(unusable)?;
        Ok(Self {
            path,
            new: Some(new),
        })
    }

    /// Writes the whole content, durably.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written; what was there before is then untouched.
    pub fn write(self, content: &[u8]) -> Result<()> {
        let Some(new) = self.new else {
            return File::options()
                .write(true)
                .open(&self.path)
                .and_then(|mut file| file.write_all(content))
                .with_context(|| format!("cannot write {}", self.path.display()));
        };
        put_in_place(new, &self.path, content)
    }
}

/// The operating system's words without the random name of the temporary file.
fn error_of(error: &std::io::Error) -> anyhow::Error {
    let plain = error.get_ref().and_then(std::error::Error::source);
    anyhow::anyhow!(plain.map_or_else(|| error.to_string(), ToString::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_it_is_written_the_old_content_stays_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("report.html");
        let write = |content: &[u8]| OutputFile::begin(&path).and_then(|file| file.write(content));
        write(b"old").expect("written");
        drop(OutputFile::begin(&path).expect("begun"));
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("mode set");
        write(b"new").expect("written");
        assert_eq!(fs::read(&path).expect("readable"), b"new");
        let mode = path.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_folder_and_a_path_in_no_folder_are_refused_and_a_device_is_not_replaced() {
        let folder = tempfile::tempdir().expect("folder");
        for path in [folder.path().to_owned(), folder.path().join("no/r.html")] {
            let error = OutputFile::begin(&path).expect_err("refused");
            assert_eq!(crate::error::kind_of(&error), crate::error::Kind::Usage);
        }
        OutputFile::begin(Path::new("/dev/null"))
            .and_then(|file| file.write(b"x"))
            .expect("written");
        assert!(!fs::metadata("/dev/null").expect("there").is_file());
    }
}
