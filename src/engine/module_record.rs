//! The modules of an engine as they are on record, and deltas that are added to them: by a cycle's end or by hand.

use std::cell::RefCell;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::events;
use crate::modules::{DiminishingModule, ModuleError, ModuleReturns, ModuleScale, ModuleTrends};
use crate::store::{EngineKey, ModulesChange, ModulesRow, NewModules, Store};

/// The modules of an engine, with the price by which they are judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModuleRecord {
    /// Their trends.
    pub trends: ModuleTrends,
    /// The configured cost of a cycle, else what cycles cost so far; none where neither is known.
    pub price: Option<f64>,
}

impl ModuleRecord {
    /// Returns the modules of an engine from their row.
    ///
    /// # Errors
    ///
    /// Fails if the row cannot be read.
    pub fn of(row: &ModulesRow, engine: &SelfImprovementEngine) -> Result<Self> {
        let trends = match &row.trends {
            Some(text) => {
                serde_json::from_str(text).context("the record of the modules cannot be read")?
            }
            None => ModuleTrends::default(),
        };
        Ok(Self {
            trends,
            price: engine.cost.or(row.learned_price),
        })
    }

    /// Reads the modules of an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store or the row cannot be read.
    pub fn read(store: &Store, key: &EngineKey, engine: &SelfImprovementEngine) -> Result<Self> {
        Self::of(&store.modules(key)?, engine)
    }

    /// Returns by what the modules are judged now.
    #[must_use]
    pub fn scale(&self) -> ModuleScale {
        ModuleScale::of(&self.trends, self.price)
    }

    /// Returns how the modules stand; none if none of them diminishes.
    #[must_use]
    pub fn returns(&self) -> Option<ModuleReturns> {
        let returns = ModuleReturns::of(&self.trends, self.price);
        (!returns.diminishing.is_empty()).then_some(returns)
    }
}

/// What happens to a delta that cannot be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// None is recorded then: somebody is there to correct it.
    All,
    /// The others are recorded: the cycle was paid for.
    One,
}

/// What became of new deltas.
#[derive(Debug, Default)]
pub struct DeltasOutcome {
    /// The modules after it.
    pub record: ModuleRecord,
    /// Those that turned diminishing with it, for the first time.
    pub newly_diminishing: Vec<DiminishingModule>,
    /// The deltas that cannot be recorded, by their place.
    pub refused: Vec<(usize, ModuleError)>,
}

/// Deltas to add to the modules of an engine.
#[derive(Debug)]
pub struct NewDeltas<'a> {
    engine: &'a SelfImprovementEngine,
    deltas: Vec<(&'a str, f64)>,
    refusal: Refusal,
    outcome: RefCell<Option<Result<DeltasOutcome>>>,
}

/// What `module:diminishing` says.
#[derive(Serialize)]
struct Diminishing<'a> {
    #[serde(flatten)]
    module: &'a DiminishingModule,
    #[serde(flatten)]
    scale: ModuleScale,
}

impl<'a> NewDeltas<'a> {
    /// Returns deltas that a cycle brought: what cannot be recorded is left out.
    #[must_use]
    pub fn of_cycle(
        engine: &'a SelfImprovementEngine,
        deltas: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Self {
        Self::new(engine, deltas, Refusal::One)
    }

    /// Returns deltas that somebody measured: either all are recorded or none.
    #[must_use]
    pub fn by_hand(
        engine: &'a SelfImprovementEngine,
        deltas: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Self {
        Self::new(engine, deltas, Refusal::All)
    }

    fn new(
        engine: &'a SelfImprovementEngine,
        deltas: impl IntoIterator<Item = (&'a str, f64)>,
        refusal: Refusal,
    ) -> Self {
        Self {
            engine,
            deltas: deltas.into_iter().collect(),
            refusal,
            outcome: RefCell::new(None),
        }
    }

    /// Returns what would become of them, without a store that is changed.
    ///
    /// # Errors
    ///
    /// Fails if what stands on record cannot be read.
    pub fn preview(&self, present: &ModulesRow) -> Result<DeltasOutcome> {
        self.add_to(present).map(|(outcome, _)| outcome)
    }

    /// Returns what became of them; none if the transaction did not come to them.
    ///
    /// # Errors
    ///
    /// Fails if what stands on record cannot be read; it is left as it is then.
    pub fn outcome(self) -> Option<Result<DeltasOutcome>> {
        self.outcome.into_inner()
    }

    fn add_to(&self, present: &ModulesRow) -> Result<(DeltasOutcome, Option<NewModules>)> {
        let mut record = ModuleRecord::of(present, self.engine)?;
        let mut refused = Vec::new();
        for (place, (module, delta)) in self.deltas.iter().enumerate() {
            if let Err(error) = record.trends.record(module, *delta) {
                refused.push((place, error));
            }
        }
        let scale = record.scale();
        let newly_diminishing = scale.newly_diminishing(&mut record.trends);
        let is_taken = match self.refusal {
            Refusal::All => refused.is_empty(),
            Refusal::One => refused.len() < self.deltas.len(),
        };
        let new = if is_taken {
            let event =
                |module| events::event(events::MODULE_DIMINISHING, &Diminishing { module, scale });
            let trends = serde_json::to_string(&record.trends);
            Some(NewModules {
                trends: trends.context("cannot write the record of the modules")?,
                events: newly_diminishing.iter().map(event).collect::<Result<_>>()?,
            })
        } else {
            None
        };
        let outcome = DeltasOutcome {
            record,
            newly_diminishing,
            refused,
        };
        Ok((outcome, new))
    }
}

impl ModulesChange for NewDeltas<'_> {
    fn after(&self, present: &ModulesRow) -> Option<NewModules> {
        let (outcome, new) = match self.add_to(present) {
            Ok((outcome, new)) => (Ok(outcome), new),
            Err(error) => (Err(error), None),
        };
        self.outcome.replace(Some(outcome));
        new
    }
}
