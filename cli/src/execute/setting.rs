//! SET, UNSET, DEFINE, UNDEFINE: settings that live at the prompt and go with each statement.

use super::{Failure, Runner};
use crate::client::ClientError;
use crate::render;
use crate::session::OutputFormat;
use crate::statement::variables::substitute;
use crate::statement::words::{Word, is_word};

impl Runner {
    /// `SET 'name' = 'value';`
    pub(super) fn set(&mut self, words: &[Word<'_>]) -> Result<(), Failure> {
        let [Word::Text(_), Word::Symbol('='), Word::Text(_)] = words else {
            return Err(Failure::Message(
                "SET wants a name and a value in quotes: SET 'auto.offset.reset' = 'earliest';".to_owned(),
            ));
        };
        let text = |word: Word<'_>| substitute(&word.content(), &self.session.variables);
        let (name, value) = (text(words[0]), text(words[2]));
        let client = &self.session.client;
        match self.runtime.block_on(client.is_valid_property(&name)) {
            // A server that is away, or does not know the question, cannot object.
            Err(ClientError::Server(error)) if !matches!(error.code / 100, 404 | 405) => {
                return Err(ClientError::Server(error).into());
            }
            _ => {}
        }
        let said = match self.session.properties.insert(name.clone(), value.clone()) {
            Some(before) if before != value => format!("{name} is now '{value}'; it was '{before}'."),
            _ => format!("{name} is now '{value}'."),
        };
        self.say(&format!("{said} UNSET '{name}'; takes it back."))
    }

    /// `UNSET 'name';`
    pub(super) fn unset(&mut self, words: &[Word<'_>]) -> Result<(), Failure> {
        let [Word::Text(_)] = words else {
            return Err(Failure::Message(
                "UNSET wants a name in quotes: UNSET 'auto.offset.reset';".to_owned(),
            ));
        };
        let name = substitute(&words[0].content(), &self.session.variables);
        match self.session.properties.remove(&name) {
            Some(value) => self.say(&format!("{name} is no longer '{value}'.")),
            None => Err(Failure::Message(format!(
                "{name} has not been set in this session. SHOW PROPERTIES; lists what has: origin SESSION."
            ))),
        }
    }

    /// `DEFINE name = 'value';`
    pub(super) fn define(&mut self, words: &[Word<'_>]) -> Result<(), Failure> {
        let [name @ Word::Bare(_), Word::Symbol('='), value @ Word::Text(_)] = words else {
            return Err(Failure::Message(
                "DEFINE wants a name and a value in quotes: DEFINE topic = 'flights';".to_owned(),
            ));
        };
        let value = substitute(&value.content(), &self.session.variables);
        define(&mut self.session.variables, &name.content(), &value).map_err(Failure::Message)
    }

    /// `UNDEFINE name;`
    pub(super) fn undefine(&mut self, words: &[Word<'_>]) -> Result<(), Failure> {
        let [Word::Bare(name)] = words else {
            return Err(Failure::Message("UNDEFINE wants a name: UNDEFINE topic;".to_owned()));
        };
        let variables = &mut self.session.variables;
        let before = variables.len();
        variables.retain(|key, _| !key.eq_ignore_ascii_case(name));
        if variables.len() == before {
            return Err(Failure::Message(format!("{name} is not defined. SHOW VARIABLES; lists what is.")));
        }
        Ok(())
    }

    /// `SHOW VARIABLES;`
    pub(super) fn show_variables(&mut self) -> Result<(), Failure> {
        let variables = self.session.variables.iter();
        let variables: Vec<_> =
            variables.map(|(name, value)| serde_json::json!({ "name": name, "value": value })).collect();
        let entity = serde_json::json!({
            "@type": "variables", "statementText": "SHOW VARIABLES;", "variables": variables
        });
        let text = match self.session.format {
            OutputFormat::Json => render::json(&serde_json::json!([entity])),
            OutputFormat::Tabular => render::entity(&entity, self.screen.width()),
        };
        Ok(self.screen.print(&text)?)
    }

    /// Says that something was done, where a person wants to know.
    pub(super) fn say(&mut self, text: &str) -> Result<(), Failure> {
        match self.session.format {
            OutputFormat::Tabular => Ok(self.screen.print(text)?),
            OutputFormat::Json => Ok(self.screen.note(text)?),
        }
    }
}

/// Defines a variable, here and for `-d name=value`.
pub(crate) fn define(
    variables: &mut std::collections::BTreeMap<String, String>,
    name: &str,
    value: &str,
) -> Result<(), String> {
    let starts = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !starts || !name.chars().all(is_word) {
        return Err(format!("{name:?} is no name for a variable: letters, digits and _ make one."));
    }
    // Names do not differ by case, so that the last definition wins.
    variables.retain(|key, _| !key.eq_ignore_ascii_case(name));
    variables.insert(name.to_owned(), value.to_owned());
    Ok(())
}
