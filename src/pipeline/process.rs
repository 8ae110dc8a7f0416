//! Child processes: the only place that spawns. Knows nothing of stages or results.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use crate::interrupt::Interrupt;

/// How often a running child is looked after.
const TICK: Duration = Duration::from_millis(50);
/// How long the members of a killed group may take to disappear.
const SWEEP_PATIENCE: Duration = Duration::from_millis(500);

/// Held while a descriptor without close-on-exec exists.
///
/// Without it, a child spawned at the same moment by another thread would inherit that descriptor too, and keep
/// an engine locked that it has nothing to do with.
static SPAWN: Mutex<()> = Mutex::new(());

/// What to run and how.
pub struct ProcessSpec<'a> {
    /// Program and arguments.
    pub argv: &'a [String],
    /// Working directory.
    pub work_dir: &'a Path,
    /// Variables added to the environment.
    pub variables: &'a [(String, String)],
    /// Whether our own environment is kept from the child.
    pub clears_environment: bool,
    /// Variables of our own environment that are kept from it at least.
    pub without: &'a [&'a str],
    /// Where stdin comes from; nothing if it is `None`.
    pub stdin: Option<File>,
    /// Where stdout goes.
    pub stdout: File,
    /// Where stderr goes.
    pub stderr: File,
    /// Locked descriptors that the child is to hold as well.
    pub inherited_locks: &'a [BorrowedFd<'a>],
}

/// What a child may use up.
#[derive(Clone, Copy, Debug)]
pub struct ProcessLimits {
    /// How long it may run.
    pub timeout: Duration,
    /// How long its group may take to end after TERM, before KILL.
    pub grace: Duration,
    /// How many bytes each of its outputs may have.
    pub output_bytes: u64,
}

/// How a child ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited by itself with this code.
    Exited(i32),
    /// It died by this signal, not sent by us.
    Signalled(i32),
    /// It took too long and was ended.
    TimedOut,
    /// It wanted the terminal and was ended.
    WantsTerminal,
    /// It wrote too much and was ended.
    OutputLimit,
    /// This signal asked us to stop, and it was passed on.
    Interrupted(i32),
    /// It could not be started.
    NotStarted(String),
}

enum Event {
    Exited,
    Stopped(Option<Signal>),
}

/// Runs a child to its end, and its process group with it.
///
/// `observe` is called about every 50 ms while it runs; if it breaks, the group is killed: it writes too much elsewhere.
pub fn run(
    spec: ProcessSpec<'_>,
    limits: ProcessLimits,
    interrupt: &Interrupt,
    mut observe: impl FnMut() -> ControlFlow<()>,
) -> Ending {
    let outputs = [spec.stdout.try_clone(), spec.stderr.try_clone()];
    let spawned = interrupt.spawn_group(|| {
        let child = spawn(spec)?;
        match i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            Some(group) => Ok((child, group)),
            None => Err(io::Error::other("it has an impossible process id")),
        }
    });
    let (mut child, known) = match spawned {
        Ok(spawned) => spawned,
        Err(error) => return Ending::NotStarted(error.to_string()),
    };
    let group = known.group();
    let cause = look_after(group, &outputs, limits, interrupt, &mut observe);
    // Forgotten before it is reaped, so that no signal is passed on to whoever gets the number next.
    drop(known);
    // The leader is dead but not yet reaped, so the group id is still ours: whatever it left behind ends now.
    let _ = rustix::process::kill_process_group(group, Signal::KILL);
    let ending = reap(&mut child, cause);
    wait_until_gone(group);
    cut(&outputs, limits.output_bytes);
    ending
}

#[expect(clippy::disallowed_methods, reason = "this is the place that spawns")]
fn spawn(spec: ProcessSpec<'_>) -> io::Result<Child> {
    let Some((program, arguments)) = spec.argv.split_first() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the command is empty",
        ));
    };
    let mut command = Command::new(program);
    if spec.clears_environment {
        command.env_clear();
    }
    for name in spec.without {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .current_dir(spec.work_dir)
        .envs(spec.variables.iter().map(|(name, value)| (name, value)))
        .stdin(spec.stdin.map_or_else(Stdio::null, Stdio::from))
        .stdout(spec.stdout)
        .stderr(spec.stderr)
        .process_group(0);
    let _guard = SPAWN.lock().unwrap_or_else(PoisonError::into_inner);
    let copies = spec.inherited_locks.iter().map(rustix::io::dup);
    let inheritable: Vec<_> = copies.collect::<Result<_, _>>()?;
    let child = command.spawn();
    drop(inheritable);
    child
}

