//! The commands about money.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use crate::capital::Money;
use crate::cli::{complete, values};

/// `capital`.
#[derive(Debug, Subcommand)]
pub enum CapitalCommand {
    /// Make the fleet a capital source: a section `capital` in the registry
    ///
    /// From then on the energy score of the fleet decides how much effort cycles begin with (score × 5, rounded), and
    /// below the threshold nothing runs but what `cycle` and `--force` ask for. `sie capital status` shows the score
    /// and explains it.
    Init(InitArgs),
    /// Book money that belongs to no cycle
    ///
    /// What a cycle costs, and the revenue and expense in its result, is booked when it ends.
    Log(LogArgs),
    /// Set the most that cycles may cost
    ///
    /// A run reserves what it is registered to cost (else the most that one of the engine's newest 20 cycles cost)
    /// before anything is started, and only if spent + held + wanted stays within every cap; retries reserve as much
    /// again. When it ends, what it really cost takes the place of the reservation; after a kill the cost in a complete
    /// result does, else what was reserved, marked as assumed. A cycle counts for the day on which it was begun. An
    /// engine whose cost nobody knows is not run under a budget, and one that cost more than was reserved is not run
    /// again before it is registered with that cost or a cap is set anew. 0 lets nothing be spent, none takes a cap
    /// away.
    Budget(BudgetArgs),
    /// Show capital, budget and energy score with everything they are made of; changes nothing
    ///
    /// Capital is inflows + revenue - expenses - costs of cycles; what is held is not spent yet.
    ///
    /// The energy score is the sum of weight × worth over its factors, from 0 to 1. Worth is a straight line from 0 to
    /// 1, cut off at both ends:
    ///
    ///   capital            weight 0.35   0 at nothing, 1 at the target: the target is what you call enough
    ///
    ///   success            weight 0.25   0 at 40 %, 1 at 90 % of the newest 20 finished cycles: one in ten may fail
    ///
    ///   failures           weight 0.15   0 at 60 %, 1 at 10 %: the same line from the other side
    ///
    ///   profit trend       weight 0.15   0 at -10 %, 1 at +10 %: (revenue - expense) of the newer half of the newest
    ///   200 metrics rows of all bots against the older half; flat is worth a half
    ///
    ///   load               weight 0.05   0 when every engine is running, 1 when none is: no room for more
    ///
    ///   deploy efficiency  weight 0.05   the share of the newest 20 judged patches that was kept
    ///
    /// Capital and success carry most: a fleet without money or without success is not carried by the rest, and a busy
    /// machine does not pull a healthy one down. A factor without data is left out and the weights of the others grow
    /// to 1; without any data the score is 0.5. With `energy_command` the number it prints takes the place of all this.
    Status,
    /// List what was booked, newest first
    History(CapitalHistoryArgs),
}

/// `capital init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The capital that is enough; without it, capital is no factor of the score
    #[arg(long, value_name = "AMOUNT", value_parser = values::amount, allow_negative_numbers = true)]
    pub target: Option<Money>,
    /// What amounts are counted in, for example EUR; only shown
    #[arg(long, value_name = "TEXT")]
    pub unit: Option<String>,
    /// Zone whose midnights begin the days of the budget, for example Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Take the energy score from this command: it prints one number from 0 to 1 within 30 seconds
    #[arg(long, value_name = "CMD", allow_hyphen_values = true)]
    pub energy_command: Option<String>,
    /// Below this energy score nothing runs but what is asked for [default: 0.5]
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    pub energy_threshold: Option<f64>,
    /// Put the section in the place of the present one; budgets stay
    #[arg(long)]
    pub replace: bool,
    /// Print what would be written, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What can be booked by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EntryKind {
    /// Money that came in
    Inflow,
    /// Money that was spent
    Expense,
}

/// `capital log`.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// What it is
    #[arg(value_enum, value_name = "KIND")]
    pub kind: EntryKind,
    /// How much, in your unit of money; exact to a millionth
    #[arg(value_name = "AMOUNT", value_parser = values::amount, allow_negative_numbers = true)]
    pub amount: Money,
    /// Name the engine it belongs to
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub engine: Option<String>,
    /// Say what it was for
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub note: Option<String>,
    /// Print what would be booked, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `capital budget`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("caps").required(true).multiple(true)
    .args(["per_cycle", "per_day", "fleet", "forget_overruns"]))]
pub struct BudgetArgs {
    /// The most that one cycle may cost, or none
    #[arg(long, value_name = "AMOUNT", value_parser = values::cap, allow_negative_numbers = true)]
    pub per_cycle: Option<values::CapValue>,
    /// The most that the cycles begun on one day may cost together, or none
    #[arg(long, value_name = "AMOUNT", value_parser = values::cap, allow_negative_numbers = true)]
    pub per_day: Option<values::CapValue>,
    /// The most that all cycles may cost together, or none
    #[arg(long, value_name = "AMOUNT", value_parser = values::cap, allow_negative_numbers = true)]
    pub fleet: Option<values::CapValue>,
    /// Keep the caps, and let engines run again that cost more than was reserved
    #[arg(long)]
    pub forget_overruns: bool,
    /// Print what would be set, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `capital history`.
#[derive(Debug, Args)]
pub struct CapitalHistoryArgs {
    /// List at most this many bookings
    #[arg(long, value_name = "N", default_value = "20", value_parser = values::rows)]
    pub limit: usize,
    /// List only what was booked since this time, for example 2026-11-23T00:00:00Z, or within this duration, for
    /// example 7d
    #[arg(long, value_name = "TIME|DURATION")]
    pub since: Option<String>,
}
