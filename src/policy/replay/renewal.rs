//! What a candidate costs from where it leaves the record, by renewal: every run begins anew.

use super::age_sums::AgeSums;
use super::followed::Parting;

/// Effective rows of an age below which nothing is said about it.
const LEAST_ROWS: f64 = 4.0;

/// Chances below this are none.
const NEGLIGIBLE: f64 = 1e-6;

/// What a candidate does and costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Course {
    /// Losses, less the level of their time, and prices paid.
    pub cost: f64,
    /// Runs to be expected.
    pub runs: f64,
    /// Runs where a run was hardly possible.
    pub bare_runs: f64,
    /// Skips to be expected.
    pub skips: f64,
    /// Skips where a skip was hardly possible.
    pub bare_skips: f64,
    /// Rows of ages that the record hardly knows.
    pub unknown_rows: f64,
    /// Σ of the ages of the rows.
    pub ages: f64,
}

impl Course {
    /// Reckons the course of a candidate that leaves the record, with sums by age from 1.
    ///
    /// `chances` holds how likely the version in service has each age. Each step moves them on: what runs begins at age 1
    /// again, the rest grows one older. Losses are the mean of the age, 0 (the level of the time) where there is none.
    #[must_use]
    pub fn of(parting: &Parting, price: f64, ages: &[AgeSums]) -> Self {
        let mut course = Self::default();
        let at = |age: usize| ages.get(age.wrapping_sub(1)).copied().unwrap_or_default();
        // The first step is known: there they part.
        let mut chances: Vec<f64> = Vec::new();
        if parting.runs {
            course.run(1.0, 0.0, price);
            chances.push(1.0);
        } else {
            chances.resize(parting.age, 0.0);
            chances.push(1.0);
            course.skips += 1.0;
        }
        course.rows(&chances, ages);
        for _ in 1..parting.steps {
            let mut next = Vec::with_capacity(chances.len() + 1);
            next.push(0.0);
            let mut begins = 0.0;
            for (index, chance) in chances.iter().enumerate() {
                if *chance < NEGLIGIBLE {
                    next.push(0.0);
                    continue;
                }
                let sums = at(index + 1);
                let runs = chance * sums.run_share();
                let decided = sums.decided.max(f64::MIN_POSITIVE);
                course.run(runs, chance * sums.bare_run / decided, price);
                course.skips += chance - runs;
                course.bare_skips += chance * sums.bare_skip / decided;
                begins += runs;
                next.push(chance - runs);
            }
            while next.last().is_some_and(|chance| *chance < NEGLIGIBLE) {
                next.pop();
            }
            match next.first_mut() {
                Some(first) => *first = begins,
                None => next.push(begins),
            }
            chances = next;
            course.rows(&chances, ages);
        }
        course
    }

    fn run(&mut self, chance: f64, bare: f64, price: f64) {
        self.runs += chance;
        self.bare_runs += bare;
        self.cost += chance * price;
    }

    fn rows(&mut self, chances: &[f64], ages: &[AgeSums]) {
        let mut age = 0.0;
        for (index, chance) in chances.iter().enumerate() {
            age += 1.0;
            if *chance <= 0.0 {
                continue;
            }
            self.ages += chance * age;
            match ages.get(index).filter(|sums| sums.weight > 0.0) {
                Some(sums) => {
                    self.cost += chance * sums.mean_loss();
                    if sums.effective_rows() < LEAST_ROWS {
                        self.unknown_rows += chance;
                    }
                }
                None => self.unknown_rows += chance,
            }
        }
    }

    /// Adds another course.
    pub fn add(&mut self, other: &Self) {
        self.cost += other.cost;
        self.runs += other.runs;
        self.bare_runs += other.bare_runs;
        self.skips += other.skips;
        self.bare_skips += other.bare_skips;
        self.unknown_rows += other.unknown_rows;
        self.ages += other.ages;
    }
}
