//! The tables of the store and how an older file becomes a newer one.

/// Marks a file as ours (`PRAGMA application_id`): "sie1" in ASCII.
pub const APPLICATION_ID: i32 = 0x7369_6531;

/// The version of the tables (`PRAGMA user_version`): how many of the steps below a file has taken.
pub const VERSION: i32 = 2;

/// What turns each version into the next, from an empty file on.
const STEPS: [&str; 2] = [
    include_str!("schema/version_1.sql"),
    include_str!("schema/version_2.sql"),
];

/// Returns the steps that a file of this version still has to take, in order.
pub fn steps_after(version: i32) -> impl Iterator<Item = &'static str> {
    STEPS
        .into_iter()
        .skip(usize::try_from(version).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_took_all_steps_has_the_newest_version() {
        assert_eq!(i32::try_from(STEPS.len()), Ok(VERSION));
        assert_eq!(steps_after(VERSION).count(), 0);
        assert_eq!(steps_after(0).count(), STEPS.len());
    }
}
