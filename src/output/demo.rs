//! What the demo showed: how the models got better and what that cost.

use std::path::PathBuf;

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::cell::{Cell, short};
use crate::output::document::Document;
use crate::output::sparkline::sparkline;
use crate::output::table::Table;

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
                Cell::text(sparkline(&engine.loss)),
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
        let sie = format!("sie --data-dir '{}'", self.data_dir.display());
        let after = vec![
            String::new(),
            "LOSS is the mean log loss on rows the models never trained on; lower is better."
                .to_owned(),
            "ROI and COST are in credits, as defined at the top of bin/train.awk.".to_owned(),
            format!("everything lies in {folder}"),
            String::new(),
            format!("next: {sie} status"),
            format!("      {sie} history lean      # when did it stop paying?"),
            "      sie register NAME --pipeline 'CMD'      # your own".to_owned(),
        ];
        Table {
            before: Vec::new(),
            header,
            rows: self.engines.iter().map(row).collect(),
            after,
        }
    }
}
