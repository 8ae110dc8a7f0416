//! `--retries`: trying a failed pipeline again within its cycle.

use std::fs;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::{cycles, engine, send, start_in_group};
use crate::support::{Home, wait_until};

/// Fails until it was started for the third time; each attempt says what it cost.
const THIRD_TIME: &str = "echo x >> starts
echo \"{\\\"roi\\\": 2, \\\"cost\\\": 0.5}\" > $SIE_RESULT
[ $(wc -l < starts) -ge 3 ]";

fn quick() -> Value {
    json!({"cost": 3, "retry_delay": "10ms"})
}

#[test]
fn a_pipeline_that_succeeds_at_the_third_attempt_is_flaky_and_charged_for_all_three() {
    let home = Home::new();
    engine(&home, "alpha", THIRD_TIME, &quick());
    home.run("cycle alpha --retries 2 --format table")
        .exits(0)
        .out_has("alpha  flaky in")
        .out_has("attempt 1: exited")
        .err_has("attempt 1 of 3 failed");
    let cycle = &cycles(&home, "alpha")[0];
    assert_eq!(
        (&cycle["state"], &cycle["flaky"]),
        (&json!("ok"), &json!(true))
    );
    assert_eq!((&cycle["cost"], &cycle["roi"]), (&json!(1.5), &json!(2.0)));
    let attempts = cycle["attempts"].as_array().expect("attempts");
    let reasons: Vec<_> = attempts.iter().map(|attempt| &attempt["reason"]).collect();
    assert_eq!(reasons, [&json!("exited"), &json!("exited"), &Value::Null]);
    let spent = "SELECT amount FROM ledger WHERE kind = 'cost' AND state = 'settled'";
    assert_eq!(home.number(spent), 1_500_000);
    home.run("history alpha --format table")
        .exits(0)
        .out_has("flaky");
}

#[test]
fn without_retries_and_with_too_few_the_cycle_fails_as_one_failure() {
    let home = Home::new();
    engine(&home, "alpha", THIRD_TIME, &quick());
    home.run("cycle alpha").exits(12);
    fs::remove_file(home.work().join("starts")).expect("removed");
    let report = home
        .run("cycle alpha --retries 1 --format json")
        .exits(12)
        .json();
    let cycle = &report["engines"][0]["cycle"];
    assert_eq!(
        (&cycle["cost"], &cycle["failures_in_row"]),
        (&json!(1.0), &json!(2))
    );
    assert_eq!(cycle["attempts"].as_array().map(Vec::len), Some(2));
}

#[test]
fn retries_may_stand_in_the_registry_and_what_cannot_pass_is_not_tried_again() {
    let home = Home::new();
    home.script("third.sh", THIRD_TIME);
    home.run("register alpha --pipeline ./third.sh --retries 2 --retry-delay 10ms")
        .exits(0);
    home.run("run-all").exits(0);
    home.run("register gone --pipeline ./no-such-program --retries 5")
        .exits(0);
    home.run("cycle gone").exits(12).err_lacks("attempt");
    home.script("later.sh", "echo x >> later; exit 75");
    home.run("register later --pipeline ./later.sh --retries 5")
        .exits(0);
    home.run("cycle later").exits(0).err_lacks("attempt");
    home.run("cycle alpha --retries 101")
        .exits(2)
        .err_has("from 0 to 100");
}

#[test]
fn a_signal_between_two_attempts_cancels_the_cycle_at_once() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "echo x >> starts; exit 1",
        &json!({"cost": 3, "retry_delay": "10m"}),
    );
    let arguments = ["cycle", "alpha", "--retries", "3"];
    let child = start_in_group(&home, &arguments);
    wait_until("it was tried once", || home.work().join("starts").exists());
    std::thread::sleep(std::time::Duration::from_millis(300));
    send(&child, Signal::INT);
    let finished = home.finish(&arguments, child);
    assert_eq!(finished.signal, Some(Signal::INT.as_raw()), "{finished:#?}");
    let cycle = &cycles(&home, "alpha")[0];
    assert_eq!(
        (&cycle["state"], &cycle["cost"]),
        (&json!("cancelled"), &json!(3.0))
    );
    assert_eq!(cycle["cost_assumed"], false);
}

#[test]
fn a_cycle_killed_in_its_second_attempt_is_charged_for_both() {
    let home = Home::new();
    let body = "if [ ! -e first ]; then touch first; echo '{\"roi\": 0, \"cost\": 0.5}' > $SIE_RESULT; exit 1; fi
echo $$ > second; exec sleep 1000";
    engine(&home, "alpha", body, &quick());
    let arguments = ["cycle", "alpha", "--retries", "1"];
    let child = start_in_group(&home, &arguments);
    wait_until("the second attempt runs", || {
        fs::read_to_string(home.work().join("second")).is_ok_and(|text| text.ends_with('\n'))
    });
    let held = "SELECT amount FROM ledger WHERE kind = 'cost' AND state = 'held'";
    assert_eq!(home.number(held), 3_500_000);
    send(&child, Signal::KILL);
    let _ = home.finish(&arguments, child);
    let second = fs::read_to_string(home.work().join("second")).expect("its pid");
    let pid = rustix::process::Pid::from_raw(second.trim().parse().expect("a pid")).expect("a pid");
    rustix::process::kill_process(pid, Signal::KILL).expect("killed");
    home.script("alpha.sh", "echo '{\"roi\": 1}'");
    home.run("cycle alpha --if-running wait=1m").exits(0);
    let interrupted = &cycles(&home, "alpha")[1];
    assert_eq!(interrupted["state"], "interrupted");
    assert_eq!(
        (&interrupted["cost"], &interrupted["cost_assumed"]),
        (&json!(3.5), &json!(true))
    );
}

#[test]
fn attempts_whose_costs_add_up_to_more_than_can_be_booked_are_recorded_all_the_same() {
    let home = Home::new();
    let body = "echo '{\"roi\": 0, \"cost\": 9e12}' > $SIE_RESULT; exit 1";
    engine(&home, "alpha", body, &quick());
    home.run("cycle alpha --retries 2").exits(12);
    let cycle = &cycles(&home, "alpha")[0];
    assert_eq!(
        (&cycle["state"], &cycle["cost"]),
        (&json!("failed"), &json!(9e12))
    );
}
