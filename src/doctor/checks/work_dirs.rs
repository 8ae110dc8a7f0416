//! The folders in which pipelines run.

use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::exit_code::ExitCode;

const CHECK: &str = "work_dir";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let engines = inspection.engines().iter();
    let findings = engines
        .filter_map(|engine| {
            let folder = engine.engine.work_dir.as_deref()?;
            (!folder.is_dir()).then(|| {
                let what = "the folder in which its pipeline runs is not there";
                Finding::problem(CHECK, ExitCode::Usage, what)
                    .of(&engine.name)
                    .at(folder)
                    .hint(format!(
                        "sie register {} --replace --work-dir DIR",
                        engine.name
                    ))
            })
        })
        .collect();
    or_ok(findings, CHECK, || {
        "every pipeline has its folder".to_owned()
    })
}
