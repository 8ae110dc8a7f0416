//! The text of a registry file: taken apart without losing anything, put together again.
//!
//! Entries that are not changed keep every byte, good or bad.

use std::fmt;

use anyhow::{Context, Result};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::error::{Failure, Kind, closest};
use crate::events::Hooks;
use crate::registry::place::{Place, place_of};

/// The newest format this version reads and writes.
pub const FORMAT_VERSION: u64 = 1;

/// The keys at the root of the file.
const ROOT_KEYS: [&str; 4] = ["format_version", "id", "hooks", "engines"];

/// The parts of a registry file.
#[derive(Debug)]
pub struct RegistryDocument<'a> {
    /// The format it is written in.
    pub format_version: u64,
    /// The id of the registry, if it names one.
    pub id: Option<String>,
    /// The hooks of all engines, as they stand there.
    pub raw_hooks: Option<&'a RawValue>,
    /// The same, understood.
    pub hooks: Hooks,
    /// The entries in the order of the file.
    pub engines: Vec<(String, &'a RawValue)>,
}

impl<'a> RegistryDocument<'a> {
    /// Takes a text apart.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable`, line and column if it is no registry.
    pub fn parse(text: &'a str, shown: &str, reads_newer: bool) -> Result<Self> {
        let unusable = |place: Place, problem: &str| {
            let Place { line, column } = place;
            Failure::new(
                Kind::Unusable,
                format!("{shown} line {line}, column {column}: {problem}"),
            )
        };
        if text.trim().is_empty() {
            return Err(
                unusable(Place { line: 1, column: 1 }, "the registry is empty")
                    .hint("restore it from a copy, or remove the file to begin anew")
                    .into(),
            );
        }
        let Members(root) = serde_json::from_str(text).map_err(|error| {
            let place = Place {
                line: error.line().max(1),
                column: error.column().max(1),
            };
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            unusable(
                place,
                &format!("the registry is not a JSON object: {message}"),
            )
            .hint("mend the place named, or restore the file from a copy; it was not changed")
        })?;
        for (index, (key, raw)) in root.iter().enumerate() {
            // Of two parts of one name the second would get lost when the file is written again.
            if root.iter().take(index).any(|(earlier, _)| earlier == key) {
                let problem = format!("`{key}` stands there twice");
                return Err(unusable(place_of(text, raw.get()), &problem)
                    .hint("merge the two by hand; the file was not changed")
                    .into());
            }
        }
        let part = |key: &str| {
            root.iter()
                .find(|(name, _)| name == key)
                .map(|(_, raw)| *raw)
        };
        let format_version = match part("format_version") {
            None => FORMAT_VERSION,
            Some(raw) => serde_json::from_str(raw.get()).map_err(|_| {
                unusable(
                    place_of(text, raw.get()),
                    "`format_version` is not a whole number",
                )
            })?,
        };
        if format_version > FORMAT_VERSION && !reads_newer {
            let problem =
                format!("the registry has format {format_version}, written by a newer sie");
            let place = part("format_version").map_or(Place { line: 1, column: 1 }, |raw| {
                place_of(text, raw.get())
            });
            return Err(unusable(place, &problem)
                .hint("upgrade sie; `sie list` and `sie show` still work")
                .into());
        }
        if format_version <= FORMAT_VERSION
            && let Some((key, raw)) = root
                .iter()
                .find(|(key, _)| !ROOT_KEYS.contains(&key.as_str()))
        {
            let failure = unusable(place_of(text, raw.get()), &format!("unknown key `{key}`"));
            let hint = match closest(key, ROOT_KEYS) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known keys are {}", ROOT_KEYS.join(", ")),
            };
            return Err(failure.hint(hint).into());
        }
        let id = match part("id") {
            None => None,
            Some(raw) => Some(
                serde_json::from_str::<String>(raw.get())
                    .map_err(|_| unusable(place_of(text, raw.get()), "`id` is not a text"))?,
            ),
        };
        let hooks = part("hooks")
            .map_or_else(|| Ok(Hooks::default()), |raw| hooks_of(raw, text, unusable))?;
        let engines = match part("engines") {
            None => Vec::new(),
            Some(raw) => {
                let Members(engines) = serde_json::from_str(raw.get()).map_err(|_| {
                    unusable(
                        place_of(text, raw.get()),
                        "`engines` is not an object of engines by name",
                    )
                })?;
                engines
            }
        };
        Ok(Self {
            format_version,
            id,
            raw_hooks: part("hooks"),
            hooks,
            engines,
        })
    }
}

