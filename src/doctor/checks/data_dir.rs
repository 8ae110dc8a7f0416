//! The data directory: is it there, is it ours, is it for nobody else.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::doctor::finding::{Finding, shell_word};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;

const CHECK: &str = "data_dir";

/// What the operating system says of a folder.
struct Folder {
    mode: u32,
    owner: u32,
    is_dir: bool,
}

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let root = inspection.workspace.data_dir.root();
    let folder = match fs::metadata(root) {
        Ok(metadata) => Some(Folder {
            mode: metadata.mode(),
            owner: metadata.uid(),
            is_dir: metadata.is_dir(),
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let what = format!("the data directory cannot be read: {error}");
            return vec![Finding::problem(CHECK, ExitCode::Unusable, what).at(root)];
        }
    };
    vec![judge(
        root,
        folder.as_ref(),
        rustix::process::geteuid().as_raw(),
    )]
}

fn judge(root: &Path, folder: Option<&Folder>, me: u32) -> Finding {
    let word = shell_word(root);
    let Some(folder) = folder else {
        return Finding::note(CHECK, "the data directory does not exist yet")
            .at(root)
            .hint("`sie register NAME --pipeline 'CMD'` makes it");
    };
    let unusable = |what: &str| Finding::problem(CHECK, ExitCode::Unusable, what).at(root);
    if !folder.is_dir {
        return unusable("the data directory is not a folder")
            .hint("name another one with `--data-dir DIR` or SIE_DATA_DIR");
    }
    if folder.owner != me && me != 0 {
        return unusable("the data directory belongs to another user")
            .hint("use one of your own: `--data-dir DIR` or SIE_DATA_DIR");
    }
    if folder.mode & 0o022 != 0 {
        return unusable("others may write to the data directory, so they decide what runs as you")
            .hint(format!("chmod 700 {word}"))
            .mended_by(Mending::Restrict(root.to_owned(), 0o700));
    }
    if folder.mode & 0o700 != 0o700 {
        return Finding::note(
            CHECK,
            "the data directory cannot be written to; looking works",
        )
        .at(root)
        .hint(format!("chmod 700 {word}"));
    }
    if folder.mode & 0o077 != 0 {
        return Finding::note(CHECK, "others may look into the data directory")
            .at(root)
            .hint(format!("chmod 700 {word}"))
            .mended_by(Mending::Restrict(root.to_owned(), 0o700));
    }
    Finding::ok(CHECK, "for nobody but you").at(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Severity;

    #[test]
    fn a_folder_is_judged_by_what_it_is_whose_it_is_and_who_may_use_it() {
        let judge = |folder: Option<(u32, u32, bool)>| {
            let folder = folder.map(|(mode, owner, is_dir)| Folder {
                mode,
                owner,
                is_dir,
            });
            let finding = judge(Path::new("/data"), folder.as_ref(), 1000);
            (finding.severity, finding.fixable)
        };
        for (folder, severity, fixable) in [
            (None, Severity::Note, false),
            (Some((0o40_700, 1000, true)), Severity::Ok, false),
            (Some((0o40_750, 1000, true)), Severity::Note, true),
            (Some((0o40_720, 1000, true)), Severity::Problem, true),
            (Some((0o40_702, 1000, true)), Severity::Problem, true),
            (Some((0o40_700, 1001, true)), Severity::Problem, false),
            (Some((0o40_500, 1000, true)), Severity::Note, false),
            (Some((0o40_555, 1000, true)), Severity::Note, false),
            (Some((0o100_600, 1000, false)), Severity::Problem, false),
        ] {
            assert_eq!(judge(folder), (severity, fixable), "{folder:?}");
        }
    }
}
