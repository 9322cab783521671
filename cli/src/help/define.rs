//! Help on declaring sources and types.

use super::{Group, Topic};

pub(super) const GROUP: Group = Group {
    title: "Declare streams, tables and types",
    topics: &[
        Topic {
            name: "CREATE STREAM",
            summary: "declares a stream over a topic",
            syntax: "\
CREATE [OR REPLACE] [SOURCE] STREAM [IF NOT EXISTS] name
  (column type [KEY] [, ...])
  WITH (KAFKA_TOPIC = 'topic', VALUE_FORMAT = 'JSON' [, property = value, ...]);",
            notes: "\
Types: BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p, s), STRING, BYTES, DATE, TIME, TIMESTAMP,
ARRAY<t>, MAP<STRING, t>, STRUCT<name t, ...>.
Formats: JSON, DELIMITED, KAFKA, NONE; KEY_FORMAT is KAFKA if not given.
Properties: PARTITIONS (makes the topic if there is none), REPLICAS, FORMAT, KEY_FORMAT,
VALUE_FORMAT, VALUE_DELIMITER, TIMESTAMP (the column that says when), TIMESTAMP_FORMAT,
WRAP_SINGLE_VALUE, WINDOW_TYPE, WINDOW_SIZE.",
            example: "\
CREATE STREAM visits (page STRING KEY, visitor STRING, ms BIGINT)
  WITH (KAFKA_TOPIC = 'visits', VALUE_FORMAT = 'JSON', PARTITIONS = 2);",
        },
        Topic {
            name: "CREATE TABLE",
            summary: "declares a table over a topic: the last record of a key counts",
            syntax: "\
CREATE [OR REPLACE] [SOURCE] TABLE [IF NOT EXISTS] name
  (column type PRIMARY KEY, column type [, ...])
  WITH (KAFKA_TOPIC = 'topic', VALUE_FORMAT = 'JSON' [, property = value, ...]);",
            notes: "\
Types and properties are those of CREATE STREAM. A SOURCE table can be read with SELECT at once;
others through a CREATE TABLE AS SELECT.",
            example: "\
CREATE TABLE pages (page STRING PRIMARY KEY, title STRING)
  WITH (KAFKA_TOPIC = 'pages', VALUE_FORMAT = 'JSON', PARTITIONS = 2);",
        },
        Topic {
            name: "CREATE STREAM AS SELECT",
            summary: "starts a query that writes a new stream",
            syntax: "\
CREATE [OR REPLACE] STREAM [IF NOT EXISTS] name
  [WITH (property = value, ...)]
  AS SELECT expression [AS name] [, ...]
  FROM stream [JOIN ...]
  [WHERE condition] [PARTITION BY expression, ...] [EMIT CHANGES];",
            notes: "\
The query runs until TERMINATE or DROP, over restarts. It begins where the property
auto.offset.reset says: SET 'auto.offset.reset' = 'earliest'; before it takes all there is.",
            example: "\
CREATE STREAM slow_visits AS
  SELECT page, visitor, ms / 1000 AS secs FROM visits WHERE ms > 1000 EMIT CHANGES;",
        },
        Topic {
            name: "CREATE TABLE AS SELECT",
            summary: "starts a query that keeps a table up to date",
            syntax: "\
CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name
  [WITH (property = value, ...)]
  AS SELECT key, aggregate(expression) [AS name] [, ...]
  FROM source [JOIN ...]
  [WINDOW TUMBLING (SIZE 1 HOUR)
        | HOPPING (SIZE 1 HOUR, ADVANCE BY 10 MINUTES)
        | SESSION (30 MINUTES)]
  [WHERE condition] [GROUP BY expression, ...] [HAVING condition] [EMIT CHANGES | EMIT FINAL];",
            notes: "\
Windows also take RETENTION n unit (how long answers are kept) and GRACE PERIOD n unit (how late
a record may come). EMIT FINAL gives one answer per window, when it is closed.",
            example: "\
CREATE TABLE visits_per_hour AS
  SELECT page, COUNT(*) AS visits, AVG(ms) AS ms
  FROM visits WINDOW TUMBLING (SIZE 1 HOUR)
  GROUP BY page EMIT CHANGES;",
        },
        Topic {
            name: "CREATE TYPE",
            summary: "gives a type a name",
            syntax: "CREATE TYPE [IF NOT EXISTS] name AS type;",
            notes: "",
            example: "CREATE TYPE address AS STRUCT<street STRING, city STRING>;",
        },
        Topic {
            name: "ALTER",
            summary: "adds columns to a stream or table",
            syntax: "ALTER STREAM | TABLE name ADD [COLUMN] column type [, ADD ...];",
            notes: "Only columns of the value, and not where a query makes the columns.",
            example: "ALTER STREAM visits ADD COLUMN browser STRING;",
        },
        Topic {
            name: "DROP STREAM",
            summary: "forgets a stream, and ends the query that only writes to it",
            syntax: "DROP STREAM [IF EXISTS] name [DELETE TOPIC];",
            notes: "\
Refused while queries read the stream: TERMINATE them first. The topic and its records stay
unless DELETE TOPIC is there.",
            example: "DROP STREAM IF EXISTS slow_visits DELETE TOPIC;",
        },
        Topic {
            name: "DROP TABLE",
            summary: "forgets a table, and ends the query that only writes to it",
            syntax: "DROP TABLE [IF EXISTS] name [DELETE TOPIC];",
            notes: "\
Refused while queries read the table: TERMINATE them first. The topic and its records stay
unless DELETE TOPIC is there.",
            example: "DROP TABLE visits_per_hour;",
        },
        Topic {
            name: "DROP TYPE",
            summary: "forgets the name of a type",
            syntax: "DROP TYPE [IF EXISTS] name;",
            notes: "Streams and tables that use it stay as they are.",
            example: "DROP TYPE address;",
        },
    ],
};
