//! Why a decision was taken: every condition, the reason, and what would have turned it.

use std::borrow::Cow;

use serde::Serialize;

use crate::clock::UnixTime;
use crate::diagnostics::{Condition, Flip, Issue};
use crate::engine::{Action, Decision, EnergyScaling, Reason, RecordedChoice, TriggerMode};
use crate::modules::ModuleReturns;
use crate::output::cell::Cell;
use crate::output::conditions;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::policy::PolicyChoice;
use crate::store::DecisionRow;

/// A recorded decision explained.
#[derive(Debug, Serialize)]
pub struct WhyDocument {
    schema_version: u32,
    engine: String,
    action: Action,
    reason: Reason,
    asked: crate::engine::Asked,
    /// When it was taken, for the last time if it stood for several.
    at: UnixTime,
    first_at: UnixTime,
    count: i64,
    cycle: Option<i64>,
    mode: TriggerMode,
    /// The choice of the policy: state, values, basis, probability, price.
    policy: Option<RecordedChoice>,
    /// How the energy of a run came about; none where it was given.
    energy: Option<EnergyScaling>,
    conditions: Vec<ExplainedCondition>,
    reported: Vec<Issue>,
    /// The modules that brought nothing any more, with mean and spread beside the limits.
    modules: Option<ModuleReturns>,
    rules: Vec<String>,
    due_in: Option<f64>,
    flip: Option<Flip>,
    warnings: Vec<String>,
}

/// A condition with what follows from it.
#[derive(Debug, Serialize)]
struct ExplainedCondition {
    #[serde(flatten)]
    condition: Condition,
    /// `forbids` or `asks`: what it does where it holds.
    kind: &'static str,
    /// Whether the reason rests on it.
    decided: bool,
    /// The age of the newest row behind it, in seconds.
    age: Option<f64>,
}

impl WhyDocument {
    /// Explains a decision from its record alone.
    #[must_use]
    pub fn new(engine: String, row: &DecisionRow, decision: Decision) -> Self {
        let flip = decision.flip();
        let warnings = conditions::metrics_warnings(&decision.conditions, row.last_at);
        let explain = |condition: Condition| ExplainedCondition {
            kind: if conditions::forbids(&condition) {
                "forbids"
            } else {
                "asks"
            },
            decided: conditions::decided(&condition, &decision.reason),
            age: conditions::age(&condition, row.last_at),
            condition,
        };
        Self {
            schema_version: 1,
            engine,
            action: decision.action,
            asked: decision.asked,
            at: row.last_at,
            first_at: row.first_at,
            count: row.count,
            cycle: row.cycle,
            mode: decision.mode,
            policy: decision.policy,
            energy: decision.energy,
            conditions: decision.conditions.into_iter().map(explain).collect(),
            reason: decision.reason,
            reported: decision.reported,
            modules: decision.modules,
            rules: decision.rules,
            due_in: decision.due_in,
            flip,
            warnings,
        }
    }

    fn headline(&self) -> String {
        let done = match self.action {
            Action::Run => "was run",
            Action::Skip => "was skipped",
        };
        let cycle = self.cycle.map_or_else(String::new, |number| {
            format!(", cycle {}-{number}", self.engine)
        });
        let since = if self.count > 1 {
            format!(", {} times since {}", self.count, self.first_at)
        } else {
            String::new()
        };
        format!(
            "{} {done} at {}{cycle} ({}): {}{since}",
            self.engine,
            self.at,
            self.reason.code(),
            self.words()
        )
    }
}

impl WhyDocument {
    fn words(&self) -> Cow<'static, str> {
        match &self.policy {
            Some(recorded) if self.reason == Reason::NotNeeded => {
                let skips = |choice: PolicyChoice| choice.predicted() <= 0.0;
                if recorded.choice().is_some_and(skips) {
                    "the policy values skipping higher and nothing else asks".into()
                } else {
                    "the policy does not ask for it and nothing else does".into()
                }
            }
            _ => self.reason.words(),
        }
    }
}

impl Document for WhyDocument {
    const ROWS: &'static str = "conditions";

    fn table(&self, _now: UnixTime) -> Table {
        let found: Vec<Condition> = self
            .conditions
            .iter()
            .map(|it| it.condition.clone())
            .collect();
        let mut before = vec![self.headline()];
        before.extend(conditions::lines(
            &found,
            &self.reason,
            self.at,
            self.policy.as_ref(),
        ));
        for issue in &self.reported {
            let mark = if issue.id == self.reason.code() {
                "▸"
            } else {
                " "
            };
            before.push(format!(
                "  {}  {mark} {}  reported: {}",
                issue.id, issue.severity, issue.message
            ));
        }
        before.extend(self.modules.iter().flat_map(conditions::module_lines));
        let energy = self.energy.as_ref().map(conditions::energy_line);
        before.extend(energy.map(|line| format!("  {line}")));
        before.extend(
            self.warnings
                .iter()
                .map(|warning| format!("  warning: {warning}")),
        );
        before.push(match &self.flip {
            Some(flip) => {
                let would = match self.action {
                    Action::Run => "skip",
                    Action::Skip => "run",
                };
                conditions::flip_line(flip, would)
            }
            None => "flip: no single number would have turned it".to_owned(),
        });
        let number = |number: Option<f64>| {
            number.map_or_else(Cell::none, |number| Cell::text(number.to_string()))
        };
        let row = |explained: &ExplainedCondition| {
            let condition = &explained.condition;
            vec![
                Cell::text(&condition.check),
                Cell::text(explained.kind),
                Cell::text(condition.result.to_string()),
                Cell::text(&condition.reading),
                number(condition.value),
                Cell::text(condition.op.symbol()),
                number(Some(condition.threshold)),
                number(explained.age),
                Cell::text(if explained.decided { "decided" } else { "" }),
            ]
        };
        Table {
            before,
            rows: self.conditions.iter().map(row).collect(),
            ..Table::default()
        }
    }
}
