//! Engines with databases of their own.

use std::fs;

use crate::support::{Home, execute_in, number_in};

fn home_with_two() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let script = home.script("train.sh", "echo '{\"roi\": 1, \"cost\": 2}'");
    for (name, database) in [("alpha", "a/own.db"), ("beta", "b/own.db")] {
        home.sie(&[
            "register",
            name,
            "--pipeline",
            &script,
            "--database",
            database,
        ])
        .exits(0);
    }
    home
}

#[test]
fn neither_of_two_databases_holds_a_row_of_the_other_engine() {
    let home = home_with_two();
    home.run("run-all --jobs 2").exits(0);
    for (own, name) in [("a", "alpha"), ("b", "beta")] {
        let database = home.work().join(own).join("own.db");
        assert_eq!(number_in(&database, "SELECT count(*) FROM engine"), 1);
        assert_eq!(
            number_in(
                &database,
                &format!("SELECT count(*) FROM engine WHERE name = '{name}'")
            ),
            1
        );
        for table in ["cycle", "roi_delta", "decision"] {
            assert_eq!(
                number_in(&database, &format!("SELECT count(*) FROM {table}")),
                1
            );
        }
        assert_eq!(number_in(&database, "SELECT count(*) FROM ledger"), 0);
        let locks = fs::read_dir(home.work().join(own))
            .expect("there")
            .flatten();
        let lock = format!("own.db.{name}-");
        assert!(
            locks
                .into_iter()
                .any(|entry| entry.file_name().to_string_lossy().starts_with(&lock))
        );
    }
    for table in ["cycle", "roi_delta", "decision", "engine"] {
        assert_eq!(
            home.number(&format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
    assert_eq!(
        home.number("SELECT sum(amount) FROM ledger WHERE state = 'settled'"),
        4_000_000
    );
}

#[test]
fn an_engine_with_its_own_database_goes_on_when_the_fleet_s_is_deleted() {
    let mut home = home_with_two();
    home.run("run-all").exits(0);
    for name in ["sie.db", "sie.db-wal", "sie.db-shm"] {
        let _ = fs::remove_file(home.data_dir().join(name));
    }
    home.run("run-all --format json")
        .exits(0)
        .out_has("not_needed");
    home.at("2026-11-23T09:00:00Z").run("run-all").exits(0);
    let history = home.run("history beta --format json").exits(0).json();
    assert_eq!(history["cycles"][0]["number"], 2);
    assert_eq!(history["cycles"][1]["number"], 1);
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE cycle = 2"),
        2
    );
}

#[test]
fn a_hold_that_a_kill_left_between_the_two_commits_is_settled_at_the_recorded_cost() {
    let home = home_with_two();
    home.run("run-all").exits(0);
    let fleet = home.data_dir().join("sie.db");
    execute_in(&fleet, "UPDATE ledger SET state = 'held', amount = 9000000");
    home.run("cycle alpha").exits(0);
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
        1
    );
    home.run("cycle beta").exits(0);
    assert_eq!(
        home.number("SELECT sum(amount) FROM ledger WHERE state = 'settled'"),
        8_000_000
    );
}

#[test]
fn a_damaged_database_of_one_engine_is_reported_and_the_other_runs() {
    let home = home_with_two();
    fs::write(home.work().join("a/own.db"), "x".repeat(5000)).expect("written");
    for name in ["own.db-wal", "own.db-shm"] {
        let _ = fs::remove_file(home.work().join("a").join(name));
    }
    let finished = home.run("run-all");
    assert!(matches!(finished.code, Some(17)), "{finished:#?}");
    finished.out_has("is damaged").out_has("beta\tok");
    home.run("cycle alpha").exits(17);
}
