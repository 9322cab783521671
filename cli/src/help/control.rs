//! Help on running queries.

use super::{Group, Topic};

pub(super) const GROUP: Group = Group {
    title: "Control queries",
    topics: &[
        Topic {
            name: "TERMINATE",
            summary: "ends a query for good",
            syntax: "TERMINATE query_id | ALL;",
            notes: "What it has written stays.",
            example: "TERMINATE CTAS_VISITS_PER_HOUR_5;",
        },
        Topic {
            name: "PAUSE",
            summary: "stops a query until RESUME",
            syntax: "PAUSE query_id | ALL;",
            notes: "It keeps its state and its place in the input.",
            example: "PAUSE ALL;",
        },
        Topic {
            name: "RESUME",
            summary: "goes on with a paused query",
            syntax: "RESUME query_id | ALL;",
            notes: "",
            example: "RESUME ALL;",
        },
    ],
};
