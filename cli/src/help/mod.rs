//! `help`: what can be written at the prompt.
//!
//! Topics by what they are for: `define` (sources and types), `query` (reading and writing),
//! `inspect` (looking at what there is), `control` (running queries), `session` (the prompt).

mod control;
mod define;
mod inspect;
mod query;
mod session;

/// A statement or command as `help` explains it.
#[derive(Debug)]
pub struct Topic {
    /// The words it is asked for by, in capitals.
    pub name: &'static str,
    /// What it does, in less than a line.
    pub summary: &'static str,
    /// How it is written; `[ ]` may be left out, `|` is a choice.
    pub syntax: &'static str,
    /// What one should know.
    pub notes: &'static str,
    /// To be tried as it is.
    pub example: &'static str,
}

/// Topics that belong together.
#[derive(Debug)]
pub struct Group {
    /// Their heading in the overview.
    pub title: &'static str,
    /// The topics in the order of the overview.
    pub topics: &'static [Topic],
}

/// All topics.
pub const GROUPS: [Group; 5] = [define::GROUP, query::GROUP, inspect::GROUP, control::GROUP, session::GROUP];

/// The help for `asked`: the overview for nothing, one topic, or all that begin with the words.
/// For anything else an error that names what comes closest.
pub fn text(asked: &str) -> Result<String, String> {
    let asked = asked.trim().trim_end_matches(';').trim_end().to_uppercase();
    if asked.is_empty() {
        return Ok(overview());
    }
    // LIST is another word for SHOW.
    let asked = match asked.strip_prefix("LIST ") {
        Some(rest) => format!("SHOW {rest}"),
        None if asked == "LIST" => "SHOW".to_owned(),
        None => asked,
    };
    if let Some(topic) = topics().find(|topic| topic.name == asked) {
        return Ok(topic.text());
    }
    let beginning: Vec<&Topic> =
        topics().filter(|topic| topic.name.starts_with(&format!("{asked} "))).collect();
    match beginning.as_slice() {
        [] => Err(unknown(&asked)),
        [topic] => Ok(topic.text()),
        many => Ok(list(many, 0) + "\n\n`help` with one of these names tells more."),
    }
}

/// The names of all topics, for completion.
pub fn names() -> impl Iterator<Item = &'static str> {
    topics().map(|topic| topic.name)
}

fn topics() -> impl Iterator<Item = &'static Topic> {
    GROUPS.iter().flat_map(|group| group.topics)
}

fn overview() -> String {
    let widest = names().map(str::len).max().unwrap_or(0);
    let mut text = String::from("Statements end with ; and may go over many lines. Tab completes.\n");
    for group in &GROUPS {
        let topics: Vec<&Topic> = group.topics.iter().collect();
        text += &format!("\n{}\n{}\n", group.title, list(&topics, widest));
    }
    text + "\n`help SELECT` tells how a statement is written, with an example."
}

fn list(topics: &[&Topic], widest: usize) -> String {
    let widest = topics.iter().map(|topic| topic.name.len()).max().unwrap_or(0).max(widest);
    let line = |topic: &&Topic| format!("  {:widest$}  {}", topic.name, topic.summary);
    topics.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn unknown(asked: &str) -> String {
    let word = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let words = word(asked);
    let mut near: Vec<&str> = names()
        .filter(|name| {
            word(name).iter().any(|part| words.contains(part) || words.iter().any(|w| typo(w, part)))
        })
        .collect();
    near.sort_by_key(|name| name.len());
    match near.as_slice() {
        [] => format!("There is no help on {asked}. `help` lists what there is."),
        near => format!("There is no help on {asked}. Perhaps: {}.", near.join(", ")),
    }
}

/// Whether two words differ by one letter: another, a missing, or two exchanged ones.
fn typo(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < 3 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    match rest_a.len().cmp(&rest_b.len()) {
        std::cmp::Ordering::Less => rest_a == &rest_b[1..],
        std::cmp::Ordering::Greater => &rest_a[1..] == rest_b,
        std::cmp::Ordering::Equal => {
            rest_a.is_empty()
                || rest_a[1..] == rest_b[1..]
                || (rest_a.len() > 1
                    && rest_a[0] == rest_b[1]
                    && rest_a[1] == rest_b[0]
                    && rest_a[2..] == rest_b[2..])
        }
    }
}

impl Topic {
    fn text(&self) -> String {
        let indent = |text: &str| text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n");
        let mut text = format!("{}: {}\n\n{}", self.name, self.summary, indent(self.syntax));
        if !self.notes.is_empty() {
            text += &format!("\n\n{}", self.notes);
        }
        if !self.example.is_empty() {
            text += &format!("\n\nExample\n{}", indent(self.example));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::{Rest, Route, route, split};

    #[test]
    fn a_topic_is_found_by_its_words() {
        assert!(text("select").expect("a topic").starts_with("SELECT: "));
        assert!(text("list streams;").expect("a topic").starts_with("SHOW STREAMS: "));
        let create = text("create").expect("many topics");
        assert!(create.contains("CREATE STREAM AS SELECT") && create.contains("CREATE TYPE"));
        assert!(text("").expect("the overview").contains("RUN SCRIPT"));
    }

    #[test]
    fn an_unknown_topic_names_what_comes_closest() {
        let near = "There is no help on DESCRBE STREM. Perhaps: DESCRIBE, DROP STREAM, CREATE STREAM, \
                    DESCRIBE FUNCTION, CREATE STREAM AS SELECT.";
        assert_eq!(text("descrbe strem").expect_err("none"), near);
        let none = "There is no help on FROBNICATE. `help` lists what there is.";
        assert_eq!(text("frobnicate").expect_err("none"), none);
    }

    #[test]
    fn every_topic_is_complete_and_fits_a_terminal() {
        for topic in topics() {
            assert!(!topic.example.is_empty(), "{} has no example", topic.name);
            for line in topic.text().lines().chain(overview().lines()) {
                assert!(line.chars().count() <= 100, "too long: {line}");
            }
            let (statements, rest) = split(topic.example);
            let command = statements.is_empty() && route(topic.example) == Route::Prompt;
            assert!(command || rest == Rest::Blank, "the example of {} has no end", topic.name);
        }
    }
}
