//! INT, TERM and HUP: counted while pipelines run, so that they can be passed on and the end recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// The signals that asked the program to stop so far.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    first: Arc<AtomicI32>,
    count: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Returns one that never fires, for callers that leave signals to their host program.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// Starts listening; from then on a signal no longer ends the program by itself.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses the handlers.
    pub fn listen() -> Result<Self> {
        let interrupt = Self::default();
        let mut heard = vec![SIGINT, SIGTERM];
        // Under `nohup` the terminal may go away: what was ignored from the start stays ignored.
        if !is_ignored(SIGHUP) {
            heard.push(SIGHUP);
        }
        let mut signals = Signals::new(heard).context("cannot listen for signals")?;
        let listener = interrupt.clone();
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    let _ = listener.first.compare_exchange(
                        0,
                        signal,
                        Ordering::SeqCst,
                        Ordering::SeqCst,
                    );
                    listener.count.fetch_add(1, Ordering::SeqCst);
                }
            })
            .context("cannot start the thread that listens for signals")?;
        Ok(interrupt)
    }

    /// Returns the first signal, if one came.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        match self.first.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal),
        }
    }

    /// Whether a second signal asks to end at once.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.count.load(Ordering::SeqCst) > 1
    }
}

/// Whether a signal is ignored by this process, as far as the operating system tells.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default();
    mask & (1 << (signal - 1)) != 0
}

/// Ends the program the way the signal would have, so that a shell sees why it ended.
///
/// Returns only if the operating system refuses.
pub fn die_by(signal: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}
