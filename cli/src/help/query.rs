//! Help on reading and writing.

use super::{Group, Topic};

pub(super) const GROUP: Group = Group {
    title: "Ask and write",
    topics: &[
        Topic {
            name: "SELECT",
            summary: "asks: what is there now, or with EMIT CHANGES what changes from now on",
            syntax: "\
SELECT expression [AS name] [, ...] | *
  FROM source [JOIN ...]
  [WINDOW ...] [WHERE condition] [GROUP BY expression, ...] [HAVING condition]
  [EMIT CHANGES | EMIT FINAL] [LIMIT n];",
            notes: "\
Without EMIT the answer is complete and ends: a pull query. It may also have ORDER BY, sub-queries
and WITH name AS (SELECT ...).
With EMIT CHANGES rows come as they change until LIMIT or Ctrl-C: a push query. It begins with new
records; after SET 'auto.offset.reset' = 'earliest'; with the oldest.
Windows: help CREATE TABLE AS SELECT. Joins: help JOIN. Functions: SHOW FUNCTIONS;",
            example: "\
SELECT page, visits FROM visits_per_hour WHERE page = 'home';
SELECT page, visitor FROM visits WHERE ms > 1000 EMIT CHANGES LIMIT 10;",
        },
        Topic {
            name: "JOIN",
            summary: "part of SELECT: puts rows of two sources together",
            syntax: "\
FROM left [INNER | LEFT [OUTER] | RIGHT [OUTER] | FULL [OUTER]] JOIN right
  [WITHIN n unit [GRACE PERIOD n unit]]
  ON left.column = right.column",
            notes: "\
Two streams need WITHIN: how far apart in time rows may be; WITHIN (1 HOUR, 5 MINUTES) is before
and after. A stream joins a table by the table's primary key. Two tables join by key, or the left
one by a column that is the right one's key.",
            example: "\
SELECT v.visitor, p.title
  FROM visits v LEFT JOIN pages p ON v.page = p.page EMIT CHANGES;",
        },
        Topic {
            name: "INSERT VALUES",
            summary: "writes one row",
            syntax: "INSERT INTO source [(column, ...)] VALUES (expression, ...);",
            notes: "\
Columns that are not named become NULL. ROWTIME may be named to say when, in milliseconds.
Many rows at once: `millrace produce TOPIC` takes JSON lines.",
            example: "INSERT INTO visits (page, visitor, ms) VALUES ('home', 'ada', 1250);",
        },
        Topic {
            name: "INSERT INTO SELECT",
            summary: "starts a query that writes to a stream that is there",
            syntax: "INSERT INTO stream [WITH (QUERY_ID = 'name')] SELECT ... FROM ... [EMIT CHANGES];",
            notes: "The columns must have the names and types of the stream's, in the same order.",
            example: "\
INSERT INTO slow_visits
  SELECT page, visitor, ms / 1000 AS secs FROM visits WHERE ms > 5000;",
        },
        Topic {
            name: "PRINT",
            summary: "shows the records of a topic as they are, as they come",
            syntax: "PRINT topic [FROM BEGINNING] [INTERVAL n] [LIMIT n];",
            notes: "Topic names are case-sensitive. INTERVAL n shows every n-th record. Ctrl-C ends it.",
            example: "PRINT 'visits' FROM BEGINNING LIMIT 5;",
        },
    ],
};
