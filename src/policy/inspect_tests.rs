//! Tests of the inspection.

use super::*;
use crate::policy::{CycleReport, PolicySettings, RunKind, SituationReading};

#[test]
fn a_new_policy_knows_nothing_and_says_so() {
    let inspection =
        SelfImprovementPolicy::new(PolicySettings::default(), 1).inspect(&FleetTable::default());
    assert!(inspection.now.state.is_empty() && !inspection.now.run);
    assert!(inspection.by_visits.is_empty());
    assert_eq!(inspection.mean_predicted, None);
    assert_eq!((inspection.base_cells, inspection.situations), (36, 96));
}

#[test]
fn cells_come_by_visits_with_values_basis_and_choice() {
    let fleet = FleetTable::default();
    let settings = PolicySettings {
        cost: Some(10.0),
        ..PolicySettings::default()
    };
    let mut policy = SelfImprovementPolicy::new(settings, 1);
    for row in 0..60_u32 {
        policy.observe(
            if row % 20 > 8 { 30.0 } else { 20.0 } + f64::from(row % 2),
            &fleet,
        );
        if policy.decide(&SituationReading::default(), &fleet).run {
            policy.ran(
                &CycleReport {
                    gain: Some(9.0),
                    cost: Some(10.0),
                    roi: 25.0,
                },
                RunKind::Chosen,
                &fleet,
            );
        }
    }
    let inspection = policy.inspect(&fleet);
    assert!(inspection.runs > 0);
    assert_eq!(inspection.decisions, 60);
    assert!(
        inspection
            .by_visits
            .windows(2)
            .all(|pair| pair[0].visits >= pair[1].visits)
    );
    assert!((inspection.mean_realised.unwrap() - 2.5).abs() < 1e-9);
    let text = serde_json::to_string(&inspection).unwrap();
    assert_eq!(
        serde_json::from_str::<PolicyInspection>(&text).unwrap(),
        inspection
    );
}
