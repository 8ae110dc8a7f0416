//! What holds for any contents and any bytes as a diff; not part of the product.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Few different lines, so that files have much in common; ends of all kinds.
fn content() -> impl Strategy<Value = Option<Vec<u8>>> {
    let line = prop_oneof![
        Just(&b"a\n"[..]),
        Just(&b"b\n"[..]),
        Just(&b"c\r\n"[..]),
        Just(&b"\n"[..]),
        Just(&b"--- a/x\n"[..]),
        Just(&b"+++ b/x\n"[..]),
        Just(&b"@@ -1 +1 @@\n"[..]),
        Just(&b"\\ No newline at end of file\n"[..]),
        Just(&b"\0\xff\n"[..]),
    ];
    let end = prop_oneof![Just(&b""[..]), Just(&b"end"[..]), Just(&b"end\r"[..])];
    let text = (prop::collection::vec(line, 0..25), end)
        .prop_map(|(lines, end)| [lines.concat(), end.to_vec()].concat());
    prop_oneof![1 => Just(None), 8 => text.prop_map(Some)]
}

/// Returns what is left after writing the diff, reading it and applying it.
fn carried(path: &TargetPath, old: Option<&[u8]>, new: Option<&[u8]>) -> Option<Vec<u8>> {
    let written = write_diff(path, old, new);
    if written.is_empty() {
        return old.map(<[u8]>::to_vec);
    }
    let diff = UnifiedDiff::parse(&written).expect("own diff");
    assert_eq!(diff.files().len(), 1);
    let contents: BTreeMap<_, _> = old
        .map(|old| (path.clone(), old.to_vec()))
        .into_iter()
        .collect();
    let mut applied = diff.apply(&contents).expect("fits");
    applied.remove(path).expect("named")
}

proptest! {
    #[test]
    fn applying_the_difference_gives_the_new_content(old in content(), new in content(), name in "[a-z \"\\\\ä]{1,8}") {
        let path = TargetPath::parse(&name).expect("good path");
        prop_assert_eq!(carried(&path, old.as_deref(), new.as_deref()), new);
    }

    #[test]
    fn applying_the_difference_of_any_bytes_gives_the_new_bytes(old: Vec<u8>, new: Vec<u8>) {
        let path = TargetPath::parse("p").expect("good path");
        prop_assert_eq!(carried(&path, Some(&old), Some(&new)), Some(new));
    }

    #[test]
    fn any_bytes_as_a_diff_never_panic(bytes: Vec<u8>) {
        let _ = UnifiedDiff::is_meant(&bytes);
        let _ = UnifiedDiff::parse(&bytes);
    }

    #[test]
    fn a_damaged_diff_never_panics(old in content(), new in content(), at: prop::sample::Index, byte: u8) {
        let path = TargetPath::parse("p").expect("good path");
        let mut diff = write_diff(&path, old.as_deref(), new.as_deref());
        if !diff.is_empty() {
            let at = at.index(diff.len());
            diff[at] = byte;
            if let Ok(diff) = UnifiedDiff::parse(&diff) {
                let contents: BTreeMap<_, _> = old.map(|old| (path, old)).into_iter().collect();
                let _ = diff.apply(&contents);
            }
        }
    }

    #[test]
    fn a_diff_that_fits_other_content_changes_no_more_lines_than_it_says(old in content(), new in content(), other in content()) {
        let path = TargetPath::parse("p").expect("good path");
        let diff = write_diff(&path, old.as_deref(), new.as_deref());
        if let Ok(diff) = UnifiedDiff::parse(&diff) {
            let file = diff.files().first().expect("one file");
            if let Ok(Some(result)) = file.apply(other.as_deref()) {
                // It fits lines that are the same; what it leaves alone stays as it was.
                let lines = |content: &[u8]| content.split_inclusive(|byte| *byte == b'\n').count();
                let came: usize = file.hunks.iter().map(Hunk::new_count).sum();
                let went: usize = file.hunks.iter().map(Hunk::old_count).sum();
                let before = other.as_deref().map_or(0, lines);
                prop_assert_eq!(lines(&result) + went, before + came);
            }
        }
    }
}
