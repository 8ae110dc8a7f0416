//! The text of a registry file, taken apart without losing anything.

use std::fmt;

use anyhow::Result;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::{Failure, Kind, closest};
use crate::events::Hooks;
use crate::registry::money::capital_settings::CapitalSettings;
use crate::registry::place::{Place, place_of};
use crate::registry::scaling::archive::AUTOSCALE;
use crate::registry::scaling::autoscale_section::AutoscaleSection;

/// The newest format this version reads and writes.
pub const FORMAT_VERSION: u64 = 1;

/// The keys at the root of the file, in the order in which they are written.
const ROOT_KEYS: [&str; 6] = ["format_version", "id", HOOKS, CAPITAL, AUTOSCALE, "engines"];

/// The section with the hooks of all engines.
pub const HOOKS: &str = "hooks";

/// The section about the money of all engines.
pub const CAPITAL: &str = "capital";

/// The parts of a registry file.
#[derive(Debug)]
pub struct RegistryDocument<'a> {
    /// The format it is written in.
    pub format_version: u64,
    /// The id of the registry, if it names one.
    pub id: Option<String>,
    /// What concerns all engines, by key, as it stands there.
    pub sections: Vec<(String, &'a RawValue)>,
    /// The hooks of all engines.
    pub hooks: Hooks,
    /// How the fleet grows and shrinks.
    pub autoscale: AutoscaleSection<'a>,
    /// What the fleet may spend, if the file says so.
    pub capital: Option<CapitalSettings>,
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
        let source = Source { text, shown };
        let root = source.root()?;
        let part = |key: &str| {
            let mut root = root.iter();
            root.find(|(name, _)| name == key).map(|(_, raw)| *raw)
        };
        let format_version = match part("format_version") {
            None => FORMAT_VERSION,
            Some(raw) => serde_json::from_str(raw.get())
                .map_err(|_| source.unusable(raw, "`format_version` is not a whole number"))?,
        };
        if let Some(raw) = part("format_version")
            && format_version > FORMAT_VERSION
            && !reads_newer
        {
            let problem =
                format!("the registry has format {format_version}, written by a newer sie");
            return Err(source
                .unusable(raw, &problem)
                .hint("upgrade sie; `sie list` and `sie show` still work")
                .into());
        }
        if format_version <= FORMAT_VERSION {
            source.check_keys(&root)?;
        }
        let id = part("id").map(|raw| {
            serde_json::from_str::<String>(raw.get())
                .map_err(|_| source.unusable(raw, "`id` is not a text"))
        });
        let engines = part("engines").map(|raw| {
            serde_json::from_str(raw.get())
                .map_err(|_| source.unusable(raw, "`engines` is not an object of engines by name"))
        });
        let Members(engines) = engines.transpose()?.unwrap_or(Members(Vec::new()));
        let capital: Option<CapitalSettings> = source.section(CAPITAL, part(CAPITAL))?;
        if let (Some(settings), Some(raw)) = (&capital, part(CAPITAL)) {
            settings.check().map_err(|failure| Failure {
                hints: failure.hints,
                ..source.unusable(
                    raw,
                    &format!("`{CAPITAL}` cannot be used: {}", failure.message),
                )
            })?;
        }
        Ok(Self {
            format_version,
            id: id.transpose()?,
            capital,
            hooks: source.section(HOOKS, part(HOOKS))?.unwrap_or_default(),
            autoscale: match source.section(AUTOSCALE, part(AUTOSCALE)) {
                // Of a newer file the engines are of use all the same.
                Err(_) if format_version > FORMAT_VERSION => AutoscaleSection::default(),
                section => section?.unwrap_or_default(),
            },
            engines,
            sections: root
                .into_iter()
                .filter(|(key, _)| !["format_version", "id", "engines"].contains(&key.as_str()))
                .collect(),
        })
    }
}

/// A text with the name under which messages show it.
struct Source<'a, 's> {
    text: &'a str,
    shown: &'s str,
}

impl<'a> Source<'a, '_> {
    /// Returns the members of the object that the text is.
    fn root(&self) -> Result<Vec<(String, &'a RawValue)>, Failure> {
        if self.text.trim().is_empty() {
            return Err(self
                .unusable_at(Place { line: 1, column: 1 }, "the registry is empty")
                .hint("restore it from a copy, or remove the file to begin anew"));
        }
        let Members(root) = serde_json::from_str(self.text).map_err(|error| {
            let place = Place {
                line: error.line().max(1),
                column: error.column().max(1),
            };
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            self.unusable_at(
                place,
                &format!("the registry is not a JSON object: {message}"),
            )
            .hint("mend the place named, or restore the file from a copy; it was not changed")
        })?;
        for (index, (key, raw)) in root.iter().enumerate() {
            // Of two parts of one name the second would get lost when the file is written again.
            if root.iter().take(index).any(|(earlier, _)| earlier == key) {
                return Err(self
                    .unusable(raw, &format!("`{key}` stands there twice"))
                    .hint("merge the two by hand; the file was not changed"));
            }
        }
        Ok(root)
    }

    fn check_keys(&self, root: &[(String, &RawValue)]) -> Result<(), Failure> {
        let is_unknown = |(key, _): &&(String, &RawValue)| !ROOT_KEYS.contains(&key.as_str());
        let Some((key, raw)) = root.iter().find(is_unknown) else {
            return Ok(());
        };
        let hint = match closest(key, ROOT_KEYS) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("known keys are {}", ROOT_KEYS.join(", ")),
        };
        Err(self
            .unusable(raw, &format!("unknown key `{key}`"))
            .hint(hint))
    }

    /// Reads a section, if it is there.
    fn section<T: Deserialize<'a>>(
        &self,
        key: &str,
        raw: Option<&'a RawValue>,
    ) -> Result<Option<T>, Failure> {
        let Some(raw) = raw else { return Ok(None) };
        // serde would take a list for an object whose keys were left out.
        if raw.get().starts_with('[') {
            return Err(self.unusable(raw, &format!("`{key}` is not an object")));
        }
        serde_json::from_str(raw.get()).map(Some).map_err(|error| {
            let (problem, _, hints) = super::entry::explain(&error);
            let place = place_of(self.text, raw.get()).plus(error.line(), error.column());
            let mut failure =
                self.unusable_at(place, &format!("`{key}` cannot be used: {problem}"));
            failure.hints = hints;
            failure
        })
    }

    fn unusable(&self, raw: &RawValue, problem: &str) -> Failure {
        self.unusable_at(place_of(self.text, raw.get()), problem)
    }

    fn unusable_at(&self, Place { line, column }: Place, problem: &str) -> Failure {
        let shown = self.shown;
        Failure::new(
            Kind::Unusable,
            format!("{shown} line {line}, column {column}: {problem}"),
        )
    }
}

/// The members of an object in their order, even where a key stands twice.
pub struct Members<'a>(pub Vec<(String, &'a RawValue)>);

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
            ("{\"autoscale\": []}", "line 1, column 15"),
            ("{\"autoscale\": {\"max_engine\": 6}}", "line 1, column"),
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
