//! What was answered to the question whether an engine may be added, how and by whom.

use std::fs;

use crate::autoscale::Answer;
use crate::clock::UnixTime;
use crate::registry::scaling::scale_report::ApprovalReport;
use crate::store::RecordedApproval;

/// The longest reason kept, in characters.
const MOST_REASON: usize = 1000;

/// In which way somebody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentWay {
    /// Nobody was asked.
    Nobody,
    /// By an option of the command.
    Option,
    /// At a terminal.
    Prompt,
    /// The approval command did.
    Command,
    /// By applying a plan.
    Plan,
    /// The program that called the library did.
    Callback,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// The answer itself.
    pub answer: Answer,
    /// How it was given.
    pub way: ConsentWay,
    /// Why, in the words of whoever answered.
    pub reason: Option<String>,
}

impl Consent {
    /// Makes the answer that nobody gave.
    #[must_use]
    pub const fn absent() -> Self {
        Self {
            answer: Answer::Absent,
            way: ConsentWay::Nobody,
            reason: None,
        }
    }

    /// Makes an answer; of the reason what fits the record is kept.
    #[must_use]
    pub fn given(is_yes: bool, way: ConsentWay, reason: Option<String>) -> Self {
        let reason = reason.map(|text| text.trim().chars().take(MOST_REASON).collect());
        Self {
            answer: if is_yes {
                Answer::Granted
            } else {
                Answer::Refused
            },
            way,
            reason: reason.filter(|text: &String| !text.is_empty()),
        }
    }

    /// Returns what is recorded of it.
    #[must_use]
    pub fn record(&self, now: UnixTime) -> RecordedApproval {
        let is_given = self.answer != Answer::Absent;
        RecordedApproval {
            how: self.way.code().to_owned(),
            by: is_given.then(user),
            at: is_given.then_some(now),
            reason: self.reason.clone(),
        }
    }

    /// Returns what is reported of it; nothing where nobody answered.
    #[must_use]
    pub fn report(&self, now: UnixTime) -> Option<ApprovalReport> {
        (self.answer != Answer::Absent).then(|| ApprovalReport {
            answer: self.answer,
            given: self.record(now),
        })
    }
}

/// The answer of a program that calls the library.
impl From<bool> for Consent {
    fn from(is_yes: bool) -> Self {
        Self::given(is_yes, ConsentWay::Callback, None)
    }
}

impl ConsentWay {
    /// Returns the word that is recorded.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nobody => "not_needed",
            Self::Option => "yes",
            Self::Prompt => "prompt",
            Self::Command => "command",
            Self::Plan => "plan",
            Self::Callback => "callback",
        }
    }
}

/// Returns the user of the operating system: a variable could say anything.
fn user() -> String {
    let uid = rustix::process::getuid().as_raw().to_string();
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.to_owned())
    });
    match name {
        Some(name) => format!("{name} (uid {uid})"),
        None => format!("uid {uid}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_answered_and_why_is_recorded_and_nobody_where_nobody_was_asked() {
        let now = UnixTime(5.0);
        let record =
            Consent::given(true, ConsentWay::Command, Some(" ok by ops\n".into())).record(now);
        assert_eq!((record.how.as_str(), record.at), ("command", Some(now)));
        assert_eq!(record.reason.as_deref(), Some("ok by ops"));
        assert!(record.by.is_some_and(|by| by.contains("uid ")));
        let nobody = Consent::absent().record(now);
        assert_eq!(
            (nobody.how.as_str(), nobody.by, nobody.at),
            ("not_needed", None, None)
        );
    }
}
