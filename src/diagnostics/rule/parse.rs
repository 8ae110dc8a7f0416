//! Reads a rule by recursive descent.
//!
//! ```text
//! rule       = id ":" either [ "@critical" ]
//! either     = both { "or" both }
//! both       = single { "and" single }
//! single     = "not" single | "(" either ")" | comparison
//! comparison = agg "(" metric [ "," window ] ")" op number
//! ```
//! Text, nesting, names and the number of comparisons are bounded. A missing id or window is reported
//! only if all else can be read, since whoever forgets one is helped more by the first real fault.

use crate::diagnostics::aggregate::Aggregate;
use crate::diagnostics::cursor::{Cursor, Fault, is_name_character};
use crate::diagnostics::issue::Severity;
use crate::diagnostics::rule::Rule;
use crate::diagnostics::rule::draft::Draft;
use crate::diagnostics::rule::error::RuleError;
use crate::diagnostics::rule::expression::{Expression, Leaf};

/// Longest rule, in bytes; whatever is read prints shorter than this.
pub(super) const MAX_TEXT: usize = 65_536;
/// Deepest nesting of parentheses and `not`.
pub(super) const MAX_DEPTH: usize = 32;
/// Most comparisons in a rule.
pub(super) const MAX_COMPARISONS: usize = 64;
/// Longest id, in bytes.
pub(super) const MAX_ID: usize = 64;
/// Longest metric name, in bytes.
pub(super) const MAX_METRIC: usize = 128;
/// Widest window, in rows.
pub(super) const MAX_WINDOW: usize = 1_000_000;

type Parsed<T> = Result<T, Fault>;

/// Reads a whole rule.
pub(super) fn rule(text: &str) -> Result<Rule, RuleError> {
    let mut parser = Parser {
        cursor: Cursor::new(text),
        depth: 0,
        comparisons: 0,
        id: None,
        last: Draft::default(),
        unwindowed: None,
    };
    parser.rule().map_err(|fault| RuleError {
        text: text.to_owned(),
        offset: fault.offset,
        message: fault.message,
        hint: parser.last.hint(parser.id.as_deref()),
    })
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    depth: usize,
    comparisons: usize,
    id: Option<String>,
    last: Draft,
    /// The first comparison without a window that needs one, and where the window would stand.
    unwindowed: Option<(usize, Draft)>,
}

