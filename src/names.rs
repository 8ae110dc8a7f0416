//! Names that operators choose, checked once where they come in.

use std::fmt;

use anyhow::Result;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Failure;

/// The name of an engine: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
///
/// Safe as a file name and in a shell; unique in a registry without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EngineName(String);

impl EngineName {
    /// The longest name in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// Checks a name.
    ///
    /// # Errors
    ///
    /// A usage failure says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let mut characters = text.chars();
        let starts_well = characters.next().is_some_and(|c| c.is_ascii_alphanumeric());
        let goes_on_well = characters.all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if starts_well && goes_on_well && text.len() <= Self::MAX_LENGTH {
            return Ok(Self(text.to_owned()));
        }
        let problem = if text.is_empty() {
            "it is empty".to_owned()
        } else if text.len() > Self::MAX_LENGTH {
            format!(
                "it has {} bytes, {} are allowed",
                text.len(),
                Self::MAX_LENGTH
            )
        } else {
            "it has other characters or begins with `.`, `_` or `-`".to_owned()
        };
        let shown: String = text.escape_debug().take(80).collect();
        Err(
            Failure::usage(format!("`{shown}` cannot name an engine: {problem}"))
                .hint("use letters, digits, `.`, `_` and `-`, beginning with a letter or digit")
                .into(),
        )
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which two names are compared.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// The name of a bot: free text up to 256 bytes without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BotName(String);

impl BotName {
    /// The longest name in bytes.
    pub const MAX_LENGTH: usize = 256;

    /// Checks a name.
    ///
    /// # Errors
    ///
    /// A usage failure says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let problem = if text.is_empty() {
            "it is empty".to_owned()
        } else if text.len() > Self::MAX_LENGTH {
            format!(
                "it has {} bytes, {} are allowed",
                text.len(),
                Self::MAX_LENGTH
            )
        } else if let Some(c) = text.chars().find(|c| is_invisible(*c)) {
            format!("it has the invisible character {}", c.escape_unicode())
        } else {
            return Ok(Self(text.to_owned()));
        };
        let shown: String = text.escape_debug().take(80).collect();
        Err(Failure::usage(format!("`{shown}` cannot name a bot: {problem}")).into())
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&EngineName> for BotName {
    fn from(name: &EngineName) -> Self {
        Self(name.0.clone())
    }
}

/// Whether a character is a control, a direction mark or has no width.
///
/// Such characters can make a name look like another or rewrite a terminal line.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl fmt::Display for EngineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for BotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for EngineName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for BotName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for BotName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_data_directory_or_mislead_are_refused() {
        let long = "a".repeat(300);
        let bad = [
            "",
            ".",
            "..",
            "../x",
            "/abs",
            "-rf",
            "a b",
            "a\nb",
            "a\u{202e}b",
            "é",
            "$(touch x)",
            "a/b",
            "a\0b",
            &long,
        ];
        for name in bad {
            let error = EngineName::parse(name).expect_err(name);
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }

    #[test]
    fn ordinary_names_are_accepted_up_to_64_bytes() {
        let longest = "a".repeat(64);
        for name in ["a", "7", "alpha", "a.b_c-d", "CON", &longest] {
            assert_eq!(EngineName::parse(name).expect(name).as_str(), name);
        }
    }

    #[test]
    fn a_bot_may_have_any_visible_text() {
        assert!(BotName::parse("Ünïcode bot, $(touch x) 'quoted'").is_ok());
        assert!(BotName::parse("a\u{202e}b").is_err());
        assert!(BotName::parse("a\tb").is_err());
        assert!(BotName::parse(&"é".repeat(129)).is_err());
    }
}
