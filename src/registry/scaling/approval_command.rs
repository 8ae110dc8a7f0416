//! Asks the operator's command whether an engine may be added.

use std::time::Duration;

use anyhow::Result;

use crate::autoscale::ScalePlan;
use crate::error::{Failure, Kind};
use crate::events::HookCommand;
use crate::interrupt::Interrupt;
use crate::pipeline::{ShortCommand, Unanswered};
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::scaling::consent::{Consent, ConsentWay};

/// How long the command may take: it may ask a person.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Asks a command: it reads the plan as JSON and says yes by exit code 0. What it prints is the reason either way.
///
/// It runs in the folder of the registry file. No answer, of whatever kind, is a no.
///
/// # Errors
///
/// Fails if a signal asks us to stop.
pub fn ask_command(
    registry: &ImprovementEngineRegistry,
    command: &HookCommand,
    plan: &ScalePlan,
    interrupt: &Interrupt,
) -> Result<Consent> {
    let mut input = serde_json::to_vec(plan)?;
    input.push(b'\n');
    let answer = ShortCommand {
        argv: &command.argv(),
        work_dir: &registry.folder(),
        variables: &[],
        clears_environment: false,
        input: &input,
        timeout: TIMEOUT,
    }
    .run(interrupt);
    match answer {
        Ok(printed) => {
            let printed = String::from_utf8_lossy(&printed).into_owned();
            Ok(Consent::given(true, ConsentWay::Command, Some(printed)))
        }
        Err(Unanswered::Broken(problem)) => {
            Ok(Consent::given(false, ConsentWay::Command, Some(problem)))
        }
        Err(Unanswered::Interrupted) => {
            let signal = interrupt.signal().unwrap_or_default();
            let message = "interrupted while the approval command was asked";
            Err(Failure::new(Kind::Signal(signal), message).into())
        }
    }
}