impl Parser<'_> {
    fn rule(&mut self) -> Parsed<Rule> {
        if self.cursor.text().len() > MAX_TEXT {
            return Err(Fault::at(0, format!("a rule has at most {MAX_TEXT} bytes")));
        }
        let id_at = self.cursor.start();
        self.id = self.id()?;
        let expression = self.either()?;
        let severity = self.severity()?;
        if self.cursor.start() < self.cursor.text().len() {
            return Err(self.expected("`and`, `or`, `@critical` or the end"));
        }
        let unwindowed = self.unwindowed.take();
        if let Some((_, draft)) = &unwindowed {
            self.last = draft.clone();
        }
        let Some(id) = self.id.clone() else {
            self.id = Some("slow".to_owned());
            return Err(Fault::at(
                id_at,
                "expected an id and a colon before the condition",
            ));
        };
        if let Some((offset, draft)) = unwindowed {
            let aggregate = draft.aggregate.map_or("it", Aggregate::name);
            return Err(Fault::at(
                offset,
                format!("expected a comma and the number of rows {aggregate} looks at"),
            ));
        }
        Ok(Rule {
            id,
            expression,
            severity,
        })
    }

    /// Reads `ID:`, or nothing if no colon follows the first word.
    fn id(&mut self) -> Parsed<Option<String>> {
        let begin = self.cursor.start();
        let word = self
            .cursor
            .word(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if !self.cursor.take(":") {
            self.cursor.back_to(begin);
            return Ok(None);
        }
        if !word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Err(Fault::at(begin, "expected an id that begins with a letter"));
        }
        if word.len() > MAX_ID {
            return Err(Fault::at(
                begin,
                format!("an id has at most {MAX_ID} bytes"),
            ));
        }
        Ok(Some(word.to_owned()))
    }

    fn either(&mut self) -> Parsed<Expression> {
        let mut parts = vec![self.both()?];
        while self.cursor.keyword("or") {
            parts.push(self.both()?);
        }
        Ok(one_or(parts, Expression::Or))
    }

    fn both(&mut self) -> Parsed<Expression> {
        let mut parts = vec![self.single()?];
        while self.cursor.keyword("and") {
            parts.push(self.single()?);
        }
        Ok(one_or(parts, Expression::And))
    }

    fn single(&mut self) -> Parsed<Expression> {
        let begin = self.cursor.start();
        let is_not = self.cursor.keyword("not");
        if !is_not && !self.cursor.take("(") {
            return self.comparison().map(Expression::Leaf);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::at(
                begin,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let expression = if is_not {
            Expression::Not(Box::new(self.single()?))
        } else {
            let inner = self.either()?;
            if !self.cursor.take(")") {
                return Err(self.expected("`and`, `or` or `)`"));
            }
            inner
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn comparison(&mut self) -> Parsed<Leaf> {
        let begin = self.cursor.start();
        self.comparisons += 1;
        if self.comparisons > MAX_COMPARISONS {
            return Err(Fault::at(
                begin,
                format!("a rule has at most {MAX_COMPARISONS} comparisons"),
            ));
        }
        self.last = Draft::default();
        let aggregate = self.aggregate()?;
        self.last.aggregate = Some(aggregate);
        if !self.cursor.take("(") {
            return Err(self.expected("`(`"));
        }
        let metric = self.metric()?;
        self.last.metric = Some(metric.clone());
        let window = self.window(aggregate)?;
        self.last.window = window;
        let window_at = self.cursor.start();
        if !self.cursor.take(")") {
            return Err(self.expected(if window.is_some() {
                "`)`"
            } else {
                "`,` or `)`"
            }));
        }
        let op = self.cursor.comparison()?;
        self.last.op = Some(op);
        let threshold = self.cursor.number()?;
        self.last.threshold = Some(threshold);
        if window.is_none() && aggregate.needs_window() && self.unwindowed.is_none() {
            self.unwindowed = Some((window_at, self.last.clone()));
        }
        Ok(Leaf {
            aggregate,
            metric,
            window,
            op,
            threshold,
        })
    }

    fn aggregate(&mut self) -> Parsed<Aggregate> {
        let begin = self.cursor.start();
        let word = self.cursor.word(is_name_character);
        if let Some(aggregate) = Aggregate::from_name(word) {
            return Ok(aggregate);
        }
        if is_metric(word) && !self.cursor.rest().trim_start().starts_with('(') {
            // A bare metric: the hint shows how to read its newest value.
            self.last.aggregate = Some(Aggregate::Last);
            self.last.metric = Some(word.to_owned());
        }
        self.cursor.back_to(begin);
        let names = Aggregate::ALL.map(Aggregate::name).join(", ");
        Err(self.expected(&format!("one of {names}")))
    }

    fn metric(&mut self) -> Parsed<String> {
        let begin = self.cursor.start();
        let word = self.cursor.word(is_name_character);
        if is_metric(word) {
            return Ok(word.to_owned());
        }
        self.cursor.back_to(begin);
        if word.len() > MAX_METRIC {
            return Err(Fault::at(
                begin,
                format!("a metric has at most {MAX_METRIC} bytes"),
            ));
        }
        Err(self.expected("a metric"))
    }

    /// Reads `, WINDOW` if a comma follows.
    fn window(&mut self, aggregate: Aggregate) -> Parsed<Option<usize>> {
        if !self.cursor.take(",") {
            return Ok(None);
        }
        let begin = self.cursor.start();
        let digits = self.cursor.word(|c| c.is_ascii_digit());
        let least = if matches!(aggregate, Aggregate::Std | Aggregate::Trend) {
            2
        } else {
            1
        };
        let window = digits.parse().ok();
        let window = window.filter(|window| (least..=MAX_WINDOW).contains(window));
        if window.is_none() {
            self.cursor.back_to(begin);
            return Err(self.expected(&format!("a number of rows from {least} to {MAX_WINDOW}")));
        }
        Ok(window)
    }

    fn severity(&mut self) -> Parsed<Severity> {
        let begin = self.cursor.start();
        if !self.cursor.take("@") {
            return Ok(Severity::Warning);
        }
        if self.cursor.keyword("critical") {
            return Ok(Severity::Critical);
        }
        self.cursor.back_to(begin);
        Err(self.expected("`@critical`"))
    }

    /// Returns a fault at what comes next.
    fn expected(&mut self, what: &str) -> Fault {
        self.cursor.expected(what)
    }
}

fn is_metric(word: &str) -> bool {
    word.len() <= MAX_METRIC && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Returns a single part as it is, several combined.
fn one_or(mut parts: Vec<Expression>, combine: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            combine(parts)
        }
        None => combine(parts),
    }
}
