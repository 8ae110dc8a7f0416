//! Writes the difference of two contents as a unified diff that `UnifiedDiff` and `git apply` take.
//!
//! Without colour; that is for whoever shows it. Bytes that are no text are written as they are.

use super::diff_path::written;
use super::{Change, TargetPath, changes};

/// Equal lines shown around a change.
const CONTEXT: usize = 3;

/// Returns the diff of one file, empty if nothing differs; no content = the file does not exist.
#[must_use]
pub fn write_diff(path: &TargetPath, old: Option<&[u8]>, new: Option<&[u8]>) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let (before, after) = (written("a/", path), written("b/", path));
    let mut diff = format!("diff --git {before} {after}\n");
    if old.is_none() {
        diff.push_str("new file mode 100644\n");
    } else if new.is_none() {
        diff.push_str("deleted file mode 100644\n");
    }
    let name = |name: String, content: Option<&[u8]>| {
        let name = if content.is_some() {
            name
        } else {
            "/dev/null".to_owned()
        };
        // A tab ends a name with blanks, or they would be taken for a time stamp's.
        if name.contains(' ') {
            name + "\t"
        } else {
            name
        }
    };
    let (old_lines, new_lines) = (lines(old), lines(new));
    let changes = changes(&old_lines, &new_lines);
    if changes.is_empty() {
        return diff.into_bytes();
    }
    for line in [
        "--- ",
        &name(before, old),
        "\n+++ ",
        &name(after, new),
        "\n",
    ] {
        diff.push_str(line);
    }
    let mut diff = diff.into_bytes();
    for group in changes.chunk_by(|left, right| right.old.start - left.old.end <= 2 * CONTEXT) {
        write_hunk(&mut diff, group, &old_lines, &new_lines);
    }
    diff
}

/// Returns the lines with their ends.
fn lines(content: Option<&[u8]>) -> Vec<&[u8]> {
    let content = content.unwrap_or_default();
    content.split_inclusive(|byte| *byte == b'\n').collect()
}

fn write_hunk(diff: &mut Vec<u8>, group: &[Change], old: &[&[u8]], new: &[&[u8]]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let lead = first.old.start.min(CONTEXT);
    let trail = (old.len() - last.old.end).min(CONTEXT);
    let old_range = first.old.start - lead..last.old.end + trail;
    let new_range = first.new.start - lead..last.new.end + trail;
    let header = format!("@@ -{} +{} @@\n", stated(&old_range), stated(&new_range));
    diff.extend_from_slice(header.as_bytes());
    let mut at = old_range.start;
    for change in group {
        write_lines(diff, b' ', old.get(at..change.old.start));
        write_lines(diff, b'-', old.get(change.old.clone()));
        write_lines(diff, b'+', new.get(change.new.clone()));
        at = change.old.end;
    }
    write_lines(diff, b' ', old.get(at..old_range.end));
}

/// Returns a range as a hunk header states it: an empty one by the line before it.
fn stated(range: &std::ops::Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        count => format!("{},{count}", range.start + 1),
    }
}

fn write_lines(diff: &mut Vec<u8>, sign: u8, lines: Option<&[&[u8]]>) {
    for line in lines.unwrap_or_default() {
        diff.push(sign);
        diff.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            diff.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: Option<&str>, new: Option<&str>) -> String {
        let path = TargetPath::parse("params").expect("good path");
        let diff = write_diff(&path, old.map(str::as_bytes), new.map(str::as_bytes));
        String::from_utf8(diff).expect("text")
    }

    #[test]
    fn a_change_is_shown_with_three_lines_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(
            diff(Some(old), Some(&old.replace("5\n", "five\n"))),
            "diff --git a/params b/params\n--- a/params\n+++ b/params\n\
             @@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
    }

    #[test]
    fn far_changes_are_two_hunks_and_near_ones_are_one() {
        let lines: Vec<String> = (0..30).map(|line| format!("{line}\n")).collect();
        let old = lines.concat();
        let far = old.replace("\n5\n", "\nx\n").replace("\n13\n", "\ny\n");
        assert_eq!(diff(Some(&old), Some(&far)).matches("@@ -").count(), 2);
        let near = old.replace("\n5\n", "\nx\n").replace("\n12\n", "\ny\n");
        assert_eq!(diff(Some(&old), Some(&near)).matches("@@ -").count(), 1);
    }

    #[test]
    fn files_that_come_or_go_and_missing_line_ends_are_shown_as_git_does() {
        assert_eq!(
            diff(None, Some("a")),
            "diff --git a/params b/params\nnew file mode 100644\n--- /dev/null\n+++ b/params\n\
             @@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n"
        );
        assert_eq!(
            diff(Some(""), None),
            "diff --git a/params b/params\ndeleted file mode 100644\n"
        );
        assert_eq!(diff(Some("a"), Some("a")), "");
    }
}
