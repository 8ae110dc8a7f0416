//! File names in diff headers: git's quotes, `a/` and `b/`, time stamps, `/dev/null`.
//!
//! Decides nothing about the paths themselves; that is `TargetPath`.

use super::{DiffAction, DiffProblem, TargetPath};

/// Returns the name after `--- ` or `+++ `; nothing inside stands for `/dev/null`.
pub(super) fn header_name(text: &[u8]) -> Result<Option<String>, DiffProblem> {
    let name = if text.starts_with(b"\"") {
        unquoted(text)?.0
    } else {
        // A time stamp follows a tab.
        text.split(|byte| *byte == b'\t')
            .next()
            .unwrap_or(text)
            .to_vec()
    };
    let name = String::from_utf8(name).map_err(|_| DiffProblem::BadName)?;
    Ok(Some(name).filter(|name| name != "/dev/null"))
}

/// Returns the path that the two names of a header mean, and what happens to it.
///
/// `a/` and `b/` go if both names have them, or the only one has its own; otherwise the names stand as they are.
pub(super) fn resolved(
    old: Option<&str>,
    new: Option<&str>,
) -> Result<(TargetPath, DiffAction), DiffProblem> {
    let (name, action) = match (old, new) {
        (None, None) => return Err(DiffProblem::BadName),
        (None, Some(new)) => (new.strip_prefix("b/").unwrap_or(new), DiffAction::Create),
        (Some(old), None) => (old.strip_prefix("a/").unwrap_or(old), DiffAction::Delete),
        (Some(old), Some(new)) => match (old.strip_prefix("a/"), new.strip_prefix("b/")) {
            (Some(old), Some(new)) if old == new => (new, DiffAction::Edit),
            _ if old == new => (new, DiffAction::Edit),
            _ => return Err(DiffProblem::Rename),
        },
    };
    TargetPath::parse(name)
        .map(|path| (path, action))
        .map_err(DiffProblem::Path)
}

/// Returns the two names after `diff --git `, without `a/` and `b/`, if they are the same.
///
/// Unquoted names with spaces can only be told apart because both are the same.
pub(super) fn git_names(text: &[u8]) -> Result<TargetPath, DiffProblem> {
    let (old, new) = if text.starts_with(b"\"") {
        let (old, rest) = unquoted(text)?;
        let rest = rest.strip_prefix(b" ").ok_or(DiffProblem::BadName)?;
        let new = if rest.starts_with(b"\"") {
            unquoted(rest)?.0
        } else {
            rest.to_vec()
        };
        (old, new)
    } else {
        let (old, new) = text
            .split_at_checked(text.len() / 2)
            .ok_or(DiffProblem::BadName)?;
        let new = new.strip_prefix(b" ").ok_or(DiffProblem::Rename)?;
        (old.to_vec(), new.to_vec())
    };
    let old = String::from_utf8(old).map_err(|_| DiffProblem::BadName)?;
    let new = String::from_utf8(new).map_err(|_| DiffProblem::BadName)?;
    resolved(Some(&old), Some(&new)).map(|(path, _)| path)
}

/// Returns a name as headers write it: with `prefix`, in quotes if it holds a quote or a backslash.
pub(super) fn written(prefix: &str, path: &TargetPath) -> String {
    let name = format!("{prefix}{path}");
    if name.contains(['"', '\\']) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{escaped}\"");
    }
    name
}

/// Reads a name in quotes with C's escapes; returns its bytes and what follows.
fn unquoted(text: &[u8]) -> Result<(Vec<u8>, &[u8]), DiffProblem> {
    let mut rest = text.strip_prefix(b"\"").ok_or(DiffProblem::BadName)?;
    let mut name = Vec::new();
    loop {
        let (byte, after) = rest.split_first().ok_or(DiffProblem::BadName)?;
        rest = after;
        match byte {
            b'"' => return Ok((name, rest)),
            b'\\' => {
                let (escape, after) = rest.split_first().ok_or(DiffProblem::BadName)?;
                rest = after;
                name.push(match escape {
                    b'"' | b'\\' => *escape,
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'0'..=b'3' => {
                        let (digits, after) =
                            rest.split_at_checked(2).ok_or(DiffProblem::BadName)?;
                        rest = after;
                        octal(*escape, digits).ok_or(DiffProblem::BadName)?
                    }
                    _ => return Err(DiffProblem::BadName),
                });
            }
            _ => name.push(*byte),
        }
    }
}

fn octal(first: u8, digits: &[u8]) -> Option<u8> {
    let start = u32::from(first.checked_sub(b'0')?);
    let value = digits.iter().try_fold(start, |value, digit| {
        char::from(*digit)
            .to_digit(8)
            .map(|digit| value * 8 + digit)
    })?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_time_stamps_quotes_and_octal_escapes() {
        for (text, wanted) in [
            ("a/params", Some("a/params")),
            ("a/my params\t", Some("a/my params")),
            ("params\t2024-01-01 00:00:00", Some("params")),
            ("/dev/null", None),
            ("/dev/null\t1970-01-01", None),
            (r#""a/\303\244 \"x\" \\""#, Some(r#"a/ä "x" \"#)),
        ] {
            let name = header_name(text.as_bytes()).expect(text);
            assert_eq!(name.as_deref(), wanted, "{text}");
        }
        for text in [
            &b"\"a/x"[..],
            b"\"a\\q\"",
            b"\"a\\39\"",
            b"\"\\377\"",
            b"\xff",
        ] {
            assert_eq!(header_name(text), Err(DiffProblem::BadName), "{text:?}");
        }
    }

    #[test]
    fn a_written_name_is_read_back() {
        for name in ["params", "a b/c", r#"we"ird\name"#, "ä"] {
            let path = TargetPath::parse(name).expect("good path");
            let (old, new) = (written("a/", &path), written("b/", &path));
            let read = header_name(new.as_bytes()).expect("own name");
            assert_eq!(read, Some(format!("b/{name}")));
            assert_eq!(git_names(format!("{old} {new}").as_bytes()), Ok(path));
        }
    }

    #[test]
    fn two_different_names_are_a_rename() {
        assert_eq!(resolved(Some("a/x"), Some("b/y")), Err(DiffProblem::Rename));
        assert_eq!(
            resolved(Some("x.orig"), Some("x")),
            Err(DiffProblem::Rename)
        );
        assert_eq!(git_names(b"a/x b/yy"), Err(DiffProblem::Rename));
        assert_eq!(resolved(None, None), Err(DiffProblem::BadName));
    }
}
