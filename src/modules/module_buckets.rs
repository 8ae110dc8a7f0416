//! A small fixed number of buckets for module names, so that the policy's state space stays bounded.
//!
//! The hash is the same on every machine and in every release. Does not keep names; `ModuleTrends` does.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// Returns the 64-bit FNV-1a hash of the bytes.
///
/// hash = 14695981039346656037, then for each byte hash = (hash xor byte) × 1099511628211 modulo 2⁶⁴ (Fowler, Noll,
/// Vo; IETF draft-eastlake-fnv).
#[must_use]
pub fn fnv1a_64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A number of buckets that module names are spread over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleBuckets {
    count: NonZeroU32,
}

impl ModuleBuckets {
    /// Returns `count` buckets, numbered from 0.
    #[must_use]
    pub const fn new(count: NonZeroU32) -> Self {
        Self { count }
    }

    /// Returns how many there are.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count.get()
    }

    /// Returns the bucket of a name, 0..count: its FNV-1a hash modulo the count.
    #[must_use]
    pub fn of(self, name: &str) -> u32 {
        let bucket = fnv1a_64(name.as_bytes()) % u64::from(self.count.get());
        // Below the count, which fits.
        u32::try_from(bucket).unwrap_or(0)
    }

    /// Returns how many of the names share a bucket with one that came before them.
    ///
    /// The same name twice is one name. 0 means that every name has a bucket to itself.
    #[must_use]
    pub fn collisions<'a>(self, names: impl IntoIterator<Item = &'a str>) -> usize {
        let names: BTreeSet<&str> = names.into_iter().collect();
        let buckets: BTreeSet<u32> = names.iter().map(|name| self.of(name)).collect();
        names.len() - buckets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(count: u32) -> ModuleBuckets {
        ModuleBuckets::new(NonZeroU32::new(count).expect("above 0"))
    }

    #[test]
    fn the_hash_is_the_published_fnv_1a() {
        assert_eq!(fnv1a_64(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a_64(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a_64(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_bucket_is_below_the_count_and_pinned() {
        assert_eq!(buckets(1).of("core.py"), 0);
        assert_eq!(buckets(8).of("a"), 0xc % 8);
        assert_eq!(buckets(8).of("foobar"), 0);
    }

    #[test]
    fn collisions_count_names_beyond_the_first_of_a_bucket() {
        assert_eq!(buckets(1).collisions(["a", "b", "c"]), 2);
        assert_eq!(buckets(1).collisions(["a", "a"]), 0);
        assert_eq!(buckets(1).collisions([]), 0);
        assert_eq!(buckets(1 << 30).collisions(["a", "b", "c"]), 0);
    }
}
