//! The report: every chart is there, foreign text stays text, and nothing is written where it should not be.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::autoscale;
use crate::rig::engine;
use crate::support::{Home, execute_in, notice};
use crate::terminal::run_on_terminal;

/// A name that tries to be markup, to end an attribute and to turn the reading direction.
const EVIL: &str = "<script>alert(1)</script>\"'&\u{202e}gpj";

const PARTS: [&str; 7] = [
    "roi", "timeline", "energy", "spend", "modules", "policies", "fleet",
];

/// A home with an engine that has run twice and been skipped, at noon and at one.
fn home() -> Home {
    let mut home = Home::new();
    let result = json!({"roi": 3.5, "cost": 2, "modules": {EVIL: 1.5, "ranker": -0.5}});
    home.write("result", &result.to_string());
    home.at("2026-11-23T12:00:00Z");
    engine(&home, "alpha", "cat result", &json!({"interval": "30m"}));
    home.run("run-all").exits(0);
    home.at("2026-11-23T12:10:00Z").run("run-all").exits(0);
    home.at("2026-11-23T13:00:00Z").run("run-all").exits(0);
    home
}

fn page(home: &Home) -> String {
    home.run("report -o page.html")
        .exits(0)
        .err_has("wrote page.html");
    home.read("page.html")
}

fn report(home: &Home, options: &str) -> Value {
    home.run(&format!("report --format json {options}"))
        .exits(0)
        .json()
}

#[test]
fn the_page_has_every_part_and_needs_nothing_but_itself() {
    let home = home();
    let page = page(&home);
    for part in PARTS {
        assert!(
            page.contains(&format!("<section id=\"{part}\">")),
            "{part} is missing"
        );
    }
    assert!(page.contains("default-src 'none'"));
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    for forbidden in [
        "<script", "<img", "<link", "<iframe", "http:", "https:", "url(", "@import", "onload",
    ] {
        assert!(!outside.contains(forbidden), "{forbidden}");
    }
    let pictures = page.matches("role=\"img\"").count();
    assert!(pictures >= 6, "{pictures}");
    assert_eq!(pictures, page.matches("<desc ").count());
    assert!(page.contains("+7 in all, net of cost; 2 of 2 cycles gained"));
    // A pipe gets the page, too, and a file is named after its form.
    let piped = home.run("report").exits(0).stdout;
    assert!(piped == page, "{} and {} bytes", piped.len(), page.len());
    home.run("report -o report.md").exits(0);
    assert!(home.read("report.md").starts_with("# Fleet report\n"));
    home.run("report -o report.json").exits(0);
    assert!(
        home.read("report.json")
            .starts_with("{\n  \"schema_version\": 1,")
    );
}

#[test]
fn the_json_form_is_what_the_charts_are_drawn_from() {
    let report = report(&home(), "");
    assert_eq!(report["summary"]["cycles"], 2);
    assert_eq!(report["summary"]["skips"], 1);
    assert_eq!(report["roi"]["total"], 7.0);
    assert_eq!(report["roi"]["bars"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        report["timeline"]["lanes"][0]["skips"][0]["reason"],
        "not_needed"
    );
    assert_eq!(
        report["energy"]["dots"][0],
        json!({"energy": 1, "roi": 3.5, "cycles": 2})
    );
    assert_eq!(report["spend"]["spent"], 4.0);
    assert_eq!(report["spend"]["fleet_cap"], Value::Null);
    assert_eq!(report["modules"]["modules"][0]["module"], EVIL);
    assert_eq!(report["policies"]["maps"], json!([]));
    assert_eq!(
        report["fleet"]["sizes"],
        json!([{"at": "2026-11-23T12:00:00Z", "engines": 1}])
    );
    for part in PARTS {
        assert!(!report[part].is_null(), "{part}");
    }
}

#[test]
fn names_that_are_markup_stay_text_in_every_form() {
    let home = home();
    let page = page(&home);
    assert!(!page.contains("<script") && !page.contains('\u{202e}'));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;\\u{202e}gpj"));
    let markdown = home.run("report --format md").exits(0).stdout;
    assert!(!markdown.contains("<script") && !markdown.contains('\u{202e}'));
    assert!(markdown.contains("&lt;script&gt;alert(1)"));
}

/// Returns what a browser makes of a page, or nothing where none is installed.
fn browsed(home: &Home, page: &Path) -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places: Vec<_> = std::env::split_paths(&path).collect();
    let found = names
        .iter()
        .flat_map(|name| places.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file());
    let Some(browser) = found else {
        notice("looking at the report in a browser, as no Chromium is installed");
        return None;
    };
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!(
            "--user-data-dir={}",
            home.path().join("browser").display()
        ))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .env("HOME", home.path())
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(dom.contains("</html>"), "{output:?}");
    Some(dom)
}

