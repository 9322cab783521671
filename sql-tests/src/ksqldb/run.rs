//! One case: topics, statements, records in, records out.

use std::collections::BTreeSet;

use engine::plan::{Plan, QueryId, SinkTarget};
use serde_json::Value;

use super::case::{Case, Record};
use super::compare::{Actual, Fractions, matches};
use super::payload::{Decoded, decode, encode};
use super::{post, topics};
use crate::node::{Node, NodeOptions, session};

/// A property that only ksqlDB's runner knows: whether fractions compare with their scale.
const EXACT_NUMBERS: &str = "use.exact.numeric.comparison";

/// The settings of ksqlDB's runner.
const SETTINGS: &[(&str, &str)] = &[
    ("auto.offset.reset", "earliest"),
    ("cache.max.bytes.buffering", "0"),
    ("ksql.headers.columns.enabled", "true"),
    ("ksql.service.id", "some.ksql.service.id"),
];

/// What went wrong while the case ran, in the engine's words.
struct Raised {
    message: String,
    statement: String,
    /// Whether it was the last statement, or a record.
    last: bool,
}

enum Stop {
    Raised(Raised),
    /// The case cannot go on, for a reason that no case expects.
    Failed(String),
}

/// Runs the case in an engine of its own; the error is how what happened differs from what the case expects.
///
/// # Errors
/// The case fails.
pub fn run(case: &Case) -> Result<(), String> {
    let settings = SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let node = Node::new(NodeOptions { settings, batch_records_max: 1, persist_statements: false })?;
    match (execute(case, &node), &case.expected_exception) {
        (Err(Stop::Failed(reason)), _) => Err(reason),
        (Err(Stop::Raised(raised)), None) => {
            Err(format!("error: {}\n  in: {}", raised.message, raised.statement))
        }
        (Err(Stop::Raised(raised)), Some(expected)) => check_message(&raised, expected),
        (Ok(()), Some(expected)) => {
            Err(format!("no error, but expected one\n  expected: {expected}\n  in: {}", last_statement(case)))
        }
        (Ok(()), None) => {
            verify_outputs(case, &node)?;
            match &case.post {
                Some(conditions) => post::check(conditions, &node.engine.catalog()),
                None => Ok(()),
            }
        }
    }
}

fn last_statement(case: &Case) -> &str {
    case.statements.last().map_or("", String::as_str)
}

fn check_message(raised: &Raised, expected: &str) -> Result<(), String> {
    if !raised.last {
        return Err(format!(
            "error before the last statement: {}\n  in: {}",
            raised.message, raised.statement
        ));
    }
    let whole = format!("{}\nStatement: {};", raised.message, raised.statement);
    if whole.contains(expected) {
        return Ok(());
    }
    Err(format!(
        "another error than expected\n  expected: {expected}\n  actual:   {}\n  in: {}",
        raised.message, raised.statement
    ))
}

fn execute(case: &Case, node: &Node) -> Result<(), Stop> {
    let properties: Vec<_> =
        case.properties.iter().filter(|(name, _)| name != EXACT_NUMBERS).cloned().collect();
    let mut session = session(&properties).map_err(|error| Stop::Failed(error.to_string()))?;
    for topic in case.topics.iter().map(|topic| &topic.name) {
        node.ensure_topic(topic).map_err(Stop::Failed)?;
    }
    let text = case.statements.join("\n");
    let statements = engine::sql::split_statements(&text);
    for statement in &statements {
        if let Some(topic) = topics::read_by(&statement.text) {
            node.ensure_topic(&topic).map_err(Stop::Failed)?;
        }
    }
    for record in case.inputs.iter().chain(&case.outputs) {
        if !is_sink(&record.topic, &statements) {
            node.ensure_topic(&record.topic).map_err(Stop::Failed)?;
        }
    }

    let mut queries: Vec<QueryId> = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        let last = index + 1 == statements.len();
        // Parsed as a part of the whole text: messages name lines of it.
        engine::sql::parse_statement_text(statement)
            .map_err(engine::Error::from)
            .and_then(|parsed| node.engine.execute_one(&parsed, &mut session))
            .map_err(|error| {
                Stop::Raised(Raised {
                    message: error.located_message(),
                    statement: statement.text.clone(),
                    last,
                })
            })?;
        let running = node.queries();
        queries.retain(|id| running.contains(id));
        let known: BTreeSet<_> = queries.iter().cloned().collect();
        queries.extend(running.difference(&known).cloned());
    }
    feed(case, node, &queries)
}

/// Whether the topic comes to be by one of the statements, which then also says what it is like.
fn is_sink(topic: &str, statements: &[engine::sql::StatementText]) -> bool {
    statements.iter().any(|statement| {
        let Ok(engine::sql::Statement::CreateAsSelect(create)) =
            engine::sql::parse_statement(&statement.text)
        else {
            return false;
        };
        match create.with.get("KAFKA_TOPIC").map(|property| &property.value) {
            Some(engine::sql::Literal::String(named)) => named == topic,
            _ => topic.ends_with(&create.name.value),
        }
    })
}

