use proptest::prelude::*;

use super::*;
use crate::metrics::json::Json;

/// The time and the numbers of a row.
type Found = (Option<f64>, Vec<(String, f64)>);

fn all(mut source: impl RowSource) -> Result<Vec<Found>> {
    let mut row = Row::default();
    let mut rows = Vec::new();
    while source.next(&mut row)? {
        row.check()
            .map_err(|problem| bad(&source.place(), problem))?;
        let values = row.names.iter().cloned().zip(row.values.iter().copied());
        rows.push((
            row.at,
            values.filter(|(_, value)| !value.is_nan()).collect(),
        ));
    }
    Ok(rows)
}

fn file(text: &str) -> tempfile::TempPath {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    crate::store::replace(&path, text.as_bytes()).unwrap();
    path
}

fn csv(text: &str) -> Result<Vec<Found>> {
    all(Csv::open(&file(text))?)
}

fn json(text: &str) -> Result<Vec<Found>> {
    all(Json::read(text.as_bytes())?)
}

fn values(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value))
        .collect()
}

#[test]
fn all_forms_read_the_same_rows() {
    let wanted = vec![
        (Some(5.0), values(&[("errors", 1.0), ("loss", -0.5)])),
        (None, values(&[("loss", 2.0)])),
    ];
    assert_eq!(csv("at,errors,loss\n5,1,-0.5\n,,2\n").unwrap(), wanted);
    assert_eq!(
        csv("\u{feff}at,errors,\"loss\"\r\n1970-01-01T00:00:05Z,\"1\",-0.5\r\n\r\n,,2").unwrap(),
        wanted
    );
    let lines = "{\"at\": 5, \"errors\": 1, \"loss\": -0.5}\n{\"errors\": null, \"loss\": 2}\n";
    assert_eq!(json(lines).unwrap(), wanted);
    assert_eq!(all(JsonLines::open(&file(lines)).unwrap()).unwrap(), wanted);
    let list = "[{\"errors\": 1, \"loss\": -0.5, \"at\": \"1970-01-01T00:00:05Z\"}, {\"loss\": 2}]";
    assert_eq!(json(list).unwrap(), wanted);
}

#[test]
fn what_cannot_be_a_row_is_refused_with_its_place() {
    for (text, place) in [
        ("errors\n1\nx\n", "line 3"),
        ("errors\n1\n-1\n", "line 3"),
        ("errors,loss\n1\n", "line 2"),
        ("errors\n1,2\n", "line 2"),
        ("errors\ninf\n", "line 2"),
        ("errors,errors\n1,2\n", "line 1"),
        ("at\n5\n", "line 2"),
    ] {
        let error = csv(text).expect_err(text);
        assert!(error.to_string().contains(place), "{text}: {error}");
    }
    for text in [
        "{\"a\": \"x\"}",
        "{\"a\": 1e999}",
        "{\"a\": [1]}",
        "{}",
        "7",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": 1} x",
    ] {
        let error = json(text).expect_err(text);
        assert!(error.to_string().contains("row "), "{text}: {error}");
    }
}

#[test]
fn absurd_widths_and_names_are_refused() {
    let wide: Vec<String> = (0..1001).map(|index| format!("\"m{index}\": 1")).collect();
    assert!(json(&format!("{{{}}}", wide.join(","))).is_err());
    assert!(json("{\"\": 1}").is_err());
    assert!(json("{\"a\\u202eb\": 1}").is_err());
    assert!(json(&format!("{{\"{}\": 1}}", "x".repeat(257))).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in ".{0,100}") {
        let _ = csv(&text);
        let _ = json(&text);
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_cell_whose_quote_is_torn_is_refused_and_so_are_names_that_cannot_be() {
    for (text, wanted) in [
        ("a\n\"1\n", "line 2: a quote is never closed"),
        ("\"a\n1\n", "line 1: a quote is never closed"),
        ("a,b\n\"1\"2,3\n", "line 2: text follows a closing quote"),
        ("a\r1\r2\r", "line 1: `a\\r1\\r2` cannot name a metric"),
        ("a,a\n", "line 1: `a` stands there twice"),
        ("at,at,a\n", "line 1: `at` stands there twice"),
        (
            "a,b\n1\n",
            "line 2: it has too few cells: 1, the first line has 2",
        ),
        (
            "a\n1,000\n",
            "line 2: it has more cells than the first line, which has 1",
        ),
    ] {
        let found = problem(csv(text));
        assert!(found.starts_with(wanted), "{text:?}: {found}");
    }
    assert_eq!(
        csv("\"a\"\n\"1\" \n").unwrap(),
        [(None, values(&[("a", 1.0)]))]
    );
}

#[test]
fn a_json_line_is_refused_with_its_line_and_column_and_a_byte_order_mark_is_not() {
    let lines = |text: &str| all(JsonLines::open(&file(text)).unwrap());
    let torn = problem(lines("{\"a\":1}\n{\"a\":3"));
    assert_eq!(torn, "line 2, column 6: EOF while parsing an object");
    let one = vec![(None, values(&[("a", 1.0)]))];
    assert_eq!(lines("\u{feff}{\"a\":1}\n").unwrap(), one);
    assert_eq!(json("\u{feff}{\"a\":1}\n").unwrap(), one);
}

#[test]
fn no_json_at_all_is_refused_but_an_empty_list_is_not() {
    assert_eq!(problem(json(" \n")), "there is no JSON to read");
    assert_eq!(json("[]").unwrap(), []);
}
