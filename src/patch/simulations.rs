//! How often patches are kept, by simulation with fixed seeds; not part of the product.

use super::*;

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Generator(u64);

/// Shapes of noise, each with mean 0 and standard deviation 1.
#[derive(Debug, Clone, Copy)]
enum Noise {
    Normal,
    /// Student's t with 3 degrees of freedom.
    Student,
    Laplace,
    /// One cycle in ten is five times as noisy.
    Contaminated,
    /// Skewed: an exponential, gains rarer and larger than losses.
    Skewed,
}

const SHAPES: [Noise; 5] = [
    Noise::Normal,
    Noise::Student,
    Noise::Laplace,
    Noise::Contaminated,
    Noise::Skewed,
];

impl Generator {
    /// A number in 0..1, neither end included.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let high = u32::try_from(mixed >> 32).expect("32 bits");
        (f64::from(high) + 0.5) / 4_294_967_296.0
    }

    /// Box and Muller, 1958.
    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn noise(&mut self, shape: Noise) -> f64 {
        match shape {
            Noise::Normal => self.normal(),
            Noise::Student => {
                let normal = self.normal();
                let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
                normal / squares.sqrt()
            }
            Noise::Laplace => {
                let size = -self.uniform().ln() / 2.0_f64.sqrt();
                if self.uniform() < 0.5 { size } else { -size }
            }
            Noise::Contaminated => {
                let factor = if self.uniform() < 0.1 { 5.0 } else { 1.0 };
                self.normal() * factor / 3.4_f64.sqrt()
            }
            Noise::Skewed => -self.uniform().ln() - 1.0,
        }
    }

    fn deltas(&mut self, shape: Noise, count: u32) -> Vec<f64> {
        (0..count).map(|_| self.noise(shape)).collect()
    }

    /// Tries one patch; returns whether it is kept, and after how many trials it was decided.
    fn patch(
        &mut self,
        plan: &TrialPlan,
        baseline: &[f64],
        shape: Noise,
        gain: f64,
    ) -> (bool, u32) {
        let mut trials = Vec::new();
        loop {
            trials.push(self.noise(shape) + gain);
            let verdict = judge(plan, baseline, &trials, 0.0);
            if verdict.answer != Answer::AnotherTrial {
                return (verdict.answer == Answer::Keep, verdict.evidence.trial);
            }
        }
    }

    /// Returns how many of 1,000 patches are kept, each against a baseline of its own, and the mean number of trials.
    fn kept_of_1000(&mut self, baseline: u32, trials: u32, shape: Noise, gain: f64) -> (u32, f64) {
        let plan = TrialPlan::new(baseline, trials);
        let (mut kept, mut paid) = (0, 0);
        for _ in 0..1000 {
            let deltas = self.deltas(shape, baseline);
            let (is_kept, after) = self.patch(&plan, &deltas, shape, gain);
            kept += u32::from(is_kept);
            paid += after;
        }
        (kept, f64::from(paid) / 1000.0)
    }

    /// Returns in how many of `chains` chains of 50 patches that do nothing any is kept.
    fn spoiled_chains(&mut self, chains: u32, baseline: u32, shape: Noise, is_shared: bool) -> u32 {
        let plan = TrialPlan::new(baseline, DEFAULT_TRIALS);
        let mut spoiled = 0;
        for _ in 0..chains {
            let mut deltas = self.deltas(shape, baseline);
            let mut any = false;
            for _ in 0..CHAIN_LENGTH {
                if !is_shared {
                    deltas = self.deltas(shape, baseline);
                }
                any |= self.patch(&plan, &deltas, shape, 0.0).0;
            }
            spoiled += u32::from(any);
        }
        spoiled
    }
}

#[test]
fn of_1000_patches_that_do_nothing_at_most_5_percent_are_kept() {
    let mut generator = Generator(11);
    for shape in SHAPES {
        for baseline in [10, 20, 30] {
            let (kept, paid) = generator.kept_of_1000(baseline, DEFAULT_TRIALS, shape, 0.0);
            assert!(kept <= 5, "{shape:?}, {baseline} deltas: {kept} of 1000");
            assert!(
                paid < 4.0,
                "{shape:?}, {baseline} deltas: {paid} trials on average"
            );
        }
    }
}

#[test]
fn of_1000_improvements_of_two_standard_deviations_80_percent_are_kept_in_16_trials() {
    let mut generator = Generator(12);
    for shape in SHAPES {
        for baseline in [12, 20, 30] {
            let (kept, _) = generator.kept_of_1000(baseline, DEFAULT_TRIALS, shape, 2.0);
            assert!(kept >= 800, "{shape:?}, {baseline} deltas: {kept} of 1000");
        }
    }
}

#[test]
fn a_baseline_of_10_still_keeps_two_thirds_of_them() {
    let mut generator = Generator(13);
    for shape in SHAPES {
        for baseline in [10, 11] {
            let (kept, _) = generator.kept_of_1000(baseline, DEFAULT_TRIALS, shape, 2.0);
            assert!(kept >= 667, "{shape:?}, {baseline} deltas: {kept} of 1000");
        }
    }
}

#[test]
fn in_at_most_5_percent_of_chains_of_50_patches_that_do_nothing_is_any_kept() {
    let mut generator = Generator(14);
    for (shape, baseline, is_shared) in [
        (Noise::Normal, 10, true),
        (Noise::Normal, 20, true),
        (Noise::Normal, 20, false),
        (Noise::Student, 20, true),
        (Noise::Student, 20, false),
    ] {
        let spoiled = generator.spoiled_chains(400, baseline, shape, is_shared);
        assert!(
            spoiled <= 20,
            "{shape:?}, {baseline} deltas, shared {is_shared}: {spoiled} of 400"
        );
    }
}

#[test]
fn one_to_three_trials_keep_hardly_any_patch_that_does_nothing() {
    let mut generator = Generator(15);
    for shape in SHAPES {
        for (baseline, trials) in [(10, 1), (30, 1), (10, 2), (10, 3), (30, 3)] {
            let (kept, _) = generator.kept_of_1000(baseline, trials, shape, 0.0);
            assert!(
                kept <= 3,
                "{shape:?}, {baseline} deltas, {trials} trials: {kept} of 1000"
            );
        }
    }
}
