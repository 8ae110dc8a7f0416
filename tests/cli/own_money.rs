//! Money and autoscaling of engines that have databases of their own.

use serde_json::json;

use crate::autoscale::{edit, engines, fleet, outcome, set};
use crate::rig::engine;
use crate::support::{Home, number_in};

#[test]
fn a_retry_of_an_engine_with_a_database_of_its_own_reserves_as_much_again_in_the_fleet() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let more = json!({"cost": 4, "retries": 5, "retry_delay": "0s", "database": "own.db"});
    engine(&home, "alpha", "echo tried >> tries; exit 1", &more);
    home.run("capital init").exits(0);
    home.run("capital budget --per-day 11").exits(0);
    home.run("cycle alpha").exits(12);
    // A third attempt would have cost 12 together.
    assert_eq!(home.read("tries"), "tried\ntried\n");
    assert_eq!(
        home.number("SELECT amount FROM ledger WHERE state = 'settled'"),
        8_000_000
    );
    assert_eq!(home.number("SELECT count(*) FROM ledger"), 1);
    let own = home.work().join("own.db");
    assert_eq!(number_in(&own, "SELECT cost = 8 FROM cycle"), 1);
}

#[test]
fn an_engine_with_a_database_of_its_own_is_archived_by_what_it_earned_and_comes_back_with_it() {
    let home = fleet("0.1");
    let own = home.work().join("beta.db").display().to_string();
    edit(&home, |registry| {
        registry["engines"]["beta"]["database"] = json!(own);
    });
    home.script("beta.sh", "echo '{\"roi\": -3, \"cost\": 1}'");
    home.run("cycle alpha").exits(0);
    home.run("cycle beta").exits(0);
    assert_eq!(outcome(&home, ""), "removed beta energy_low");
    home.write("energy", "0.9");
    assert_eq!(outcome(&home, "--yes"), "revived beta growth_pays");
    assert_eq!(engines(&home).len(), 2);
    home.run("cycle beta").exits(0);
    let own = home.work().join("beta.db");
    assert_eq!(
        number_in(&own, "SELECT count(*) FROM cycle WHERE state = 'ok'"),
        2
    );
}

#[test]
fn the_gates_of_a_run_come_before_the_end_of_the_money_in_the_exit_code() {
    let home = fleet("0.9");
    set(&home, "max_engines", json!(2));
    for (gate, code) in [("roi > 100", 10), ("not_there > 1", 11), ("roi > 0", 16)] {
        home.sie(&["run-all", "--force", "--budget", "1", "--gate", gate])
            .exits(code);
    }
}
