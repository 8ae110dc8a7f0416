//! Diffs that apply and diffs that are refused.

use super::*;
use crate::patch::PathRefusal;

const OLD: &str = "one\ntwo\nthree\nfour\nfive\n";

fn contents(files: &[(&str, &str)]) -> BTreeMap<TargetPath, Vec<u8>> {
    files
        .iter()
        .map(|(path, text)| {
            (
                TargetPath::parse(path).expect("good path"),
                text.as_bytes().to_vec(),
            )
        })
        .collect()
}

fn applied(
    diff: &str,
    files: &[(&str, &str)],
) -> Result<Vec<(String, Option<String>)>, DiffProblem> {
    let new = UnifiedDiff::parse(diff.as_bytes())
        .and_then(|diff| diff.apply(&contents(files)))
        .map_err(|error| error.problem)?;
    Ok(new
        .into_iter()
        .map(|(path, text)| {
            (
                path.into(),
                text.map(|text| String::from_utf8(text).expect("text")),
            )
        })
        .collect())
}

fn file(path: &str, text: &str) -> (String, Option<String>) {
    (path.to_owned(), Some(text.to_owned()))
}

#[test]
fn a_diff_of_several_files_edits_creates_and_deletes() {
    let diff = "Here is the patch.\n\ndiff --git a/p b/p\nindex 111..222 100644\n--- a/p\n+++ b/p\n@@ -2,2 +2,3 @@ fn\n two\n\
                -three\n+3\n+3b\ndiff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n\
                --- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n-- \n2.39.0\n\n";
    assert_eq!(
        applied(diff, &[("p", OLD), ("gone", "bye\n")]),
        Ok(vec![
            ("gone".into(), None),
            file("new", "x\n"),
            file("p", "one\ntwo\n3\n3b\nfour\nfive\n"),
        ])
    );
}

#[test]
fn line_ends_are_kept_as_they_are() {
    let diff = "--- p\n+++ p\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n\\ No newline at end of file\n+c\r\n\\ No newline at end of file\n";
    assert_eq!(
        applied(diff, &[("p", "a\r\nb\r")]),
        Ok(vec![file("p", "a\r\nc\r")])
    );
    let unix = "--- p\n+++ p\n@@ -1 +1 @@\n-a\n+b\n";
    assert_eq!(
        applied(unix, &[("p", "a\r\n")]),
        Err(DiffProblem::Mismatch { hunk: 1, line: 1 })
    );
    assert_eq!(
        applied(unix, &[("p", "a")]),
        Err(DiffProblem::Mismatch { hunk: 1, line: 1 })
    );
}

#[test]
fn a_stripped_blank_context_line_is_read_as_git_reads_it() {
    let diff = "--- p\n+++ p\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n";
    assert_eq!(
        applied(diff, &[("p", "a\n\nb\n")]),
        Ok(vec![file("p", "a\n\nc\n")])
    );
}

#[test]
fn empty_files_come_and_go_by_gits_header() {
    let create = "diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n";
    assert_eq!(applied(create, &[]), Ok(vec![file("e", "")]));
    let delete = "diff --git a/e b/e\ndeleted file mode 100755\nindex e69de29..0000000\n";
    assert_eq!(applied(delete, &[("e", "")]), Ok(vec![("e".into(), None)]));
    assert_eq!(applied(delete, &[("e", "x")]), Err(DiffProblem::NotEmptied));
}

#[test]
fn no_fuzz_no_offset_and_no_file_in_the_wrong_state() {
    let edit = |header: &str| format!("--- a/p\n+++ b/p\n{header}\n two\n-three\n+3\n");
    assert!(applied(&edit("@@ -2,2 +2,2 @@"), &[("p", OLD)]).is_ok());
    for (header, problem) in [
        (
            "@@ -1,2 +1,2 @@",
            DiffProblem::Mismatch { hunk: 1, line: 1 },
        ),
        (
            "@@ -3,2 +3,2 @@",
            DiffProblem::Mismatch { hunk: 1, line: 3 },
        ),
        ("@@ -2,2 +3,2 @@", DiffProblem::NewLineNumber(1)),
        (
            "@@ -9,2 +9,2 @@",
            DiffProblem::BeyondEnd { hunk: 1, lines: 5 },
        ),
        ("@@ -0,2 +0,2 @@", DiffProblem::HunkOrder(1)),
        ("@@ -2,3 +2,3 @@", DiffProblem::HunkShort),
        ("@@ -2,1 +2,1 @@", DiffProblem::HunkLong),
        ("@@ -2 +2 @@", DiffProblem::HunkLong),
        ("@@ -x +2 @@", DiffProblem::HunkHeader),
        ("@@ -+2,2 +2,2 @@", DiffProblem::HunkHeader),
        ("@@ -2,99999999999 +2,2 @@", DiffProblem::HunkHeader),
    ] {
        assert_eq!(
            applied(&edit(header), &[("p", OLD)]),
            Err(problem),
            "{header}"
        );
    }
    assert_eq!(
        applied(&edit("@@ -2,2 +2,2 @@"), &[]),
        Err(DiffProblem::Missing)
    );
    let create = "--- /dev/null\n+++ b/p\n@@ -0,0 +1 @@\n+x\n";
    assert_eq!(applied(create, &[("p", "")]), Err(DiffProblem::Exists));
}

