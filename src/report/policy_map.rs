//! Where policies run and where they skip: a map of what each has learned.

use serde::Serialize;

use crate::policy::{InspectedCell, PolicyInspection, axes_of};
use crate::report::records::EngineRecords;

/// How many policies have a map at most.
const MOST_MAPS: usize = 8;

/// The policies that have decided most.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyMaps {
    /// Their maps, in the order of the registry.
    pub maps: Vec<PolicyMap>,
    /// How many policies have none.
    pub left_out: usize,
}

/// What one policy has learned, over both parts of its state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyMap {
    /// The engine.
    pub engine: String,
    /// What the columns stand for, such as `debt`.
    pub first: String,
    /// What the rows stand for, such as `staleness`.
    pub second: String,
    /// The columns in words, the least first.
    pub columns: Vec<String>,
    /// The rows in words, the least first.
    pub rows: Vec<String>,
    /// The cells that were ever visited.
    pub cells: Vec<MapCell>,
    /// Where the policy stands now: column and row.
    pub now: Option<(usize, usize)>,
    /// How many decisions it took.
    pub decisions: u64,
    /// How many runs it has learned from.
    pub runs: u64,
}

/// What a policy does in a cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapCell {
    /// The column, from 0.
    pub column: usize,
    /// The row, from 0.
    pub row: usize,
    /// Whether it runs there.
    pub run: bool,
    /// How often it was there; with a signal the rows spent there.
    pub visits: f64,
    /// Value of running, in prices.
    pub q_run: f64,
    /// Value of skipping, in prices.
    pub q_skip: f64,
}

impl PolicyMaps {
    /// Computes them.
    #[must_use]
    pub fn of(engines: &[EngineRecords]) -> Self {
        let with_policy = engines.iter().filter_map(|engine| {
            let map = PolicyMap::of(&engine.engine, engine.policy.as_ref()?)?;
            Some(map)
        });
        let mut maps: Vec<(usize, PolicyMap)> = with_policy.enumerate().collect();
        let left_out = maps.len().saturating_sub(MOST_MAPS);
        if left_out > 0 {
            maps.sort_by_key(|(_, map)| std::cmp::Reverse(map.decisions));
            maps.truncate(MOST_MAPS);
            maps.sort_by_key(|(index, _)| *index);
        }
        Self {
            maps: maps.into_iter().map(|(_, map)| map).collect(),
            left_out,
        }
    }
}

impl PolicyMap {
    /// Makes the map of a policy; none before its first visit of a cell.
    fn of(engine: &str, inspection: &PolicyInspection) -> Option<Self> {
        let sample = inspection.by_visits.first()?;
        let (columns, rows) = axes_of(&sample.first.name);
        let place = |words: &[&str], word: &str| words.iter().position(|it| *it == word);
        let map_cell = |cell: &InspectedCell| {
            Some(MapCell {
                column: place(columns, &cell.first.word)?,
                row: place(rows, &cell.second.word)?,
                run: cell.run,
                visits: cell.visits,
                q_run: cell.q_run,
                q_skip: cell.q_skip,
            })
        };
        let word_now = |name: &str| {
            let parts = inspection.now.state.iter();
            parts
                .filter(|part| part.name == name)
                // The unit stands behind the word: `0.6 - 0.85 × price`.
                .find_map(|part| part.word.split(" × ").next())
        };
        let now = || {
            let column = place(columns, word_now(&sample.first.name)?)?;
            let row = place(rows, word_now(&sample.second.name)?)?;
            Some((column, row))
        };
        let mut cells: Vec<MapCell> = inspection.by_visits.iter().filter_map(map_cell).collect();
        // Some rules learn of the same debt and staleness in several situations: the most visited one is shown.
        cells.sort_by_key(|cell| (cell.column, cell.row));
        cells.dedup_by_key(|cell| (cell.column, cell.row));
        Some(Self {
            engine: engine.to_owned(),
            first: sample.first.name.clone(),
            second: sample.second.name.clone(),
            columns: columns.iter().map(|word| (*word).to_owned()).collect(),
            rows: rows.iter().map(|word| (*word).to_owned()).collect(),
            cells,
            now: now(),
            decisions: inspection.decisions,
            runs: inspection.runs,
        })
    }
}
