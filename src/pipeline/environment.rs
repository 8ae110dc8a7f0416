//! The environment a stage runs in, and what of it must never be shown.

use std::collections::BTreeMap;
use std::path::Path;

use crate::pipeline::stage::Placeholder;

/// The values handed to a stage: `SIE_…` variables and the placeholders of the same values.
#[derive(Clone, Copy, Debug)]
pub struct StageEnvironment<'a> {
    /// The engine's name.
    pub engine: &'a str,
    /// The bot's name.
    pub bot: &'a str,
    /// The energy, 1..=100, as text.
    pub energy: &'a str,
    /// The cycle, for example `alpha-148`.
    pub cycle: &'a str,
    /// Where the result is to be written.
    pub result: &'a Path,
    /// The reason code of the decision.
    pub trigger: &'a str,
    /// The engine's working directory.
    pub work_dir: &'a Path,
    /// The patch on trial, or empty.
    pub patch: &'a str,
}

impl StageEnvironment<'_> {
    /// Returns the variables of a stage: the engine's own first, ours last, so that ours hold.
    #[must_use]
    pub fn variables(&self, own: &BTreeMap<String, String>, stage: &str) -> Vec<(String, String)> {
        let ours = [
            ("SIE_ENGINE", self.engine.to_owned()),
            ("SIE_BOT", self.bot.to_owned()),
            ("SIE_ENERGY", self.energy.to_owned()),
            ("SIE_CYCLE", self.cycle.to_owned()),
            ("SIE_STAGE", stage.to_owned()),
            ("SIE_RESULT", self.result.to_string_lossy().into_owned()),
            ("SIE_TRIGGER", self.trigger.to_owned()),
            ("SIE_WORK_DIR", self.work_dir.to_string_lossy().into_owned()),
            ("SIE_PATCH", self.patch.to_owned()),
        ];
        own.iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .chain(
                ours.into_iter()
                    .map(|(name, value)| (name.to_owned(), value)),
            )
            .collect()
    }

    /// Calls `act` with the placeholders that arguments may hold.
    pub fn with_placeholders<T>(&self, act: impl FnOnce(&[Placeholder<'_>]) -> T) -> T {
        let result = self.result.to_string_lossy();
        act(&[
            Placeholder {
                name: "energy",
                variable: "SIE_ENERGY",
                value: self.energy,
            },
            Placeholder {
                name: "bot",
                variable: "SIE_BOT",
                value: self.bot,
            },
            Placeholder {
                name: "engine",
                variable: "SIE_ENGINE",
                value: self.engine,
            },
            Placeholder {
                name: "cycle",
                variable: "SIE_CYCLE",
                value: self.cycle,
            },
            Placeholder {
                name: "result",
                variable: "SIE_RESULT",
                value: &result,
            },
        ])
    }
}

/// Whether the name of a variable suggests that its value is a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "TOKEN",
        "SECRET",
        "PASSW",
        "KEY",
        "CREDENTIAL",
        "AUTH",
        "COOKIE",
        "PRIVATE",
    ];
    let name = name.to_ascii_uppercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Replaces the values of secret-looking variables in a text that is about to be shown.
#[must_use]
pub fn redact(text: &str, variables: &BTreeMap<String, String>) -> String {
    // A very short value would blank out half the text and is no secret worth the name.
    variables
        .iter()
        .filter(|(name, value)| is_secret_name(name) && value.len() >= 4)
        .fold(text.to_owned(), |text, (_, value)| {
            text.replace(value.as_str(), "***")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names_and_blanked_wherever_they_turn_up() {
        let variables = BTreeMap::from([
            ("API_TOKEN".to_owned(), "hunter22".to_owned()),
            ("MODE".to_owned(), "verbose".to_owned()),
        ]);
        assert_eq!(
            redact("login with hunter22 in verbose mode", &variables),
            "login with *** in verbose mode"
        );
        assert!(is_secret_name("db_password") && !is_secret_name("PATH"));
    }
}
