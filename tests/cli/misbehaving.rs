//! Pipelines that misbehave: each is one row in the history with the right reason, and nobody else is harmed.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::{Terminal, cycles, engine, only_cycle, start_in_group};
use crate::support::{Home, processes_with, wait_until};

/// Name, script, state and reason.
type Case = (&'static str, &'static str, &'static str, &'static str);

const LOG_LIMIT: u64 = 100_000;

const CASES: [Case; 17] = [
    ("never-ends", "exec sleep 1000", "failed", "timed_out"),
    (
        "ignores-term",
        "trap '' TERM; while :; do sleep 0.1; done",
        "failed",
        "timed_out",
    ),
    (
        "leaves-a-daemon",
        "setsid sleep 8 & echo '{\"roi\": 1}'",
        "ok",
        "-",
    ),
    (
        "leaves-a-child",
        "sleep 1000 & echo '{\"roi\": 1}'",
        "ok",
        "-",
    ),
    ("floods", "exec yes", "failed", "output_limit"),
    (
        "floods-and-ignores-term",
        "trap '' TERM; while :; do yes | head -c 1000000; done",
        "failed",
        "output_limit",
    ),
    ("floods-stderr", "exec yes >&2", "failed", "output_limit"),
    (
        "closes-stdout-and-sleeps",
        "exec >&- 2>&-; exec sleep 1000",
        "failed",
        "timed_out",
    ),
    (
        "half-a-result",
        "printf '{\"roi\": 1'",
        "failed",
        "result_not_json",
    ),
    (
        "good-result-bad-exit",
        "echo '{\"roi\": 1}'; exit 1",
        "failed",
        "exited",
    ),
    (
        "result-then-hang",
        "echo '{\"roi\": 1, \"cost\": 7}' > $SIE_RESULT; exec sleep 1000",
        "failed",
        "timed_out",
    ),
    ("stops-itself", "kill -STOP $$", "failed", "timed_out"),
    ("says-later", "exit 75", "deferred", "deferred"),
    (
        "binary-output",
        "head -c 50000 /dev/urandom; exit 9",
        "failed",
        "exited",
    ),
    (
        "litters-the-data-directory",
        "for f in junk locks/junk runs/junk runs/$SIE_ENGINE/junk; do echo x > $SIE_DATA_DIR/$f; done; echo '{\"roi\": 1}'",
        "ok",
        "-",
    ),
    (
        "removes-its-own-logs",
        "rm -rf $SIE_DATA_DIR/runs/$SIE_ENGINE; echo '{\"roi\": 1}'",
        "failed",
        "result_not_json",
    ),
    (
        "makes-a-folder-of-its-result",
        "mkdir $SIE_RESULT; echo '{\"roi\": 1}'",
        "failed",
        "result_not_json",
    ),
];

fn short() -> Value {
    json!({"timeout": "3s", "grace": "0.3s", "log_limit": LOG_LIMIT, "cost": 2})
}

#[test]
fn every_pipeline_that_misbehaves_is_one_row_with_its_reason_and_harms_no_other_engine() {
    let home = Home::new();
    engine(&home, "first", "echo '{\"roi\": 1}'", &json!({}));
    for (name, script, ..) in CASES {
        engine(&home, name, script, &short());
    }
    engine(&home, "last", "echo '{\"roi\": 1}'", &json!({}));

    let started = Instant::now();
    let arguments = ["run-all", "--jobs", "4", "--format", "json"];
    let child = home.start(&arguments);
    let pid = child.id();
    let watcher = std::thread::spawn(move || peak_memory(pid));
    let report = home.finish(&arguments, child).exits(12).json();
    let took = started.elapsed();
    let peak = watcher.join().expect("joined");

    assert!(took < Duration::from_secs(60), "it took {took:?}");
    assert!(peak < 64 * 1024, "it used {peak} KiB");
    assert_eq!(
        report["engines"].as_array().map(Vec::len),
        Some(CASES.len() + 2)
    );
    for (name, _, state, reason) in CASES {
        let expected = (state.to_owned(), reason.to_owned());
        assert_eq!(only_cycle(&home, name), expected, "{name}");
    }
    for name in ["first", "last"] {
        assert_eq!(only_cycle(&home, name).0, "ok");
    }
    let hung = &cycles(&home, "result-then-hang")[0];
    assert_eq!((&hung["cost"], &hung["roi"]), (&json!(7.0), &Value::Null));
    for name in ["floods", "floods-and-ignores-term", "floods-stderr"] {
        let folder = home.data_dir().join(format!("runs/{name}/{name}-1"));
        for log in fs::read_dir(folder).expect("the run is there").flatten() {
            let length = log.metadata().expect("there").len();
            assert!(length <= LOG_LIMIT, "{name}: {length} bytes");
        }
    }
    // Whoever left the group by setsid lives on, as documented, and yet holds nobody up.
    home.run("cycle leaves-a-daemon").exits(0);
    home.run("cycle litters-the-data-directory").exits(0);
}

