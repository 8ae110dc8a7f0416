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
            "tuned patches its own parameters: what pays is kept, what does not is taken back, what fails the check is \
             never tried."
                .to_owned(),
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
            "tuned starts from nothing in every round, so its ROI counts the whole model each time."
                .to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(number: usize, state: PatchState) -> DemoPatch {
        DemoPatch {
            id: format!("tuned-p{number}"),
            engine: "tuned".to_owned(),
            state,
            removed: vec!["rate 1".to_owned()],
            added: vec!["rate 4".to_owned()],
            trials: 4,
            roi_before: Some(11.25),
            roi_after: Some(35.5),
            why: "it pays".to_owned(),
        }
    }

    fn after(patches: Vec<DemoPatch>) -> String {
        let document = DemoDocument {
            schema_version: 1,
            dry_run: false,
            folder: PathBuf::from("/demo"),
            data_dir: PathBuf::from("/demo/sie"),
            engines: Vec::new(),
            patches,
            no_patch: Some("tuned: waiting".to_owned()),
        };
        document.table(UnixTime(0.0)).after.join("\n")
    }

    #[test]
    fn the_newest_patches_are_told_and_the_one_that_was_kept_is_to_be_looked_at() {
        let mut patches: Vec<DemoPatch> = (1..=9)
            .map(|number| patch(number, PatchState::Reverted))
            .collect();
        patches.extend([patch(10, PatchState::Kept), patch(11, PatchState::Refused)]);
        let text = after(patches);
        assert!(
            text.contains("(3 earlier ones are in `patch list`)"),
            "{text}"
        );
        assert!(!text.contains("tuned-p3"), "{text}");
        let kept = "  tuned-p10  kept      rate: 1 → 4; ROI +11.25 → +35.5 in 4 trials: it pays";
        assert!(text.contains(kept), "{text}");
        assert!(text.contains("'/demo/sie' patch show tuned-p10"), "{text}");
    }

    #[test]
    fn without_a_patch_there_is_none_to_look_at_and_the_reason_is_told() {
        let text = after(Vec::new());
        assert!(text.contains("  tuned: waiting"), "{text}");
        assert!(!text.contains("patch show"), "{text}");
    }
}
