//! Room on the disk: a cycle whose start cannot be committed is not run.

use std::path::Path;

use crate::byte_size::ByteSize;
use crate::doctor::finding::Finding;
use crate::doctor::inspection::Inspection;
use crate::exit_code::ExitCode;

const CHECK: &str = "disk";
/// Under this many bytes the next cycles are about to fail.
const TOO_LITTLE: u64 = 64 * 1024 * 1024;
/// Under this many bytes a log of one stage may fill it.
const LITTLE: u64 = 512 * 1024 * 1024;

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let root = inspection.workspace.data_dir.root();
    let free = rustix::fs::statvfs(root)
        .ok()
        .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    vec![judge(root, free)]
}

fn judge(root: &Path, free: Option<u64>) -> Finding {
    let hint = "make room: `sie doctor --gc --keep-days 30 --dry-run` says what could go";
    match free {
        None => Finding::ok(CHECK, "nothing to measure yet"),
        Some(free) if free < TOO_LITTLE => {
            let what = format!("only {} are free", ByteSize(free));
            Finding::problem(CHECK, ExitCode::Unexpected, what)
                .at(root)
                .hint(hint)
        }
        Some(free) if free < LITTLE => {
            let what = format!("{} are free, which a few logs can fill", ByteSize(free));
            Finding::note(CHECK, what).at(root).hint(hint)
        }
        Some(free) => Finding::ok(CHECK, format!("{} are free", ByteSize(free))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Severity;

    #[test]
    fn a_full_disk_is_told_before_a_cycle_fails_on_it() {
        let judge = |free| judge(Path::new("/data"), free).severity;
        assert_eq!(judge(Some(TOO_LITTLE - 1)), Severity::Problem);
        assert_eq!(judge(Some(TOO_LITTLE)), Severity::Note);
        assert_eq!(judge(Some(LITTLE)), Severity::Ok);
        assert_eq!(judge(None), Severity::Ok);
    }
}
