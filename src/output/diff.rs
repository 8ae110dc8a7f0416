//! A unified diff as people see it: in colour where that is allowed.

use crate::output::table::visible;

/// Paints the lines of a diff; foreign text is made visible if `escapes`, but tabs stay.
#[must_use]
pub fn painted(diff: &str, escapes: bool, colors: bool) -> String {
    diff.lines()
        .map(|line| {
            let shown = if escapes {
                let parts: Vec<String> = line.split('\t').map(visible).collect();
                parts.join("\t")
            } else {
                line.to_owned()
            };
            match color_of(line).filter(|_| colors) {
                Some(code) => format!("\u{1b}[{code}m{shown}\u{1b}[0m\n"),
                None => format!("{shown}\n"),
            }
        })
        .collect()
}

fn color_of(line: &str) -> Option<&'static str> {
    let is_header = ["diff ", "--- ", "+++ ", "new file ", "deleted file "]
        .iter()
        .any(|start| line.starts_with(start));
    match line.as_bytes().first() {
        _ if is_header => Some("1"),
        Some(b'@') => Some("36"),
        Some(b'+') => Some("32"),
        Some(b'-') => Some("31"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_green_what_goes_is_red_and_no_control_character_gets_through() {
        let diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\u{1b}[2J\tc\n d\n";
        assert_eq!(painted(diff, false, false), diff);
        assert_eq!(
            painted(diff, true, true),
            "\u{1b}[1m--- a/x\u{1b}[0m\n\u{1b}[1m+++ b/x\u{1b}[0m\n\u{1b}[36m@@ -1 +1 @@\u{1b}[0m\n\
             \u{1b}[31m-a\u{1b}[0m\n\u{1b}[32m+b\\u{1b}[2J\tc\u{1b}[0m\n d\n"
        );
    }
}
