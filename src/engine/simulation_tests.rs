//! Tests of the simulation protocol.

use super::*;

fn simulation() -> Simulation<impl FnMut(&SimulationHistory) -> SituationReading> {
    let settings = SimulationSettings {
        policy: PolicySettings::default(),
        signal: Signal::default(),
        energy: EnergyBase::Configured(1),
        forecast: None,
        seed: 1,
    };
    Simulation::new(settings, |_| SituationReading::default())
}

fn metrics(errors: f64) -> String {
    let (revenue, expense) = (50.0 * (1.0 - errors), 50.0 * errors);
    format!(
        r#"{{"event":"metrics","step":1,"errors":{errors},"revenue":{revenue},"expense":{expense},"new":"x"}}"#
    )
}

#[test]
fn only_decide_is_answered_with_run_and_energy() {
    let mut simulation = simulation();
    assert_eq!(
        simulation.line(r#"{"event":"begin","cost":10}"#).unwrap(),
        None
    );
    assert_eq!(simulation.line(&metrics(0.2)).unwrap(), None);
    assert_eq!(
        simulation
            .line(r#"{"event":"ran","gain":3.1,"cost":10,"roi":52}"#)
            .unwrap(),
        None
    );
    assert_eq!(simulation.line(r#"{"event":"later","x":1}"#).unwrap(), None);
    assert_eq!(simulation.line("").unwrap(), None);
    let answer = simulation
        .line(r#"{"event":"decide","step":61,"extra":[1]}"#)
        .unwrap();
    assert_eq!(answer.unwrap(), r#"{"run":false,"energy":1}"#);
}

#[test]
fn a_malformed_line_is_an_error_naming_its_number() {
    for line in [
        "{",
        "[1]",
        r#"{"cost":1}"#,
        r#"{"event":"begin","cost":"ten"}"#,
        r#"{"event":"ran","cost":-1}"#,
    ] {
        let mut simulation = simulation();
        simulation.line(r#"{"event":"begin"}"#).unwrap();
        let error = simulation.line(line).unwrap_err();
        assert_eq!(error.to_string(), "line 2 of the simulation", "{line}");
    }
}

#[test]
fn a_lasting_rise_of_the_loss_soon_leads_to_a_run() {
    let mut simulation = simulation();
    simulation.line(r#"{"event":"begin","cost":10}"#).unwrap();
    let mut runs = Vec::new();
    for step in 0..60 {
        let answer = simulation.line(r#"{"event":"decide"}"#).unwrap().unwrap();
        if answer.contains("true") {
            let gain = if runs.is_empty() { 20 } else { 0 };
            runs.push(step);
            simulation
                .line(&format!(
                    r#"{{"event":"ran","gain":{gain},"cost":10,"roi":30}}"#
                ))
                .unwrap();
        }
        let is_stale = step > 20 && runs.is_empty();
        let wobble = f64::from(step % 3) / 50.0;
        simulation
            .line(&metrics(wobble + if is_stale { 0.4 } else { 0.2 }))
            .unwrap();
    }
    assert!(runs[0] > 20 && runs[0] < 27, "{runs:?}");
}

#[test]
fn beginning_again_forgets_everything() {
    let mut simulation = simulation();
    simulation.line(&metrics(0.2)).unwrap();
    simulation.line(r#"{"event":"begin","cost":10}"#).unwrap();
    let settings = PolicySettings {
        cost: Some(10.0),
        ..PolicySettings::default()
    };
    assert_eq!(
        simulation.policy(),
        &SelfImprovementPolicy::new(settings, 1)
    );
}
