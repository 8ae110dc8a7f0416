//! What could be read of a comparison, and the example made of it.
//!
//! Does not read; the parser fills it in as far as it gets.

use crate::diagnostics::aggregate::Aggregate;
use crate::diagnostics::comparison::Comparison;
use crate::diagnostics::rule::expression::{Expression, Leaf};

/// The parts of a comparison that were read before a fault.
#[derive(Clone, Default)]
pub(super) struct Draft {
    pub(super) aggregate: Option<Aggregate>,
    pub(super) metric: Option<String>,
    pub(super) window: Option<usize>,
    pub(super) op: Option<Comparison>,
    pub(super) threshold: Option<f64>,
}

impl Draft {
    /// Returns an example that keeps what could be read of the id and the comparison at hand.
    pub(super) fn hint(&self, id: Option<&str>) -> String {
        let id = id.map_or_else(String::new, |id| format!("{id}: "));
        let example = Leaf {
            aggregate: self.aggregate.unwrap_or(Aggregate::Mean),
            metric: self.metric.clone().unwrap_or_else(|| "errors".to_owned()),
            window: self.window.or_else(|| {
                let is_needed = self.aggregate.is_none_or(Aggregate::needs_window);
                is_needed.then_some(20)
            }),
            op: self.op.unwrap_or(Comparison::Above),
            threshold: self.threshold.unwrap_or(0.05),
        };
        format!("for example `{id}{}`", Expression::Leaf(example))
    }
}
