//! Patterns of names: `*` any text, `?` one character, `[a-c]` and `[!a-c]` one of a set. Without regard to case.

/// Whether a pattern matches a whole name.
///
/// A bracket that is never closed stands for itself.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().map(|c| c.to_ascii_lowercase()).collect();
    let name: Vec<char> = name.chars().map(|c| c.to_ascii_lowercase()).collect();
    let (mut at, mut of_name) = (0, 0);
    // Where to go on if what follows the last star does not fit: one character further.
    let mut last_star: Option<(usize, usize)> = None;
    while let Some(c) = name.get(of_name) {
        if pattern.get(at) == Some(&'*') {
            at += 1;
            last_star = Some((at, of_name));
        } else if let Some(length) = one(pattern.get(at..).unwrap_or_default(), *c) {
            at += length;
            of_name += 1;
        } else if let Some((after_star, from)) = last_star {
            at = after_star;
            of_name = from + 1;
            last_star = Some((after_star, from + 1));
        } else {
            return false;
        }
    }
    pattern
        .get(at..)
        .unwrap_or_default()
        .iter()
        .all(|c| *c == '*')
}

/// Returns how many characters of the pattern match this one, or `None` if it does not match.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', rest @ ..] => match set_of(rest) {
            Some((set, length)) => is_in(set, c).then_some(length + 2),
            None => (c == '[').then_some(1),
        },
        [first, ..] => (*first == c).then_some(1),
        [] => None,
    }
}

/// Returns what stands between the brackets; a `]` that comes first belongs to the set.
fn set_of(rest: &[char]) -> Option<(&[char], usize)> {
    let first = usize::from(matches!(rest.first(), Some('!' | '^')));
    let end = rest
        .iter()
        .enumerate()
        .skip(first + 1)
        .find(|(_, c)| **c == ']')
        .map(|(index, _)| index)?;
    Some((rest.get(..end)?, end))
}

fn is_in(set: &[char], c: char) -> bool {
    let (is_negated, mut set) = match set {
        ['!' | '^', rest @ ..] => (true, rest),
        _ => (false, set),
    };
    let mut is_found = false;
    while let [first, rest @ ..] = set {
        if let ['-', last, after @ ..] = rest {
            is_found |= (*first..=*last).contains(&c);
            set = after;
        } else {
            is_found |= *first == c;
            set = rest;
        }
    }
    is_found != is_negated
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, is_match) in [
            ("alpha", "alpha", true),
            ("ALPHA", "alpha", true),
            ("alp", "alpha", false),
            ("*", "", true),
            ("eu-*", "eu-west", true),
            ("eu-*", "us-west", false),
            ("*-west", "eu-west", true),
            ("*e*e*", "eu-west", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("[a-c]1", "b1", true),
            ("[a-c]1", "d1", false),
            ("[!a-c]1", "d1", true),
            ("[]]", "]", true),
            ("[a-", "[a-", true),
            ("bot[0-9][0-9]", "bot07", true),
        ] {
            assert_eq!(matches(pattern, name), is_match, "{pattern} {name}");
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_they_must() {
        let name = "a".repeat(64);
        assert!(!matches(&format!("{}b", "a*".repeat(60)), &name));
    }

    fn plain(pattern: &[char], name: &[char]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                plain(rest, name)
                    || name
                        .split_first()
                        .is_some_and(|(_, name)| plain(pattern, name))
            }
            (['?', rest @ ..], [_, name @ ..]) => plain(rest, name),
            ([p, rest @ ..], [c, name @ ..]) if p == c => plain(rest, name),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn stars_and_marks_match_as_the_definition_says(pattern in "[ab*?]{0,8}", name in "[ab]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(matches(&pattern, &name), plain(&chars(&pattern), &chars(&name)));
        }

        #[test]
        fn any_pattern_is_taken_without_a_panic(pattern in ".{0,20}", name in ".{0,20}") {
            let _ = matches(&pattern, &name);
        }
    }
}
