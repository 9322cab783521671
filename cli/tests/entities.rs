//! Each kind of entity as it is drawn on a narrow screen.

use serde_json::{Value, json};

fn draw(entity: Value) -> String {
    cli::render::entity(&entity, 60)
}

#[test]
fn sources() {
    let streams = json!({"@type": "streams", "statementText": "SHOW STREAMS;", "streams": [
        {"type": "STREAM", "name": "FLIGHTS", "topic": "flights", "keyFormat": "KAFKA", "valueFormat": "JSON",
         "isWindowed": false}], "warnings": []});
    let expected = "\
+-------------+-----------+----------+----------+----------+
| Stream Name | Kafka     | Key      | Value    | Windowed |
|             | Topic     | Format   | Format   |          |
+-------------+-----------+----------+----------+----------+
| FLIGHTS     | flights   | KAFKA    | JSON     | false    |
+-------------+-----------+----------+----------+----------+";
    assert_eq!(draw(streams), expected);
    assert!(draw(json!({"@type": "tables", "tables": []})).starts_with("There are no tables yet."));
}

#[test]
fn topics() {
    let topics = json!({"@type": "kafka_topics", "topics": [
        {"name": "a", "replicaInfo": [1, 1, 1]}, {"name": "b", "replicaInfo": [1, 3]}]});
    let expected = "\
+-------------+------------+--------------------+
| Kafka Topic | Partitions | Partition Replicas |
+-------------+------------+--------------------+
| a           | 3          | 1                  |
| b           | 2          | 1, 3               |
+-------------+------------+--------------------+";
    assert_eq!(draw(topics), expected);
}

#[test]
fn a_described_table() {
    let description = json!({"@type": "sourceDescription", "sourceDescription": {
        "name": "PER_HOUR", "windowType": "TUMBLING", "type": "TABLE", "extended": false,
        "fields": [
            {"name": "K", "schema": {"type": "STRING", "fields": null, "memberSchema": null}, "type": "KEY"},
            {"name": "n", "schema": {"type": "ARRAY", "memberSchema": {"type": "BIGINT"}}}],
        "readQueries": [], "writeQueries": [], "timestamp": "", "statistics": null}});
    let expected = "\
Name : PER_HOUR
Type : TABLE
+-------+-----------------------------------------+
| Field | Type                                    |
+-------+-----------------------------------------+
| K     | STRING (primary key) (window: tumbling) |
| `n`   | ARRAY<BIGINT>                           |
+-------+-----------------------------------------+
DESCRIBE PER_HOUR EXTENDED; tells more: topic, queries, statistics.";
    assert_eq!(draw(description), expected);
}

#[test]
fn a_source_described_at_length() {
    let description = json!({"@type": "sourceDescription", "sourceDescription": {
        "name": "S", "type": "STREAM", "extended": true, "keyFormat": "KAFKA", "valueFormat": "JSON",
        "fields": [{"name": "A", "schema": {"type": "INTEGER"}}], "topic": "s", "partitions": 2, "replication": 1,
        "statement": "CREATE STREAM S (A INT);",
        "readQueries": [{"id": "CSAS_T_1", "queryString": "CREATE STREAM T AS\nSELECT *;", "state": "RUNNING"}],
        "queryOffsetSummaries": [{"groupId": "g", "topicSummaries": [{"kafkaTopic": "s", "offsets": [
            {"partition": 0, "logStartOffset": 0, "logEndOffset": 10, "consumerOffset": 7}]}]}]}});
    let expected = "\
Name         : S
Type         : STREAM
Key format   : KAFKA
Value format : JSON
Kafka topic  : s
Partitions   : 2
Replication  : 1
Statement    : CREATE STREAM S (A INT);

+-------+---------+
| Field | Type    |
+-------+---------+
| A     | INTEGER |
+-------+---------+

Queries that read from it:
  CSAS_T_1 (RUNNING)
      CREATE STREAM T AS
      SELECT *;

Consumer group: g

Kafka topic: s
+-----------+--------------+------------+--------+-----+
| Partition | Start Offset | End Offset | Offset | Lag |
+-----------+--------------+------------+--------+-----+
| 0         | 0            | 10         | 7      | 3   |
+-----------+--------------+------------+--------+-----+";
    assert_eq!(draw(description), expected);
}

