//! What globs match and what they refuse.

use proptest::prelude::*;

use super::*;

fn matches(glob: &str, path: &str) -> bool {
    let glob = PathGlob::parse(glob).expect("good glob");
    glob.matches(&TargetPath::parse(path).expect("good path"))
}

#[test]
fn globs_match_as_in_a_shell() {
    for (glob, path, wanted) in [
        ("params", "params", true),
        ("params", "sub/params", false),
        ("./params", "params", true),
        ("*.py", "a.py", true),
        ("*.py", ".py", true),
        ("*.py", "a/b.py", false),
        ("a*b*c", "aXbbYc", true),
        ("a*b*c", "aXbY", false),
        ("?at", "cat", true),
        ("?at", "at", false),
        ("?", "ä", true),
        ("[a-cx]1", "b1", true),
        ("[a-cx]1", "d1", false),
        ("[!a-c]1", "d1", true),
        ("[^a-c]1", "b1", false),
        ("[]x]", "]", true),
        ("[a-]", "-", true),
        ("[*]", "*", true),
        ("[*]", "x", false),
        ("**", "a", true),
        ("**", "a/b/c", true),
        ("a/**", "a/b/c", true),
        ("a/**", "a", false),
        ("a/**/z", "a/z", true),
        ("a/**/z", "a/b/c/z", true),
        ("a/**/z", "a/b/c", false),
        ("**/*.py", "x.py", true),
        ("**/*.py", "a/b/x.py", true),
        ("**/**/x", "x", true),
        ("Params", "params", false),
    ] {
        assert_eq!(matches(glob, path), wanted, "{glob} against {path}");
    }
}

#[test]
fn globs_that_lead_out_or_make_no_sense_are_refused() {
    for (glob, error) in [
        ("", GlobError::Path(PathRefusal::Empty)),
        ("/etc/*", GlobError::Path(PathRefusal::Absolute)),
        ("../*", GlobError::Path(PathRefusal::Parent)),
        (".git/*", GlobError::Path(PathRefusal::Git)),
        ("a**", GlobError::MixedStars),
        ("***", GlobError::MixedStars),
        ("[abc", GlobError::OpenBracket),
        ("[]", GlobError::OpenBracket),
        ("[z-a]", GlobError::BackwardRange),
    ] {
        assert_eq!(PathGlob::parse(glob), Err(error), "{glob}");
    }
}

#[test]
fn many_stars_take_no_more_time_than_few() {
    let glob = "*a".repeat(200) + "b";
    assert!(!matches(&glob, &"a".repeat(2000)));
}

proptest! {
    #[test]
    fn any_text_as_glob_and_path_never_panics(glob in ".{0,20}", path in ".{0,20}") {
        if let (Ok(glob), Ok(path)) = (PathGlob::parse(&glob), TargetPath::parse(&path)) {
            let _ = glob.matches(&path);
        }
    }

    #[test]
    fn a_path_without_signs_matches_itself_and_two_stars(path in "[a-z]{1,5}(/[a-z]{1,5}){0,4}") {
        prop_assert!(matches(&path, &path));
        prop_assert!(matches("**", &path));
    }
}
