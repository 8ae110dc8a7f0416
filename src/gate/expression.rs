//! One gate: `NAME OP BOUND`, for example `errors <= base*1.05`.

use std::fmt;
use std::str::FromStr;

use crate::diagnostics::Comparison;
use crate::diagnostics::cursor::{Cursor, Fault, is_name_character};
use crate::gate::bound::{BASE, Bound};
use crate::gate::gate_error::GateError;

/// The longest gate, in bytes.
const MAX_TEXT: usize = 1024;
/// The longest name, in bytes.
const MAX_NAME: usize = 128;
/// The name of the share of cycles that succeeded.
pub(super) const SUCCESS_RATE: &str = "success_rate";
/// The name of what a cycle is charged.
pub(super) const COST: &str = "cost";

/// A gate that was read without fault.
///
/// Prints in one canonical form, which reads back as the same gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    pub(super) name: String,
    pub(super) op: Comparison,
    pub(super) bound: Bound,
}

/// What could be read of a gate before a fault.
#[derive(Default)]
struct Draft {
    name: Option<String>,
    op: Option<Comparison>,
}

impl Draft {
    fn hint(self) -> String {
        let gate = Gate {
            name: self.name.unwrap_or_else(|| "roi".to_owned()),
            op: self.op.unwrap_or(Comparison::AtLeast),
            bound: Bound::Number(0.0),
        };
        format!("for example `{gate}`")
    }
}

impl Gate {
    /// Reads a gate as the operator wrote it.
    ///
    /// # Errors
    ///
    /// Says what was expected where, with an example made of what could be read.
    pub fn parse(text: &str) -> Result<Self, GateError> {
        let mut draft = Draft::default();
        Self::read(text, &mut draft).map_err(|fault| GateError {
            text: text.to_owned(),
            offset: fault.offset,
            message: fault.message,
            hint: draft.hint(),
        })
    }

    fn read(text: &str, draft: &mut Draft) -> Result<Self, Fault> {
        if text.len() > MAX_TEXT {
            return Err(Fault::at(0, format!("a gate has at most {MAX_TEXT} bytes")));
        }
        let mut cursor = Cursor::new(text);
        let begin = cursor.start();
        let name = cursor.word(is_name_character);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || name.len() > MAX_NAME
        {
            cursor.back_to(begin);
            return Err(cursor.expected("a name, like `roi` or that of a metric"));
        }
        if name == BASE {
            let message = "`base` belongs on the other side: it is what earlier cycles had";
            return Err(Fault::at(begin, message));
        }
        draft.name = Some(name.to_owned());
        let op = cursor.comparison()?;
        draft.op = Some(op);
        let bound_at = cursor.start();
        let bound = Bound::read(&mut cursor)?;
        if name == SUCCESS_RATE && bound.names_base() {
            let message =
                "expected a number: `success_rate` is of many cycles itself and has no `base`";
            return Err(Fault::at(bound_at, message));
        }
        if cursor.start() < text.len() {
            return Err(cursor.expected("the end"));
        }
        Ok(Self {
            name: name.to_owned(),
            op,
            bound,
        })
    }

    /// Returns the name whose value is compared.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how it is compared.
    #[must_use]
    pub fn op(&self) -> Comparison {
        self.op
    }

    /// Returns what it is compared with.
    #[must_use]
    pub fn bound(&self) -> Bound {
        self.bound
    }
}

impl FromStr for Gate {
    type Err = GateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.op, self.bound)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_gate_prints_in_one_canonical_form() {
        for (written, printed) in [
            ("roi>=0", "roi >= 0"),
            ("  errors <= base * 1.05 ", "errors <= base*1.05"),
            ("errors<=1.05*base", "errors <= base*1.05"),
            ("cost < 3.50", "cost < 3.5"),
            ("a.b/c-d:e != -1e3", "a.b/c-d:e != -1000"),
            ("x == base", "x == base"),
            ("x > base-.5", "x > base-0.5"),
            ("x > base/ -2", "x > base/-2"),
            ("x > base+1e300", "x > base+1e300"),
            ("success_rate >= 0.9", "success_rate >= 0.9"),
        ] {
            let gate = Gate::parse(written).expect(written);
            assert_eq!(gate.to_string(), printed);
            assert_eq!(Gate::parse(printed), Ok(gate));
        }
    }

    #[test]
    fn each_fault_is_named_at_its_column_with_an_example() {
        for (text, column, message, hint) in [
            (
                "",
                1,
                "expected a name, like `roi` or that of a metric",
                "roi >= 0",
            ),
            ("roi", 4, "expected one of > >= < <= == !=", "roi >= 0"),
            (
                "errors =< 3",
                8,
                "expected one of > >= < <= == !=",
                "errors >= 0",
            ),
            (
                "errors <= ",
                10,
                "expected a number or `base`",
                "errors <= 0",
            ),
            (
                "errors <= nan",
                11,
                "expected a number or `base`",
                "errors <= 0",
            ),
            ("errors <= -inf", 11, "expected a number", "errors <= 0"),
            ("errors <= 5%", 11, "expected a number", "errors <= 0"),
            (
                "errors <= 1e999",
                11,
                "expected a number of at most 1.7976931348623157e308",
                "errors <= 0",
            ),
            ("errors <= base*inf", 16, "expected a number", "errors <= 0"),
            (
                "errors <= base/0",
                16,
                "expected a number other than 0",
                "errors <= 0",
            ),
            ("errors <= 2*bas", 13, "expected `base`", "errors <= 0"),
            (
                "errors <= basement",
                11,
                "expected a number or `base`",
                "errors <= 0",
            ),
            (
                "errors <= 2 and roi > 0",
                13,
                "expected the end",
                "errors <= 0",
            ),
            (
                "base <= 2",
                1,
                "`base` belongs on the other side: it is what earlier cycles had",
                "roi >= 0",
            ),
            (
                "success_rate >= base",
                17,
                "expected a number: `success_rate` is of many cycles itself and has no `base`",
                "success_rate >= 0",
            ),
        ] {
            let error = Gate::parse(text).expect_err(text);
            assert_eq!(
                (error.column(), error.message.as_str()),
                (column, message),
                "{text}"
            );
            assert_eq!(error.hint, format!("for example `{hint}`"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_or_its_error_fail(text in ".{0,60}") {
            if let Err(error) = Gate::parse(&text) {
                prop_assert!(!error.to_string().is_empty());
            }
        }

        #[test]
        fn a_printed_gate_reads_back_as_itself(
            name in "[a-z_][a-z0-9_.:/-]{0,12}",
            op in prop::sample::select(Comparison::ALL.to_vec()),
            number in prop::num::f64::NORMAL | prop::num::f64::ZERO,
            form in 0..6,
        ) {
            prop_assume!(name != BASE && name != SUCCESS_RATE);
            let bound = match form {
                0 => Bound::Number(number),
                1 => Bound::Base,
                2 => Bound::Times(number),
                3 if number != 0.0 => Bound::Over(number),
                4 => Bound::Plus(number),
                _ => Bound::Minus(number),
            };
            let gate = Gate { name, op, bound };
            prop_assert_eq!(Gate::parse(&gate.to_string()), Ok(gate));
        }
    }
}
