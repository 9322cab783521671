//! Java's regular expressions in the words of the `regex` crate.
//!
//! The two languages are close. What differs and can be said is rewritten here; look-around and back-references cannot,
//! and the crate's error says so.

use regex::Regex;

/// Makes an expression that matches as Java's `Pattern.compile` would.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(&translate(pattern)).map_err(|error| {
        // The last line of the crate's message has the reason, those before it a drawing of the place.
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        format!("Invalid regular expression pattern: {pattern}: {}", reason.trim_start_matches("error: "))
    })
}

/// Java's classes know ASCII only, its `\Q…\E` quotes, and its POSIX classes have other names.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next() else {
            out.push('\\');
            return out;
        };
        rest = &rest[letter.len_utf8()..];
        match letter {
            'd' => out.push_str("[0-9]"),
            'D' => out.push_str("[^0-9]"),
            'w' => out.push_str("[0-9A-Za-z_]"),
            'W' => out.push_str("[^0-9A-Za-z_]"),
            's' => out.push_str(r"[ \t\n\x0B\f\r]"),
            'S' => out.push_str(r"[^ \t\n\x0B\f\r]"),
            'h' => out.push_str(r"[ \t\u{A0}\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}]"),
            'Z' => out.push_str(r"\n?\z"),
            'R' => out.push_str(r"(?:\r\n|[\n\x0B\f\r\u{85}\u{2028}\u{2029}])"),
            'e' => out.push_str(r"\x1B"),
            'Q' => {
                let (quoted, behind) = rest.split_once("\\E").unwrap_or((rest, ""));
                out.push_str(&regex::escape(quoted));
                rest = behind;
            }
            'p' | 'P' => match rest.strip_prefix('{').and_then(|class| class.split_once('}')) {
                Some((class, behind)) if posix(class).is_some() => {
                    let negated = if letter == 'P' { "^" } else { "" };
                    out.push_str(&format!("[[:{negated}{}:]]", posix(class).unwrap_or_default()));
                    rest = behind;
                }
                // Java's `IsLatin` and `InGreek` are scripts without the prefix here.
                Some((class, behind)) if class.starts_with("Is") => {
                    out.push_str(&format!("\\{letter}{{{}}}", &class[2..]));
                    rest = behind;
                }
                _ => {
                    out.push('\\');
                    out.push(letter);
                }
            },
            other => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out.push_str(rest);
    out
}

fn posix(class: &str) -> Option<&'static str> {
    Some(match class {
        "Lower" => "lower",
        "Upper" => "upper",
        "ASCII" => "ascii",
        "Alpha" => "alpha",
        "Digit" => "digit",
        "Alnum" => "alnum",
        "Punct" => "punct",
        "Graph" => "graph",
        "Print" => "print",
        "Blank" => "blank",
        "Cntrl" => "cntrl",
        "XDigit" => "xdigit",
        "Space" => "space",
        _ => return None,
    })
}

/// A replacement in Java's notation: text, `$1`, `${name}`, and backslashes before characters that mean themselves.
pub(super) struct Replacement {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    Group(usize),
}

impl Replacement {
    /// Reads a replacement for an expression, whose groups it may name.
    pub(super) fn parse(text: &str, regex: &Regex) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => literal.push(letters.next().ok_or("character to be escaped is missing")?),
                '$' => {
                    let group = match letters.peek() {
                        Some('{') => {
                            letters.next();
                            let name: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                            regex
                                .capture_names()
                                .position(|known| known == Some(name.as_str()))
                                .ok_or_else(|| format!("No group with name {{{name}}}"))?
                        }
                        _ => {
                            let first = letters.next().and_then(|letter| letter.to_digit(10));
                            let mut group = first.ok_or("Illegal group reference")? as usize;
                            if group >= regex.captures_len() {
                                return Err(format!("No group {group}"));
                            }
                            // Further digits belong to the number as long as there is such a group.
                            while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
                                let longer = group * 10 + digit as usize;
                                if longer >= regex.captures_len() {
                                    break;
                                }
                                group = longer;
                                letters.next();
                            }
                            group
                        }
                    };
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Group(group));
                }
                other => literal.push(other),
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { parts })
    }

    /// Writes `text` with all matches replaced.
    pub(super) fn write(
        &self,
        regex: &Regex,
        text: &str,
        out: &mut impl std::fmt::Write,
    ) -> std::fmt::Result {
        let mut from = 0;
        for captures in regex.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            out.write_str(&text[from..whole.start()])?;
            for part in &self.parts {
                match part {
                    Part::Text(text) => out.write_str(text)?,
                    Part::Group(group) => {
                        out.write_str(captures.get(*group).map_or("", |group| group.as_str()))?
                    }
                }
            }
            from = whole.end();
        }
        out.write_str(&text[from..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_mean_what_they_mean_in_java() {
        for (pattern, text, expected) in [
            (r"\w+", "naïve", "na"),
            (r"[\d.]+", "v1.2", "1.2"),
            (r"\Qa.b\E.", "a.bc", "a.bc"),
            (r"\p{Alpha}+", "1ab2", "ab"),
            (r"\p{IsGreek}+", "aλb", "λ"),
            (r"\\d", r"\d", r"\d"),
        ] {
            let regex = compile(pattern).unwrap();
            assert_eq!(regex.find(text).map(|found| found.as_str()), Some(expected), "{pattern}");
        }
        assert!(compile("(").unwrap_err().starts_with("Invalid regular expression pattern: (: "));
    }

    #[test]
    fn replacements_refer_to_groups() {
        let regex = compile("(?<a>a)(b)").unwrap();
        for (replacement, expected) in
            [("$2$1", "ba-"), ("${a}!", "a!-"), (r"\$1", "$1-"), ("$10", "a0-"), ("$0$0", "abab-")]
        {
            let mut out = String::new();
            Replacement::parse(replacement, &regex).unwrap().write(&regex, "ab-", &mut out).unwrap();
            assert_eq!(out, expected, "{replacement}");
        }
        for replacement in ["$3", "$x", "\\", "${b}"] {
            assert!(Replacement::parse(replacement, &regex).is_err(), "{replacement}");
        }
    }
}
