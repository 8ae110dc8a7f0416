//! `sie metrics export`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cli::MetricsExportArgs;
use crate::clock::UnixTime;
use crate::commands::{Ended, Session};
use crate::error::Failure;
use crate::output::ExportedDocument;
use crate::output::prometheus::{Family, Kind, exposition};
use crate::registry::{ImprovementEngineRegistry, RegisteredEngine};
use crate::store::{CycleState, FileLock, Store, publish};
use crate::ui::Ui;

/// How many of a bot's newest rows are searched for the newest value of each metric.
const NEWEST_ROWS: usize = 200;

pub fn run(args: &MetricsExportArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let families = families(&registry, session)?;
    let text = exposition(&families);
    match &args.prometheus {
        None => Ui::text(&text)?,
        Some(path) => {
            if !args.dry_run {
                publish(path, text.as_bytes())
                    .with_context(|| Failure::usage("`--prometheus` cannot be used"))?;
            }
            let document = ExportedDocument {
                schema_version: 1,
                dry_run: args.dry_run,
                file: path.display().to_string(),
                engines: registry.engines().len(),
                values: families.iter().map(Family::len).sum(),
            };
            session
                .ui
                .document(&document, session.workspace.clock.now())?;
        }
    }
    Ok(session.tell_bad_entries(&registry).into())
}

/// The families of engines, in the order in which they are written.
struct EngineFamilies {
    cycles: Family,
    gate_failures: Family,
    spent: Family,
    roi: Family,
    failures_in_row: Family,
    last_run: Family,
    last_success: Family,
    paused: Family,
    running: Family,
}

impl EngineFamilies {
    fn new() -> Self {
        let gauge = |name, help| Family::new(name, Kind::Gauge, help);
        let counter = |name, help| Family::new(name, Kind::Counter, help);
        Self {
            cycles: counter(
                "sie_engine_cycles_total",
                "Cycles that ended, by how they ended.",
            ),
            gate_failures: counter(
                "sie_engine_gate_failures_total",
                "Cycles that a gate stopped.",
            ),
            spent: counter(
                "sie_engine_spent_total",
                "What the cycles cost, in the operator's unit.",
            ),
            roi: gauge(
                "sie_engine_roi",
                "Sum of the ROI deltas, in the operator's unit.",
            ),
            failures_in_row: gauge(
                "sie_engine_failures_in_row",
                "Failures since the last success.",
            ),
            last_run: gauge(
                "sie_engine_last_run_timestamp_seconds",
                "When the last cycle ended that succeeded or failed.",
            ),
            last_success: gauge(
                "sie_engine_last_success_timestamp_seconds",
                "When the last cycle ended that succeeded and that no gate stopped.",
            ),
            paused: gauge("sie_engine_paused", "Whether the engine is paused."),
            running: gauge(
                "sie_engine_running",
                "Whether a cycle of the engine is running.",
            ),
        }
    }

    fn add(
        &mut self,
        engine: &RegisteredEngine,
        store: Option<&Store>,
        session: &Session,
    ) -> Result<()> {
        let bot = engine.bot();
        let labels = [("engine", engine.name.as_str()), ("bot", bot.as_str())];
        let state = store
            .map(|store| store.engine_state(&engine.key))
            .transpose()?;
        let counts = store
            .map(|store| store.cycle_counts(&engine.key))
            .transpose()?;
        let (state, counts) = (state.unwrap_or_default(), counts.unwrap_or_default());
        for state in CycleState::ALL
            .into_iter()
            .filter(|it| *it != CycleState::Running)
        {
            let of_state = counts.iter().find(|count| count.state == state);
            let [engine, bot] = labels;
            let labels = [engine, bot, ("state", state.as_str())];
            let cycles = of_state.map_or(0, |count| count.cycles);
            self.cycles.add(&labels, Some(f64::from(cycles)));
        }
        let stopped: u32 = counts.iter().map(|count| count.gate_failed).sum();
        self.gate_failures.add(&labels, Some(f64::from(stopped)));
        self.spent
            .add(&labels, Some(counts.iter().map(|count| count.cost).sum()));
        self.roi.add(&labels, Some(state.roi_total));
        self.failures_in_row
            .add(&labels, Some(f64::from(state.failures_in_row)));
        self.last_run
            .add(&labels, state.last_run.map(|time| time.0));
        let good = counts.iter().find(|count| count.state == CycleState::Ok);
        let success = good.and_then(|count| count.newest_passed);
        self.last_success.add(&labels, success.map(|time| time.0));
        let now = session.workspace.clock.now();
        let claim = |holds: bool| Some(if holds { 1.0 } else { 0.0 });
        self.paused.add(
            &labels,
            claim(state.pause.is_some_and(|pause| pause.holds_at(now))),
        );
        let begun = counts
            .iter()
            .any(|count| count.state == CycleState::Running);
        self.running
            .add(&labels, claim(begun && is_held(engine, session)));
        Ok(())
    }

