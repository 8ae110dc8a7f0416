//! All charts together.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::report::energy_chart::EnergyChart;
use crate::report::engine_line::EngineLine;
use crate::report::fleet_chart::FleetChart;
use crate::report::module_ranking::ModuleRanking;
use crate::report::policy_map::PolicyMaps;
use crate::report::records::Records;
use crate::report::roi_chart::RoiChart;
use crate::report::spend_chart::SpendChart;
use crate::report::summary::Summary;
use crate::report::timeline::Timeline;

/// A report on a fleet. Its serialization is the JSON document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The version of this document.
    pub schema_version: u32,
    /// When it was made.
    pub made_at: UnixTime,
    /// From when on it looks; none if from the beginning.
    pub since: Option<UnixTime>,
    /// The whole in a few numbers.
    pub summary: Summary,
    /// One line per engine.
    pub engines: Vec<EngineLine>,
    /// What each cycle changed the return by.
    pub roi: RoiChart,
    /// Runs and skips; none if there is nothing on record.
    pub timeline: Option<Timeline>,
    /// Effort against return.
    pub energy: EnergyChart,
    /// What was spent, and what may be.
    pub spend: SpendChart,
    /// Which modules brought how much, from the beginning.
    pub modules: ModuleRanking,
    /// What policies have learned, from the beginning.
    pub policies: PolicyMaps,
    /// How many engines there were.
    pub fleet: FleetChart,
}

impl Report {
    /// Computes it.
    #[must_use]
    pub fn of(records: &Records) -> Self {
        let engines: Vec<EngineLine> = records.engines.iter().map(EngineLine::of).collect();
        Self {
            schema_version: 1,
            made_at: records.now,
            since: records.since,
            summary: Summary::of(&engines),
            engines,
            roi: RoiChart::of(&records.engines),
            timeline: Timeline::of(&records.engines, records.since),
            energy: EnergyChart::of(&records.engines),
            spend: SpendChart::of(records),
            modules: ModuleRanking::of(&records.engines),
            policies: PolicyMaps::of(&records.engines),
            fleet: FleetChart::of(records),
        }
    }
}
