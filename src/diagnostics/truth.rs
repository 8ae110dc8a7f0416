//! The three answers a condition can give.
//!
//! Kleene's strong three-valued logic; "could not be measured" is an answer of its own, never a pass.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether something holds, as far as the rows can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It could not be measured.
    #[default]
    Unknown,
}

impl Truth {
    /// Returns whether it holds for certain.
    #[must_use]
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Returns whether both hold; `No` if either does not, whatever the other is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Returns whether at least one holds; `Yes` if either does, whatever the other is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};

    #[test]
    fn and_is_no_if_either_is_no_and_unknown_only_if_the_other_could_still_decide() {
        let all = [Yes, No, Unknown];
        let table = all.map(|left| all.map(|right| left.and(right)));
        assert_eq!(
            table,
            [[Yes, No, Unknown], [No, No, No], [Unknown, No, Unknown]]
        );
    }

    #[test]
    fn or_is_yes_if_either_is_yes_and_unknown_only_if_the_other_could_still_decide() {
        let all = [Yes, No, Unknown];
        let table = all.map(|left| all.map(|right| left.or(right)));
        assert_eq!(
            table,
            [[Yes, Yes, Yes], [Yes, No, Unknown], [Yes, Unknown, Unknown]]
        );
    }

    #[test]
    fn the_opposite_of_unknown_is_unknown() {
        assert_eq!([!Yes, !No, !Unknown], [No, Yes, Unknown]);
        assert!(Yes.is_yes() && !No.is_yes() && !Unknown.is_yes());
    }
}