    fn into_families(self) -> [Family; 9] {
        [
            self.cycles,
            self.gate_failures,
            self.spent,
            self.roi,
            self.failures_in_row,
            self.last_run,
            self.last_success,
            self.paused,
            self.running,
        ]
    }
}

/// Whether somebody holds the engine's lock; where that cannot be told, the record is what there is.
fn is_held(engine: &RegisteredEngine, session: &Session) -> bool {
    let own_database = engine.engine.database.as_deref();
    let data_dir = &session.workspace.data_dir;
    let path = data_dir.engine_lock(engine.name.as_str(), &engine.key.engine_id, own_database);
    FileLock::is_held(&path).unwrap_or(true)
}

fn families(registry: &ImprovementEngineRegistry, session: &Session) -> Result<Vec<Family>> {
    let mut stores: BTreeMap<PathBuf, Option<Store>> = BTreeMap::new();
    let mut of_engines = EngineFamilies::new();
    let mut bots: BTreeSet<(PathBuf, String)> = BTreeSet::new();
    for engine in registry.engines() {
        let path = engine.store_path(&session.workspace.data_dir);
        if !stores.contains_key(&path) {
            stores.insert(path.clone(), Store::open_to_read(&path)?);
        }
        let store = stores.get(&path).and_then(Option::as_ref);
        of_engines.add(engine, store, session)?;
        bots.insert((path, engine.bot().to_string()));
    }
    let mut newest: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    for (path, bot) in bots {
        let Some(store) = stores.get(&path).and_then(Option::as_ref) else {
            continue;
        };
        for row in store.metrics_after(registry.id(), &bot, (0, 0), NEWEST_ROWS)? {
            for (metric, value) in row.values {
                let place = newest
                    .entry((bot.clone(), metric))
                    .or_insert((row.at, value));
                // Rows may be recorded long after they were measured; the youngest counts.
                if row.at >= place.0 {
                    *place = (row.at, value);
                }
            }
        }
    }
    let mut values = Family::new(
        "sie_metric",
        Kind::Gauge,
        "The newest value of a metric of a bot.",
    );
    let mut times = Family::new(
        "sie_metric_timestamp_seconds",
        Kind::Gauge,
        "When the newest value of a metric was measured.",
    );
    for ((bot, metric), (at, value)) in &newest {
        let labels = [("bot", bot.as_str()), ("metric", metric.as_str())];
        values.add(&labels, Some(*value));
        times.add(&labels, Some(*at));
    }
    let now: UnixTime = session.workspace.clock.now();
    let mut exported = Family::new(
        "sie_export_timestamp_seconds",
        Kind::Gauge,
        "When this was exported.",
    );
    exported.add(&[], Some(now.0));
    let mut bad = Family::new(
        "sie_registry_bad_entries",
        Kind::Gauge,
        "Entries of the registry that cannot be used.",
    );
    let count = u32::try_from(registry.bad_entries().len()).unwrap_or(u32::MAX);
    bad.add(&[], Some(f64::from(count)));
    let mut families = vec![exported, bad];
    families.extend(of_engines.into_families());
    families.extend([values, times]);
    Ok(families)
}
