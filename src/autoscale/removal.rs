//! Which engine goes when the fleet shrinks.

use std::cmp::Ordering;

use super::{EngineState, Origin};

/// Returns the engine to remove: autoscaled before registered, then lowest mean ROI delta, then newest.
///
/// `engines` are in registration order, oldest first. A running engine is passed over. An engine without a cycle has
/// changed nothing yet and counts as a mean of 0: below those that earn, above those that lose.
#[must_use]
pub fn next_to_remove(engines: &[EngineState]) -> Option<&EngineState> {
    // Newest first: `min_by` keeps the first of equals.
    engines
        .iter()
        .rev()
        .filter(|engine| !engine.is_running)
        .min_by(|left, right| {
            rank(left).cmp(&rank(right)).then_with(|| {
                mean_roi(left)
                    .partial_cmp(&mean_roi(right))
                    .unwrap_or(Ordering::Equal)
            })
        })
}

fn rank(engine: &EngineState) -> u8 {
    match engine.origin {
        Origin::Autoscaled => 0,
        Origin::Registered => 1,
    }
}

fn mean_roi(engine: &EngineState) -> f64 {
    engine
        .mean_roi
        .filter(|mean| mean.is_finite())
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(name: &str, origin: Origin, mean_roi: Option<f64>) -> EngineState {
        EngineState {
            name: name.into(),
            origin,
            mean_roi,
            is_running: false,
        }
    }

    fn removed(engines: &[EngineState]) -> Option<&str> {
        next_to_remove(engines).map(|engine| engine.name.as_str())
    }

    #[test]
    fn an_autoscaled_engine_goes_before_a_worse_registered_one() {
        let engines = [
            engine("a", Origin::Registered, Some(-9.0)),
            engine("b", Origin::Autoscaled, Some(9.0)),
        ];
        assert_eq!(removed(&engines), Some("b"));
    }

    #[test]
    fn the_lowest_mean_goes_first_and_the_newest_of_equals() {
        let registered = |name, mean| engine(name, Origin::Registered, Some(mean));
        assert_eq!(
            removed(&[
                registered("a", 1.0),
                registered("b", 0.5),
                registered("c", 2.0)
            ]),
            Some("b")
        );
        assert_eq!(
            removed(&[
                registered("a", 1.0),
                registered("b", 1.0),
                registered("c", 2.0)
            ]),
            Some("b")
        );
        assert_eq!(
            removed(&[registered("a", -0.0), registered("b", 0.0)]),
            Some("b")
        );
    }

    #[test]
    fn an_engine_without_cycles_stands_between_loss_and_gain() {
        let auto = |name, mean| engine(name, Origin::Autoscaled, mean);
        assert_eq!(
            removed(&[auto("gain", Some(0.1)), auto("new", None)]),
            Some("new")
        );
        assert_eq!(
            removed(&[auto("loss", Some(-0.1)), auto("new", None)]),
            Some("loss")
        );
        assert_eq!(
            removed(&[auto("zero", Some(0.0)), auto("broken", Some(f64::NAN))]),
            Some("broken")
        );
    }

    #[test]
    fn a_running_engine_is_passed_over() {
        let mut engines = [
            engine("a", Origin::Registered, None),
            engine("b", Origin::Autoscaled, None),
        ];
        engines[1].is_running = true;
        assert_eq!(removed(&engines), Some("a"));
        engines[0].is_running = true;
        assert_eq!(removed(&engines), None);
    }
}
