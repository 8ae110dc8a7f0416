//! Files that the binary generates are in the repository as it generates them.
//!
//! `SIE_REGENERATE=1 cargo test --test generated` writes them anew.

#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests stand outside: they start processes and write files themselves"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sie(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sie"))
        .args(arguments)
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Compares a file with what it should be, or writes it if asked to.
fn expect_file(path: &Path, expected: &str) {
    if std::env::var_os("SIE_REGENERATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, expected).expect("written");
    }
    let actual = fs::read_to_string(path).unwrap_or_default();
    let shown = path.strip_prefix(repository()).unwrap_or(path).display();
    assert!(
        actual == expected,
        "{shown} is out of date; regenerate it with `SIE_REGENERATE=1 cargo test --test generated`"
    );
}

#[test]
fn completions_are_as_the_binary_prints_them() {
    for (shell, name) in [("bash", "sie.bash"), ("zsh", "_sie"), ("fish", "sie.fish")] {
        expect_file(
            &repository().join("completions").join(name),
            &sie(&["completions", shell]),
        );
    }
}

#[test]
fn there_is_a_current_man_page_of_every_command_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().to_str().expect("text");
    sie(&["man", "--dir", target]);
    let names = |folder: &Path| -> BTreeSet<PathBuf> {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .map(|entry| PathBuf::from(entry.expect("an entry").file_name()))
            .collect()
    };
    let pages = repository().join("man");
    for name in names(folder.path()) {
        let page = fs::read_to_string(folder.path().join(&name)).expect("text");
        expect_file(&pages.join(name), &page);
    }
    assert_eq!(names(&pages), names(folder.path()));
}

/// The rows of the table in the man page or the help between two lines.
fn exit_code_rows() -> String {
    let help = sie(&["help", "run-all"]);
    let after = help
        .split("Exit status (the first that applies):\n")
        .nth(1)
        .expect("a section");
    let rows = after.lines().map_while(|line| {
        let (code, meaning) = line.trim().split_once("  ")?;
        code.parse::<u8>()
            .ok()
            .map(|code| format!("| {code} | {meaning} |\n"))
    });
    format!(
        "| code | meaning |\n| --- | --- |\n{}",
        rows.collect::<String>()
    )
}

fn variable_rows() -> String {
    let page = sie(&["man", "sie"]);
    let section = page.split(".SH ENVIRONMENT\n").nth(1).expect("a section");
    let mut rows = String::from("| variable | meaning |\n| --- | --- |\n");
    for entry in section.split(".TP\n").skip(1) {
        let mut lines = entry.lines();
        let name = lines
            .next()
            .expect("a name")
            .trim_start_matches("\\fB")
            .trim_end_matches("\\fR");
        let meaning = lines.next().expect("a meaning").replace("\\-", "-");
        rows.extend(["| `", name, "` | ", &meaning, " |\n"]);
    }
    rows
}

#[test]
fn the_tables_of_the_readme_are_as_the_binary_prints_them() {
    let path = repository().join("README.md");
    let mut readme = fs::read_to_string(&path).expect("the README");
    for (name, table) in [
        ("exit codes", exit_code_rows()),
        ("variables", variable_rows()),
    ] {
        let start = format!("<!-- generated: {name} -->\n");
        let (before, rest) = readme.split_once(&start).expect("a generated part");
        let (_, after) = rest.split_once("<!-- end -->").expect("its end");
        readme = format!("{before}{start}{table}<!-- end -->{after}");
    }
    expect_file(&path, &readme);
}

/// Every package is somebody else's code to be trusted and compiled.
#[test]
fn the_packages_that_end_up_in_the_binary_stay_few() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--offline",
        ])
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    let packages: BTreeSet<&str> = text
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    assert!(
        packages.len() <= 82,
        "{} packages: {packages:#?}",
        packages.len()
    );
}
