//! Rows of an answer as text, in each of the forms that clients ask for.

use arrow::array::ArrayRef;
use engine::answer::write_row;
use engine::schema::LogicalSchema;
use serde_json::json;

use super::{Failure, media};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowForm {
    /// `/query`: an array of objects `header`, `row`, `finalMessage`, `errorMessage`.
    Ksql,
    /// `/query-stream`: a line with names and types, then an array a line.
    Delimited,
    /// The same, all in one array.
    Json,
}

/// What kind of query is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    PullTable,
    PullStream,
    Push,
}

/// Writes one answer.
#[derive(Debug, Clone, Copy)]
pub struct RowWriter {
    form: RowForm,
    answered: Answered,
}

impl RowForm {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ksql => media::KSQL_JSON,
            Self::Delimited => media::DELIMITED,
            Self::Json => media::JSON,
        }
    }

    pub fn of(media_type: &str) -> Self {
        match media_type {
            media::DELIMITED => Self::Delimited,
            media::JSON => Self::Json,
            _ => Self::Ksql,
        }
    }
}

impl RowWriter {
    pub fn new(form: RowForm, answered: Answered) -> Self {
        Self { form, answered }
    }

    /// A client that reads by line has a row when it is there, not when the next one comes: so the comma goes with the
    /// row, where it is sure that something follows.
    fn comma_follows(&self) -> bool {
        self.form == RowForm::Ksql && self.answered != Answered::PullTable
    }

    fn begin(&self, out: &mut String) {
        if self.form != RowForm::Delimited && !self.comma_follows() {
            out.push_str(",\n");
        }
    }

    fn end(&self, out: &mut String) {
        if self.form == RowForm::Delimited {
            out.push('\n');
        } else if self.comma_follows() {
            out.push_str(",\n");
        }
    }

    pub fn header(&self, out: &mut String, id: &str, schema: &LogicalSchema) {
        let object = match self.form {
            RowForm::Ksql => {
                let schema =
                    if self.answered == Answered::Push { schema.without_keys() } else { schema.to_string() };
                json!({ "header": { "queryId": id, "schema": schema } })
            }
            RowForm::Delimited | RowForm::Json => {
                let names: Vec<&str> = schema.columns().iter().map(|column| column.name.as_str()).collect();
                let types: Vec<String> =
                    schema.columns().iter().map(|column| column.ty.to_string()).collect();
                json!({ "queryId": id, "columnNames": names, "columnTypes": types })
            }
        };
        if self.form != RowForm::Delimited {
            out.push('[');
        }
        out.push_str(&object.to_string());
        self.end(out);
    }

    pub fn row(&self, out: &mut String, columns: &[ArrayRef], row: usize, tombstone: bool) {
        self.begin(out);
        if self.form == RowForm::Ksql {
            out.push_str(r#"{"row":{"columns":"#);
            write_row(out, columns, row);
            out.push_str(if tombstone { r#","tombstone":true}}"# } else { "}}" });
        } else {
            write_row(out, columns, row);
        }
        self.end(out);
    }

    /// The end of an answer.
    pub fn finish(&self, limit_reached: bool) -> String {
        let mut out = String::new();
        if self.comma_follows() {
            let message = if limit_reached { "Limit Reached" } else { "Query Completed" };
            out.push_str(&json!({ "finalMessage": message }).to_string());
        }
        self.close(&mut out);
        out
    }

    /// The end of an answer that failed.
    pub fn fail(&self, failure: &Failure) -> String {
        let mut out = String::new();
        self.begin(&mut out);
        match self.form {
            RowForm::Ksql => {
                out.push_str(r#"{"errorMessage":"#);
                out.push_str(&failure.json());
                out.push('}');
            }
            RowForm::Delimited | RowForm::Json => out.push_str(&failure.json()),
        }
        if self.form == RowForm::Delimited {
            out.push('\n');
        }
        self.close(&mut out);
        out
    }

    fn close(&self, out: &mut String) {
        if self.form != RowForm::Delimited {
            out.push_str("]\n");
        }
    }
}
