//! Which modules brought how much.

use serde::Serialize;

use crate::report::records::EngineRecords;

/// How many modules are ranked at most.
const MOST_MODULES: usize = 15;

/// Modules of all engines, the greatest total first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ModuleRanking {
    /// The modules: of more than [`MOST_MODULES`] those whose totals are farthest from zero.
    pub modules: Vec<RankedModule>,
    /// How many there are besides.
    pub left_out: usize,
}

/// A module with what it brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedModule {
    /// The engine.
    pub engine: String,
    /// The module's name.
    pub module: String,
    /// The sum of its ROI deltas.
    pub total: f64,
    /// How many deltas.
    pub count: u32,
    /// Whether its returns diminish.
    pub is_diminishing: bool,
}

impl ModuleRanking {
    /// Computes it.
    #[must_use]
    pub fn of(engines: &[EngineRecords]) -> Self {
        let ranked = |engine: &EngineRecords| {
            let modules = engine.modules.iter().map(|module| RankedModule {
                engine: engine.engine.clone(),
                module: module.module.clone(),
                total: module.total,
                count: module.count,
                is_diminishing: module.is_diminishing,
            });
            modules.collect::<Vec<_>>()
        };
        let mut modules: Vec<RankedModule> = engines.iter().flat_map(ranked).collect();
        let left_out = modules.len().saturating_sub(MOST_MODULES);
        if left_out > 0 {
            modules.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()));
            modules.truncate(MOST_MODULES);
        }
        modules.sort_by(|a, b| b.total.total_cmp(&a.total));
        Self { modules, left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::records::ModuleTotal;

    #[test]
    fn the_greatest_losses_are_shown_as_well_as_the_greatest_gains() {
        let record = |index: i32| ModuleTotal {
            module: format!("m{index}"),
            total: f64::from(index - 10),
            count: 1,
            is_diminishing: false,
        };
        let engine = EngineRecords {
            modules: (0..21).map(record).collect(),
            ..EngineRecords::default()
        };
        let ranking = ModuleRanking::of(&[engine]);
        assert_eq!((ranking.modules.len(), ranking.left_out), (15, 6));
        let ends = (&ranking.modules[0].module, &ranking.modules[14].module);
        assert_eq!((ends.0.as_str(), ends.1.as_str()), ("m20", "m0"));
    }
}
