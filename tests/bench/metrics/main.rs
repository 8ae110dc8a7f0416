//! Recording a million metrics rows with `sie metrics record --file`, beside plain inserts of the same rows.
//!
//! `cargo bench --bench metrics [-- ROWS]` prints rows per second of both, their ratio and the peak memory. The plain
//! side gets its rows parsed and in memory, one prepared statement, the same pragmas and one transaction; ours is the
//! whole process: start, parsing, checking, retention, events.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark stands outside: it starts processes, reads the clock and prints"
)]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Rows that are recorded unless told otherwise.
const ROWS: u32 = 1_000_000;
/// How often both sides are measured, taking turns.
const ROUNDS: usize = 3;
/// The least ratio of rows per second that is good enough.
const GOAL: f64 = 0.5;
/// The most memory the recording process may hold, in MiB.
const MOST_MIB: f64 = 32.0;

fn main() -> ExitCode {
    let given = std::env::args().find_map(|argument| argument.parse().ok());
    let rows: Vec<[f64; 4]> = (0..given.unwrap_or(ROWS)).map(row).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.csv");
    fs::write(&file, csv(&rows)).unwrap();
    let mut ours = Vec::new();
    let mut plain = Vec::new();
    let mut peak = 0.0_f64;
    for round in 0..ROUNDS {
        let data = folder.path().join(format!("data{round}"));
        let (took, memory) = record(&data, &file, rows.len());
        ours.push(took);
        peak = peak.max(memory);
        plain.push(insert(
            &folder.path().join(format!("plain{round}.db")),
            &rows,
        ));
    }
    let per_second = |times: &mut Vec<Duration>| {
        times.sort();
        let count = f64::from(u32::try_from(rows.len()).unwrap());
        count / times[times.len() / 2].as_secs_f64()
    };
    let (ours, plain) = (per_second(&mut ours), per_second(&mut plain));
    let ratio = ours / plain;
    println!(
        "{} rows of 4 metrics, median of {ROUNDS} rounds",
        rows.len()
    );
    println!(
        "sie metrics record  {ours:>10.0} rows/s   peak memory {peak:.1} MiB (goal <= {MOST_MIB} MiB)"
    );
    println!("plain inserts       {plain:>10.0} rows/s");
    println!("ratio               {ratio:>10.2}          (goal >= {GOAL})");
    if ratio >= GOAL && peak <= MOST_MIB {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn row(index: u32) -> [f64; 4] {
    let x = f64::from(index);
    [
        f64::from(index % 7),
        (x * 0.37).sin() + 2.0,
        x * 0.01,
        1.0 / (x + 1.0),
    ]
}

fn csv(rows: &[[f64; 4]]) -> String {
    let mut text = String::from("errors,response_time,revenue,loss\n");
    for [a, b, c, d] in rows {
        writeln!(text, "{a},{b},{c},{d}").unwrap();
    }
    text
}

/// Records the file with a new data directory; returns the time and the peak memory in MiB.
fn record(data: &Path, file: &Path, rows: usize) -> (Duration, f64) {
    let sie = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sie"));
        command.arg("--data-dir").arg(data).stdout(Stdio::null());
        command
    };
    let registered = sie()
        .args(["register", "alpha", "--pipeline", "true"])
        .status()
        .unwrap();
    assert!(registered.success());
    let started = Instant::now();
    let mut child = sie()
        .args(["metrics", "record", "alpha", "--file"])
        .arg(file)
        .spawn()
        .unwrap();
    let mut peak = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        peak = peak.max(peak_memory(child.id()).unwrap_or(0.0));
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = started.elapsed();
    assert!(status.success());
    let recorded: i64 = rusqlite::Connection::open(data.join("sie.db"))
        .and_then(|it| it.query_row("SELECT count(*) FROM metrics", [], |row| row.get(0)))
        .unwrap();
    assert_eq!(usize::try_from(recorded).unwrap(), rows);
    (took, peak)
}

/// Returns the most memory a process has held so far, in MiB, where the system tells.
fn peak_memory(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib / 1024.0)
}

/// Inserts the same rows the plain way.
fn insert(path: &Path, rows: &[[f64; 4]]) -> Duration {
    let started = Instant::now();
    let mut connection = rusqlite::Connection::open(path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .pragma_update(None, "synchronous", "FULL")
        .unwrap();
    connection
        .pragma_update(None, "foreign_keys", true)
        .unwrap();
    connection
        .execute_batch(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, at REAL, errors REAL, response_time REAL, revenue REAL, loss REAL)",
        )
        .unwrap();
    let transaction = connection.transaction().unwrap();
    {
        let mut statement = transaction
            .prepare("INSERT INTO metrics (at, errors, response_time, revenue, loss) VALUES (?1, ?2, ?3, ?4, ?5)")
            .unwrap();
        for [a, b, c, d] in rows {
            statement
                .execute([1_763_000_000.0, *a, *b, *c, *d])
                .unwrap();
        }
    }
    transaction.commit().unwrap();
    drop(connection);
    started.elapsed()
}
