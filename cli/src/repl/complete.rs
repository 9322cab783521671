//! What Tab offers: by the words before the cursor, what can stand there.

use rustyline::completion::{FilenameCompleter, Pair};

use super::keywords::{STATEMENTS, WITH_PROPERTIES, WORDS};
use super::names::{Kind, NameSource};
use crate::help;
use crate::render::schema;
use crate::statement::classify::BARE_COMMANDS;
use crate::statement::split;
use crate::statement::words::{Word, is_word, scan};

/// What is being typed.
struct Place<'a> {
    /// The words of the statement before the one that is being typed.
    before: Vec<Word<'a>>,
    /// All words of the statement so far, those behind the cursor included.
    statement: Vec<Word<'a>>,
    /// The beginning of the word, without an opening quote.
    prefix: &'a str,
    /// The quote that is open.
    quote: Option<char>,
}

/// The position at which the word at the cursor begins, and what it can become.
pub(super) fn complete(line: &str, at: usize, names: &dyn NameSource) -> (usize, Vec<Pair>) {
    let from = statement_start(&line[..at]);
    let typed = &line[from..at];
    let mut before: Vec<(usize, Word<'_>)> =
        scan(typed).into_iter().filter(|(_, word)| !matches!(word, Word::Comment(_))).collect();
    let (prefix_at, quote) = match before.last() {
        Some((start, Word::Bare(text))) if start + text.len() == typed.len() => (*start, None),
        Some((start, word @ (Word::Text(text) | Word::Name(text)))) if is_open(*word) => {
            (start + 1, text.chars().next())
        }
        _ => (typed.len(), None),
    };
    if before.last().is_some_and(|(start, _)| *start + usize::from(quote.is_some()) == prefix_at) {
        before.pop();
    }
    let place = Place {
        before: before.into_iter().map(|(_, word)| word).collect(),
        statement: scan(&line[from..]).into_iter().map(|(_, word)| word).collect(),
        prefix: &typed[prefix_at..],
        quote,
    };
    if place.wants_file() {
        return files(line, at, quote);
    }
    (from + prefix_at, place.candidates(names))
}

/// Files that the path at the cursor can become. A whole file name closes its quote.
fn files(line: &str, at: usize, quote: Option<char>) -> (usize, Vec<Pair>) {
    let (start, mut files) = FilenameCompleter::new().complete_path(line, at).unwrap_or((at, Vec::new()));
    if let ([file], Some(quote)) = (files.as_mut_slice(), quote)
        && !file.replacement.ends_with([std::path::MAIN_SEPARATOR, quote])
    {
        file.replacement.push(quote);
    }
    (start, files)
}

/// Where the statement at the end of `text` begins.
fn statement_start(text: &str) -> usize {
    let mut done = 0;
    for (at, c) in text.char_indices() {
        // A `;` ends a statement if nothing is left open before it.
        if c == ';' && matches!(split(&text[done..=at]).1, crate::statement::Rest::Blank) {
            done = at + 1;
        }
    }
    done
}

fn is_open(word: Word<'_>) -> bool {
    let (Word::Text(text) | Word::Name(text)) = word else { return false };
    let quote = text.chars().next();
    text.len() == 1 || text.chars().last().is_none_or(|c| Some(c) != quote)
}

impl Place<'_> {
    fn is(&self, at: usize, keyword: &str) -> bool {
        self.before.get(at).is_some_and(|word| word.is(keyword))
    }

    /// The word `back` words before the one that is being typed.
    fn was(&self, back: usize, keyword: &str) -> bool {
        self.before.len().checked_sub(back).is_some_and(|at| self.is(at, keyword))
    }

    fn wants_file(&self) -> bool {
        (self.is(0, "run") && self.is(1, "script") && self.before.len() == 2)
            || (self.is(0, "spool") && self.before.len() == 1)
    }

    fn candidates(&self, names: &dyn NameSource) -> Vec<Pair> {
        let mut found = Found { prefix: self.prefix, quote: self.quote, pairs: Vec::new() };
        let last = |words: &[&str]| words.iter().any(|word| self.was(1, word));
        let count = self.before.len();
        if self.quote == Some('\'') {
            self.texts(&mut found, names);
        } else if count == 0 {
            found.words(&STATEMENTS);
            found.words(&BARE_COMMANDS);
        } else if self.is(0, "help") {
            self.help_topics(&mut found);
        } else if self.is(0, "print") && count == 1 {
            found.exact(&names.names(&Kind::Topics));
        } else if self.is(0, "print") {
            found.words(&["FROM", "BEGINNING", "INTERVAL", "LIMIT"]);
        } else if (self.is(0, "show") || self.is(0, "list")) && count == 1 {
            found.words(&[
                "STREAMS",
                "TABLES",
                "TOPICS",
                "QUERIES",
                "FUNCTIONS",
                "PROPERTIES",
                "TYPES",
                "VARIABLES",
                "ALL",
            ]);
        } else if self.is(0, "output") && count == 1 {
            found.words(&["JSON", "TABULAR"]);
        } else if ["terminate", "pause", "resume"].iter().any(|word| self.is(0, word)) && count == 1 {
            found.names(&names.names(&Kind::Queries));
            found.words(&["ALL"]);
        } else if self.is(0, "explain") && count == 1 {
            found.names(&names.names(&Kind::Queries));
            found.words(&["SELECT", "CREATE"]);
        } else if self.is(0, "describe") && count == 1 {
            found.names(&names.names(&Kind::Sources));
            found.words(&["FUNCTION"]);
        } else if self.is(0, "describe") && self.is(1, "function") {
            found.names(&names.names(&Kind::Functions));
        } else if self.is(0, "create") && count == 1 {
            found.words(&["STREAM", "TABLE", "TYPE", "OR REPLACE", "SOURCE"]);
        } else if (self.is(0, "drop") || self.is(0, "alter")) && count == 1 {
            found.words(&["STREAM", "TABLE", "TYPE"]);
        } else if last(&["from", "join", "into"]) || self.names_a_source() {
            found.names(&names.names(&Kind::Sources));
        } else if let Some(alias) = self.qualifier() {
            found.names(&self.columns_of(&alias, names));
        } else if self.in_with_clause() {
            found.words(&WITH_PROPERTIES);
        } else {
            self.expression(&mut found, names);
        }
        found.pairs.sort_by(|a, b| a.display.cmp(&b.display));
        found.pairs.dedup_by(|a, b| a.display == b.display);
        found.pairs
    }

    /// `DROP STREAM [IF EXISTS] x`, `ALTER TABLE x`.
    fn names_a_source(&self) -> bool {
        let kind = self.is(1, "stream") || self.is(1, "table");
        kind && (self.is(0, "drop") || self.is(0, "alter"))
            && (self.before.len() == 2 || (self.before.len() == 4 && self.is(3, "exists")))
    }

    fn texts(&self, found: &mut Found<'_>, names: &dyn NameSource) {
        let count = self.before.len();
        if (self.is(0, "set") || self.is(0, "unset")) && count == 1 {
            found.exact(&names.names(&Kind::Properties));
        } else if self.is(0, "set") && count == 3 {
            found.exact(&["earliest", "latest", "true", "false"].map(str::to_owned));
        } else if (self.is(0, "print") && count == 1) || self.was(2, "kafka_topic") {
            found.exact(&names.names(&Kind::Topics));
        } else if ["value_format", "key_format", "format"].iter().any(|word| self.was(2, word)) {
            found.exact(&["JSON", "DELIMITED", "KAFKA", "NONE"].map(str::to_owned));
        }
    }

    fn help_topics(&self, found: &mut Found<'_>) {
        let asked: Vec<String> = self.before[1..].iter().map(|word| word.content().to_uppercase()).collect();
        let rest = help::names().filter_map(|name| {
            let words: Vec<&str> = name.split(' ').collect();
            words
                .strip_prefix(asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice())?
                .first()
                .copied()
        });
        found.words(&rest.collect::<Vec<_>>());
    }

    /// The name before a `.` at the cursor.
    fn qualifier(&self) -> Option<String> {
        match self.before.as_slice() {
            [.., name @ (Word::Bare(_) | Word::Name(_)), Word::Symbol('.')] => Some(meant(*name)),
            _ => None,
        }
    }

    fn in_with_clause(&self) -> bool {
        let open = self.before.iter().rposition(|word| *word == Word::Symbol('('));
        let property = matches!(self.before.last(), Some(Word::Symbol('(' | ',')));
        property && open.is_some_and(|open| open > 0 && self.before[open - 1].is("with"))
    }

    fn expression(&self, found: &mut Found<'_>, names: &dyn NameSource) {
        for (source, _) in self.sources() {
            found.names(&names.names(&Kind::Columns(source)));
        }
        // Without a letter the list would be the whole language.
        if self.prefix.is_empty() && self.quote.is_none() && !found.pairs.is_empty() {
            return;
        }
        found.words(&WORDS);
        if !self.prefix.is_empty() && self.quote.is_none() {
            found.functions(&names.names(&Kind::Functions));
            found.names(&names.names(&Kind::Sources));
        }
    }

    fn columns_of(&self, alias: &str, names: &dyn NameSource) -> Vec<String> {
        let source = self.sources().into_iter().find(|(source, known)| known == alias || source == alias);
        source.map(|(source, _)| names.names(&Kind::Columns(source))).unwrap_or_default()
    }

    /// The sources of the statement with the names they go by.
    fn sources(&self) -> Vec<(String, String)> {
        let words = &self.statement;
        let is_name = |word: Option<&Word<'_>>| match word {
            Some(Word::Name(_)) => true,
            Some(Word::Bare(text)) => !WORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(text)),
            _ => false,
        };
        let mut sources = Vec::new();
        for at in 1..words.len() {
            let starts = ["from", "join", "into"].iter().any(|word| words[at - 1].is(word));
            if !starts || !is_name(words.get(at)) {
                continue;
            }
            let source = meant(words[at]);
            let alias_at = if words.get(at + 1).is_some_and(|word| word.is("as")) { at + 2 } else { at + 1 };
            let alias = match words.get(alias_at) {
                alias if is_name(alias) => alias.map(|alias| meant(*alias)),
                _ => None,
            };
            sources.push((source.clone(), alias.unwrap_or(source)));
        }
        sources
    }
}

