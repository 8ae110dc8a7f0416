//! Globs for targets and copies: `*`, `?`, `[…]` within a component, `**` for any number of components.
//!
//! Matches text and reads no folders. The work of a match is pattern length × path length at most, whatever the
//! pattern, and a known crate would bring a regular-expression engine for these four signs. `*` and `?` match a leading
//! dot too; case counts; a sign that is meant literally is written `[*]`.

use std::fmt;
use std::iter::once;

use super::{PathRefusal, TargetPath};

/// A glob over the paths inside a work dir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathGlob {
    components: Vec<Component>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Component {
    AnyNumber,
    Name(Vec<Token>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    AnyRun,
    AnyOne,
    Literal(char),
    OneOf {
        negated: bool,
        /// First and last of each range.
        ranges: Vec<(char, char)>,
    },
}

/// Why a glob is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlobError {
    /// It is no path inside the work dir.
    Path(PathRefusal),
    /// `**` is not a component of its own.
    MixedStars,
    /// A `[` has no `]`, or nothing in between.
    OpenBracket,
    /// A range ends before it starts.
    BackwardRange,
}

impl PathGlob {
    /// Parses a glob; the rules of `TargetPath` hold for it as well.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        let path = TargetPath::parse(text).map_err(GlobError::Path)?;
        let mut components: Vec<Component> = path
            .as_str()
            .split('/')
            .map(|component| match component {
                "**" => Ok(Component::AnyNumber),
                _ if component.contains("**") => Err(GlobError::MixedStars),
                _ => tokens(component).map(Component::Name),
            })
            .collect::<Result<_, _>>()?;
        if components.last() == Some(&Component::AnyNumber) {
            components.push(Component::Name(vec![Token::AnyRun]));
        }
        Ok(Self { components })
    }

    /// Returns true if the whole path matches. A trailing `**` stands for at least one component.
    #[must_use]
    pub fn matches(&self, path: &TargetPath) -> bool {
        let names: Vec<&str> = path.as_str().split('/').collect();
        // Entry i: the components so far match the first i names.
        let mut reached: Vec<bool> = once(true).chain(names.iter().map(|_| false)).collect();
        for component in &self.components {
            reached = match component {
                Component::AnyNumber => any_number(&reached),
                Component::Name(tokens) => {
                    one_more(&reached, &names, |name| name_matches(tokens, name))
                }
            };
        }
        reached.last().copied().unwrap_or(false)
    }
}

/// Returns which lengths are reached if any number of items may follow each reached length.
fn any_number(reached: &[bool]) -> Vec<bool> {
    let mut is_reached = false;
    reached
        .iter()
        .map(|now| {
            is_reached |= *now;
            is_reached
        })
        .collect()
}

/// Returns which lengths are reached if exactly one accepted item must follow each reached length.
fn one_more<T: Copy>(reached: &[bool], items: &[T], accepts: impl Fn(T) -> bool) -> Vec<bool> {
    once(false)
        .chain(
            reached
                .iter()
                .zip(items)
                .map(|(now, item)| *now && accepts(*item)),
        )
        .collect()
}

fn name_matches(tokens: &[Token], name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let mut reached: Vec<bool> = once(true).chain(letters.iter().map(|_| false)).collect();
    for token in tokens {
        reached = match token {
            Token::AnyRun => any_number(&reached),
            _ => one_more(&reached, &letters, |letter| token.accepts(letter)),
        };
    }
    reached.last().copied().unwrap_or(false)
}

impl Token {
    fn accepts(&self, letter: char) -> bool {
        match self {
            Self::AnyRun | Self::AnyOne => true,
            Self::Literal(literal) => *literal == letter,
            Self::OneOf { negated, ranges } => {
                let is_in = ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&letter));
                is_in != *negated
            }
        }
    }
}

fn tokens(component: &str) -> Result<Vec<Token>, GlobError> {
    let mut letters = component.chars();
    let mut tokens = Vec::new();
    while let Some(letter) = letters.next() {
        tokens.push(match letter {
            '*' => Token::AnyRun,
            '?' => Token::AnyOne,
            '[' => {
                let rest = letters.as_str();
                let (class, after) = class(rest)?;
                letters = after.chars();
                class
            }
            _ => Token::Literal(letter),
        });
    }
    Ok(tokens)
}

/// Parses what follows a `[`; a `]` in first place is meant literally.
fn class(text: &str) -> Result<(Token, &str), GlobError> {
    let (negated, inner) = text
        .strip_prefix(['!', '^'])
        .map_or((false, text), |inner| (true, inner));
    let mut letters = inner.chars();
    let mut ranges = Vec::new();
    loop {
        let first = letters.next().ok_or(GlobError::OpenBracket)?;
        if first == ']' && !ranges.is_empty() {
            return Ok((Token::OneOf { negated, ranges }, letters.as_str()));
        }
        let mut ahead = letters.clone();
        let last = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) if last != ']' => {
                letters = ahead;
                last
            }
            _ => first,
        };
        if last < first {
            return Err(GlobError::BackwardRange);
        }
        ranges.push((first, last));
    }
}

impl fmt::Display for GlobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(refusal) => refusal.fmt(formatter),
            Self::MixedStars => {
                formatter.write_str("`**` stands for whole components, as in `a/**/b`")
            }
            Self::OpenBracket => formatter.write_str("a `[` is not closed"),
            Self::BackwardRange => formatter.write_str("a range in `[…]` ends before it starts"),
        }
    }
}

impl std::error::Error for GlobError {}

#[cfg(test)]
#[path = "path_glob_tests.rs"]
mod tests;