/// Reads the hooks of all engines.
fn hooks_of(
    raw: &RawValue,
    text: &str,
    unusable: impl Fn(Place, &str) -> Failure,
) -> Result<Hooks, Failure> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let (problem, _, hints) = super::entry::explain(&error);
        let place = place_of(text, raw.get()).plus(error.line(), error.column());
        let mut failure = unusable(place, &format!("`hooks` cannot be used: {problem}"));
        failure.hints = hints;
        failure
    })
}

/// The members of an object in their order, even where a key stands twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer
            .deserialize_map(MembersVisitor)
            .map_err(|error: D::Error| de::Error::custom(error))
    }
}

/// A registry file about to be written.
pub struct DocumentToWrite<'a> {
    /// The id of the registry.
    pub id: &'a str,
    /// The hooks of all engines.
    pub hooks: Option<&'a RawValue>,
    /// The entries, in order.
    pub engines: Vec<(&'a str, &'a RawValue)>,
}

impl DocumentToWrite<'_> {
    /// Returns the text of the file.
    ///
    /// # Errors
    ///
    /// Fails if an entry is not JSON.
    pub fn to_text(&self) -> Result<String> {
        let mut text =
            serde_json::to_string_pretty(self).context("cannot write the registry as JSON")?;
        text.push('\n');
        Ok(text)
    }
}

impl Serialize for DocumentToWrite<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Engines<'a>(&'a [(&'a str, &'a RawValue)]);

        impl Serialize for Engines<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().copied())
            }
        }

        let mut root = serializer.serialize_map(None)?;
        root.serialize_entry("format_version", &FORMAT_VERSION)?;
        root.serialize_entry("id", self.id)?;
        if let Some(hooks) = self.hooks {
            root.serialize_entry("hooks", hooks)?;
        }
        root.serialize_entry("engines", &Engines(&self.engines))?;
        root.end()
    }
}

/// Writes an entry the way it is to stand in the file: indented as deep as it lies there.
///
/// # Errors
///
/// Fails if it cannot be written as JSON.
pub fn entry_text(entry: &impl Serialize) -> Result<Box<RawValue>> {
    let text = serde_json::to_string_pretty(entry).context("cannot write the engine as JSON")?;
    RawValue::from_string(text.replace('\n', "\n    ")).context("cannot write the engine as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_place_of_an_error_in_an_entry_is_that_in_the_file() {
        let text = "{\n  \"engines\": {\n    \"a\": {\n      \"pipelne\": 1 }}}";
        let document = RegistryDocument::parse(text, "registry.json", false).expect("parses");
        let (_, raw) = document.engines.first().expect("one");
        assert_eq!(
            place_of(text, raw.get()),
            Place {
                line: 3,
                column: 10
            }
        );
        assert_eq!(
            place_of(text, raw.get()).plus(2, 7),
            Place { line: 4, column: 7 }
        );
    }

    #[test]
    fn what_is_no_registry_is_refused_with_its_place() {
        for (text, place) in [
            ("", "line 1, column 1"),
            ("{\"engines\": {", "line 1, column 13"),
            ("[]", "line 1, column"),
            ("{\n \"engnes\": {}}", "line 2"),
            ("{\"format_version\": 99}", "line 1, column 20"),
            ("{\"engines\": []}", "line 1, column 13"),
        ] {
            let error = RegistryDocument::parse(text, "registry.json", false).expect_err(text);
            assert!(error.to_string().contains(place), "{text}: {error}");
            assert_eq!(crate::error::kind_of(&error), Kind::Unusable, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in ".{0,200}") {
            let _ = RegistryDocument::parse(&text, "registry.json", false);
        }
    }
}
