//! What autoscaling reads before it decides: the energy score, the ROI trend and what is left of the budget.

use anyhow::Result;
use serde::Serialize;

use crate::autoscale::Reading;
use crate::capital::ScoreFactor;
use crate::clock::UnixTime;
use crate::diagnostics::{MetricsRow, ROI_WINDOW_ROWS, Trend};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::money::fleet_capital::FleetCapital;
use crate::registry::scaling::scale_request::ScaleRequest;
use crate::registry::stores::Stores;

/// The readings of one decision, with what they were made of.
#[derive(Clone, Debug, Serialize)]
pub struct ScaleReadings {
    /// The energy score of the fleet.
    #[serde(skip)]
    pub energy: Reading,
    /// What it came from; empty where a command or a program gave it.
    pub energy_factors: Vec<ScoreFactor>,
    /// The ROI trend of all bots together.
    #[serde(skip)]
    pub trend: Reading,
    /// How many rows the trend rests on; none where a program gave it.
    pub trend_rows: Option<usize>,
    /// When the newest of them was measured.
    pub newest_row_at: Option<UnixTime>,
    /// The least that is left under any budget; none without one.
    #[serde(skip)]
    pub budget_left: Option<Reading>,
    /// What amounts are counted in, as the registry says.
    pub unit: Option<String>,
}

impl ScaleReadings {
    /// Takes the readings; creates and changes no store.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be used. What cannot be read otherwise is a failed reading.
    pub fn read(
        registry: &ImprovementEngineRegistry,
        request: &ScaleRequest<'_>,
        now: UnixTime,
    ) -> Result<Self> {
        let engines: Vec<&RegisteredEngine> = registry.engines().iter().collect();
        let stores = Stores::open(registry.workspace(), &engines, true)?;
        let capital = FleetCapital::read(registry, &stores, now)?;
        let score = capital.energy.score.as_ref();
        let energy = match request.capital {
            Some(read) => read(),
            // A score that rests on nothing is no reason to change a fleet.
            None if score.is_some_and(|score| !score.is_measured) => {
                Reading::Missing("nothing is known yet that a score could be made of".to_owned())
            }
            None => capital.energy.reading.clone(),
        };
        let (trend, rows) = match request.data {
            Some(read) => (read(), None),
            None => match trend_of(&engines, &stores, registry.id()) {
                Ok(trend) => (in_words(&trend), Some(trend)),
                Err(error) => (Reading::Failed(format!("{error:#}")), None),
            },
        };
        let factors = score.filter(|_| request.capital.is_none());
        let settings = capital.settings.as_ref();
        Ok(Self {
            energy,
            energy_factors: factors.map_or_else(Vec::new, |score| score.factors.clone()),
            trend,
            trend_rows: rows.as_ref().map(|trend| trend.values),
            newest_row_at: rows.and_then(|trend| trend.newest_at).map(UnixTime),
            budget_left: capital.budget_left().map(|left| Reading::of(left.to_f64())),
            unit: settings.and_then(|settings| settings.unit.clone()),
        })
    }
}

/// Returns the trend of the newest rows of all bots together.
fn trend_of(engines: &[&RegisteredEngine], stores: &Stores, registry_id: &str) -> Result<Trend> {
    // Without the rows of one store the trend would be that of another fleet.
    for engine in engines {
        stores.of(engine)?;
    }
    let mut rows: Vec<MetricsRow> = Vec::new();
    for store in stores.all() {
        rows.extend(store.newest_rows_of_all(registry_id, ROI_WINDOW_ROWS)?);
    }
    // Within a store the order of the record holds; the sort is stable and only merges stores.
    if stores.all().count() > 1 {
        rows.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    Ok(Trend::of_roi(&rows, ROI_WINDOW_ROWS))
}

/// A trend needs an older and a newer half.
fn in_words(trend: &Trend) -> Reading {
    match trend.values {
        0 => Reading::Missing("no metrics row has `revenue` or `expense`".to_owned()),
        1 => Reading::Missing("only one metrics row has `revenue` or `expense`".to_owned()),
        _ => Reading::of(trend.change),
    }
}
