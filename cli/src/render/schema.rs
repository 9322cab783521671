//! Types as text: from the schema objects of `/ksql` and the schema line of `/query`.

use serde::Deserialize;
use serde_json::Value;

/// A type as `/ksql` describes it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Schema {
    /// STRUCT, ARRAY, MAP, or a scalar type's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The fields of a STRUCT.
    pub fields: Option<Vec<Field>>,
    /// The element of an ARRAY, the value of a MAP.
    pub member_schema: Option<Box<Schema>>,
    /// Precision and scale of a DECIMAL.
    pub parameters: Option<serde_json::Map<String, Value>>,
}

/// A column, or a field of a STRUCT.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Field {
    /// Its name, without quotes.
    pub name: String,
    /// Its type.
    pub schema: Schema,
    /// KEY or HEADER, for columns that are not in the value.
    #[serde(rename = "type")]
    pub role: Option<String>,
    /// Which header a HEADER column takes.
    pub header_key: Option<String>,
}

impl Schema {
    /// The type as it is written in SQL.
    pub fn sql(&self) -> String {
        let member = || self.member_schema.as_ref().map_or_else(|| "?".to_owned(), |member| member.sql());
        match self.kind.as_str() {
            "ARRAY" => format!("ARRAY<{}>", member()),
            "MAP" => format!("MAP<STRING, {}>", member()),
            "STRUCT" => {
                let fields = self.fields.iter().flatten();
                let fields: Vec<String> =
                    fields.map(|field| format!("{} {}", name(&field.name), field.schema.sql())).collect();
                format!("STRUCT<{}>", fields.join(", "))
            }
            "DECIMAL" => {
                let parameter = |key| self.parameters.as_ref().and_then(|p| p.get(key));
                match (parameter("precision"), parameter("scale")) {
                    (Some(precision), Some(scale)) => format!("DECIMAL({precision}, {scale})"),
                    _ => "DECIMAL".to_owned(),
                }
            }
            scalar => scalar.to_owned(),
        }
    }
}

/// A name as it must be written in SQL: quoted when the bare form would mean another.
pub fn name(name: &str) -> String {
    let mut chars = name.chars();
    let bare = chars.next().is_some_and(|c| c.is_ascii_uppercase() || c == '_')
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if bare { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

/// A column of a query's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, without quotes.
    pub name: String,
    /// Its type as it is written in SQL.
    pub sql_type: String,
}

/// Reads the schema line of a query's header: `` `ID` STRING KEY, `N` MAP<STRING, INTEGER> ``.
pub fn columns(schema: &str) -> Vec<Column> {
    let mut columns = Vec::new();
    let (mut depth, mut quoted, mut start) = (0usize, false, 0);
    for (at, c) in schema.char_indices() {
        match c {
            '`' => quoted = !quoted,
            _ if quoted => {}
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                columns.extend(column(&schema[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    columns.extend(column(&schema[start..]));
    columns
}

fn column(text: &str) -> Option<Column> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let end = match text.strip_prefix('`') {
        Some(quoted) => 1 + closing_quote(quoted) + 1,
        None => text.find(char::is_whitespace).unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at(end.min(text.len()));
    let name = name.trim_matches('`').replace("``", "`");
    let rest = rest.trim();
    let sql_type =
        rest.strip_suffix(" KEY").map_or(rest, |kind| kind.strip_suffix(" PRIMARY").unwrap_or(kind));
    Some(Column { name, sql_type: sql_type.to_owned() })
}

/// Where the name ends whose first quote has been taken off.
fn closing_quote(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '`' {
            if chars.peek().is_some_and(|(_, c)| *c == '`') {
                chars.next();
            } else {
                return at;
            }
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_line_is_cut_into_columns() {
        let read = columns(
            "`ID` STRING KEY, `a, ``b` STRUCT<`X` INTEGER, `Y` MAP<STRING, DECIMAL(4, 2)>>, N BIGINT",
        );
        let read: Vec<_> = read.iter().map(|c| (c.name.as_str(), c.sql_type.as_str())).collect();
        assert_eq!(
            read,
            [
                ("ID", "STRING"),
                ("a, `b", "STRUCT<`X` INTEGER, `Y` MAP<STRING, DECIMAL(4, 2)>>"),
                ("N", "BIGINT")
            ]
        );
        assert_eq!(columns(""), []);
    }

    #[test]
    fn a_schema_object_is_written_as_sql() {
        let schema: Schema = serde_json::from_str(
            r#"{"type":"STRUCT","fields":[
                {"name":"A","schema":{"type":"ARRAY","fields":null,"memberSchema":{"type":"INTEGER"}}},
                {"name":"b","schema":{"type":"DECIMAL","parameters":{"precision":4,"scale":2}}}
            ],"memberSchema":null}"#,
        )
        .expect("a schema");
        assert_eq!(schema.sql(), "STRUCT<A ARRAY<INTEGER>, `b` DECIMAL(4, 2)>");
    }
}
