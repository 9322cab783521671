//! Session variables: `${name}` in a statement stands for a value set by DEFINE.

use std::collections::BTreeMap;

/// Replaces each `${name}` of `text` whose name is defined; others stay as they are. Names are
/// compared without regard to case, as the server does.
pub fn substitute(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let reference = from.find('}').map(|end| (&from[2..end], &from[end + 1..]));
        match reference.and_then(|(name, after)| lookup(variables, name).map(|value| (value, after))) {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push_str("${");
                rest = &from[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn lookup<'a>(variables: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    let exact = variables.get(name);
    let any = || variables.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    exact.or_else(any).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_defined_names_are_replaced() {
        let variables = BTreeMap::from([("topic".to_owned(), "flights".to_owned())]);
        assert_eq!(
            substitute("PRINT ${TOPIC} '${other}' ${ ${topic}", &variables),
            "PRINT flights '${other}' ${ flights"
        );
    }
}
