//! What the demo showed: how the models got better and what that cost.

use std::path::PathBuf;

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::cell::{Cell, short};
use crate::output::demo_patch::DemoPatch;
use crate::output::document::Document;
use crate::output::sparkline::{sparkline, thinned};
use crate::output::table::Table;
use crate::patch::PatchState;

/// How many bars tell how the loss went.
const BARS: usize = 8;

/// The most patches that are told; `patch list` has the others.
const PATCHES_TOLD: usize = 8;

/// What one engine of the demo did.
#[derive(Debug, Default, Serialize)]
pub struct DemoEngineReport {
    /// Its name.
    pub engine: String,
    /// What it shows.
    pub what: String,
    /// The loss on the validation rows after each round, as its pipeline measured it.
    pub loss: Vec<f64>,
    /// How many rounds brought a better model.
    pub improved: usize,
    /// How many rounds succeeded.
    pub rounds: usize,
    /// The sum of the ROI deltas.
    pub roi: f64,
    /// The sum of the costs.
    pub cost: f64,
}

/// The report of `demo`.
#[derive(Debug, Serialize)]
pub struct DemoDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was run or written.
    pub dry_run: bool,
    /// Where everything lies.
    pub folder: PathBuf,
    /// The data directory of the demo.
    pub data_dir: PathBuf,
    /// Each engine.
    pub engines: Vec<DemoEngineReport>,
    /// The patches that were on trial or settled in these rounds, oldest first.
    pub patches: Vec<DemoPatch>,
    /// Why the last round made no patch, if it made none.
    pub no_patch: Option<String>,
}

impl DemoDocument {
    /// Tells what the patch step tried, in the words of somebody who sees one for the first time.
    fn patch_lines(&self) -> Vec<String> {
        let mut lines = vec![
            "tuned has a patch step: it changes its parameter file, tries that in the next rounds, keeps what pays and"
                .to_owned() + " takes back what does not:",
        ];
        let untold = self.patches.len().saturating_sub(PATCHES_TOLD);
        if untold > 0 {
            lines.push(format!("  ({untold} earlier ones are in `patch list`)"));
        }
        lines.extend(self.patches.iter().skip(untold).map(DemoPatch::line));
        lines.extend(self.no_patch.as_ref().map(|why| format!("  {why}")));
        lines.push(String::new());
        lines
    }

    fn next_lines(&self) -> Vec<String> {
        let sie = format!("sie --data-dir '{}'", self.data_dir.display());
        let mut lines = vec![
            format!("next: {sie} status"),
            format!("      {sie} history lean      # when did it stop paying?"),
            format!("      {sie} modules tuned     # which features pay?"),
        ];
        let told = self.patches.iter().rev();
        let shown = told.clone().find(|patch| patch.state == PatchState::Kept);
        if let Some(patch) = shown.or(self.patches.last()) {
            lines.push(format!("      {sie} patch list tuned"));
            lines.push(format!("      {sie} patch show {}", patch.id));
        }
        lines.push("      sie register NAME --pipeline 'CMD'      # your own".to_owned());
        lines
    }
}

impl Document for DemoDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, _now: UnixTime) -> Table {
        let folder = self.folder.display();
        if self.dry_run {
            let engines: Vec<&str> = self
                .engines
                .iter()
                .map(|engine| engine.engine.as_str())
                .collect();
            let line = format!(
                "dry run: would register and run {} in {folder}",
                engines.join(", ")
            );
            return Table {
                before: vec![line],
                ..Table::default()
            };
        }
        let row = |engine: &DemoEngineReport| {
            let ends = match (engine.loss.first(), engine.loss.last()) {
                (Some(first), Some(last)) => {
                    Cell::both(format!("{first:.4} → {last:.4}"), last.to_string())
                }
                _ => Cell::none(),
            };
            vec![
                Cell::text(&engine.engine),
                Cell::text(&engine.what),
                Cell::text(sparkline(&thinned(&engine.loss, BARS))),
                ends,
                Cell::text(format!("{} of {}", engine.improved, engine.rounds)),
                Cell::signed(Some(engine.roi)),
                Cell::both(short(engine.cost), engine.cost.to_string()),
            ]
        };
        let header = vec![
            "ENGINE",
            "WHAT IT IS",
            "LOSS",
            "FIRST → LAST ROUND",
            "IMPROVED",
            "ROI",
            "COST",
        ];
        let mut after = vec![
            String::new(),
            "LOSS is the mean log loss on rows the models never trained on; lower is better."
                .to_owned(),
            "ROI and COST are in credits, as defined at the top of bin/train.awk.".to_owned(),
            String::new(),
        ];
        after.extend(self.patch_lines());
        after.push(format!("everything lies in {folder}"));
        after.push(String::new());
        after.extend(self.next_lines());
        Table {
            before: Vec::new(),
            header,
            rows: self.engines.iter().map(row).collect(),
            after,
        }
    }
}