/// Returns the most memory a process used until it ended, in KiB.
fn peak_memory(pid: u32) -> u64 {
    let mut peak = 0;
    while let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let Some(line) = line else { break };
        let number = line.split_whitespace().nth(1);
        peak = peak.max(number.and_then(|text| text.parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    peak
}

#[test]
fn a_pipeline_that_dies_by_a_signal_is_recorded_with_that_signal() {
    let home = Home::new();
    let deadly = [
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::ILL,
        Signal::TRAP,
        Signal::ABORT,
        Signal::BUS,
        Signal::FPE,
        Signal::KILL,
        Signal::USR1,
        Signal::SEGV,
        Signal::USR2,
        Signal::PIPE,
        Signal::ALARM,
        Signal::TERM,
        Signal::XCPU,
        Signal::XFSZ,
        Signal::VTALARM,
        Signal::PROF,
        Signal::SYS,
    ];
    for signal in deadly {
        let number = signal.as_raw();
        let name = format!("by{number}");
        let body = format!("ulimit -c 0; kill -{number} $$; sleep 5");
        engine(&home, &name, &body, &json!({}));
    }
    home.run("run-all --jobs 4 --quiet").exits(12);
    for signal in deadly {
        let number = signal.as_raw();
        let name = format!("by{number}");
        assert_eq!(only_cycle(&home, &name).1, "signalled", "{name}");
        assert_eq!(cycles(&home, &name)[0]["detail"]["signal"], number);
    }
}

#[test]
fn a_thousand_children_are_gone_when_their_pipeline_ends() {
    let home = Home::new();
    let marker = format!("MARKER=thousand-{}", std::process::id());
    let body = format!(
        "export {marker}\ni=0; while [ $i -lt 1000 ]; do sleep 1000 & i=$((i+1)); done; echo '{{\"roi\": 1}}'"
    );
    engine(&home, "many", &body, &json!({}));
    home.run("cycle many").exits(0);
    assert_eq!(only_cycle(&home, "many").0, "ok");
    wait_until("all children are gone", || {
        processes_with(&marker).is_empty()
    });
}

#[test]
fn a_pipeline_that_ends_our_group_gently_is_cancelled_and_one_that_kills_us_is_interrupted() {
    let home = Home::new();
    engine(&home, "gentle", "kill -TERM -$PPID; sleep 20", &json!({}));
    engine(&home, "brutal", "kill -KILL -$PPID; sleep 1", &json!({}));
    let arguments = ["cycle", "gentle"];
    let finished = home.finish(&arguments, start_in_group(&home, &arguments));
    assert_eq!(
        finished.signal,
        Some(Signal::TERM.as_raw()),
        "{finished:#?}"
    );
    assert_eq!(only_cycle(&home, "gentle").0, "cancelled");

    let arguments = ["cycle", "brutal"];
    let finished = home.finish(&arguments, start_in_group(&home, &arguments));
    assert_eq!(
        finished.signal,
        Some(Signal::KILL.as_raw()),
        "{finished:#?}"
    );
    // The pipeline lives on for a second and holds the engine's lock; nobody may start a second one beside it.
    home.run("cycle brutal").exits(0).out_has("busy");
    let script = home.script("brutal.sh", "echo '{\"roi\": 1}'");
    home.sie(&["register", "brutal", "--replace", "--pipeline", &script])
        .exits(0);
    home.run("cycle brutal --if-running wait=1m").exits(0);
    let states: Vec<_> = cycles(&home, "brutal")
        .iter()
        .map(|cycle| cycle["state"].clone())
        .collect();
    assert_eq!(states, ["ok", "interrupted"]);
}

#[test]
fn a_pipeline_that_reads_the_terminal_is_ended_and_the_reason_says_so() {
    let home = Home::new();
    engine(
        &home,
        "asks",
        "read answer < /dev/tty; echo '{\"roi\": 1}'",
        &json!({"grace": "1s"}),
    );
    let Some(terminal) = Terminal::open(&home, 100, 30) else {
        return;
    };
    terminal.types("sie cycle asks; echo ended with $?");
    terminal.shows("ended with 12");
    let (state, reason) = only_cycle(&home, "asks");
    assert_eq!(
        (state.as_str(), reason.as_str()),
        ("failed", "wants_terminal")
    );
}
