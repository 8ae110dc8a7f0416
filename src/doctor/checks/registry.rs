//! The registry: can it be read, and each of its entries.

use crate::doctor::finding::{Finding, count_of, or_ok};
use crate::doctor::inspection::Inspection;
use crate::error::failure_in;
use crate::exit_code::ExitCode;

const CHECK: &str = "registry";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let path = &inspection.workspace.registry_path;
    let registry = match &inspection.registry {
        Err(error) => {
            let mut finding =
                Finding::problem(CHECK, ExitCode::Unusable, format!("{error:#}")).at(path);
            finding.hint = failure_in(error).and_then(|failure| failure.hints.first().cloned());
            return vec![finding];
        }
        Ok(registry) => registry,
    };
    if !path.exists() {
        return vec![
            Finding::note(CHECK, "no engines are registered yet")
                .at(path)
                .hint("sie register NAME --pipeline 'CMD'"),
        ];
    }
    let mut findings = Vec::new();
    if registry.is_newer() {
        let what = "written by a newer sie; only looking works with this one";
        findings.push(
            Finding::problem(CHECK, ExitCode::Unusable, what)
                .at(path)
                .hint("upgrade sie"),
        );
    }
    for bad in registry.bad_entries() {
        let what = format!("line {}, column {}: {}", bad.line, bad.column, bad.problem);
        let mut finding = Finding::problem(CHECK, ExitCode::Usage, what)
            .of(&bad.engine)
            .at(path);
        finding.hint = bad.hints.first().cloned();
        findings.push(finding);
    }
    let engines = registry.engines().len();
    or_ok(findings, CHECK, || count_of(engines, "engine"))
}
