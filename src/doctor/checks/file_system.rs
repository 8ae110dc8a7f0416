//! The file system of the data directory: locks of network file systems do not keep others out.

use std::path::Path;

use crate::doctor::finding::Finding;
use crate::doctor::inspection::Inspection;
use crate::exit_code::ExitCode;

const CHECK: &str = "file_system";

/// How the kernel of Linux numbers file systems that other machines may change at the same time.
const NETWORK: [(u32, &str); 10] = [
    (0x0000_6969, "NFS"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB"),
    (0x0000_517B, "SMB"),
    (0x5346_414F, "AFS"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x7375_7245, "Coda"),
    (0x0102_1997, "9P"),
    (0x6573_5546, "FUSE"),
];

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let root = inspection.workspace.data_dir.root();
    vec![judge(root, kind_of(root))]
}

/// Returns the kernel's number of a file system, where it tells.
#[cfg(target_os = "linux")]
fn kind_of(path: &Path) -> Option<u32> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    // The number has 32 bits; a signed type may have stretched its highest one.
    u32::try_from(kind & 0xFFFF_FFFF).ok()
}

#[cfg(not(target_os = "linux"))]
fn kind_of(_: &Path) -> Option<u32> {
    None
}

fn judge(root: &Path, kind: Option<u32>) -> Finding {
    let found = NETWORK.iter().find(|(number, _)| Some(*number) == kind);
    let hint = "keep it on a local disk: `--data-dir DIR` or SIE_DATA_DIR";
    match found {
        None => Finding::ok(CHECK, "a local one, as far as the system tells"),
        // Some are local disks, and whether locks work there is up to them.
        Some((_, name @ ("FUSE" | "9P"))) => {
            let what = format!("the data directory is on {name}; locks may not keep others out");
            Finding::note(CHECK, what).at(root).hint(hint)
        }
        Some((_, name)) => {
            let what = format!(
                "the data directory is on a network file system ({name}): another machine may run the same engine"
            );
            Finding::problem(CHECK, ExitCode::Unusable, what)
                .at(root)
                .hint(hint)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Severity;

    #[test]
    fn a_network_file_system_is_a_problem_and_a_local_one_is_not() {
        let judge = |kind| judge(Path::new("/data"), kind).severity;
        assert_eq!(judge(Some(0x6969)), Severity::Problem);
        assert_eq!(judge(Some(0x6573_5546)), Severity::Note);
        assert_eq!(judge(Some(0xEF53)), Severity::Ok);
        assert_eq!(judge(None), Severity::Ok);
    }
}