/// Watches a child until its leader has exited, and returns why we ended it, if we did.
fn look_after(
    group: Pid,
    outputs: &[io::Result<File>],
    limits: ProcessLimits,
    interrupt: &Interrupt,
    observe: &mut impl FnMut() -> ControlFlow<()>,
) -> Option<Ending> {
    let (sender, events) = mpsc::channel();
    // Waiting in a thread of its own lets a child that ends at once be noticed at once.
    let watcher = std::thread::Builder::new().spawn(move || watch(group, &sender));
    if watcher.is_err() {
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
        return Some(Ending::NotStarted("no thread to watch it with".to_owned()));
    }
    let started = Stopwatch::start(interrupt);
    let mut cause: Option<Ending> = None;
    let mut ending_since: Option<Stopwatch<'_>> = None;
    loop {
        match events.recv_timeout(TICK) {
            Ok(Event::Exited) | Err(RecvTimeoutError::Disconnected) => return cause,
            Ok(Event::Stopped(Some(Signal::TTIN | Signal::TTOU))) if cause.is_none() => {
                cause = Some(Ending::WantsTerminal);
                end_gently(group, Signal::TERM);
                ending_since = Some(Stopwatch::start(interrupt));
            }
            // Somebody paused it; the timeout goes on counting.
            Ok(Event::Stopped(_)) | Err(RecvTimeoutError::Timeout) => {}
        }
        if observe().is_break() {
            cause = cause.or(Some(Ending::OutputLimit));
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
        let longest = longest_of(outputs);
        if cause.is_none() {
            let reason = if let Some(signal) = interrupt.signal() {
                Some((
                    Ending::Interrupted(signal),
                    Signal::from_named_raw(signal).unwrap_or(Signal::TERM),
                ))
            } else if started.is_over(limits.timeout) {
                Some((Ending::TimedOut, Signal::TERM))
            } else if longest > limits.output_bytes {
                Some((Ending::OutputLimit, Signal::TERM))
            } else {
                None
            };
            if let Some((ending, signal)) = reason {
                cause = Some(ending);
                end_gently(group, signal);
                ending_since = Some(Stopwatch::start(interrupt));
            }
        }
        let is_overdue = ending_since
            .as_ref()
            .is_some_and(|since| since.is_over(limits.grace));
        // What goes on flooding in its grace would fill the disk meanwhile.
        let goes_on_flooding = longest > limits.output_bytes.saturating_mul(2);
        if is_overdue || (cause.is_some() && (interrupt.is_urgent() || goes_on_flooding)) {
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}

/// Measures how long a child was allowed to run: time for which we were stopped ourselves does not count.
struct Stopwatch<'a> {
    started: Instant,
    stopped_before: Duration,
    interrupt: &'a Interrupt,
}

impl<'a> Stopwatch<'a> {
    fn start(interrupt: &'a Interrupt) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "timeouts need elapsed time, not the wall clock"
        )]
        let started = Instant::now();
        Self {
            started,
            stopped_before: interrupt.stopped_for().unwrap_or_default(),
            interrupt,
        }
    }

    fn is_over(&self, limit: Duration) -> bool {
        // Measured first: if we are stopped right after it, it is too short rather than too long.
        let elapsed = self.started.elapsed();
        let Some(stopped) = self.interrupt.stopped_for() else {
            return false;
        };
        elapsed.saturating_sub(stopped.saturating_sub(self.stopped_before)) >= limit
    }
}

/// Sends a signal to a group, and wakes it in case it is stopped.
fn end_gently(group: Pid, signal: Signal) {
    let _ = rustix::process::kill_process_group(group, signal);
    let _ = rustix::process::kill_process_group(group, Signal::CONT);
}

fn longest_of(outputs: &[io::Result<File>]) -> u64 {
    outputs
        .iter()
        .flatten()
        .filter_map(|output| Some(output.metadata().ok()?.len()))
        .max()
        .unwrap_or(0)
}

/// Cuts outputs to their limit: between two looks a child can write far more.
fn cut(outputs: &[io::Result<File>], limit: u64) {
    for output in outputs.iter().flatten() {
        if output
            .metadata()
            .is_ok_and(|metadata| metadata.len() > limit)
        {
            // A log that stays too long is pruned with its run.
            let _ = output.set_len(limit);
        }
    }
}

/// Reports stops and the end of a child without reaping it.
fn watch(pid: Pid, events: &Sender<Event>) {
    let both = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
    loop {
        match rustix::process::waitid(WaitId::Pid(pid), both) {
            Ok(Some(status)) if status.stopped() => {
                // Taking this stop off the queue lets the next wait block again.
                let take = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
                let _ = rustix::process::waitid(WaitId::Pid(pid), take);
                let signal = status.stopping_signal().and_then(Signal::from_named_raw);
                if events.send(Event::Stopped(signal)).is_err() {
                    return;
                }
            }
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => {
                let _ = events.send(Event::Exited);
                return;
            }
        }
    }
}

fn reap(child: &mut Child, cause: Option<Ending>) -> Ending {
    let status = child.wait();
    if let Some(cause) = cause {
        return cause;
    }
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Ending::Exited(code),
            (None, Some(signal)) => Ending::Signalled(signal),
            (None, None) => {
                Ending::NotStarted(format!("it ended with the unknown status {status}"))
            }
        },
        Err(error) => Ending::NotStarted(format!("its end cannot be read: {error}")),
    }
}

/// Waits a moment until the members of a killed group have disappeared.
fn wait_until_gone(group: Pid) {
    #[expect(
        clippy::disallowed_methods,
        reason = "a bound on waiting, not the wall clock"
    )]
    let started = Instant::now();
    while rustix::process::test_kill_process_group(group).is_ok()
        && started.elapsed() < SWEEP_PATIENCE
    {
        std::thread::sleep(Duration::from_millis(1));
    }
}
