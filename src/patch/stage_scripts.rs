//! Which files of the work dir a command runs as scripts, by looking at its words.
//!
//! Reads no files, so it does not see what a script runs in turn, follows no `cd` inside a line, and finds no program
//! through `PATH`. Better one word too many: a parameter file is never taken for a script, anything that looks like one
//! is.

use std::collections::BTreeSet;

use super::TargetPath;

/// Programs that run the command after them.
const WRAPPERS: &[&str] = &[
    "busybox", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "time",
    "timeout", "xargs",
];

/// Programs whose first plain argument is the script.
const INTERPRETERS: &[&str] = &[
    "awk", "bash", "bun", "dash", "fish", "gawk", "julia", "ksh", "lua", "mawk", "node", "perl",
    "php", "pypy", "python", "rscript", "ruby", "sh", "source", "zsh",
];

/// Endings of scripts, wherever in a command they stand.
const SCRIPT_ENDINGS: &[&str] = &[
    ".awk", ".bash", ".bat", ".cjs", ".fish", ".jl", ".js", ".ksh", ".lua", ".mjs", ".php", ".pl",
    ".py", ".r", ".rb", ".sh", ".ts", ".zsh",
];

/// Programs whose `-f` names a script, not data.
const SCRIPT_READERS: &[&str] = &["awk", "gawk", "make", "mawk", "sed"];

/// How deep a shell line may hold another (`sh -c "sh -c …"`).
const MAX_DEPTH: u32 = 4;

/// Returns the scripts of a command given as words; `work_dir` makes absolute paths inside it relative.
#[must_use]
pub fn scripts_of_words(words: &[String], work_dir: &str) -> BTreeSet<TargetPath> {
    let mut scripts = BTreeSet::new();
    collect(words, work_dir, MAX_DEPTH, &mut scripts);
    scripts
}

/// Returns the scripts of a line for a shell.
#[must_use]
pub fn scripts_of_line(line: &str, work_dir: &str) -> BTreeSet<TargetPath> {
    let mut scripts = BTreeSet::new();
    for words in commands(line) {
        collect(&words, work_dir, MAX_DEPTH, &mut scripts);
    }
    scripts
}

/// What the next plain word of a command is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Program,
    /// The command of a wrapper.
    Command,
    /// The script of an interpreter.
    Script,
    Argument,
}

fn collect(words: &[String], work_dir: &str, depth: u32, scripts: &mut BTreeSet<TargetPath>) {
    let Some(deeper) = depth.checked_sub(1) else {
        return;
    };
    let reads_scripts = words
        .iter()
        .any(|word| SCRIPT_READERS.contains(&base_name(word)));
    let mut next = Next::Program;
    let mut previous = "";
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or(("", word));
        if has_script_ending(value) {
            add(value, work_dir, scripts);
        }
        match (next, previous) {
            (Next::Script, "-c") => {
                for inner in commands(word) {
                    collect(&inner, work_dir, deeper, scripts);
                }
                next = Next::Argument;
            }
            (Next::Script, "-m") => {
                let module = word.replace('.', "/");
                add(&format!("{module}.py"), work_dir, scripts);
                add(&format!("{module}/__main__.py"), work_dir, scripts);
                next = Next::Argument;
            }
            (_, "-f") if reads_scripts => {
                add(word, work_dir, scripts);
                next = Next::Argument;
            }
            _ if next == Next::Argument || word.starts_with('-') || is_name(name) => {}
            (Next::Command, _) if is_number(word) => {}
            _ => {
                add(word, work_dir, scripts);
                next = after(word, next, previous);
            }
        }
        previous = word;
    }
    if words.iter().any(|word| base_name(word) == "make") {
        for file in ["Makefile", "makefile", "GNUmakefile"] {
            add(file, work_dir, scripts);
        }
    }
}

/// Returns what follows a program, a wrapper's command or a script.
fn after(word: &str, was: Next, previous: &str) -> Next {
    if was == Next::Script {
        Next::Argument
    } else if is_one_of(word, WRAPPERS) {
        Next::Command
    } else if is_one_of(word, INTERPRETERS) {
        Next::Script
    } else if was == Next::Command && previous.starts_with('-') {
        // It may be the value of the wrapper's option: `timeout -s KILL 5 ./train`.
        Next::Command
    } else {
        Next::Argument
    }
}

fn has_script_ending(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    SCRIPT_ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

fn add(word: &str, work_dir: &str, scripts: &mut BTreeSet<TargetPath>) {
    let work_dir = work_dir.trim_end_matches('/');
    let inside = word.strip_prefix(work_dir).filter(|_| !work_dir.is_empty());
    let relative = inside
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(word);
    let mut plain: Vec<&str> = Vec::new();
    for component in relative.split('/') {
        match component {
            "" if plain.is_empty() && relative.starts_with('/') => return,
            "" | "." => {}
            ".." => {
                if plain.pop().is_none() {
                    return;
                }
            }
            _ => plain.push(component),
        }
    }
    scripts.extend(TargetPath::parse(&plain.join("/")));
}

fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Returns true if a word names one of the programs, also as in `/usr/bin/python3.12`.
fn is_one_of(word: &str, programs: &[&str]) -> bool {
    let name = base_name(word).to_ascii_lowercase();
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    programs.contains(&name)
}

/// Returns true for the left side of `NAME=value`.
fn is_name(text: &str) -> bool {
    let starts_well =
        text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    starts_well
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Returns true for what `nice` and `timeout` take before the command: `10`, `5m`.
fn is_number(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit()) && !word.contains(['.', '/'])
}

/// Splits a shell line into simple commands and their words; roughly, since only words are wanted.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word = String::new();
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let is_between_words = letter.is_whitespace() || matches!(letter, '<' | '>');
        let is_between_commands = matches!(
            letter,
            ';' | '&' | '|' | '(' | ')' | '{' | '}' | '`' | '\n' | '$'
        );
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None | Some('"'), '\\') => word.extend(letters.next()),
            (None, _) if is_between_words || is_between_commands => {
                end_word(&mut commands, &mut word);
                if is_between_commands {
                    commands.push(Vec::new());
                }
            }
            _ => word.push(letter),
        }
    }
    end_word(&mut commands, &mut word);
    commands.retain(|words| !words.is_empty());
    commands
}

fn end_word(commands: &mut [Vec<String>], word: &mut String) {
    let keywords = [
        "if", "then", "else", "elif", "do", "while", "until", "!", "exec", ".",
    ];
    if let Some(words) = commands.last_mut().filter(|_| !word.is_empty()) {
        let word = std::mem::take(word);
        if !(words.is_empty() && keywords.contains(&word.as_str())) {
            words.push(word);
        }
    }
}

#[cfg(test)]
#[path = "stage_scripts_tests.rs"]
mod tests;
