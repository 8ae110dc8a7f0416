//! What somebody asks of autoscaling.

use anyhow::Result;

use crate::autoscale::{Reading, ScaleOverrides, ScalePlan};
use crate::engine::SelfImprovementEngine;
use crate::names::EngineName;
use crate::registry::scaling::consent::Consent;

/// Makes a new engine of a name.
pub type FactoryFn<'a> = &'a dyn Fn(&EngineName) -> Result<SelfImprovementEngine>;

/// One step of autoscaling: where its readings come from, how engines are made, and who approves.
pub struct ScaleRequest<'a> {
    /// Settings over those of the registry.
    pub settings: ScaleOverrides,
    /// Tells the energy score, 0..=1; the capital source of the registry unless it is given.
    pub capital: Option<&'a dyn Fn() -> Reading>,
    /// Tells the ROI trend, 0.05 = +5 %; the recorded metrics of all bots unless it is given.
    pub data: Option<&'a dyn Fn() -> Reading>,
    /// Makes new engines; the factory of the registry unless it is given.
    pub factory: Option<FactoryFn<'a>>,
    /// Is asked before an engine is added, if the settings require it and only that stands in the way.
    pub approve: &'a dyn Fn(&ScalePlan) -> Result<Consent>,
}

impl Default for ScaleRequest<'_> {
    /// Everything as the registry says, and nobody who approves.
    fn default() -> Self {
        Self {
            settings: ScaleOverrides::default(),
            capital: None,
            data: None,
            factory: None,
            approve: &|_| Ok(Consent::absent()),
        }
    }
}
