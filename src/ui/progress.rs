//! Progress of running engines: bars on a terminal, one plain line per finished engine elsewhere.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::duration::HumanDuration;
use crate::names::EngineName;
use crate::output::{finished_line, visible};
use crate::pipeline::Progress;
use crate::registry::{EngineReport, FleetObserver};
use crate::ui::terminal::Ui;

/// How many steps a bar has.
const STEPS: u64 = 1000;
/// The most columns that a bar and its times take beside the name and the message.
const BESIDE: usize = 60;
/// How often bars move on.
const TICK: Duration = Duration::from_millis(100);

/// Shows what engines do while they do it.
pub struct ProgressDisplay {
    ui: Ui,
    bars: Option<MultiProgress>,
    rounds: Mutex<Option<ProgressBar>>,
    running: Mutex<BTreeMap<EngineName, ProgressBar>>,
    planned: AtomicUsize,
    finished: AtomicUsize,
}

impl ProgressDisplay {
    /// Makes one that draws bars if the terminal allows it.
    #[must_use]
    pub fn new(ui: Ui) -> Self {
        let bars = ui
            .shows_bars()
            .then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self {
            ui,
            bars,
            rounds: Mutex::default(),
            running: Mutex::default(),
            planned: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
        }
    }

    /// Says which round of several begins, counted from 1: above the bars, which go when this display goes.
    pub fn round(&self, round: u32, of: u32) {
        let text = format!("round {round} of {of}");
        let Some(bars) = &self.bars else {
            self.ui.note(&text);
            return;
        };
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = rounds.get_or_insert_with(|| {
            let bar = ProgressBar::new(of.into()).with_finish(ProgressFinish::AndClear);
            bar.set_style(style("{msg}  {bar:24}  {elapsed}"));
            bars.insert(0, bar)
        });
        bar.set_message(text);
        bar.set_position(round.saturating_sub(1).into());
    }

    fn bar_of(&self, engine: &EngineName) -> Option<ProgressBar> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(engine)
            .cloned()
    }
}

impl FleetObserver for ProgressDisplay {
    fn planned(&self, count: usize) {
        self.planned.store(count, Ordering::Relaxed);
        self.finished.store(0, Ordering::Relaxed);
    }

    fn started(&self, engine: &EngineName, typical_seconds: Option<f64>) {
        let Some(bars) = &self.bars else { return };
        let bar = bars.add(ProgressBar::new(STEPS));
        let expected = typical_seconds
            .map(|seconds| format!(", usually {}", HumanDuration::rough(seconds)))
            .unwrap_or_default();
        bar.set_style(style(&format!(
            "{{prefix}}  {{spinner}} {{msg}}  {{elapsed}}{expected}"
        )));
        bar.set_prefix(engine.to_string());
        bar.enable_steady_tick(TICK);
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(engine.clone(), bar);
    }

    fn progress(&self, engine: &EngineName, progress: &Progress) {
        let Some(bar) = self.bar_of(engine) else {
            return;
        };
        let message = visible(&progress.message);
        let Some(fraction) = progress.fraction else {
            bar.set_message(progress.stage.clone());
            return;
        };
        let text = format!("{} {message}", progress.stage);
        let text = text.trim_end();
        // A bar that does not fit on its line would leave a part of itself behind.
        let taken = engine.as_str().chars().count() + text.chars().count() + BESIDE;
        bar.set_style(style(if taken <= self.ui.width_of_stderr() {
            "{prefix}  {msg}  {bar:24} {percent:>3}%  {elapsed}, about {eta} left"
        } else {
            "{prefix}  {percent:>3}%  {wide_msg}"
        }));
        bar.set_message(text.to_owned());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "the fraction is checked to be from 0 to 1"
        )]
        bar.set_position((fraction * STEPS as f64) as u64);
    }

    fn finished(&self, report: &EngineReport) {
        let done = self.finished.fetch_add(1, Ordering::Relaxed) + 1;
        // Held to the end: two bars that disappear at the same moment would leave a line of one of them behind.
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(bar), Some(bars)) = (running.remove(&report.engine), &self.bars) {
            // The result table tells the rest.
            bar.disable_steady_tick();
            bar.finish_and_clear();
            bars.remove(&bar);
        } else {
            let planned = self.planned.load(Ordering::Relaxed);
            self.ui
                .note(&format!("[{done}/{planned}] {}", finished_line(report)));
        }
    }

    fn note(&self, text: &str) {
        let write = || match text.strip_prefix("warning: ") {
            Some(warning) => self.ui.warning(warning),
            None => self.ui.note(text),
        };
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}
