//! The stages of an engine, as the registry writes them.

use std::fmt;

use anyhow::Result;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Failure;
use crate::pipeline::stage::{Stage, StageCommand, StageName};

/// The commands an engine runs, one after the other. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelAutomationPipeline {
    stages: Vec<Stage>,
}

impl ModelAutomationPipeline {
    /// The name of the stage where a pipeline is one command.
    const ONLY_STAGE: &'static str = "pipeline";
    /// The most stages a pipeline may have.
    const MAX_STAGES: usize = 100;

    /// Makes a pipeline of one command, split once by shell-word rules.
    ///
    /// # Errors
    ///
    /// Fails if the command is empty, or a quote is left open.
    ///
    /// ```
    /// use self_improvement_engine::ModelAutomationPipeline;
    ///
    /// let pipeline = ModelAutomationPipeline::parse("./retrain.sh --effort {energy}")?;
    /// assert_eq!(pipeline.stages().len(), 1);
    /// # Ok::<(), anyhow::Error>(())
    /// ```
    pub fn parse(command: &str) -> Result<Self> {
        Self::from_stages(vec![Stage {
            name: StageName::parse(Self::ONLY_STAGE)?,
            command: StageCommand::split(command)?,
            timeout: None,
        }])
    }

    /// Makes a pipeline of several stages.
    ///
    /// # Errors
    ///
    /// Fails if there is none, more than 100, or two have one name (their logs would mix).
    pub fn from_stages(stages: Vec<Stage>) -> Result<Self> {
        if stages.is_empty() || stages.len() > Self::MAX_STAGES {
            let problem = format!(
                "a pipeline has 1 to {} stages, not {}",
                Self::MAX_STAGES,
                stages.len()
            );
            return Err(Failure::usage(problem).into());
        }
        for (index, stage) in stages.iter().enumerate() {
            let twin = stages.iter().take(index).find(|earlier| {
                earlier
                    .name
                    .as_str()
                    .eq_ignore_ascii_case(stage.name.as_str())
            });
            if twin.is_some() {
                return Err(
                    Failure::usage(format!("two stages are called `{}`", stage.name)).into(),
                );
            }
        }
        Ok(Self { stages })
    }

    /// Returns the stages in the order in which they run.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Returns the command line if the pipeline can be written as one.
    fn as_line(&self) -> Option<String> {
        match self.stages.as_slice() {
            [stage] if stage.name.as_str() == Self::ONLY_STAGE && stage.timeout.is_none() => {
                match &stage.command {
                    StageCommand::Words(_) => Some(stage.command.to_string()),
                    StageCommand::Shell(_) => None,
                }
            }
            _ => None,
        }
    }
}

impl fmt::Display for ModelAutomationPipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [stage] = self.stages.as_slice() {
            return stage.command.fmt(f);
        }
        let names: Vec<&str> = self
            .stages
            .iter()
            .map(|stage| stage.name.as_str())
            .collect();
        write!(f, "{} stages ({})", names.len(), names.join(", "))
    }
}

impl Serialize for ModelAutomationPipeline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_line() {
            Some(line) => serializer.serialize_str(&line),
            None => self.stages.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ModelAutomationPipeline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PipelineVisitor;

        impl<'de> Visitor<'de> for PipelineVisitor {
            type Value = ModelAutomationPipeline;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a command line or a list of stages")
            }

            fn visit_str<E: de::Error>(self, line: &str) -> Result<Self::Value, E> {
                ModelAutomationPipeline::parse(line).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<Self::Value, A::Error> {
                let mut stages = Vec::new();
                while let Some(stage) = sequence.next_element()? {
                    stages.push(stage);
                }
                ModelAutomationPipeline::from_stages(stages).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(PipelineVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_command_is_written_as_the_line_a_person_would_type() {
        let pipeline = ModelAutomationPipeline::parse("./train.sh {energy} 'a b'").expect("valid");
        let json = serde_json::to_string(&pipeline).expect("serializes");
        assert_eq!(json, r#""./train.sh {energy} 'a b'""#);
        assert_eq!(
            serde_json::from_str::<ModelAutomationPipeline>(&json).expect("reads back"),
            pipeline
        );
    }

    #[test]
    fn two_stages_of_one_name_are_refused() {
        let json = r#"[{"name":"a","command":"x"},{"name":"A","command":"y"}]"#;
        assert!(serde_json::from_str::<ModelAutomationPipeline>(json).is_err());
        assert!(serde_json::from_str::<ModelAutomationPipeline>("[]").is_err());
    }
}
