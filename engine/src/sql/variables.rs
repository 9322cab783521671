//! `${name}`: variables of a session, replaced in the text before it is read.

use std::collections::HashMap;

/// Replaces each `${name}` by the variable's text, everywhere in the statement, in quotes too.
///
/// `variables` has upper-cased names. A name that is not defined stays as it is, and so does what is no name; the
/// parser then points at it. The replaced text is not searched again, so a variable cannot grow without end.
pub fn substitute_variables(text: &str, variables: &HashMap<String, String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        result.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let value = inside.find('}').and_then(|end| {
            let value = variables.get(&inside[..end].to_uppercase())?;
            Some((value, &inside[end + 1..]))
        });
        match value {
            Some((value, after)) => {
                result.push_str(value);
                rest = after;
            }
            None => {
                result.push_str("${");
                rest = inside;
            }
        }
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defined_names_are_replaced_once_and_others_stay() {
        let variables = HashMap::from([("NAME".into(), "users".into()), ("LOOP".into(), "${name}".into())]);
        let text = "SELECT '${Name}' FROM ${name} ${loop} ${other} ${unclosed";
        let expected = "SELECT 'users' FROM users ${name} ${other} ${unclosed";
        assert_eq!(substitute_variables(text, &variables), expected);
    }
}
