//! What holds for every text and every tree.

use proptest::prelude::*;

use super::arbitrary;
use super::parser::{parse_expression, parse_statement, parse_statements, parse_type};

/// Pieces of SQL, from which random texts get further into the parser than random characters do.
const PIECES: &[&str] = &[
    "SELECT",
    "*",
    "FROM",
    "S",
    "WHERE",
    "GROUP",
    "BY",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "<>",
    ",",
    ".",
    ";",
    "->",
    "=>",
    ":=",
    "=",
    "-",
    "+",
    "||",
    "NOT",
    "AND",
    "OR",
    "IS",
    "NULL",
    "IN",
    "LIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "AS",
    "ARRAY",
    "MAP",
    "STRUCT",
    "DECIMAL",
    "INT",
    "x",
    "`q`",
    "'s'",
    "1",
    "1.5",
    "1e3",
    "2R",
    ".5",
    "CREATE",
    "STREAM",
    "TABLE",
    "TYPE",
    "WITH",
    "INSERT",
    "INTO",
    "VALUES",
    "WINDOW",
    "TUMBLING",
    "SIZE",
    "DAYS",
    "WITHIN",
    "JOIN",
    "ON",
    "EMIT",
    "CHANGES",
    "LIMIT",
    "PARTITION",
    "PRINT",
    "EXPLAIN",
    "SHOW",
    "DESCRIBE",
    "ASSERT",
    "TOPIC",
    "DROP",
    "ALTER",
    "ADD",
    "COLUMN",
    "SET",
    "DEFINE",
    "TERMINATE",
    "ALL",
    "--",
    "/*",
    "'",
    "$",
    "${",
    "é",
    "\n",
];

proptest! {
    #[test]
    fn a_printed_expression_reads_back(expr in arbitrary::expr()) {
        let text = expr.to_string();
        prop_assert_eq!(parse_expression(&text), Ok(expr), "{}", text);
    }

    #[test]
    fn a_printed_type_reads_back(data_type in arbitrary::data_type()) {
        let text = data_type.to_string();
        prop_assert_eq!(parse_type(&text), Ok(data_type), "{}", text);
    }

    #[test]
    fn a_printed_statement_reads_back(statement in arbitrary::statement()) {
        let text = statement.to_string();
        prop_assert_eq!(parse_statement(&text), Ok(statement), "{}", text);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = parse_statements(&text);
    }

    #[test]
    fn no_sequence_of_tokens_panics(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let _ = parse_statements(&pieces.join(" "));
        let _ = parse_expression(&pieces.concat());
    }

    #[test]
    fn a_damaged_statement_does_not_panic(statement in arbitrary::statement(), at: usize, piece in prop::sample::select(PIECES)) {
        let mut words: Vec<String> = statement.to_string().split(' ').map(String::from).collect();
        let at = at % words.len();
        words[at] = piece.to_string();
        if let Err(error) = parse_statement(&words.join(" ")) {
            prop_assert!(error.line >= 1 && error.column >= 1, "{:?}", error);
        }
    }
}
