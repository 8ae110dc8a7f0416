//! Capital: amounts of money, the energy score and the check of budgets.
//!
//! Pure: the ledger's rows, the holds and the clock are kept elsewhere and come in as numbers.

mod budget;
mod budget_caps;
mod capital_manager;
mod money;
mod money_error;
mod run_budget;
mod score;
mod score_factor;
mod zone;

pub use budget::{BudgetVerdict, CapEvidence, check_budget, overrun};
pub use budget_caps::{BudgetCaps, BudgetUse, Cap};
pub use capital_manager::CapitalManager;
pub use money::Money;
pub use money_error::MoneyError;
pub use run_budget::RunBudget;
pub use score::{EnergyScore, ScoreInputs, capital_ratio};
pub use score_factor::{FactorKind, ScoreFactor};
pub use zone::Zone;
