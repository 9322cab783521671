//! What a session has set for itself.

use std::collections::HashMap;

use crate::settings::Settings;
use crate::sql;

/// The overrides and variables of a session or request: SET and DEFINE change them.
#[derive(Debug, Clone, Default)]
pub struct Session {
    pub properties: Settings,
    /// By name in upper case.
    pub variables: HashMap<String, String>,
}

impl Session {
    /// The text with `${name}` replaced, unless that is switched off.
    pub fn substitute(&self, text: &str) -> String {
        if self.variables.is_empty()
            || self.properties.boolean("ksql.variable.substitution.enable") == Some(false)
        {
            return text.to_owned();
        }
        sql::substitute_variables(text, &self.variables)
    }
}
