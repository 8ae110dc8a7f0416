//! The report on a fleet as numbers: one structure per chart, computed from the record.
//!
//! Pure: rows, settings and the present time come in; words, pictures and files are made elsewhere. Whatever the size of
//! the record, a report is bounded: what is summed up or left out is counted in it.

mod energy_chart;
mod engine_line;
mod fleet_chart;
mod module_ranking;
mod policy_map;
mod records;
mod roi_chart;
mod series;
mod spend_chart;
mod summary;
mod timeline;
mod whole;

pub use energy_chart::{EnergyBand, EnergyChart};
pub use fleet_chart::FleetSize;
pub use module_ranking::RankedModule;
pub use policy_map::{MapCell, PolicyMap};
pub use records::{Budget, EngineRecords, FleetChange, ModuleTotal, Records};
pub use roi_chart::{RoiChart, RoiLine};
pub use spend_chart::SpendChart;
pub use timeline::{Lane, ReasonCount, RunMark, RunOutcome, SkipBar, Timeline};
pub use whole::Report;
