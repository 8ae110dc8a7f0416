//! A registry file about to be written: what is not changed keeps every byte, good or bad.

use std::borrow::Cow;

use anyhow::{Context, Result};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::registry::document::{FORMAT_VERSION, Members, RegistryDocument};

/// One member of the file, as it stands there or as it is to.
type Member<'a> = (String, Cow<'a, RawValue>);

/// The members of a registry file, to be changed one by one.
pub struct RegistryDraft<'a> {
    /// The id of the registry.
    pub id: String,
    sections: Vec<Member<'a>>,
    engines: Vec<Member<'a>>,
}

impl<'a> RegistryDraft<'a> {
    /// Starts from the text of a file, or from nothing; `id` stands there unless the file says otherwise.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the text is no registry.
    pub fn of(text: Option<&'a str>, id: &str) -> Result<Self> {
        let borrowed = |members: Vec<(String, &'a RawValue)>| {
            members
                .into_iter()
                .map(|(key, raw)| (key, Cow::Borrowed(raw)))
                .collect()
        };
        let Some(text) = text else {
            return Ok(Self {
                id: id.to_owned(),
                sections: Vec::new(),
                engines: Vec::new(),
            });
        };
        let document = RegistryDocument::parse(text, "the registry", true)?;
        Ok(Self {
            id: document.id.unwrap_or_else(|| id.to_owned()),
            sections: borrowed(document.sections),
            engines: borrowed(document.engines),
        })
    }

    /// Returns an entry, found without regard to case.
    #[must_use]
    pub fn engine(&self, name: &str) -> Option<&RawValue> {
        let mut engines = self.engines.iter();
        let (_, raw) = engines.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(raw)
    }

    /// Puts an entry in the place of the one of this name, or behind all others.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as JSON.
    pub fn set_engine(&mut self, name: &str, entry: &impl Serialize) -> Result<()> {
        // As deep as it lies in the file.
        let entry = raw_text(entry, "    ")?;
        let mut engines = self.engines.iter_mut();
        match engines.find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            Some((_, raw)) => *raw = Cow::Owned(entry),
            None => self.engines.push((name.to_owned(), Cow::Owned(entry))),
        }
        Ok(())
    }

    /// Puts an entry behind all others, as it stands.
    pub fn set_engine_text(&mut self, name: &str, entry: Box<RawValue>) {
        self.remove_engine(name);
        self.engines.push((name.to_owned(), Cow::Owned(entry)));
    }

    /// Takes an entry out.
    pub fn remove_engine(&mut self, name: &str) {
        self.engines
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    /// Puts a section in the place of the present one, or behind all others.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as JSON.
    pub fn set_section(&mut self, key: &str, section: &impl Serialize) -> Result<()> {
        self.set_section_text(key, raw_text(section, "  ")?);
        Ok(())
    }

    /// Returns a member of a section.
    ///
    /// # Errors
    ///
    /// Fails if the section is no object.
    pub fn member(&self, section: &str, key: &str) -> Result<Option<&RawValue>> {
        let members = self.members(section)?;
        let found = members.into_iter().find(|(other, _)| other == key);
        Ok(found.map(|(_, raw)| raw))
    }

    /// Puts a member of a section in the place of the present one, or behind all others, which keep every byte.
    ///
    /// # Errors
    ///
    /// Fails if the section is no object.
    pub fn set_member(&mut self, section: &str, key: &str, value: &RawValue) -> Result<()> {
        let mut texts: Vec<(String, String)> = self
            .members(section)?
            .into_iter()
            .map(|(key, raw)| (key, raw.get().to_owned()))
            .collect();
        match texts.iter_mut().find(|(other, _)| other == key) {
            Some((_, text)) => value.get().clone_into(text),
            None => texts.push((key.to_owned(), value.get().to_owned())),
        }
        let mut lines = Vec::with_capacity(texts.len());
        for (key, text) in texts {
            lines.push(format!("    {}: {text}", serde_json::to_string(&key)?));
        }
        let text = format!("{{\n{}\n  }}", lines.join(",\n"));
        let raw = RawValue::from_string(text).context("cannot be written as JSON")?;
        self.set_section_text(section, raw);
        Ok(())
    }

    fn members(&self, section: &str) -> Result<Vec<(String, &RawValue)>> {
        let found = self.sections.iter().find(|(other, _)| other == section);
        let Some((_, raw)) = found else {
            return Ok(Vec::new());
        };
        let Members(members) = serde_json::from_str(raw.get())
            .with_context(|| format!("the section `{section}` is no object"))?;
        Ok(members)
    }

    fn set_section_text(&mut self, key: &str, raw: Box<RawValue>) {
        match self.sections.iter_mut().find(|(other, _)| other == key) {
            Some((_, present)) => *present = Cow::Owned(raw),
            None => self.sections.push((key.to_owned(), Cow::Owned(raw))),
        }
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as JSON.
    pub fn to_text(&self) -> Result<String> {
        let mut text =
            serde_json::to_string_pretty(self).context("cannot write the registry as JSON")?;
        text.push('\n');
        Ok(text)
    }
}

/// Writes a value the way it is to stand in the file, indented as deep as it lies there.
pub(super) fn raw_text(value: &impl Serialize, indent: &str) -> Result<Box<RawValue>> {
    let text = serde_json::to_string_pretty(value).context("cannot be written as JSON")?;
    let text = text.replace('\n', &format!("\n{indent}"));
    RawValue::from_string(text).context("cannot be written as JSON")
}

impl Serialize for RegistryDraft<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Entries<'m>(&'m [Member<'m>]);

        impl Serialize for Entries<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(key, raw)| (key, raw.as_ref())))
            }
        }

        let mut root = serializer.serialize_map(None)?;
        root.serialize_entry("format_version", &FORMAT_VERSION)?;
        root.serialize_entry("id", &self.id)?;
        for (key, raw) in &self.sections {
            root.serialize_entry(key, raw.as_ref())?;
        }
        root.serialize_entry("engines", &Entries(&self.engines))?;
        root.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_keeps_every_byte() {
        let text =
            "{\"hooks\": { }, \"id\": \"r\", \"engines\": {\"a\": [ 1 ], \"b\":{ \"x\" : 2}}}";
        let mut draft = RegistryDraft::of(Some(text), "other").expect("a registry");
        draft.set_engine("A", &[3]).expect("set");
        draft.set_engine("c", &true).expect("set");
        assert_eq!(draft.engine("B").map(RawValue::get), Some("{ \"x\" : 2}"));
        let written = draft.to_text().expect("text");
        for part in [
            "\"id\": \"r\"",
            "\"hooks\": { }",
            "\"b\": { \"x\" : 2}",
            "\"c\": true",
        ] {
            assert!(written.contains(part), "{part}: {written}");
        }
        draft.remove_engine("b");
        draft.set_section("hooks", &1).expect("set");
        let written = draft.to_text().expect("text");
        assert!(
            !written.contains("\"b\"") && written.contains("\"hooks\": 1"),
            "{written}"
        );
    }

    #[test]
    fn a_new_file_gets_the_id_that_was_made_for_it() {
        let draft = RegistryDraft::of(None, "new").expect("nothing");
        assert_eq!(
            draft.to_text().expect("text"),
            "{\n  \"format_version\": 1,\n  \"id\": \"new\",\n  \"engines\": {}\n}\n"
        );
    }
}
