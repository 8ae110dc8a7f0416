//! Signals while pipelines run: INT, TERM and HUP are counted, so that they can be passed on and the end recorded;
//! TSTP and CONT stop and wake the pipelines with us.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

/// The signals that came so far.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    ends_us: Arc<AtomicBool>,
    first: Arc<AtomicI32>,
    count: Arc<AtomicUsize>,
    stops: Arc<Stops>,
}

/// Process groups to be stopped with us, and how long we were.
#[derive(Debug, Default)]
struct Stops {
    groups: Mutex<Vec<Pid>>,
    is_stopping: AtomicBool,
    stopped_for: Mutex<Duration>,
}

impl Interrupt {
    /// Returns one that never fires, for callers that leave signals to their host program.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// Starts listening; from then on a signal no longer ends the program by itself. Who listens already is joined: a
    /// signal is taken once, and one that came before is known.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses the handlers.
    pub fn listen() -> Result<Self> {
        static LISTENING: Mutex<Option<Interrupt>> = Mutex::new(None);
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(interrupt) = &*listening {
            return Ok(interrupt.clone());
        }
        let interrupt = Self::default();
        let mut heard = vec![SIGINT, SIGTERM, SIGCONT];
        // Under `nohup` the terminal may go away: what was ignored from the start stays ignored.
        heard.extend(
            [SIGHUP, SIGTSTP]
                .into_iter()
                .filter(|signal| !is_ignored(*signal)),
        );
        let mut signals = Signals::new(heard).context("cannot listen for signals")?;
        let listener = interrupt.clone();
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    listener.take(signal);
                }
            })
            .context("cannot start the thread that listens for signals")?;
        Ok(listening.insert(interrupt).clone())
    }

    fn take(&self, signal: i32) {
        match signal {
            SIGTSTP => self.stops.stop(),
            SIGCONT => send(&self.stops.groups(), Signal::CONT),
            _ if self.ends_us.load(Ordering::SeqCst) => die_by(signal),
            _ => {
                let _ = self
                    .first
                    .compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst);
                self.count.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// Lets a signal end the program by itself again until what is returned is dropped, as while a person is asked: there
    /// is nothing to save, and reading does not end by itself.
    #[must_use]
    pub fn let_it_end_us(&self) -> Deadly {
        self.ends_us.store(true, Ordering::SeqCst);
        // One that came in the moment before was counted, and nobody would look at the count.
        if let Some(signal) = self.signal() {
            die_by(signal);
        }
        Deadly(Arc::clone(&self.ends_us))
    }

    /// Returns the first signal that asks us to stop, if one came.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        match self.first.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal),
        }
    }

    /// Waits for so long, or until a signal asks us to stop; returns that signal.
    #[must_use]
    pub fn wait_for(&self, duration: Duration) -> Option<i32> {
        const LOOK: Duration = Duration::from_millis(50);
        let mut waited = Duration::ZERO;
        while self.signal().is_none() && waited < duration {
            let step = LOOK.min(duration.saturating_sub(waited));
            std::thread::sleep(step);
            waited += step;
        }
        self.signal()
    }

    /// Whether a second signal asks to end at once.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.count.load(Ordering::SeqCst) > 1
    }

    /// Returns for how long we were stopped so far; `None` in the moments around a stop.
    #[must_use]
    pub fn stopped_for(&self) -> Option<Duration> {
        if self.stops.is_stopping.load(Ordering::SeqCst) {
            return None;
        }
        let stopped_for = self.stops.stopped_for.lock();
        Some(*stopped_for.unwrap_or_else(PoisonError::into_inner))
    }

    /// Spawns a process group that is stopped and woken with us until what is returned with it is dropped.
    ///
    /// A stop waits for the end of `spawn`: of a group between its first moment and our knowing of it nobody would stop.
    ///
    /// # Errors
    ///
    /// Fails as `spawn` does.
    pub fn spawn_group<T, E>(
        &self,
        spawn: impl FnOnce() -> Result<(T, Pid), E>,
    ) -> Result<(T, KnownGroup), E> {
        let mut groups = self.stops.groups();
        let (spawned, group) = spawn()?;
        groups.push(group);
        drop(groups);
        let stops = Arc::clone(&self.stops);
        Ok((spawned, KnownGroup { group, stops }))
    }
}

impl Stops {
    fn groups(&self) -> MutexGuard<'_, Vec<Pid>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the groups and then ourselves; goes on when somebody continues us.
    fn stop(&self) {
        // Held all the time: a group that is spawned meanwhile would run on while nobody looks after it.
        let groups = self.groups();
        self.is_stopping.store(true, Ordering::SeqCst);
        send(&groups, Signal::TSTP);
        #[expect(
            clippy::disallowed_methods,
            reason = "how long we were stopped is elapsed time, not the wall clock"
        )]
        let stopped_at = Instant::now();
        let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
        send(&groups, Signal::CONT);
        let mut stopped_for = self
            .stopped_for
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *stopped_for += stopped_at.elapsed();
        self.is_stopping.store(false, Ordering::SeqCst);
    }
}

fn send(groups: &[Pid], signal: Signal) {
    for group in groups {
        // A group that is gone needs no signal.
        let _ = rustix::process::kill_process_group(*group, signal);
    }
}

/// As long as this lives, a signal ends the program.
#[derive(Debug)]
pub struct Deadly(Arc<AtomicBool>);

impl Drop for Deadly {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// A process group that is stopped and woken with us until this is dropped.
#[derive(Debug)]
pub struct KnownGroup {
    group: Pid,
    stops: Arc<Stops>,
}

impl KnownGroup {
    /// Returns its id.
    #[must_use]
    pub fn group(&self) -> Pid {
        self.group
    }
}

impl Drop for KnownGroup {
    fn drop(&mut self) {
        self.stops.groups().retain(|group| *group != self.group);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_waits_for_a_group_that_is_being_spawned_and_knows_it_then() {
        let interrupt = Interrupt::never();
        let group = Pid::from_raw(12345).expect("a pid");
        let known = interrupt.spawn_group(|| {
            // A stop takes this lock first, and keeps it until it is over.
            assert!(interrupt.stops.groups.try_lock().is_err());
            Ok::<_, ()>(((), group))
        });
        assert_eq!(*interrupt.stops.groups(), [group]);
        drop(known);
        assert!(interrupt.stops.groups().is_empty());
    }
}
