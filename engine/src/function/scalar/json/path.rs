//! The paths that EXTRACTJSONFIELD takes: `$.name[0]["other name"]`.

/// The names and positions of a path, in their order; a position is one only where it meets an array.
pub(super) fn parse(path: &str) -> Result<Vec<String>, String> {
    let wrong = |what: &str| Err(format!("'{path}' is not a JSON path: {what}"));
    let Some(mut rest) = path.strip_prefix('$') else { return wrong("it has to begin with $") };
    let mut tokens = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            if end == 0 {
                return wrong("a name is missing behind a dot");
            }
            tokens.push(after[..end].to_owned());
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let Some(end) = after.find("\"]") else { return wrong("a quoted name does not end in \"]") };
            tokens.push(after[..end].to_owned());
            rest = &after[end + 2..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let Some(end) = after.find(']') else { return wrong("a ] is missing") };
            tokens.push(after[..end].to_owned());
            rest = &after[end + 1..];
        } else {
            return wrong("a dot or a bracket is missing between two names");
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let tokens = |path| parse(path).ok();
        assert_eq!(tokens("$"), Some(vec![]));
        assert_eq!(
            tokens("$.@type.b_2[3][\"x.y\"]"),
            Some(["@type", "b_2", "3", "x.y"].map(String::from).into())
        );
        for wrong in ["", "a", "$a", "$.", "$..a", "$[1", "$[\"a]"] {
            assert_eq!(tokens(wrong), None, "{wrong}");
        }
    }
}
