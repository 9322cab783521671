//! Help on looking at what there is.

use super::{Group, Topic};

pub(super) const GROUP: Group = Group {
    title: "Look around (LIST is the same as SHOW)",
    topics: &[
        Topic {
            name: "SHOW STREAMS",
            summary: "lists the streams",
            syntax: "SHOW STREAMS [EXTENDED];",
            notes: "",
            example: "SHOW STREAMS;",
        },
        Topic {
            name: "SHOW TABLES",
            summary: "lists the tables",
            syntax: "SHOW TABLES [EXTENDED];",
            notes: "",
            example: "SHOW TABLES;",
        },
        Topic {
            name: "SHOW TOPICS",
            summary: "lists the topics with their partitions",
            syntax: "SHOW [ALL] TOPICS [EXTENDED];",
            notes: "ALL adds the topics that queries keep for themselves.",
            example: "SHOW TOPICS;",
        },
        Topic {
            name: "SHOW QUERIES",
            summary: "lists the queries that run",
            syntax: "SHOW QUERIES [EXTENDED];",
            notes: "",
            example: "SHOW QUERIES;",
        },
        Topic {
            name: "SHOW FUNCTIONS",
            summary: "lists the functions",
            syntax: "SHOW FUNCTIONS;",
            notes: "",
            example: "SHOW FUNCTIONS;",
        },
        Topic {
            name: "SHOW PROPERTIES",
            summary: "lists the settings and where they come from",
            syntax: "SHOW PROPERTIES;",
            notes: "SET changes one for this session.",
            example: "SHOW PROPERTIES;",
        },
        Topic {
            name: "SHOW TYPES",
            summary: "lists the named types",
            syntax: "SHOW TYPES;",
            notes: "",
            example: "SHOW TYPES;",
        },
        Topic {
            name: "SHOW VARIABLES",
            summary: "lists what DEFINE has defined",
            syntax: "SHOW VARIABLES;",
            notes: "",
            example: "SHOW VARIABLES;",
        },
        Topic {
            name: "DESCRIBE",
            summary: "shows the columns of a stream or table",
            syntax: "DESCRIBE source [EXTENDED];",
            notes: "EXTENDED adds the topic, the formats, the queries that read and write it, and numbers.",
            example: "DESCRIBE visits;",
        },
        Topic {
            name: "DESCRIBE FUNCTION",
            summary: "shows what a function does and takes",
            syntax: "DESCRIBE FUNCTION name;",
            notes: "",
            example: "DESCRIBE FUNCTION SUBSTRING;",
        },
        Topic {
            name: "EXPLAIN",
            summary: "shows how a query is carried out",
            syntax: "\
EXPLAIN query_id;
EXPLAIN statement;",
            notes: "SHOW QUERIES; lists the ids.",
            example: "EXPLAIN SELECT page FROM visits EMIT CHANGES;",
        },
        Topic {
            name: "ASSERT TOPIC",
            summary: "fails when a topic is not there, or is",
            syntax: "ASSERT [NOT EXISTS] TOPIC topic [WITH (PARTITIONS = n, REPLICAS = n)] [TIMEOUT n unit];",
            notes: "Waits until the timeout, which is a second if not given.",
            example: "ASSERT TOPIC visits WITH (PARTITIONS = 2) TIMEOUT 5 SECONDS;",
        },
    ],
};