#[test]
fn hunks_out_of_order_are_refused() {
    let diff = "--- p\n+++ p\n@@ -3 +3 @@\n-three\n+3\n@@ -1 +1 @@\n-one\n+1\n";
    assert_eq!(applied(diff, &[("p", OLD)]), Err(DiffProblem::HunkOrder(2)));
}

#[test]
fn a_line_without_an_end_must_be_the_last() {
    let diff = "--- p\n+++ p\n@@ -1 +1 @@\n-one\n+1\n\\ No newline at end of file\n";
    assert_eq!(
        applied(diff, &[("p", OLD)]),
        Err(DiffProblem::NoNewlineInside)
    );
}

#[test]
fn renames_binaries_modes_links_and_ways_out_are_refused_with_the_reason() {
    let hunk = "@@ -1 +1 @@\n-one\n+1\n";
    for (header, problem) in [
        (
            "diff --git a/p b/q\nsimilarity index 90%\nrename from p\nrename to q\n",
            DiffProblem::Rename,
        ),
        (
            "diff --git a/p b/p\nold mode 100644\nnew mode 100755\n",
            DiffProblem::Mode,
        ),
        (
            "diff --git a/p b/p\nnew file mode 100755\n",
            DiffProblem::Mode,
        ),
        (
            "diff --git a/p b/p\nnew file mode 120000\n",
            DiffProblem::Link,
        ),
        (
            "diff --git a/p b/p\nindex 1..2 120000\n--- a/p\n+++ b/p\n",
            DiffProblem::Link,
        ),
        (
            "diff --git a/p b/p\nGIT binary patch\n",
            DiffProblem::Binary,
        ),
        (
            "diff --git a/p b/p\nBinary files a/p and b/p differ\n",
            DiffProblem::Binary,
        ),
        (
            "diff --git a/p b/p\nindex 1..2 100644\n",
            DiffProblem::NoChange,
        ),
        (
            "diff --git a/p b/p\nnew file mode 100644\n--- a/p\n+++ b/p\n",
            DiffProblem::Unexpected,
        ),
        ("--- a/p\n+++ b/q\n", DiffProblem::Rename),
        (
            "--- a/../p\n+++ b/../p\n",
            DiffProblem::Path(PathRefusal::Parent),
        ),
        (
            "--- /etc/p\n+++ /etc/p\n",
            DiffProblem::Path(PathRefusal::Absolute),
        ),
        (
            "--- /dev/null\n+++ b/.git/hooks/x\n",
            DiffProblem::Path(PathRefusal::Git),
        ),
        ("", DiffProblem::Unexpected),
    ] {
        let diff = format!("{header}{hunk}");
        assert_eq!(applied(&diff, &[("p", OLD)]), Err(problem), "{header}");
    }
    assert_eq!(
        applied("--- a/p\n+++ b/p\n", &[("p", OLD)]),
        Err(DiffProblem::NoChange)
    );
    assert_eq!(
        applied("tuned rate to 0.3\n", &[]),
        Err(DiffProblem::NoFiles)
    );
    let cut = "--- p\n+++ p\n@@ -1 +1 @@\n-one\n+1";
    assert_eq!(applied(cut, &[("p", OLD)]), Err(DiffProblem::Truncated));
    let twice = format!("--- p\n+++ p\n{hunk}--- p\n+++ p\n{hunk}");
    assert_eq!(applied(&twice, &[("p", OLD)]), Err(DiffProblem::Twice));
    let prose_inside = format!("--- p\n+++ p\n{hunk}and then\n--- q\n+++ q\n{hunk}");
    assert_eq!(
        applied(&prose_inside, &[("p", OLD), ("q", OLD)]),
        Err(DiffProblem::Unexpected)
    );
}

#[test]
fn an_error_names_file_and_line_of_the_diff() {
    let error =
        UnifiedDiff::parse(b"--- a/p\n+++ b/p\n@@ -1,2 +1,2 @@\n one\n").expect_err("short");
    assert_eq!(
        error.to_string(),
        "p: line 4 of the diff: the hunk has fewer lines than its header says"
    );
}

#[test]
fn chatter_is_not_meant_as_a_diff() {
    assert!(!UnifiedDiff::is_meant(b"--- tuning ---\nrate 0.3\n"));
    assert!(UnifiedDiff::is_meant(b"ok\n--- a/p\n+++ b/p\n"));
    assert!(UnifiedDiff::is_meant(b"diff --git a/e b/e\n"));
}
