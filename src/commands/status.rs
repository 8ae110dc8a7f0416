//! `sie status`.

use anyhow::Result;

use crate::cli::{StatusArgs, StatusOrder};
use crate::commands::run_all::{engines_of, is_wanted};
use crate::commands::status_of::Glance;
use crate::commands::{Ended, Session};
use crate::duration::HumanDuration;
use crate::engine::FleetKnowledge;
use crate::error::Failure;
use crate::interrupt::Interrupt;
use crate::output::{EngineStatus, StatusDocument, visible};
use crate::registry::ImprovementEngineRegistry;
use crate::store::Store;
use crate::ui::Screen;

pub fn run(args: &StatusArgs, session: &Session) -> Result<Ended> {
    if let Some(pause) = args.watch {
        return watch(args, pause, session);
    }
    let registry = session.registry_to_read()?;
    let document = look(args, &registry, session)?;
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    let code = session.tell_bad_entries_of(&registry, |name| is_wanted(name, &args.only));
    Ok(code.into())
}

/// Looks at the engines that are asked for, and puts them in order.
fn look(
    args: &StatusArgs,
    registry: &ImprovementEngineRegistry,
    session: &Session,
) -> Result<StatusDocument> {
    let fleet = Store::open_to_read(&session.workspace.data_dir.store())?;
    let knowledge = FleetKnowledge::new(fleet.as_ref(), registry.id());
    let mut glance = Glance::new(registry, &knowledge)?;
    let mut engines = Vec::new();
    for engine in engines_of(registry, &args.only)? {
        let status = glance.status_of(engine)?;
        let holds = |condition| status.states.contains(condition);
        if args.state.is_empty() || args.state.iter().any(holds) {
            engines.push(status);
        }
    }
    if let Some(order) = args.sort {
        sort(&mut engines, order);
    }
    let mut bad_entries = registry.bad_entries().to_vec();
    bad_entries.retain(|bad| is_wanted(&bad.engine, &args.only));
    Ok(StatusDocument {
        schema_version: 1,
        engines,
        bad_entries,
        shows_spent: args.sort == Some(StatusOrder::Spent),
        nothing_matches: !args.state.is_empty(),
    })
}

/// Puts engines in order; those that are equal stay as they are registered.
fn sort(engines: &mut [EngineStatus], order: StatusOrder) {
    let falling = |a: f64, b: f64| b.total_cmp(&a);
    let last_run = |status: &EngineStatus| status.last_run.map_or(f64::NEG_INFINITY, |time| time.0);
    engines.sort_by(|a, b| match order {
        StatusOrder::Name => {
            let folded = |status: &EngineStatus| status.engine.to_ascii_lowercase();
            folded(a).cmp(&folded(b))
        }
        StatusOrder::LastRun => falling(last_run(a), last_run(b)),
        StatusOrder::Roi => falling(a.roi_7d, b.roi_7d),
        StatusOrder::Next => a.due_in().total_cmp(&b.due_in()),
        StatusOrder::Spent => falling(a.spent_7d, b.spent_7d),
        StatusOrder::Failures => b.failures_in_row.cmp(&a.failures_in_row),
    });
}

/// Looks again and again until a signal comes; then the screen is as it was.
fn watch(args: &StatusArgs, pause: HumanDuration, session: &Session) -> Result<Ended> {
    let refused = |problem: &str| Failure::usage(problem).hint("leave `--watch` out to look once");
    if !session.ui.draws_tables_on_a_terminal() {
        return Err(refused("`--watch` needs a terminal, and the form of a table").into());
    }
    // What is wrong from the start is an error like any other; what goes wrong later may be mended while we look.
    look(args, &session.registry_to_read()?, session)?;
    let interrupt = Interrupt::listen()?;
    let screen = Screen::open()?;
    loop {
        let now = session.workspace.clock.now();
        let title = format!("sie status every {pause}, {now}; Ctrl-C ends it");
        let looked = session
            .registry_to_read()
            .and_then(|registry| look(args, &registry, session))
            .and_then(|document| session.ui.drawn(&document, now));
        let text = looked.unwrap_or_else(|error| visible(&format!("error: {error:#}")));
        screen.draw(&format!("{title}\n\n{text}"))?;
        if let Some(signal) = interrupt.wait_for(pause.0) {
            return Ok(Ended::BySignal(signal));
        }
    }
}
