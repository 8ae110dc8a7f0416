//! Rows as JSON: objects of numbers, read straight into a row.

use std::io::Read;

use anyhow::{Context, Result};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::Failure;
use crate::metrics::row::{AT, Row};
use crate::metrics::sources::{BYTE_ORDER_MARK, RowSource, bad, time_of};

/// The most bytes of JSON held in memory.
const MAX_JSON: u64 = 64 * 1024 * 1024;

/// JSON in memory: one object, a list of them, or one after the other.
pub struct Json {
    rows: std::vec::IntoIter<Row>,
    number: u64,
}

impl Json {
    /// Reads everything there is.
    ///
    /// # Errors
    ///
    /// A usage failure names the row that cannot be read.
    pub fn read(from: impl Read) -> Result<Self> {
        let mut text = Vec::new();
        from.take(MAX_JSON + 1)
            .read_to_end(&mut text)
            .context("cannot read the rows")?;
        if text.len() as u64 > MAX_JSON {
            return Err(Failure::usage("there are more than 64 MiB of JSON")
                .hint("write it to a file, one object per line, and use `--file rows.jsonl`")
                .into());
        }
        let mark = BYTE_ORDER_MARK.to_string();
        let text = text.strip_prefix(mark.as_bytes()).unwrap_or(&text);
        // A command that failed prints nothing: that is not the same as an empty list.
        if text.trim_ascii().is_empty() {
            return Err(Failure::usage("there is no JSON to read").into());
        }
        let mut rows = Vec::new();
        let mut deserializer = serde_json::Deserializer::from_slice(text);
        while deserializer.end().is_err() {
            RowsSeed(&mut rows)
                .deserialize(&mut deserializer)
                .map_err(|error| bad(&format!("row {}", rows.len() + 1), error))?;
        }
        Ok(Self {
            rows: rows.into_iter(),
            number: 0,
        })
    }
}

impl RowSource for Json {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        let Some(next) = self.rows.next() else {
            return Ok(false);
        };
        self.number += 1;
        row.clear();
        row.at = next.at;
        for (name, value) in next.names.iter().zip(&next.values) {
            row.push(name, *value);
        }
        Ok(true)
    }

    fn place(&self) -> String {
        format!("row {}", self.number)
    }
}

/// Reads an object of numbers into a row.
pub struct RowSeed<'r>(pub &'r mut Row);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(KeySeed(self.0))?.is_some() {
            let is_at = self
                .0
                .names
                .get(self.0.values.len())
                .is_some_and(|name| name == AT);
            let value = map.next_value_seed(ValueSeed { is_at })?;
            if is_at {
                if value.is_nan() {
                    continue;
                }
                if self.0.at.replace(value).is_some() {
                    return Err(de::Error::custom("`at` stands there twice"));
                }
            } else {
                self.0.values.push(value);
            }
        }
        Ok(())
    }
}

/// Puts a name where the next value belongs, without a new text if it stands there already.
struct KeySeed<'r>(&'r mut Row);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<(), E> {
        self.0.push(name, f64::NAN);
        self.0.values.pop();
        Ok(())
    }
}

/// Reads a number, nothing, or the time of a row.
struct ValueSeed {
    is_at: bool,
}

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = f64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<f64, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for ValueSeed {
    type Value = f64;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_at { "a time" } else { "a number" })
    }

    fn visit_f64<E>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    #[expect(clippy::cast_precision_loss, reason = "a metric is a float")]
    fn visit_u64<E>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "a metric is a float")]
    fn visit_i64<E>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_unit<E>(self) -> Result<f64, E> {
        Ok(f64::NAN)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        if self.is_at {
            return time_of(text).map_err(E::custom);
        }
        Err(E::invalid_type(de::Unexpected::Str(text), &self))
    }
}

/// Reads an object or a list of objects.
struct RowsSeed<'r>(&'r mut Vec<Row>);

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of numbers, or a list of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut row = Row::default();
        RowSeed(&mut row).visit_map(map)?;
        self.0.push(row);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut row = Row::default();
        while list.next_element_seed(RowSeed(&mut row))?.is_some() {
            self.0.push(std::mem::take(&mut row));
        }
        Ok(())
    }
}
