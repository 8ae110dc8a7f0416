//! Reads what was predicted of each run and what came of it.

use anyhow::Result;

use crate::engine::decision::Action;
use crate::engine::evidence;
use crate::policy::CalibrationPair;
use crate::store::{EngineKey, RunRow, Store};

/// Returns prediction and outcome of every cycle that succeeded and was decided on with a policy, in prices.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn calibration_pairs(store: &Store, key: &EngineKey) -> Result<Vec<CalibrationPair>> {
    Ok(store.runs(key)?.iter().filter_map(pair).collect())
}

fn pair(run: &RunRow) -> Option<CalibrationPair> {
    let roi = run.roi?;
    // A decision recorded by a version that chose in another way tells no prediction.
    let evidence = run.evidence.as_deref()?;
    let decision = evidence::from_json(Action::Run.as_str(), "policy", evidence).ok()?;
    let choice = decision.policy?.choice()?;
    choice.cell?;
    (choice.price > 0.0).then(|| CalibrationPair {
        predicted: choice.predicted(),
        realised: roi / choice.price,
    })
}
