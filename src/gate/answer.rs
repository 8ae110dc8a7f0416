//! The three answers of a gate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The evidence is complete and the comparison holds.
    Pass,
    /// The evidence is complete and the comparison does not hold.
    Fail,
    /// The evidence does not suffice to tell.
    Inconclusive,
}

impl Answer {
    /// Returns the answer of several gates together; none if there are none.
    ///
    /// One that fails decides; else one that could not be measured does.
    #[must_use]
    pub fn of_all(answers: impl IntoIterator<Item = Self>) -> Option<Self> {
        answers.into_iter().reduce(|a, b| match (a, b) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Inconclusive, _) | (_, Self::Inconclusive) => Self::Inconclusive,
            (Self::Pass, Self::Pass) => Self::Pass,
        })
    }

    /// Returns the word recorded and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_decides_and_else_one_gap() {
        use Answer::{Fail, Inconclusive, Pass};
        let cases: [(&[Answer], Option<Answer>); 5] = [
            (&[], None),
            (&[Pass, Pass], Some(Pass)),
            (&[Pass, Inconclusive], Some(Inconclusive)),
            (&[Inconclusive, Fail, Pass], Some(Fail)),
            (&[Fail, Inconclusive], Some(Fail)),
        ];
        for (answers, together) in cases {
            assert_eq!(
                Answer::of_all(answers.iter().copied()),
                together,
                "{answers:?}"
            );
        }
    }
}
