//! Ids of registries and engines: random, or made from what identifies a hand-written file.

use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// How many bytes of a digest or of randomness make an id.
const BYTES: usize = 8;

/// Returns a new random id.
///
/// # Errors
///
/// Fails if the operating system has no randomness to give.
pub fn random() -> Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).context("the operating system gives no random numbers")?;
    Ok(hex(&bytes))
}

/// Returns the id of a registry file that names none: the same as long as it stays where it is.
#[must_use]
pub fn of_file(path: &Path) -> String {
    hash(&[b"registry", path.as_os_str().as_encoded_bytes()])
}

/// Returns the id of an engine whose entry names none.
#[must_use]
pub fn of_engine(registry: &Path, name: &str) -> String {
    let name = name.to_ascii_lowercase();
    hash(&[
        b"engine",
        registry.as_os_str().as_encoded_bytes(),
        name.as_bytes(),
    ])
}

fn hash(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
        digest.update([0]);
    }
    let digest = digest.finalize();
    hex(digest
        .as_slice()
        .first_chunk::<BYTES>()
        .unwrap_or(&[0; BYTES]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_hand_written_engine_is_pinned_and_ignores_case() {
        let path = Path::new("/etc/sie/registry.json");
        assert_eq!(of_engine(path, "Alpha"), of_engine(path, "alpha"));
        assert_eq!(of_engine(path, "alpha"), "97849c08c320c34c");
        assert_ne!(of_engine(path, "alpha"), of_engine(path, "beta"));
        assert_ne!(of_file(path), of_engine(path, ""));
    }
}
