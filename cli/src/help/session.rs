//! Help on the prompt itself.

use super::{Group, Topic};

pub(super) const GROUP: Group = Group {
    title: "The prompt (those in small letters need no ;)",
    topics: &[
        Topic {
            name: "SET",
            summary: "changes a setting for this session",
            syntax: "\
SET 'property' = 'value';
SET CLI WRAP ON | OFF;
SET CLI COLUMN-WIDTH n;",
            notes: "\
SHOW PROPERTIES; lists the settings. WRAP OFF cuts long values of rows; a COLUMN-WIDTH of 0 fits
the columns to the screen again.",
            example: "SET 'auto.offset.reset' = 'earliest';",
        },
        Topic {
            name: "UNSET",
            summary: "takes back what SET has changed",
            syntax: "UNSET 'property';",
            notes: "",
            example: "UNSET 'auto.offset.reset';",
        },
        Topic {
            name: "DEFINE",
            summary: "defines a variable",
            syntax: "DEFINE name = 'value';",
            notes: "${name} in later statements stands for the value. At the start: ksql -d name=value.",
            example: "\
DEFINE topic = 'visits';
PRINT ${topic} FROM BEGINNING LIMIT 1;",
        },
        Topic {
            name: "UNDEFINE",
            summary: "forgets a variable",
            syntax: "UNDEFINE name;",
            notes: "",
            example: "UNDEFINE topic;",
        },
        Topic {
            name: "RUN SCRIPT",
            summary: "runs the statements of a file",
            syntax: "RUN SCRIPT 'file';",
            notes: "It stops at the first error. Settings and variables of the script stay.",
            example: "RUN SCRIPT 'queries.sql';",
        },
        Topic {
            name: "SPOOL",
            summary: "copies what is shown to a file",
            syntax: "SPOOL 'file' | OFF;",
            notes: "",
            example: "SPOOL 'session.txt';",
        },
        Topic {
            name: "OUTPUT",
            summary: "chooses tables or JSON",
            syntax: "output [JSON | TABULAR]",
            notes: "",
            example: "output JSON",
        },
        Topic {
            name: "SERVER",
            summary: "says which server answers, or turns to another",
            syntax: "server [http://host:port]",
            notes: "",
            example: "server http://localhost:8088",
        },
        Topic {
            name: "VERSION",
            summary: "shows the versions of prompt and server",
            syntax: "version",
            notes: "",
            example: "version",
        },
        Topic {
            name: "HISTORY",
            summary: "lists what has been entered",
            syntax: "history",
            notes: "Up and Down go through it, Ctrl-R searches it. It is kept in ~/.ksql-history.",
            example: "history",
        },
        Topic { name: "CLEAR", summary: "empties the screen", syntax: "clear", notes: "", example: "clear" },
        Topic {
            name: "REQUEST_PIPELINING",
            summary: "sends statements without waiting for those before",
            syntax: "request_pipelining [ON | OFF]",
            notes: "Only matters with more than one server.",
            example: "request_pipelining OFF",
        },
        Topic {
            name: "EXIT",
            summary: "leaves; Ctrl-D does too",
            syntax: "exit",
            notes: "",
            example: "exit",
        },
    ],
};
