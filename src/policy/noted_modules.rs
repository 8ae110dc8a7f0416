//! The newest module as a small number that is the same on every machine and in every process.
//!
//! One of 7 [`ModuleBuckets`], plus 1; bucket 0 means "no module". Names seen are kept so that a bucket can be read by people and
//! collisions be counted. Which module is the newest is not decided here.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::modules::ModuleBuckets;

/// Number of buckets, the one for "no module" included.
pub const MODULE_BUCKETS: u16 = 8;

/// The buckets that names are spread over: all but the one for "no module".
pub const HASHED_BUCKETS: ModuleBuckets = ModuleBuckets::new(NonZeroU32::MIN.saturating_add(6));

/// Names kept per bucket; further ones are only noted as many, so that the state stays bounded.
const NAMES_KEPT: usize = 16;

/// Names seen, by bucket, in first-seen order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotedModules {
    names: BTreeMap<u16, Vec<String>>,
}

impl NotedModules {
    /// Returns the bucket of `name`, 1..8, without noting it.
    #[must_use]
    pub fn bucket_of(name: &str) -> u16 {
        u16::try_from(HASHED_BUCKETS.of(name)).unwrap_or(0) + 1
    }

    /// Notes `name` and returns its bucket; none is bucket 0.
    pub fn note(&mut self, name: Option<&str>) -> u16 {
        let Some(name) = name else { return 0 };
        let bucket = Self::bucket_of(name);
        let names = self.names.entry(bucket).or_default();
        if names.len() < NAMES_KEPT && !names.iter().any(|noted| noted == name) {
            names.push(name.to_owned());
        }
        bucket
    }

    /// Returns the bucket in words: its names, or `none`.
    #[must_use]
    pub fn words(&self, bucket: u16) -> String {
        match self.names.get(&bucket).map(Vec::as_slice) {
            Some([only]) => only.clone(),
            Some([first, others @ ..]) => format!("{first} (or {} others)", others.len()),
            _ if bucket == 0 => "none".to_owned(),
            _ => format!("bucket {bucket}"),
        }
    }

    /// Returns how many names share a bucket with an earlier one (at least, where a bucket has more than 16 names).
    #[must_use]
    pub fn collisions(&self) -> usize {
        self.names
            .values()
            .map(|names| names.len().saturating_sub(1))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_bucket_everywhere() {
        // FNV-1a of "a" is 0xaf63dc4c8601ec8c and of "foobar" 0x85944171f73967e8 (the authors' test vectors).
        assert_eq!(
            u64::from(NotedModules::bucket_of("a")),
            0xaf63_dc4c_8601_ec8c_u64 % 7 + 1
        );
        assert_eq!(
            u64::from(NotedModules::bucket_of("foobar")),
            0x8594_4171_f739_67e8_u64 % 7 + 1
        );
    }

    #[test]
    fn every_bucket_but_the_one_for_no_module_is_hashed_to() {
        assert_eq!(HASHED_BUCKETS.count(), u32::from(MODULE_BUCKETS) - 1);
    }

    #[test]
    fn collisions_are_counted_and_repeats_are_not() {
        let mut buckets = NotedModules::default();
        for name in ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m0"] {
            buckets.note(Some(name));
        }
        assert!(buckets.collisions() >= 1);
        let before = buckets.clone();
        buckets.note(Some("m3"));
        assert_eq!(buckets, before);
    }

    #[test]
    fn no_module_is_bucket_zero_and_a_bucket_is_read_by_its_names() {
        let mut buckets = NotedModules::default();
        assert_eq!(buckets.note(None), 0);
        let bucket = buckets.note(Some("parser.py"));
        assert_eq!(buckets.words(bucket), "parser.py");
        assert_eq!(buckets.words(0), "none");
    }

    #[test]
    fn endless_names_are_bounded() {
        let mut buckets = NotedModules::default();
        for number in 0..10_000 {
            buckets.note(Some(&format!("module {number}")));
        }
        assert!(buckets.collisions() < 7 * 16);
    }
}
