//! `sie completions`.

use anyhow::Result;
use clap_complete::aot;

use crate::cli::{self, CompletionsArgs, Shell};
use crate::commands::Ended;
use crate::exit_code::ExitCode;
use crate::ui::Ui;

pub fn run(args: &CompletionsArgs) -> Result<Ended> {
    Ui::text(&script(args.shell))?;
    Ok(ExitCode::Done.into())
}

/// Returns the completion script of a shell.
fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    let shell = match shell {
        Shell::Bash => aot::Shell::Bash,
        Shell::Zsh => aot::Shell::Zsh,
        Shell::Fish => aot::Shell::Fish,
    };
    aot::generate(shell, &mut cli::command(), "sie", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
