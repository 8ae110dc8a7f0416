//! Money: amounts as they are booked.

mod money;
mod money_error;

pub use money::Money;
pub use money_error::MoneyError;
