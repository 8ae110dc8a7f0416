//! `policy simulate`: the protocol, and that it is the same policy as in a cycle.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::{Finished, Home};

/// A simulation that is talked to line by line.
pub struct Talk {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Talk {
    pub fn begin(home: &Home, options: &str) -> Self {
        let words = shlex::split(&format!("policy simulate {options}")).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut child = home
            .command(&words)
            .stdin(Stdio::piped())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    pub fn tell(&mut self, event: &Value) {
        writeln!(self.input, "{event}").expect("it listens");
    }

    /// Asks and waits for the answer: it comes before anything else is told.
    pub fn decides(&mut self) -> Value {
        self.tell(&json!({"event": "decide"}));
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("one JSON object")
    }

    pub fn end(mut self) {
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

/// Runs a simulation on a text.
fn simulated(home: &Home, options: &str, lines: &str) -> Finished {
    let words = shlex::split(&format!("policy simulate {options}")).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let path = home.write("events.jsonl", lines);
    let child = home
        .command(&words)
        .stdin(fs::File::open(path).unwrap())
        .spawn()
        .unwrap();
    home.finish(&words, child)
}

/// A stream of the benchmark, cut to its first scored steps.
struct Stream {
    start: usize,
    counts: Vec<Vec<f64>>,
    sizes: Vec<f64>,
}

impl Stream {
    fn read(name: &str, start: usize) -> Self {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/decision-bench/streams");
        let read =
            |kind: &str| fs::read_to_string(folder.join(format!("{name}.{kind}.csv"))).unwrap();
        let numbers = |line: &str| line.split(',').map(|it| it.parse().unwrap()).collect();
        let counts: Vec<Vec<f64>> = read("errors").lines().map(numbers).collect();
        let mut sizes = vec![f64::NAN; counts.len()];
        for line in read("steps").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            sizes[cells[0].parse::<usize>().unwrap()] = cells[1].parse().unwrap();
        }
        Self {
            start,
            counts,
            sizes,
        }
    }

    /// The share of errors of the model trained right before step `s` at step `t`.
    fn errors(&self, s: usize, t: usize) -> f64 {
        self.counts[s][t - s] / self.sizes[t]
    }
}

/// What a run at step `t` reports, with the model of step `s` deployed.
fn report(stream: &Stream, s: usize, t: usize, price: f64) -> Value {
    let gain = 100.0 * (stream.errors(s, t - 1) - stream.errors(t - 1, t - 1));
    let stood = f64::from(u32::try_from(t - s).unwrap());
    json!({"gain": gain, "cost": price, "roi": gain * stood - price})
}

#[test]
fn cycles_as_processes_run_at_the_same_steps_as_the_simulation() {
    let stream = Stream::read("elec2", 61);
    let price = 10.0;
    let mut home = Home::new();
    let mut talk = Talk::begin(&home, "--no-explore");
    talk.tell(&json!({"event": "begin", "cost": price, "engine": "elec2"}));
    home.at("2026-01-01T00:00:00Z");
    home.run("register elec2 --pipeline 'cat report.json' --trigger learned --cost 10")
        .exits(0);
    let mut simulated = Vec::new();
    let mut ran = Vec::new();
    let (mut sim_model, mut model) = (stream.start, stream.start);
    for t in stream.start..stream.start + 150 {
        // One day a step.
        let day = jiff_day(t - stream.start);
        home.at(&day);
        let answer = talk.decides();
        if answer["run"] == true && t > stream.start {
            let mut event = report(&stream, sim_model, t, price);
            event["event"] = "ran".into();
            talk.tell(&event);
            sim_model = t;
            simulated.push(t);
        }
        if t > stream.start {
            home.write("report.json", &report(&stream, model, t, price).to_string());
        }
        let outcome = home
            .run("cycle elec2 --if-due --format json")
            .exits(0)
            .json();
        let engine = &outcome["engines"][0];
        if engine["action"] == "run" {
            assert_eq!(engine["reason"], "policy", "{outcome}");
            assert_eq!(engine["cycle"]["energy"], answer["energy"], "step {t}");
            model = t;
            ran.push(t);
        }
        let row = |errors: f64| (errors, 50.0 * (1.0 - errors), 50.0 * errors);
        let (errors, revenue, expense) = row(stream.errors(sim_model, t));
        talk.tell(
            &json!({"event": "metrics", "step": t, "errors": errors, "response_time": 0.1,
            "revenue": revenue, "expense": expense}),
        );
        let (errors, revenue, expense) = row(stream.errors(model, t));
        home.run(&format!(
            "metrics record elec2 errors={errors} response_time=0.1 revenue={revenue} expense={expense}"
        ))
        .exits(0);
    }
    talk.end();
    assert!(simulated.len() > 5, "{simulated:?}");
    assert_eq!(ran, simulated);
}

/// The time that many days after the beginning of 2026.
fn jiff_day(days: usize) -> String {
    let days = i64::try_from(days).unwrap();
    let start = jiff::civil::date(2026, 1, 1);
    let date = start.checked_add(jiff::Span::new().days(days)).unwrap();
    format!("{date}T00:00:00Z")
}

#[test]
fn only_decide_is_answered_and_unknown_keys_events_and_blank_lines_are_ignored() {
    let home = Home::new();
    let lines = "{\"event\":\"begin\",\"cost\":10}\n\n{\"event\":\"decide\",\"step\":1}\n\
        {\"event\":\"metrics\",\"revenue\":3,\"expense\":1,\"note\":\"x\"}\n{\"event\":\"weather\"}\n\
        {\"event\":\"ran\",\"gain\":3.1,\"cost\":10,\"roi\":52}\n{\"event\":\"decide\"}";
    let done = simulated(&home, "", lines).exits(0);
    assert_eq!(
        done.stdout,
        "{\"run\":false,\"energy\":1}\n{\"run\":false,\"energy\":1}\n"
    );
    simulated(&home, "--cost 3", "").exits(0).says_nothing();
}

#[test]
fn a_malformed_line_is_named_after_the_answers_before_it() {
    let home = Home::new();
    for bad in [
        "nonsense",
        "[1]",
        "{\"step\":1}",
        "{\"event\":\"ran\",\"roi\":\"much\"}",
        "{\"event\":\"begin\",\"cost\":-1}",
    ] {
        let lines = format!("{{\"event\":\"decide\"}}\n{bad}\n{{\"event\":\"decide\"}}\n");
        let done = simulated(&home, "", &lines)
            .exits(2)
            .err_has("line 2 of the simulation");
        assert_eq!(done.stdout.lines().count(), 1, "{bad}");
    }
    simulated(&home, "--policy dqn", "")
        .exits(2)
        .err_has("q_lambda");
    simulated(&home, "--explore 0.7", "").exits(2);
}

#[test]
fn money_times_a_thousand_decides_the_same_and_a_seed_explores_the_same() {
    let mut home = Home::new();
    home.set("SIE_SEED", "7");
    let decisions = |options: &str, unit: f64| {
        let mut events = vec![json!({"event": "begin", "cost": 10.0 * unit})];
        for step in 0..80_u32 {
            let drift = f64::from(step % 23) * 0.7 + f64::from(step * 7 % 5);
            let metrics = json!({"event": "metrics", "revenue": (50.0 - drift) * unit, "expense": drift * unit});
            events.extend([metrics, json!({"event": "decide"})]);
            if step % 23 == 22 {
                let ran = json!({"event": "ran", "gain": 14.0 * unit, "cost": 10.0 * unit, "roi": 60.0 * unit});
                events.push(ran);
            }
        }
        let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
        simulated(&home, options, &lines.join("\n")).exits(0).stdout
    };
    let once = decisions("", 1.0);
    assert!(once.contains("true") && once.contains("false"), "{once}");
    assert_eq!(once, decisions("", 1000.0));
    assert_ne!(once, decisions("--explore 0.3", 1.0));
    assert_eq!(
        decisions("--explore 0.3", 1.0),
        decisions("--explore 0.3", 1.0)
    );
}