/// Hands the records to the queries, in the order of ksqlDB's runner: each query, in the order of creation, takes the
/// case's records one by one, and then all records of its other topics.
fn feed(case: &Case, node: &Node, queries: &[QueryId]) -> Result<(), Stop> {
    let catalog = node.engine.catalog();
    for record in &case.inputs {
        let formats = topics::formats(&catalog, &case.topics, &record.topic);
        let encoded = encode(record, &formats)
            .map_err(|reason| Stop::Failed(format!("{reason}\n  input: {}", describe(record))))?;
        node.append(&record.topic, &encoded).map_err(Stop::Failed)?;
    }
    let runtime = node.engine.runtime();
    let raised = |error: engine::Error| {
        Stop::Raised(Raised {
            message: error.message,
            statement: last_statement(case).to_owned(),
            last: true,
        })
    };
    for id in queries {
        let Some(entry) = node.engine.query_entry(&id.0) else { continue };
        let read = source_topics(&entry.plan);
        for record in case.inputs.iter().filter(|record| read.contains(&record.topic)) {
            runtime.step(id, &record.topic, 1).map_err(raised)?;
        }
        // What INSERT VALUES wrote beside the inputs comes here too.
        for topic in &read {
            while runtime.step(id, topic, usize::MAX).map_err(raised)? > 0 {}
        }
        runtime.commit().map_err(raised)?;
    }
    Ok(())
}

/// The topics that a plan reads and does not write itself.
fn source_topics(plan: &Plan) -> Vec<String> {
    let internal: Vec<&str> = plan
        .subplans
        .iter()
        .filter_map(|subplan| match &subplan.sink.target {
            SinkTarget::Repartition { topic } => Some(topic.as_str()),
            _ => None,
        })
        .collect();
    let mut topics: Vec<String> = Vec::new();
    for source in plan.subplans.iter().flat_map(|subplan| subplan.root.sources()) {
        if !internal.contains(&source.topic.as_str()) && !topics.contains(&source.topic) {
            topics.push(source.topic.clone());
        }
    }
    topics
}

fn verify_outputs(case: &Case, node: &Node) -> Result<(), String> {
    let exact =
        case.properties.iter().find(|(name, _)| name == EXACT_NUMBERS).is_none_or(|(_, v)| v != "false");
    let fractions = if exact { Fractions::Exact } else { Fractions::Double };
    let catalog = node.engine.catalog();
    let mut seen: Vec<&str> = Vec::new();
    for topic in case.outputs.iter().map(|record| record.topic.as_str()) {
        if seen.contains(&topic) {
            continue;
        }
        seen.push(topic);
        let formats = topics::formats(&catalog, &case.topics, topic);
        let expected: Vec<&Record> = case.outputs.iter().filter(|record| record.topic == topic).collect();
        let mut actual = Vec::new();
        for record in node.records(topic)? {
            let decoded =
                decode(&record, &formats).map_err(|reason| format!("output of {topic}: {reason}"))?;
            actual.push((record, decoded));
        }
        for (index, (expected, (record, decoded))) in expected.iter().zip(&actual).enumerate() {
            if let Some(what) = difference(case, expected, record, decoded, fractions) {
                return Err(format!(
                    "output differs: {what}\n  record {index} of {topic}\n  expected: {}\n  actual:   {}",
                    describe(expected),
                    describe_actual(record, decoded)
                ));
            }
        }
        if expected.len() != actual.len() {
            let rest = match expected.get(actual.len()) {
                Some(missing) => format!("missing: {}", describe(missing)),
                None => {
                    let (record, decoded) = &actual[expected.len()];
                    format!("too many: {}", describe_actual(record, decoded))
                }
            };
            let kind = if expected.len() > actual.len() { "too few" } else { "too many" };
            return Err(format!(
                "{kind} outputs\n  {topic} has {} records instead of {}\n  {rest}",
                actual.len(),
                expected.len()
            ));
        }
    }
    Ok(())
}

fn difference(
    case: &Case,
    expected: &Record,
    record: &crate::node::Record,
    decoded: &Decoded,
    fractions: Fractions,
) -> Option<&'static str> {
    if !matches(&expected.key, &decoded.key, fractions) {
        return Some("key");
    }
    if expected.window != decoded.window {
        return Some("window");
    }
    if !matches(&expected.value, &decoded.value, fractions) {
        return Some("value");
    }
    // Without inputs, all records come from INSERT VALUES, whose time is the clock's.
    let by_clock = case.inputs.is_empty() && expected.timestamp == Some(0);
    if expected.timestamp.is_some_and(|time| time != record.timestamp) && !by_clock {
        return Some("timestamp");
    }
    (expected.headers != record.headers).then_some("headers")
}

fn describe(record: &Record) -> String {
    let window = record.window.map(|w| format!(" window {}..{}", w.start, w.end)).unwrap_or_default();
    let time = record.timestamp.map(|time| format!(" @{time}")).unwrap_or_default();
    let headers =
        if record.headers.is_empty() { String::new() } else { format!(" headers {:?}", record.headers) };
    format!("{} | {}{window}{time}{headers}", record.key, record.value)
}

fn describe_actual(record: &crate::node::Record, decoded: &Decoded) -> String {
    let text = |actual: &Actual| match actual {
        Actual::Json(value) => value.to_string(),
        Actual::Text(text) => Value::String(text.clone()).to_string(),
        Actual::Null => "null".to_owned(),
    };
    let window = decoded.window.map(|w| format!(" window {}..{}", w.start, w.end)).unwrap_or_default();
    let headers =
        if record.headers.is_empty() { String::new() } else { format!(" headers {:?}", record.headers) };
    format!("{} | {}{window} @{}{headers}", text(&decoded.key), text(&decoded.value), record.timestamp)
}
