//! The condition of a rule as a tree.
//!
//! Built by the parser, which bounds its depth, so that walking it recursively is safe.

use std::fmt;

use crate::diagnostics::aggregate::Aggregate;
use crate::diagnostics::comparison::Comparison;
use crate::diagnostics::condition::Condition;
use crate::diagnostics::metrics_row::MetricsRow;
use crate::diagnostics::truth::Truth;

/// `AGG(METRIC, WINDOW) OP NUMBER`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) aggregate: Aggregate,
    pub(super) metric: String,
    /// Rows looked at; only `last` may do without.
    pub(super) window: Option<usize>,
    pub(super) op: Comparison,
    /// Finite.
    pub(super) threshold: f64,
}

impl Leaf {
    /// Returns what is read, as `mean(errors, 20)`.
    pub(super) fn reading(&self) -> String {
        match self.window {
            Some(window) => format!("{}({}, {window})", self.aggregate, self.metric),
            None => format!("{}({})", self.aggregate, self.metric),
        }
    }

    /// Judges `rows`, ordered oldest to newest, for the rule called `id`.
    pub(super) fn judge(&self, id: &str, rows: &[MetricsRow]) -> Condition {
        let found = self.aggregate.measure(rows, &self.metric, self.window);
        Condition::judge(id, self.reading(), found, self.op, self.threshold)
    }
}

/// A comparison, or several combined.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// One comparison.
    Leaf(Leaf),
    /// The opposite.
    Not(Box<Expression>),
    /// All of two or more.
    And(Vec<Expression>),
    /// Any of two or more.
    Or(Vec<Expression>),
}

impl Expression {
    /// Returns the comparisons in the order written.
    pub(super) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Not(inner) => inner.leaves(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::leaves).collect(),
        }
    }

    /// Combines the results of the comparisons, which it takes in the order written.
    ///
    /// Every part is judged, also when an earlier one decided, so that each takes its own results.
    pub(super) fn judge(&self, results: &mut dyn Iterator<Item = Truth>) -> Truth {
        match self {
            Self::Leaf(_) => results.next().unwrap_or_default(),
            Self::Not(inner) => !inner.judge(results),
            Self::And(parts) => parts
                .iter()
                .fold(Truth::Yes, |so_far, part| so_far.and(part.judge(results))),
            Self::Or(parts) => parts
                .iter()
                .fold(Truth::No, |so_far, part| so_far.or(part.judge(results))),
        }
    }

    /// Writes the parts with the word between them.
    fn join(f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str) -> fmt::Result {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                write!(f, " {word} ")?;
            }
            // `and` binds tighter than `or`; parts of the same kind were grouped on purpose.
            let is_grouped = match part {
                Self::Leaf(_) | Self::Not(_) => false,
                Self::And(_) => word == "and",
                Self::Or(_) => true,
            };
            if is_grouped {
                write!(f, "({part})")?;
            } else {
                write!(f, "{part}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Debug keeps the shortest text that reads back, with an exponent where it is long.
            Self::Leaf(leaf) => write!(f, "{} {} {:?}", leaf.reading(), leaf.op, leaf.threshold),
            Self::Not(inner) => match **inner {
                Self::Leaf(_) | Self::Not(_) => write!(f, "not {inner}"),
                Self::And(_) | Self::Or(_) => write!(f, "not ({inner})"),
            },
            Self::And(parts) => Self::join(f, parts, "and"),
            Self::Or(parts) => Self::join(f, parts, "or"),
        }
    }
}