#[test]
fn a_browser_sees_all_charts_and_not_a_single_script() {
    let home = home();
    let page = page(&home);
    let Some(dom) = browsed(&home, &home.work().join("page.html")) else {
        return;
    };
    assert!(!dom.contains("<script") && !dom.contains('\u{202e}'));
    assert!(dom.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(dom.contains("\\u{202e}gpj"));
    for tag in ["<svg ", "<section ", "<rect ", "<text ", "<table>"] {
        assert_eq!(dom.matches(tag).count(), page.matches(tag).count(), "{tag}");
    }
    for part in PARTS {
        assert!(dom.contains(&format!("<section id=\"{part}\">")), "{part}");
    }
}

#[test]
fn since_leaves_out_what_was_before_but_what_it_cost_counts_against_the_budget() {
    let mut home = home();
    home.at("2026-11-23T13:05:00Z");
    for since in ["30m", "2026-11-23T12:30:00Z"] {
        let report = report(&home, &format!("--since {since}"));
        assert_eq!(report["summary"]["cycles"], 1, "{since}");
        assert_eq!(report["summary"]["skips"], 0);
        assert_eq!(report["spend"]["before"], 2.0);
        assert_eq!(report["spend"]["points"][0]["total"], 4.0);
    }
    home.run("report --since 2027-01-01T00:00:00Z")
        .exits(2)
        .err_has("is yet to come");
    home.run("report --since soon")
        .exits(2)
        .err_has("neither a time nor a duration")
        .err_has("like `30d`");
}

#[test]
fn a_file_that_cannot_be_written_fails_before_anything_is_read() {
    let home = home();
    home.write_registry("{");
    home.run("report -o no/such/page.html")
        .exits(2)
        .err_has("cannot write no/such/page.html");
    home.run("report -o .")
        .exits(2)
        .err_has("is a folder")
        .err_has("report.html");
    home.write("page.html", "old");
    home.run("report -o page.html").exits(17);
    assert_eq!(home.read("page.html"), "old");
    let left = std::fs::read_dir(home.work()).expect("a folder").flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains("sie-report")),
        "{left:?}"
    );
}

#[test]
fn ten_thousand_cycles_make_a_small_page() {
    let mut home = home();
    execute_in(
        &home.data_dir().join("sie.db"),
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 10009)
         INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at, ended_at, roi, cost)
         SELECT 1, i, CASE i % 9 WHEN 0 THEN 'failed' ELSE 'ok' END, 'interval_over', 1 + i % 100, 1, 0,
                1763900000 + i * 600, 1763900100 + i * 600, CASE i % 9 WHEN 0 THEN NULL ELSE (i * 7919 % 1000) / 100.0 - 3 END, 1
         FROM n;
         INSERT INTO decision (engine_key, action, reason, first_at, last_at, count, evidence)
         SELECT 1, CASE number % 2 WHEN 0 THEN 'run' ELSE 'skip' END, 'reason_' || number % 30, started_at, started_at + 300, 3, '{}'
         FROM cycle WHERE number >= 10;
         INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, at)
         SELECT registry_id, engine_id, number, 'cost', 1000000, 'settled', started_at
         FROM cycle JOIN engine ON engine.key = engine_key WHERE number >= 10;",
    );
    home.at("2026-11-23T14:00:00Z");
    let page = page(&home);
    assert!(page.len() <= 3_000_000, "{} bytes", page.len());
    assert!(page.contains("Each bar is the sum of 75 cycles."));
    let report = report(&home, "");
    assert_eq!(report["summary"]["cycles"], 10_002);
    let lost = report["timeline"]["lanes"][0]["runs"]
        .as_array()
        .expect("runs")
        .iter();
    let lost: i64 = lost.filter_map(|run| run["count"].as_i64()).sum();
    assert_eq!(lost, 10_002);
}

#[test]
fn a_terminal_gets_a_table_and_a_page_only_if_that_is_asked_for_twice() {
    let home = home();
    let (text, status) = run_on_terminal(home.command(&["report"]), 100);
    assert!(status.success(), "{text}");
    assert!(text.contains("ENGINE") && text.contains("alpha"), "{text}");
    let (text, status) = run_on_terminal(home.command(&["report", "--format", "html"]), 100);
    assert_eq!((status.code(), text.as_str()), (Some(2), ""));
    let (text, status) = run_on_terminal(
        home.command(&["report", "--format", "html", "-o", "-"]),
        100,
    );
    assert!(status.success() && text.ends_with("</html>\n"), "{text}");
}

#[test]
fn a_page_of_something_else_is_refused_before_anything_runs_and_markdown_is_there_of_everything() {
    let mut home = home();
    home.at("2026-11-24T13:00:00Z");
    home.run("run-all --format html")
        .exits(2)
        .err_has("sie report -o report.html");
    assert_eq!(home.number("SELECT count(*) FROM cycle"), 2);
    home.run("status --format md")
        .exits(0)
        .out_has("| ENGINE | LAST RUN |")
        .out_has("| alpha |");
}

#[test]
fn an_empty_home_is_reported_in_words_and_nothing_is_made_there() {
    let home = Home::new();
    let page = home.run("report").exits(0).stdout;
    assert!(!page.contains("role=\"img\""));
    for words in [
        "None is registered yet",
        "Nothing was decided yet",
        "Nothing was spent, and no budget is set",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!home.data_dir().exists());
}

#[test]
fn the_size_of_the_fleet_falls_and_rises_with_autoscaling() {
    let mut home = autoscale::fleet("0.1");
    home.at("2099-11-23T12:00:00Z").run("run-all").exits(0);
    for (time, energy, expected) in [
        ("2099-11-23T13:00:00Z", "0.1", "removed"),
        ("2099-11-23T14:00:00Z", "0.9", "revived"),
    ] {
        home.write("energy", energy);
        home.at(time)
            .run("autoscale --yes --format table")
            .exits(0)
            .out_has(expected);
    }
    home.at("2099-11-23T15:00:00Z");
    let report = report(&home, "");
    let sizes: Vec<(&str, i64)> = report["fleet"]["sizes"]
        .as_array()
        .expect("sizes")
        .iter()
        .map(|size| {
            let at = size["at"].as_str().expect("a time");
            (at, size["engines"].as_i64().expect("a number"))
        })
        .collect();
    assert_eq!(
        // alpha came when its metrics were recorded, by the real clock.
        sizes[1..],
        [
            ("2099-11-23T12:00:00Z", 2),
            ("2099-11-23T13:00:00Z", 1),
            ("2099-11-23T14:00:00Z", 2)
        ]
    );
}
