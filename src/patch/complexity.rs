//! How long and how branched a file is, before and after a patch.
//!
//! A count by a stated rule, for the record and for people; no verdict rests on it.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Serialize};

use super::SourceLanguage;
use super::code_text::code_of;

/// Lines and branches of one file, or of several together.
///
/// **Lines**: those with something besides blanks and comments; lines of a string over several lines count.
/// **Branches**: words and signs that split the flow (`if`, `elif`, `for`, `while`, `case`, `catch`, `&&`, `||`, `?`, …,
/// see `SourceLanguage`), outside comments and strings: the cyclomatic number (1976) less one for each function. Files
/// of unknown ending have lines and no branches. Bytes that are no UTF-8 count as letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complexity {
    /// Lines of code.
    pub lines: u64,
    /// Branches.
    pub branches: u64,
}

/// Complexity before and after a patch, all its files together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplexityChange {
    /// Of the originals; a file that does not exist has none.
    pub before: Complexity,
    /// Of the patched files.
    pub after: Complexity,
}

impl Complexity {
    /// Counts a file; `path` tells the language by its ending.
    #[must_use]
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let language = SourceLanguage::of(path);
        let text = String::from_utf8_lossy(bytes);
        let code = code_of(&language, &text);
        let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
        let words = code
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .filter(|word| language.words.contains(word))
            .count();
        let branches = words + signs(&language, &code);
        Self {
            lines: u64::try_from(lines).unwrap_or(u64::MAX),
            branches: u64::try_from(branches).unwrap_or(u64::MAX),
        }
    }
}

fn signs(language: &SourceLanguage, code: &str) -> usize {
    let mut count = 0;
    let mut rest = code;
    while let Some(letter) = rest.chars().next() {
        let sign = language.signs.iter().find(|sign| rest.starts_with(**sign));
        // `a?.b` reads a member and splits nothing that is written here.
        count += usize::from(sign.is_some_and(|sign| *sign != "?."));
        let taken = sign.map_or(letter.len_utf8(), |sign| sign.len());
        rest = rest.get(taken..).unwrap_or_default();
    }
    count
}

impl Add for Complexity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            lines: self.lines.saturating_add(other.lines),
            branches: self.branches.saturating_add(other.branches),
        }
    }
}

impl Sum for Complexity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// One line: `40 → 43 lines, 6 → 8 branches`.
impl fmt::Display for ComplexityChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, after } = self;
        write!(
            formatter,
            "{} → {} lines, {} → {} branches",
            before.lines, after.lines, before.branches, after.branches
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(path: &str, text: &str) -> (u64, u64) {
        let complexity = Complexity::of(path, text.as_bytes());
        (complexity.lines, complexity.branches)
    }

    #[test]
    fn lines_and_branches_follow_the_stated_rule() {
        for (path, text, wanted) in [
            (
                "x.py",
                "# note\n\nif a and b:  # if\n    x = 'if'\nelif c:\n    pass\n",
                (4, 3),
            ),
            (
                "x.rs",
                "match x { // no\n    1 => a,\n    _ if b || c => d,\n}\n",
                (4, 4),
            ),
            (
                "x.js",
                "const a = b?.c ?? (d ? e : f);\nfor (;;) {}\n",
                (2, 3),
            ),
            (
                "x.sh",
                "if true; then x || y; fi\ncase $a in\n  b) ;;\nesac\n",
                (4, 3),
            ),
            (
                "x.c",
                "/* if\n   for */\nint iffy = 1; char *s = \"if && for\";\n",
                (1, 0),
            ),
            ("x.toml", "# note\nif = 1\n\nb = \"#\"\n", (2, 0)),
            ("params", "# rate\nrate 0.3\n\nif\n", (3, 0)),
            ("x.json", "{\n  \"if\": 1\n}\n", (3, 0)),
            ("x.py", "", (0, 0)),
        ] {
            assert_eq!(counted(path, text), wanted, "{path}: {text}");
        }
    }

    #[test]
    fn several_files_add_up_and_read_as_one_line() {
        let before = Complexity {
            lines: 1,
            branches: 2,
        };
        let after: Complexity = [before, before].into_iter().sum();
        let change = ComplexityChange { before, after };
        assert_eq!(change.to_string(), "1 → 2 lines, 2 → 4 branches");
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_language_are_counted(
            bytes: Vec<u8>,
            text in "[ -~\n\u{e4}]{0,60}",
            ending in prop::sample::select(vec!["py", "rs", "js", "sh", "rb", "sql", "lua", "toml", "txt"]),
        ) {
            let path = format!("x.{ending}");
            let _ = Complexity::of(&path, &bytes);
            let lines = Complexity::of(&path, text.as_bytes()).lines;
            prop_assert!(usize::try_from(lines).expect("small") <= text.lines().count());
        }
    }
}
