//! What counts as comment, string and branch, by file ending.
//!
//! A table, not a parser: good enough to see whether a patch made a file longer or more branched, in the same way
//! before and after. Endings that are not listed have neither comments nor branches.

/// How a family of languages is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceLanguage {
    /// Name of the family, as shown.
    pub name: &'static str,
    /// What starts a comment to the end of the line.
    pub line_comments: &'static [&'static str],
    /// What starts and ends a comment over lines.
    pub block_comment: Option<(&'static str, &'static str)>,
    /// Quotes that start and end a string; those of three signs first.
    pub quotes: &'static [Quote],
    /// Words that are one branch each.
    pub words: &'static [&'static str],
    /// Signs that are one branch each; longer ones first, so that a sign is counted once.
    pub signs: &'static [&'static str],
}

/// A sign that starts and ends a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// The sign.
    pub sign: &'static str,
    /// Where such a string may end.
    pub reach: Reach,
}

/// Where a string may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// At the end of its line at the latest.
    Line,
    /// Lines later.
    Lines,
    /// After one letter or one escape; anything else, as a lifetime in Rust, is no string.
    Letter,
}

const fn quote(sign: &'static str, reach: Reach) -> Quote {
    Quote { sign, reach }
}

const C: SourceLanguage = SourceLanguage {
    name: "c",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[
        quote("\"", Reach::Line),
        quote("'", Reach::Line),
        quote("`", Reach::Lines),
    ],
    words: &["if", "for", "foreach", "while", "case", "catch", "when"],
    signs: &["&&", "||", "??", "?.", "?"],
};

const RUST: SourceLanguage = SourceLanguage {
    name: "rust",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[quote("\"", Reach::Lines), quote("'", Reach::Letter)],
    words: &["if", "for", "while", "loop"],
    signs: &["&&", "||", "=>"],
};

const PYTHON: SourceLanguage = SourceLanguage {
    name: "python",
    line_comments: &["#"],
    block_comment: None,
    quotes: &[
        quote("\"\"\"", Reach::Lines),
        quote("'''", Reach::Lines),
        quote("\"", Reach::Line),
        quote("'", Reach::Line),
    ],
    words: &["if", "elif", "for", "while", "except", "case", "and", "or"],
    signs: &[],
};

const SHELL: SourceLanguage = SourceLanguage {
    name: "shell",
    line_comments: &["#"],
    block_comment: None,
    quotes: &[quote("\"", Reach::Lines), quote("'", Reach::Lines)],
    words: &["if", "elif", "for", "while", "until"],
    signs: &["&&", "||", ";;"],
};

const SCRIPT: SourceLanguage = SourceLanguage {
    name: "script",
    line_comments: &["#"],
    block_comment: None,
    quotes: &[quote("\"", Reach::Line), quote("'", Reach::Line)],
    words: &[
        "if", "elsif", "unless", "for", "foreach", "while", "until", "when", "rescue", "and", "or",
    ],
    signs: &["&&", "||", "?"],
};

const SQL: SourceLanguage = SourceLanguage {
    name: "sql",
    line_comments: &["--"],
    block_comment: Some(("/*", "*/")),
    quotes: &[quote("'", Reach::Lines), quote("\"", Reach::Line)],
    words: &["when", "WHEN", "and", "AND", "or", "OR", "if", "IF"],
    signs: &[],
};

const LUA: SourceLanguage = SourceLanguage {
    name: "lua",
    line_comments: &["--"],
    block_comment: Some(("--[[", "]]")),
    quotes: &[quote("\"", Reach::Line), quote("'", Reach::Line)],
    words: &["if", "elseif", "for", "while", "until", "and", "or"],
    signs: &[],
};

const SETTINGS: SourceLanguage = SourceLanguage {
    name: "settings",
    line_comments: &["#"],
    block_comment: None,
    quotes: &[quote("\"", Reach::Line), quote("'", Reach::Line)],
    words: &[],
    signs: &[],
};

const TEXT: SourceLanguage = SourceLanguage {
    name: "text",
    line_comments: &[],
    block_comment: None,
    quotes: &[],
    words: &[],
    signs: &[],
};

impl SourceLanguage {
    /// Returns the language of a file by the ending of its name, without regard to case.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending)
            .to_ascii_lowercase();
        match ending.as_str() {
            "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "cs" | "dart" | "go" | "java" | "js"
            | "jsx" | "kt" | "mjs" | "cjs" | "php" | "scala" | "swift" | "ts" | "tsx" => C,
            "rs" => RUST,
            "py" | "pyi" => PYTHON,
            "sh" | "bash" | "zsh" | "ksh" => SHELL,
            "awk" | "jl" | "pl" | "pm" | "r" | "rb" => SCRIPT,
            "sql" => SQL,
            "lua" => LUA,
            "cfg" | "conf" | "env" | "ini" | "properties" | "toml" | "yaml" | "yml" => SETTINGS,
            _ => TEXT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ending_decides_and_strangers_are_text() {
        for (path, name) in [
            ("a/b.py", "python"),
            ("train.test.JS", "c"),
            ("x.rs", "rust"),
            ("params", "text"),
            ("dir.py/params", "text"),
            ("model.awk", "script"),
            (".env", "settings"),
            ("", "text"),
        ] {
            assert_eq!(SourceLanguage::of(path).name, name, "{path}");
        }
    }
}
