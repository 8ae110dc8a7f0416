//! The logs of the databases: one that is never emptied grows.

use crate::byte_size::ByteSize;
use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::store::log_of;

const CHECK: &str = "store_log";
/// A log beyond this many bytes should have been emptied long ago.
const LARGE: u64 = 64 * 1024 * 1024;

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let large = inspection
        .stores
        .iter()
        .filter(|facts| facts.store.is_some())
        .filter_map(|facts| {
            let log = log_of(&facts.path);
            let size = log.metadata().ok()?.len();
            (size > LARGE).then(|| {
                let what = format!(
                    "the log has {}: it was never emptied, or somebody reads all the time",
                    ByteSize(size)
                );
                Finding::note(CHECK, what)
                    .at(&log)
                    .mended_by(Mending::EmptyLog(facts.path.clone()))
            })
        })
        .collect();
    or_ok(large, CHECK, || "no log is large".to_owned())
}
