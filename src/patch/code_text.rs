//! Source text without its comments and strings.
//!
//! Counts nothing; `complexity` does.

use super::SourceLanguage;
use super::source_language::Reach;

/// Stands for a string: no blank, no word, no sign.
const STRING: char = '"';

/// Returns the text with comments taken out and every line of a string replaced by one sign.
pub(super) fn code_of(language: &SourceLanguage, text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = '\n';
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = after_comment(language, rest, before) {
            let comment = rest.len() - after.len();
            keep_line_ends(&mut code, rest.get(..comment).unwrap_or_default(), None);
            // What stood on both sides of the comment stays apart.
            code.push(' ');
            rest = after;
            before = ' ';
        } else if let Some(after) = after_string(language, rest) {
            let string = rest.len() - after.len();
            keep_line_ends(
                &mut code,
                rest.get(..string).unwrap_or_default(),
                Some(STRING),
            );
            rest = after;
            before = STRING;
        } else {
            code.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            before = letter;
        }
    }
    code
}

fn keep_line_ends(code: &mut String, text: &str, instead: Option<char>) {
    for (line, number) in text.split('\n').zip(0..) {
        if number > 0 {
            code.push('\n');
        }
        if !line.trim().is_empty() {
            code.extend(instead);
        }
    }
}

/// Returns what follows the comment that starts here, if one does.
fn after_comment<'a>(language: &SourceLanguage, rest: &'a str, before: char) -> Option<&'a str> {
    if let Some((open, close)) = language.block_comment
        && let Some(inner) = rest.strip_prefix(open)
    {
        return Some(inner.split_once(close).map_or("", |(_, after)| after));
    }
    let starts = language
        .line_comments
        .iter()
        .any(|sign| rest.starts_with(sign));
    // In a shell `$#` and `a#b` are no comments.
    let is_inside_word = rest.starts_with('#')
        && !before.is_whitespace()
        && !matches!(before, ';' | ')' | '}' | '{' | '(');
    if !starts || (is_inside_word && language.name == "shell") {
        return None;
    }
    Some(
        rest.find('\n')
            .and_then(|end| rest.get(end..))
            .unwrap_or_default(),
    )
}

/// Returns what follows the string that starts here, if one does.
fn after_string<'a>(language: &SourceLanguage, rest: &'a str) -> Option<&'a str> {
    let quote = language
        .quotes
        .iter()
        .find(|quote| rest.starts_with(quote.sign))?;
    let mut inner = rest.strip_prefix(quote.sign)?;
    let mut letters = 0_u32;
    loop {
        if letters > 0 || quote.reach != Reach::Letter {
            if let Some(after) = inner.strip_prefix(quote.sign) {
                return Some(after);
            }
            if quote.reach == Reach::Letter {
                return None;
            }
        }
        let Some(letter) = inner.chars().next() else {
            return (quote.reach != Reach::Letter).then_some("");
        };
        if letter == '\n' && quote.reach != Reach::Lines {
            return (quote.reach == Reach::Line).then_some(inner);
        }
        inner = inner.get(letter.len_utf8()..)?;
        if letter == '\\' {
            inner = after_escape(inner, quote.reach)?;
        }
        letters = letters.saturating_add(1);
    }
}

/// Returns what follows an escape whose backslash is read already.
fn after_escape(inner: &str, reach: Reach) -> Option<&str> {
    if reach == Reach::Letter {
        // `\u{1f600}` and `\x7f` are one letter.
        return inner
            .char_indices()
            .skip(1)
            .find(|(_, letter)| *letter == '\'')
            .and_then(|(end, _)| inner.get(end..));
    }
    let escaped = inner.chars().next().map_or(0, char::len_utf8);
    inner.get(escaped..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(path: &str, text: &str) -> String {
        code_of(&SourceLanguage::of(path), text)
    }

    #[test]
    fn comments_go_and_strings_become_one_sign() {
        assert_eq!(code("x.py", "a = 'if # no' # yes\nb"), "a = \"  \nb");
        assert_eq!(code("x.js", "a /* if\nb */ c // d"), "a \n  c  ");
        assert_eq!(code("x.py", "\"\"\"one\n\nthree\"\"\"\nx"), "\"\n\n\"\nx");
        assert_eq!(code("x.sh", "echo $# a#b # c"), "echo $# a#b  ");
        assert_eq!(code("x.js", r#"a = "x\"y" + b"#), "a = \" + b");
    }

    #[test]
    fn lifetimes_are_no_strings_and_letters_are() {
        assert_eq!(
            code("x.rs", "fn f<'a, 'b>(x: &'a str)"),
            "fn f<'a, 'b>(x: &'a str)"
        );
        assert_eq!(
            code("x.rs", r"['x', '\'', '\u{7f}', 'ä']"),
            "[\", \", \", \"]"
        );
    }

    #[test]
    fn what_is_left_open_ends_with_the_line_or_the_file() {
        assert_eq!(code("x.py", "a = 'open\nb"), "a = \"\nb");
        assert_eq!(code("x.js", "a /* open\nb"), "a \n ");
    }
}
