//! Settings that are refused, changes that are refused, and the verdict by settings.

use super::*;
use crate::patch::{Answer, GlobError, VerdictReason, WhyOffLimits};

fn engine() -> SelfCodingEngine {
    SelfCodingEngine::new("./tune.sh", &["params", "bot/**/*.py"])
}

fn change(path: &str, before: FileState, after: FileState) -> FileChange {
    FileChange {
        path: path.to_owned(),
        before,
        after,
    }
}

const SMALL: FileState = FileState::Regular { bytes: 10 };

fn reasons(changes: &[FileChange]) -> Vec<RefusalReason> {
    let mut off_limits = OffLimits::default();
    let script = TargetPath::parse("bot/train.py").expect("good path");
    off_limits.add(&script, WhyOffLimits::PipelineScript);
    engine()
        .review(changes, &off_limits)
        .into_iter()
        .map(|refusal| refusal.reason)
        .collect()
}

#[test]
fn defaults_fill_in_what_the_operator_leaves_out_and_unknown_keys_are_refused() {
    let text = r#"{"generate": "./tune.sh", "targets": ["params", "bot/**/*.py"]}"#;
    assert_eq!(
        serde_json::from_str::<SelfCodingEngine>(text).expect("good"),
        engine()
    );
    let text = r#"{"generate": "x", "targets": ["a"], "tragets": []}"#;
    assert!(serde_json::from_str::<SelfCodingEngine>(text).is_err());
    let stored = serde_json::to_string(&engine()).expect("finite");
    assert_eq!(
        serde_json::from_str::<SelfCodingEngine>(&stored).expect("own text"),
        engine()
    );
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    assert_eq!(engine().check(), Ok(()));
    let broken = |change: fn(&mut SelfCodingEngine)| {
        let mut engine = engine();
        change(&mut engine);
        engine.check().expect_err("refused")
    };
    assert_eq!(
        broken(|one| one.generate = " ".into()),
        PatchSettingsError::Command("generate")
    );
    assert_eq!(
        broken(|one| one.check = vec![String::new()]),
        PatchSettingsError::Command("check")
    );
    assert_eq!(
        broken(|one| one.check = vec!["x".into(); 101]),
        PatchSettingsError::TooMany("check")
    );
    assert_eq!(
        broken(|one| one.targets.clear()),
        PatchSettingsError::NoTarget
    );
    assert_eq!(
        broken(|one| one.copy = vec!["x".into(); 101]),
        PatchSettingsError::TooMany("copy")
    );
    assert_eq!(
        broken(|one| one.min_delta = f64::NAN),
        PatchSettingsError::MinDelta
    );
    assert_eq!(broken(|one| one.trials = 0), PatchSettingsError::Trials(0));
    assert_eq!(
        broken(|one| one.trials = MAX_TRIALS + 1),
        PatchSettingsError::Trials(51)
    );
    let error = broken(|one| one.targets = vec!["../x".into()]);
    assert!(matches!(
        &error,
        PatchSettingsError::Glob {
            error: GlobError::Path(PathRefusal::Parent),
            ..
        }
    ));
    assert_eq!(
        error.to_string(),
        "`../x` in `targets`: the path leads out with `..`"
    );
}

#[test]
fn targets_that_are_edited_created_and_deleted_pass() {
    let changes = [
        change("params", SMALL, SMALL),
        change("bot/new.py", FileState::Absent, SMALL),
        change("bot/deep/old.py", SMALL, FileState::Absent),
    ];
    assert_eq!(reasons(&changes), []);
}

#[test]
fn whatever_is_no_plain_target_is_refused() {
    for (path, before, after, reason) in [
        ("other", SMALL, SMALL, RefusalReason::NotATarget),
        (
            "bot/train.py",
            SMALL,
            SMALL,
            RefusalReason::OffLimits(WhyOffLimits::PipelineScript),
        ),
        (
            "bot/TRAIN.py",
            FileState::Absent,
            SMALL,
            RefusalReason::OffLimits(WhyOffLimits::PipelineScript),
        ),
        (
            "/etc/passwd",
            SMALL,
            SMALL,
            RefusalReason::Path(PathRefusal::Absolute),
        ),
        (
            "bot/../params",
            SMALL,
            SMALL,
            RefusalReason::Path(PathRefusal::Parent),
        ),
        (
            "./params",
            SMALL,
            SMALL,
            RefusalReason::Path(PathRefusal::NotPlain),
        ),
        ("params", SMALL, FileState::Link, RefusalReason::Link),
        ("params", FileState::Link, SMALL, RefusalReason::Link),
        (
            "params",
            SMALL,
            FileState::HardLink,
            RefusalReason::HardLink,
        ),
        (
            "params",
            FileState::Absent,
            FileState::Other,
            RefusalReason::NotRegular,
        ),
    ] {
        assert_eq!(reasons(&[change(path, before, after)]), [reason], "{path}");
    }
}

#[test]
fn sizes_are_taken_up_to_their_limits_and_not_beyond() {
    let sized = |bytes| change("params", SMALL, FileState::Regular { bytes });
    assert_eq!(reasons(&[sized(MAX_FILE_BYTES)]), []);
    assert_eq!(
        reasons(&[sized(MAX_FILE_BYTES + 1)]),
        [RefusalReason::FileTooLarge]
    );
    let full = vec![sized(MAX_FILE_BYTES); 4];
    assert_eq!(reasons(&full), []);
    let over = [full, vec![sized(1)]].concat();
    assert_eq!(reasons(&over), [RefusalReason::PatchTooLarge]);
    assert_eq!(reasons(&vec![sized(1); MAX_PATCH_FILES]), []);
    assert_eq!(
        reasons(&vec![sized(1); MAX_PATCH_FILES + 1]),
        [RefusalReason::TooManyFiles]
    );
    assert!(SelfCodingEngine::copy_fits(50_000, 256 << 20));
    assert!(
        !SelfCodingEngine::copy_fits(50_001, 0) && !SelfCodingEngine::copy_fits(0, (256 << 20) + 1)
    );
}

#[test]
fn the_copy_holds_everything_or_what_is_asked_for_and_the_targets() {
    let path = |text| TargetPath::parse(text).expect("good path");
    let mut engine = engine();
    assert!(engine.is_copied(&path("data/big.bin")));
    engine.copy = vec!["src/**".into()];
    assert!(!engine.is_copied(&path("data/big.bin")));
    assert!(engine.is_copied(&path("src/a/b")) && engine.is_copied(&path("params")));
}

#[test]
fn only_the_newest_thirty_deltas_are_compared_with() {
    let old = vec![1000.0; 100];
    let recent: Vec<f64> = (0..30).map(f64::from).collect();
    let verdict = engine().verdict(&[old, recent].concat(), &[50.0; 10]);
    assert_eq!(
        (verdict.answer, verdict.evidence.baseline),
        (Answer::Keep, 30),
        "{verdict}"
    );
}

#[test]
fn without_a_baseline_nothing_is_kept_and_nothing_should_be_generated() {
    assert!(!SelfCodingEngine::is_measurable(9) && SelfCodingEngine::is_measurable(10));
    let verdict = engine().verdict(&[], &[1e9; 10]);
    assert_eq!(
        (verdict.answer, verdict.reason),
        (Answer::Revert, VerdictReason::CouldNotBeMeasured)
    );
}