/// The name that the server takes a written name for.
fn meant(word: Word<'_>) -> String {
    match word {
        Word::Bare(text) => text.to_uppercase(),
        other => other.content(),
    }
}

/// Candidates that go on from the prefix.
struct Found<'a> {
    prefix: &'a str,
    quote: Option<char>,
    pairs: Vec<Pair>,
}

impl Found<'_> {
    /// Keywords, in the case of the prefix, with the blank that follows them.
    fn words(&mut self, words: &[&str]) {
        if self.quote.is_some() {
            return;
        }
        for word in words {
            if let Some(text) = self.bare(word) {
                self.pairs.push(Pair { display: text.clone(), replacement: text + " " });
            }
        }
    }

    /// Functions, with the bracket that follows them.
    fn functions(&mut self, names: &[String]) {
        for name in names {
            if let Some(text) = self.bare(name) {
                self.pairs.push(Pair { display: format!("{text}("), replacement: text + "(" });
            }
        }
    }

    /// Names of the server, quoted where they must be.
    fn names(&mut self, names: &[String]) {
        for name in names {
            let quoted = schema::name(name);
            let text = match self.quote {
                // The opening quote stands there already.
                Some(quote) if name.starts_with(self.prefix) => Some(format!("{name}{quote}")),
                Some(_) => None,
                None if quoted == *name => self.bare(name),
                None => starts_with(name, self.prefix).then_some(quoted),
            };
            self.pairs.extend(text.map(|text| Pair { display: text.clone(), replacement: text }));
        }
    }

    /// Names whose case counts.
    fn exact(&mut self, names: &[String]) {
        for name in names.iter().filter(|name| name.starts_with(self.prefix)) {
            let bare = name.chars().all(is_word);
            let text = match self.quote {
                Some(quote) => format!("{name}{quote}"),
                None if bare => name.clone(),
                None => format!("'{name}'"),
            };
            self.pairs.push(Pair { display: name.clone(), replacement: text });
        }
    }

    /// `name` in the case of the prefix, if it begins with it.
    fn bare(&self, name: &str) -> Option<String> {
        let lower =
            self.prefix.chars().any(char::is_lowercase) && !self.prefix.chars().any(char::is_uppercase);
        starts_with(name, self.prefix).then(|| if lower { name.to_lowercase() } else { name.to_owned() })
    }
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl NameSource for Fixed {
        fn names(&self, kind: &Kind) -> Vec<String> {
            let names: &[&str] = match kind {
                Kind::Sources => &["FLIGHTS", "PLANES", "small"],
                Kind::Topics => &["flights", "my-planes"],
                Kind::Functions => &["COUNT", "COLLECT_LIST"],
                Kind::Properties => &["auto.offset.reset"],
                Kind::Queries => &["CTAS_X_1"],
                Kind::Columns(source) if source == "FLIGHTS" => &["CARRIER", "DELAY", "tailNum"],
                Kind::Columns(source) if source == "PLANES" => &["MODEL"],
                Kind::Columns(_) => &[],
            };
            names.iter().map(|name| (*name).to_owned()).collect()
        }
    }

    /// What `line` can become; `|` marks the cursor.
    fn offered(line: &str) -> Vec<String> {
        let at = line.find('|').expect("a cursor");
        let line = line.replacen('|', "", 1);
        let (start, pairs) = complete(&line, at, &Fixed);
        pairs.into_iter().map(|pair| format!("{}{}", &line[start.min(at)..start], pair.replacement)).collect()
    }

    #[test]
    fn keywords_follow_the_case_of_what_is_typed() {
        assert_eq!(offered("SEL|"), ["SELECT "]);
        assert_eq!(offered("sel|"), ["select "]);
        assert_eq!(offered("SHOW STREAMS; des|"), ["describe "]);
        assert_eq!(offered("show fu|"), ["functions "]);
    }

    #[test]
    fn sources_come_where_sources_stand() {
        assert_eq!(offered("SELECT * FROM |"), ["FLIGHTS", "PLANES", "`small`"]);
        assert_eq!(offered("select * from fl|"), ["flights"]);
        assert_eq!(offered("DROP STREAM IF EXISTS P|"), ["PLANES"]);
        assert_eq!(offered("SELECT * FROM `s|"), ["small`"]);
    }

    #[test]
    fn columns_come_from_the_sources_of_the_statement() {
        assert_eq!(offered("SELECT | FROM flights;"), ["CARRIER", "DELAY", "`tailNum`"]);
        assert_eq!(offered("SELECT * FROM flights f JOIN planes AS p ON p.|"), ["MODEL"]);
        assert_eq!(offered("SELECT * FROM flights f WHERE f.de|"), ["delay"]);
        assert_eq!(offered("SELECT CO|"), ["COLLECT_LIST(", "COLUMN ", "CONNECTOR ", "COUNT("]);
    }

    #[test]
    fn texts_are_completed_inside_their_quotes() {
        assert_eq!(offered("SET 'au|"), ["auto.offset.reset'"]);
        assert_eq!(offered("SET 'auto.offset.reset' = 'e|"), ["earliest'"]);
        assert_eq!(offered("PRINT m|"), ["'my-planes'"]);
        assert_eq!(offered("PRINT 'fl|"), ["flights'"]);
        assert_eq!(offered("CREATE STREAM s WITH (KAFKA_TOPIC = 'f|"), ["flights'"]);
        assert_eq!(offered("CREATE STREAM s WITH (KAF|"), ["KAFKA_TOPIC "]);
    }

    #[test]
    fn a_file_closes_its_quote() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("queries.sql"), "").expect("written");
        let typed = format!("{}/que", folder.path().display());
        let (_, pairs) = complete(&format!("run script '{typed}"), 12 + typed.len(), &Fixed);
        assert!(pairs[0].replacement.ends_with("queries.sql'"), "{}", pairs[0].replacement);
    }

    #[test]
    fn help_is_completed_word_by_word() {
        assert_eq!(offered("help create ty|"), ["type "]);
        assert_eq!(offered("TERMINATE C|"), ["CTAS_X_1"]);
    }
}
