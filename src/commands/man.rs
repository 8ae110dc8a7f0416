//! `sie man`.

use std::fs::File;
use std::io::Write;

use anyhow::{Context, Result};
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::{self, ManArgs};
use crate::commands::Ended;
use crate::env::VARIABLES;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::ui::Ui;

pub fn run(args: &ManArgs) -> Result<Ended> {
    let pages = pages()?;
    if let Some(folder) = &args.dir {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        for (name, page) in &pages {
            let path = folder.join(format!("{name}.1"));
            File::create(&path)
                .and_then(|mut file| file.write_all(page.as_bytes()))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        return Ok(ExitCode::Done.into());
    }
    let wanted = match args.command.as_deref() {
        None | Some("sie") => "sie".to_owned(),
        Some(command) => format!("sie-{}", command.trim_start_matches("sie-")),
    };
    let page = pages
        .iter()
        .find(|(name, _)| *name == wanted)
        .ok_or_else(|| {
            let known = pages
                .iter()
                .map(|(name, _)| name.trim_start_matches("sie-"));
            let typed = args.command.as_deref().unwrap_or_default();
            Failure::usage(format!("there is no man page of `{typed}`")).did_you_mean(typed, known)
        })?;
    Ui::text(&page.1)?;
    Ok(ExitCode::Done.into())
}

/// Returns the man pages of all commands by name.
fn pages() -> Result<Vec<(String, String)>> {
    let mut command = cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![("sie".to_owned(), page(&command, "sie")?)];
    add_pages(&command, "sie", &mut pages)?;
    Ok(pages)
}

/// Adds the pages of the subcommands of a command, and of theirs.
fn add_pages(command: &Command, parent: &str, pages: &mut Vec<(String, String)>) -> Result<()> {
    for sub in command.get_subcommands() {
        let name = format!("{parent}-{}", sub.get_name());
        pages.push((name.clone(), page(sub, &name)?));
        add_pages(sub, &name, pages)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str) -> Result<String> {
    let command = command
        .clone()
        .display_name(name.to_owned())
        .version(env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).date("");
    let mut page = Vec::new();
    let rendering = "cannot write the man page";
    man.render(&mut page).context(rendering)?;
    let mut environment = Roff::new();
    environment.control("SH", ["ENVIRONMENT"]);
    for variable in VARIABLES {
        environment.control("TP", []);
        environment.text([clap_mangen::roff::bold(variable.name)]);
        environment.text([roman(variable.meaning)]);
    }
    environment.to_writer(&mut page).context(rendering)?;
    String::from_utf8(page).context(rendering)
}
