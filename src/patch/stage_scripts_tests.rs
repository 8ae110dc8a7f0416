//! Which words of commands are taken for scripts.

use super::*;

fn scripts(line: &str) -> Vec<String> {
    let words: Vec<String> = line.split('~').map(str::to_owned).collect();
    scripts_of_words(&words, "/home/bot")
        .into_iter()
        .map(String::from)
        .collect()
}

fn shell(line: &str) -> Vec<String> {
    scripts_of_line(line, "/home/bot")
        .into_iter()
        .map(String::from)
        .collect()
}

#[test]
fn the_program_and_the_script_of_an_interpreter_are_found() {
    for (line, wanted) in [
        ("./train.sh~--params~params", vec!["train.sh"]),
        ("/home/bot/bin/train~x", vec!["bin/train"]),
        (
            "/usr/bin/env~python3~src/train~params",
            vec!["python3", "src/train"],
        ),
        ("sh~bin/../train~data", vec!["sh", "train"]),
        ("awk~-f~model~params", vec!["awk", "model"]),
        (
            "timeout~5m~nice~10~./go~params.json",
            vec!["go", "nice", "timeout"],
        ),
        (
            "runner~--script=lib/a.py~params.toml",
            vec!["lib/a.py", "runner"],
        ),
        (
            "python~-m~bot.train~params",
            vec!["bot/train.py", "bot/train/__main__.py"],
        ),
        (
            "make~train",
            vec!["GNUmakefile", "Makefile", "make", "makefile"],
        ),
        ("../outside.sh", vec![]),
        ("RATE=1~./go~x", vec!["go"]),
        ("timeout~-s~KILL~5~./go~params", vec!["go", "KILL"]),
        ("python~-u~train~params", vec!["train"]),
    ] {
        let found = scripts(line);
        for script in wanted {
            assert!(
                found.iter().any(|one| one == script),
                "{line}: {found:?} lacks {script}"
            );
        }
        assert!(
            !found
                .iter()
                .any(|one| one.contains("params") || one == "data"),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn every_command_of_a_shell_line_is_looked_at() {
    let found = shell("cd x && ./a < in; if test -f b; then \"./my c\" | sh d; fi; x=$(./e)");
    for script in ["a", "my c", "d", "e"] {
        assert!(
            found.iter().any(|one| one == script),
            "{found:?} lacks {script}"
        );
    }
    assert!(!found.iter().any(|one| one == "in"), "{found:?}");
    assert!(scripts("sh~-c~exec ./inner --x").contains(&"inner".to_owned()));
}

#[test]
fn shells_in_shells_end_somewhere() {
    let deep = "sh -c ".repeat(10_000) + "./deep";
    assert!(shell(&deep).contains(&"sh".to_owned()));
    let quoted = "sh -c \"sh -c 'sh -c ./deep'\"";
    assert!(shell(quoted).contains(&"deep".to_owned()));
}
