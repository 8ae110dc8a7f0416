//! Whether more effort brought more: the energy of each cycle against its ROI delta.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::records::EngineRecords;
use crate::report::series::median;

/// From how many dots on cycles that lie close together become one dot.
const MOST_DOTS: usize = 400;
/// Into how many steps the ROI is divided then.
const STEPS: f64 = 24.0;
/// Edges of the bands of energy in which medians are taken: about twice as much each.
const BANDS: [u8; 7] = [1, 2, 4, 8, 16, 32, 64];

/// Energy and ROI delta of cycles.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EnergyChart {
    /// How many cycles have a delta.
    pub cycles: usize,
    /// The dots.
    pub dots: Vec<EnergyDot>,
    /// Whether a dot stands for several cycles that differ a little.
    pub is_summed_up: bool,
    /// What is typical of each band of energy that has cycles.
    pub bands: Vec<EnergyBand>,
}

/// Cycles of equal energy and, nearly, equal ROI delta.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnergyDot {
    /// The energy, 1..=100.
    pub energy: u8,
    /// The ROI delta; their mean if they differ.
    pub roi: f64,
    /// How many cycles.
    pub cycles: usize,
}

/// Cycles of similar energy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnergyBand {
    /// The least energy among them.
    pub from: u8,
    /// The greatest.
    pub to: u8,
    /// How many cycles.
    pub cycles: usize,
    /// The median of their ROI deltas.
    pub median_roi: f64,
}

impl EnergyChart {
    /// Computes it.
    #[must_use]
    pub fn of(engines: &[EngineRecords]) -> Self {
        let cycles = engines.iter().flat_map(|engine| &engine.cycles);
        let pairs: Vec<(u8, f64)> = cycles
            .filter_map(|cycle| Some((cycle.energy, cycle.roi?)))
            .collect();
        let exact = dots(&pairs, f64::to_bits);
        let is_summed_up = exact.len() > MOST_DOTS;
        let dots = if is_summed_up {
            let rois = pairs.iter().map(|pair| pair.1);
            let (least, most) = rois
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), roi| {
                    (least.min(roi), most.max(roi))
                });
            // Halved, so that their difference stays in range.
            let step = (most / 2.0 - least / 2.0) / STEPS * 2.0;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to the number of steps"
            )]
            dots(&pairs, |roi| {
                ((roi / 2.0 - least / 2.0) / step * 2.0).round() as u64
            })
        } else {
            exact
        };
        Self {
            cycles: pairs.len(),
            dots,
            is_summed_up,
            bands: bands(&pairs),
        }
    }
}

fn dots(pairs: &[(u8, f64)], step_of: impl Fn(f64) -> u64) -> Vec<EnergyDot> {
    let mut groups: BTreeMap<(u8, u64), (f64, usize)> = BTreeMap::new();
    for (energy, roi) in pairs {
        let (mean, count) = groups.entry((*energy, step_of(*roi))).or_default();
        *count += 1;
        #[expect(clippy::cast_precision_loss, reason = "a number of cycles")]
        let share = *count as f64;
        // Divided before subtracting: opposite huge deltas stay in range.
        *mean += roi / share - *mean / share;
    }
    let dot = |((energy, _), (roi, cycles)): ((u8, u64), (f64, usize))| EnergyDot {
        energy,
        roi,
        cycles,
    };
    groups.into_iter().map(dot).collect()
}

fn bands(pairs: &[(u8, f64)]) -> Vec<EnergyBand> {
    let mut groups: BTreeMap<usize, Vec<(u8, f64)>> = BTreeMap::new();
    for pair in pairs {
        let band = BANDS.iter().filter(|edge| **edge <= pair.0).count();
        groups.entry(band).or_default().push(*pair);
    }
    let band = |group: Vec<(u8, f64)>| {
        let energies = group.iter().map(|pair| pair.0);
        Some(EnergyBand {
            from: energies.clone().min()?,
            to: energies.max()?,
            cycles: group.len(),
            median_roi: median(group.iter().map(|pair| pair.1).collect())?,
        })
    };
    groups.into_values().filter_map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_cycles_are_one_dot_and_bands_have_medians() {
        let pairs = [(1, 2.0), (1, 2.0), (1, 5.0), (5, 1.0), (7, 3.0), (100, 9.0)];
        let dots = dots(&pairs, f64::to_bits);
        let counts: Vec<(u8, usize)> = dots.iter().map(|dot| (dot.energy, dot.cycles)).collect();
        assert_eq!(counts, [(1, 2), (1, 1), (5, 1), (7, 1), (100, 1)]);
        let bands = bands(&pairs);
        let found: Vec<(u8, u8, f64)> = bands
            .iter()
            .map(|band| (band.from, band.to, band.median_roi))
            .collect();
        assert_eq!(found, [(1, 1, 2.0), (5, 7, 2.0), (100, 100, 9.0)]);
    }

    #[test]
    fn many_cycles_become_few_dots_and_none_is_lost() {
        let mut engine = EngineRecords::default();
        for index in 0..5000_u32 {
            engine.cycles.push(crate::store::CycleRow {
                state: crate::store::CycleState::Ok,
                energy: u8::try_from(index % 100 + 1).expect("small"),
                started_at: crate::clock::UnixTime(0.0),
                roi: Some(f64::from(index) * 1e304 - 2e307),
                cost: None,
            });
        }
        let chart = EnergyChart::of(&[engine]);
        assert!(chart.is_summed_up && chart.dots.len() <= 2500);
        assert_eq!(chart.dots.iter().map(|dot| dot.cycles).sum::<usize>(), 5000);
        assert!(chart.dots.iter().all(|dot| dot.roi.is_finite()));
    }
}
