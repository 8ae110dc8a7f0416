//! The constants of the policy, with the reason or the measurement behind each.
//!
//! They were found on streams kept apart from the benchmark; none was fitted to `tests/data/decision-bench`. They are code, not state: an upgrade may change them.

/// All constants of the learned policy; [`Default`] is what ships.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolicyParams {
    /// θ: debt in prices at which ski rental runs; about 1 to 1.6.
    pub theta: f64,
    /// Debt in multiples of θ above which a run is certain, whatever was learned.
    pub certain_thetas: f64,
    /// Slope of the prior value of a run, in prices per price of debt.
    pub prior_slope: f64,
    /// Visits the prior counts as.
    pub prior_visits: f64,
    /// Visits (prior included) after which the step size falls no more.
    pub visit_cap: f64,
    /// γ where rewards are not centred: without a signal, and under the other strategies.
    pub gamma: f64,
    /// γ per row where rewards are centred.
    ///
    /// Costs are paid undiscounted, and γ makes a run that can wait look better by 1 − γ prices per row: at 0.95 that
    /// is as much as the staleness at which cycles of 20 rows and more are due. Centred values do not grow with
    /// 1 ÷ (1 − γ), so nothing speaks for a short horizon any more.
    pub centred_gamma: f64,
    /// Share of a visit and of a step that the action not taken gets.
    ///
    /// All of it: what moves both values alike, such as the worth of what comes next, must not move one of them faster
    /// and so look like a difference between them.
    pub untaken_share: f64,
    /// Rows of the present staleness counted ahead in the debt.
    pub rows_ahead: f64,
    /// Deviations taken off the debt: a rise counts once it is significant.
    pub deviations: f64,
    /// Deviations at which a row's surprise is clipped.
    pub row_clip: f64,
    /// Deviations at which the surprise of a reported gain is clipped: only a report in the wrong unit gets there.
    pub gain_clip: f64,
    /// Share of a negative staleness that is taken away, as the attainable level was too high then.
    pub negative_share: f64,
    /// Variance of the attainable level at first, in noise variances.
    pub first_attainable: f64,
    /// Variance of a fresh version's staleness, in noise variances.
    pub fresh_staleness: f64,
    /// Growth of the attainable level's variance per row, in noise variances.
    pub attainable_growth: f64,
    /// Growth of the staleness's variance per row, in noise variances.
    pub staleness_growth: f64,
    /// Noise of a reported gain, in noise variances.
    pub gain_noise: f64,
    /// Weight of "a cycle repairs all", in noise variances.
    pub repair_prior: f64,
    /// Step towards the excess a fresh version showed on its first row.
    pub fresh_excess_step: f64,
    /// Noise deviations by which a row may beat the attainable level in a reward: 3 points over the first
    /// deviation, √16, which makes it free of any scale.
    pub reward_floor: f64,
    /// Visits all other engines together count as at most: as many as an engine's own ones ever do.
    pub fleet_visits: f64,
    /// Standard errors by which a situation must differ from its base before the excess counts.
    ///
    /// Not the usual two: neighbouring rows are alike, so the errors are larger than they look, and there are 96
    /// situations to be deceived by.
    pub situation_errors: f64,
    /// Rows of typical noise that stand in for the price until one is known.
    pub price_guess_rows: f64,
}

impl Default for PolicyParams {
    fn default() -> Self {
        Self {
            theta: 1.2,
            certain_thetas: 3.0,
            prior_slope: 0.6,
            prior_visits: 30.0,
            visit_cap: 60.0,
            gamma: 0.95,
            centred_gamma: 0.99,
            untaken_share: 1.0,
            rows_ahead: 6.0,
            deviations: 1.0,
            row_clip: 3.0,
            gain_clip: 30.0,
            negative_share: 0.7,
            first_attainable: 1.2,
            fresh_staleness: 0.2,
            attainable_growth: 0.003,
            staleness_growth: 0.1,
            gain_noise: 0.5,
            repair_prior: 4.0,
            fresh_excess_step: 0.3,
            reward_floor: 0.75,
            fleet_visits: 60.0,
            situation_errors: 3.0,
            price_guess_rows: 15.0,
        }
    }
}
