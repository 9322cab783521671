//! The server's names for completion: fetched when they are needed first, kept until a statement may
//! have changed them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Handle;

use crate::client::{Client, Request};
use crate::session::Session;

/// Tab must not make anybody wait: a slower answer counts as none.
const TIMEOUT: Duration = Duration::from_millis(800);
/// Others create and drop too: names are fetched again after so long.
const FRESH: Duration = Duration::from_secs(30);
/// Lists that are kept. Columns of so many sources are more than a person looks at in a while.
const MAX_LISTS: usize = 256;

/// Kinds of names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Streams and tables.
    Sources,
    /// Topics, hidden ones not included.
    Topics,
    /// Functions.
    Functions,
    /// Settings.
    Properties,
    /// Ids of running queries.
    Queries,
    /// Columns of a source.
    Columns(String),
}

/// Where completion gets names from.
pub(super) trait NameSource {
    /// The names of a kind; none when the server cannot be asked.
    fn names(&self, kind: &Kind) -> Vec<String>;
}

/// The names of the session's server. Clones share what has been fetched.
#[derive(Clone)]
pub(super) struct Names {
    handle: Handle,
    cache: Arc<Mutex<Cache>>,
}

struct Cache {
    client: Client,
    generation: u64,
    lists: HashMap<Kind, (Instant, Vec<String>)>,
}

impl Names {
    pub fn new(handle: Handle, client: Client) -> Self {
        let cache = Cache { client, generation: 0, lists: HashMap::new() };
        Self { handle, cache: Arc::new(Mutex::new(cache)) }
    }

    /// Takes note of what the session has done since: another server, new names.
    pub fn follow(&self, session: &Session) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.generation != session.generation {
            cache.generation = session.generation;
            cache.client = session.client.clone();
            cache.lists.clear();
        }
    }

    fn fetch(&self, client: &Client, kind: &Kind) -> Option<Vec<String>> {
        let nothing = Default::default();
        let ask = |sql: &str| -> Option<Vec<Value>> {
            let request = Request {
                ksql: sql,
                streams_properties: &nothing,
                session_variables: &nothing,
                command_sequence_number: None,
            };
            let answer = async { tokio::time::timeout(TIMEOUT, client.execute(&request)).await };
            self.handle.block_on(answer).ok()?.ok()
        };
        let list = |sql: &str, list: &str, name: &str| Some(named(&ask(sql)?, list, name));
        match kind {
            Kind::Sources => {
                let mut sources = list("SHOW STREAMS;", "streams", "name")?;
                sources.extend(list("SHOW TABLES;", "tables", "name")?);
                Some(sources)
            }
            Kind::Topics => list("SHOW TOPICS;", "topics", "name"),
            Kind::Functions => list("SHOW FUNCTIONS;", "functions", "name"),
            Kind::Properties => list("SHOW PROPERTIES;", "properties", "name"),
            Kind::Queries => list("SHOW QUERIES;", "queries", "id"),
            Kind::Columns(source) => {
                let source = source.replace('`', "``");
                let answer = ask(&format!("DESCRIBE `{source}`;"))?;
                let description = answer.first()?.get("sourceDescription")?.clone();
                Some(named(&[description], "fields", "name"))
            }
        }
    }
}

impl NameSource for Names {
    fn names(&self, kind: &Kind) -> Vec<String> {
        let client = {
            let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            match cache.lists.get(kind) {
                Some((at, names)) if at.elapsed() < FRESH => return names.clone(),
                _ => cache.client.clone(),
            }
        };
        // That there is no answer is kept too, so that not every Tab waits for it.
        let names = self.fetch(&client, kind).unwrap_or_default();
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.lists.len() >= MAX_LISTS {
            cache.lists.clear();
        }
        cache.lists.insert(kind.clone(), (Instant::now(), names.clone()));
        names
    }
}

/// The field `name` of each element of the field `list` of each entity.
fn named(entities: &[Value], list: &str, name: &str) -> Vec<String> {
    let elements = entities.iter().filter_map(|entity| entity.get(list)?.as_array()).flatten();
    elements.filter_map(|element| element.get(name)?.as_str()).map(str::to_owned).collect()
}
