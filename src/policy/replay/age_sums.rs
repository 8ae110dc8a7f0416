//! Sums over the rows of one age, from which everything a replay estimates is put together.

/// Sums over rows that came so many steps after a run and were reached as the candidate would have reached them.
///
/// A row weighs the inverse of the probability that the record got there: that of the run times those of the skips.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AgeSums {
    /// Rows.
    pub rows: f64,
    /// Their weights.
    pub weight: f64,
    /// Their weights squared.
    pub squares: f64,
    /// Weighted losses, each less the level of its time.
    pub loss: f64,
    /// Weights of those at which a decision followed.
    pub decided: f64,
    /// Of these: where the candidate runs.
    pub wants_run: f64,
    /// Of these: where it runs and a run was hardly possible.
    pub bare_run: f64,
    /// Where it skips and a skip was hardly possible, or would be the second or third against what the record preferred.
    pub bare_skip: f64,
}

impl AgeSums {
    /// Adds other sums, `sign` times.
    pub fn add(&mut self, other: &Self, sign: f64) {
        self.rows += sign * other.rows;
        self.weight += sign * other.weight;
        self.squares += sign * other.squares;
        self.loss += sign * other.loss;
        self.decided += sign * other.decided;
        self.wants_run += sign * other.wants_run;
        self.bare_run += sign * other.bare_run;
        self.bare_skip += sign * other.bare_skip;
    }

    /// Returns how many equally weighted rows would tell as much: (Σw)² ÷ Σw² (Kish, Survey Sampling, 1965).
    #[must_use]
    pub fn effective_rows(&self) -> f64 {
        ratio(self.weight * self.weight, self.squares)
    }

    /// Returns the mean loss above the level of its time.
    #[must_use]
    pub fn mean_loss(&self) -> f64 {
        ratio(self.loss, self.weight)
    }

    /// Returns how likely the candidate runs at this age, having come there.
    #[must_use]
    pub fn run_share(&self) -> f64 {
        ratio(self.wants_run, self.decided).clamp(0.0, 1.0)
    }
}

/// Divides; 0 where there is nothing to divide by.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 1e-12 { part / whole } else { 0.0 }
}