#[test]
fn an_explained_query() {
    let description = json!({"@type": "queryDescription", "queryDescription": {
        "id": "CTAS_T_1", "statementText": "CREATE TABLE T AS\nSELECT ...;", "queryType": "PERSISTENT",
        "state": "RUNNING", "sources": ["S"], "sinks": ["T"], "fields": [], "topology": "",
        "executionPlan": " > [ SINK ] x\n", "overriddenProperties": {"auto.offset.reset": "earliest"},
        "ksqlHostQueryStatus": {}, "queryErrors": [], "tasksMetadata": []}});
    let expected = "\
ID         : CTAS_T_1
Query type : PERSISTENT
State      : RUNNING
Sources    : S
Sinks      : T
Properties : auto.offset.reset = earliest
SQL        : CREATE TABLE T AS
             SELECT ...;

Execution plan
--------------
> [ SINK ] x";
    assert_eq!(draw(description), expected);
}

#[test]
fn a_described_function() {
    let function = json!({"@type": "describe_function", "name": "SUBSTRING", "description": "A part of a text.",
        "author": "", "version": "", "path": "internal", "type": "SCALAR", "functions": [
        {"arguments": [{"name": "text", "type": "STRING", "description": "the text", "isVariadic": false},
                       {"name": "at", "type": "INT", "description": "", "isVariadic": false}],
         "returnType": "STRING", "description": "From a position on."}]});
    let expected = "\
Name     : SUBSTRING
Overview : A part of a text.
Type     : SCALAR

SUBSTRING(text STRING, at INT) -> STRING
    From a position on.
    text : the text";
    assert_eq!(draw(function), expected);
}

#[test]
fn one_sentence() {
    for (entity, text) in [
        (json!({"@type": "warning_entity", "message": "S exists."}), "WARNING: S exists."),
        (json!({"@type": "terminate_query", "queryId": "q", "wasTerminated": true}), "Query q has ended."),
        (json!({"@type": "assert_topic", "topicName": "t", "exists": false}), "Topic t does not exist."),
        (
            json!({"@type": "currentStatus", "commandId": "stream/S/create", "commandStatus":
                {"status": "SUCCESS", "message": "Created query", "queryId": "CSAS_S_1"}}),
            "Created query\nQuery id: CSAS_S_1",
        ),
    ] {
        assert_eq!(draw(entity), text);
    }
}

#[test]
fn ids_of_queries_stay_whole() {
    let queries = json!({"@type": "queries", "queries": [{"id": "CSAS_LONG_FLIGHTS_1", "queryType": "PERSISTENT",
        "queryString": "CREATE STREAM LONG_FLIGHTS\n AS SELECT * FROM FLIGHTS;", "sinks": ["LONG_FLIGHTS"],
        "sinkKafkaTopics": ["long_flights"], "statusCount": {"RUNNING": 1}, "state": "RUNNING"}]});
    let expected = "\
+---------------------+------------+-----------+--------------+--------------------------+
| Query ID            | Query Type | Status    | Sink Name    | Query String             |
+---------------------+------------+-----------+--------------+--------------------------+
| CSAS_LONG_FLIGHTS_1 | PERSISTENT | RUNNING:1 | LONG_FLIGHTS | CREATE STREAM            |
|                     |            |           |              | LONG_FLIGHTS AS SELECT * |
|                     |            |           |              | FROM FLIGHTS;            |
+---------------------+------------+-----------+--------------+--------------------------+
EXPLAIN <query id>; tells more about one.";
    assert_eq!(cli::render::entity(&queries, 90), expected);
}

#[test]
fn other_lists() {
    let properties = draw(json!({"@type": "properties", "properties": [
        {"name": "b", "scope": "KSQL", "value": "2", "level": "SERVER"}, {"name": "a", "scope": "KSQL", "value": null}],
        "overwrittenProperties": ["b"], "defaultProperties": ["a"]}));
    let at = |text: &str| properties.find(text).unwrap_or_else(|| panic!("no {text} in {properties}"));
    assert!(at("DEFAULT") < at("SESSION"));
    let functions = draw(json!({"@type": "function_names", "functions": [
        {"name": "SUM", "type": "AGGREGATE", "category": "AGGREGATE"}, {"name": "ABS", "type": "SCALAR"}]}));
    assert!(functions.find("ABS") < functions.find("SUM"), "{functions}");
    let types = draw(
        json!({"@type": "type_list", "types": {"T": {"type": "MAP", "memberSchema": {"type": "INTEGER"}}}}),
    );
    assert!(types.contains("MAP<STRING, INTEGER>"), "{types}");
}

#[test]
fn what_is_not_known_is_shown_as_it_is() {
    let text = draw(json!({"@type": "news", "n": 1}));
    assert_eq!(text, "{\n  \"@type\": \"news\",\n  \"n\": 1\n}");
    // So is what has another shape than expected.
    assert!(draw(json!({"@type": "streams", "streams": 7})).contains("\"streams\": 7"));
}
