//! Deltas of modules as somebody gives them: `MODULE=DELTA` pairs, or JSON. Parsing only.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Deltas in the order given.
type Deltas = Vec<(String, f64)>;

/// Reads `MODULE=DELTA`. A name may hold `=`: the last one counts.
///
/// # Errors
///
/// Returns what is wrong with it.
pub fn delta_of_pair(pair: &str) -> Result<(String, f64), String> {
    let shown = |text: &str| text.escape_debug().take(60).collect::<String>();
    let (module, delta) = pair
        .rsplit_once('=')
        .ok_or_else(|| format!("`{}` has no `=`", shown(pair)))?;
    let number = delta.trim().parse().ok().filter(|it: &f64| it.is_finite());
    number
        .map(|number| (module.to_owned(), number))
        .ok_or_else(|| {
            let (module, delta) = (shown(module), shown(delta));
            format!("the delta of `{module}` is not a finite number: `{delta}`")
        })
}

/// Reads JSON: an object of numbers, a list of them, or one after the other.
///
/// # Errors
///
/// Returns in which object it is wrong, counted from 1, and what is.
pub fn deltas_of_json(text: &[u8]) -> Result<Deltas, String> {
    let mut deltas = Vec::new();
    let mut objects = 0;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    while deserializer.end().is_err() {
        Objects(&mut deltas, &mut objects)
            .deserialize(&mut deserializer)
            .map_err(|error| format!("object {}: {error}", objects + 1))?;
    }
    Ok(deltas)
}

/// Reads an object or a list of objects, and counts those that are whole.
struct Objects<'d>(&'d mut Deltas, &'d mut usize);

impl<'de> DeserializeSeed<'de> for Objects<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Objects<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of numbers, or a list of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(module) = map.next_key::<String>()? {
            // Which of the two was meant nobody knows; two deltas of one module are two objects.
            if !names.insert(module.clone()) {
                let shown = module.escape_debug();
                return Err(de::Error::custom(format!("`{shown}` stands there twice")));
            }
            let value: Value = map.next_value()?;
            let delta = value.as_f64().ok_or_else(|| {
                let shown = module.escape_debug();
                de::Error::custom(format!("the delta of `{shown}` is not a number: {value}"))
            })?;
            self.0.push((module, delta));
        }
        *self.1 += 1;
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut next = || list.next_element_seed(Objects(&mut *self.0, &mut *self.1));
        while next()?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_a_name_and_a_finite_number() {
        assert_eq!(delta_of_pair("a=b=-2.5"), Ok(("a=b".to_owned(), -2.5)));
        for (pair, problem) in [
            ("parser", "`parser` has no `=`"),
            ("a=much", "the delta of `a` is not a finite number: `much`"),
            ("a=inf", "not a finite number"),
            ("a=", "not a finite number"),
        ] {
            let error = delta_of_pair(pair).expect_err(pair);
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn json_is_an_object_a_list_of_them_or_one_after_the_other() {
        let all = [
            ("b".to_owned(), 1.0),
            ("a".to_owned(), 2.0),
            ("b".to_owned(), 3.0),
        ];
        for text in [
            "[{\"b\": 1, \"a\": 2}, {\"b\": 3}]",
            "{\"b\": 1, \"a\": 2}\n{\"b\": 3}\n",
        ] {
            assert_eq!(deltas_of_json(text.as_bytes()), Ok(all.to_vec()));
        }
        assert_eq!(deltas_of_json(b" "), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_with_json_is_said_with_its_place() {
        for (text, place, problem) in [
            (
                "{\"a\": 1} {\"a\": \"x\"}",
                "object 2",
                "the delta of `a` is not a number",
            ),
            (
                "[{\"a\": 1}, {\"b\": 2, \"b\": 3}]",
                "object 2",
                "`b` stands there twice",
            ),
            ("{\"a\": 1e999}", "object 1", "number out of range"),
            (
                "{\"a\": null}",
                "object 1",
                "the delta of `a` is not a number: null",
            ),
            ("7", "object 1", "an object of numbers"),
            ("{\"a\": 1", "object 1", "EOF"),
        ] {
            let error = deltas_of_json(text.as_bytes()).expect_err(text);
            assert!(
                error.starts_with(place) && error.contains(problem),
                "{error}"
            );
        }
    }
}
