//! How texts are understood, and how those that are not are refused.

use super::{parse_expression, parse_statement, parse_statements, parse_type};
use crate::sql::ast::{SelectItem, Statement};
use crate::sql::depth::MAX_DEPTH;
use crate::sql::expr::{Expr, Literal};

/// The expression with every bracket written.
fn grouped(text: &str) -> String {
    parse_expression(text).map_or_else(|error| error.to_string(), |expr| expr.to_string())
}

#[test]
fn operators_bind_as_in_ksqldb() {
    for (text, expected) in [
        ("a + b * c - d", "((A + (B * C)) - D)"),
        ("a || b + c || d", "((A || (B + C)) || D)"),
        ("-a * b", "(-A * B)"),
        ("-a[1]->f", "-A[1]->F"),
        ("a - -1", "(A - -1)"),
        ("a-1", "(A - 1)"),
        ("s->a[1]->b + 1", "(S->A[1]->B + 1)"),
        ("src.s->f = 'x'", "(SRC.S->F = 'x')"),
        ("a OR b AND NOT c = d", "(A OR (B AND (NOT (C = D))))"),
        ("a BETWEEN 1 AND 2 AND b", "((A BETWEEN 1 AND 2) AND B)"),
        ("a IS DISTINCT FROM b AND c", "((A IS DISTINCT FROM B) AND C)"),
        (
            "a NOT LIKE 'x!%' ESCAPE '!' OR a NOT IN (1, 2)",
            "((A NOT LIKE 'x!%' ESCAPE '!') OR (A NOT IN (1, 2)))",
        ),
        ("a IS NOT NULL AND b IS NULL", "((A IS NOT NULL) AND (B IS NULL))"),
        ("case a when 1 then 'x' else 'y' end", "(CASE A WHEN 1 THEN 'x' ELSE 'y' END)"),
        ("transform(m, (k, v) => k, (k, v) => v + 1)", "TRANSFORM(M, (K, V) => K, (K, V) => (V + 1))"),
        ("filter(a, x => x > 1 and true)", "FILTER(A, (X) => ((X > 1) AND true))"),
        ("dateadd(days, 1, `d`)", "DATEADD(DAYS, 1, `d`)"),
        ("struct(a := 1, `b` := map('k' := array[1]))", "STRUCT(A:=1, `b`:=MAP('k':=ARRAY[1]))"),
        (
            "cast(a as struct<x array<array<int>>, y map<string, decimal(4,2)>>)",
            "CAST(A AS STRUCT<X ARRAY<ARRAY<INTEGER>>, Y MAP<STRING, DECIMAL(4, 2)>>)",
        ),
        (
            "count(*) + trim(substring(position, 1)) + extract(any, collate)",
            "((COUNT(*) + TRIM(SUBSTRING(POSITION, 1))) + EXTRACT(ANY, COLLATE))",
        ),
        ("decimal '1.50' + .5 + 1e3", "((1.50 + 0.5) + 1E3)"),
        ("'it''s' + \"Quoted\"", "('it''s' + `Quoted`)"),
    ] {
        assert_eq!(grouped(text), expected, "{text}");
    }
}

#[test]
fn numbers_have_the_type_that_their_text_says() {
    let number = |text: &str| match parse_expression(text) {
        Ok(Expr::Literal { value, .. }) => Some(value),
        _ => None,
    };
    assert_eq!(number("2147483647").map(|v| v.is_int32()), Some(true));
    assert_eq!(number("2147483648").map(|v| v.is_int32()), Some(false));
    assert_eq!(number("-9223372036854775808"), Some(Literal::Integer(i64::MIN)));
    assert_eq!(number("007.10"), Some(Literal::Decimal("7.10".into())));
    assert_eq!(number("1E2"), Some(Literal::Double(100.0)));
    assert_eq!(number("9223372036854775808"), None);
    assert_eq!(number("1E999"), None);
}

#[test]
fn words_are_names_unless_they_are_reserved_there() {
    for text in [
        "SELECT key, date, type, array, map, partition AS emit, set FROM emit EMIT CHANGES;",
        "SELECT emit emit FROM partition PARTITION BY emit EMIT CHANGES",
        "CREATE STREAM source (if INT, column STRING KEY) WITH (kafka_topic='t', 'VALUE_FORMAT'='JSON', partitions=1)",
        "ALTER STREAM s ADD COLUMN a INT, ADD column INT, ADD `COLUMN` STRUCT<>",
        "SELECT a.*, s->*, x->y->* FROM s AS a LEFT JOIN t b WITHIN (1 HOUR, 2 DAYS) GRACE PERIOD 1 DAY ON a.k = b.k",
        "SELECT COUNT(*) 1R FROM s WINDOW w SESSION (5 MINUTES, RETENTION 1 DAY) GROUP BY (a, b + 1) HAVING x > 1 LIMIT 3",
        "SELECT COUNT(*) FROM s GROUP BY (a + b) * 2, c",
        "INSERT INTO s WITH (QUERY_ID='x') SELECT * FROM t",
        "SHOW ALL TOPICS EXTENDED",
        "DESCRIBE FUNCTION date",
        "EXPLAIN `transient_1`",
        "PRINT 'my-topic' FROM BEGINNING INTERVAL 2 LIMIT 3",
        "ASSERT NOT EXISTS TOPIC t TIMEOUT 10 SECONDS",
    ] {
        if let Err(error) = parse_statement(text) {
            panic!("{text}\n{error}");
        }
    }
    for text in
        ["SELECT stream FROM s", "SELECT a FROM select", "SELECT a size FROM s", "CREATE STREAM from (a INT)"]
    {
        assert!(parse_statement(text).is_err(), "{text}");
    }
}

#[test]
fn statements_keep_their_text_and_place() {
    let text = "-- first\nSELECT a\n  FROM s; SHOW STREAMS;";
    let parsed = parse_statements(text).unwrap_or_default();
    let found: Vec<_> = parsed.iter().map(|p| (p.text.as_str(), p.start_line, p.span.column)).collect();
    assert_eq!(found, [("SELECT a\n  FROM s", 2, 1), ("SHOW STREAMS", 3, 11)]);
    let Statement::Query(query) = &parsed[0].statement else { panic!("a query") };
    let SelectItem::Expr { expr, .. } = &query.select[0] else { panic!("an expression") };
    assert_eq!((expr.span().line, expr.span().column, expr.span().end_column), (2, 8, 9));
}

#[test]
fn errors_say_what_and_where() {
    for (text, expected) in [
        ("SELECT a, FROM s;", "line 1:11: Syntax error at or near 'FROM' at line 1:11\nExpecting expression"),
        ("SELECT * FROM s WHERE;", "line 1:22: Syntax Error\nExpecting expression"),
        (
            "SELECT f(a FROM s;",
            "line 1:12: Syntax error at or near 'FROM' at line 1:12\nmissing ')' at 'FROM'",
        ),
        ("SELECT a FROM s", "line 1:16: Syntax Error\nmissing ';' at '<EOF>'"),
        (
            "SHOW STREAMS;\nSHW TABLES;",
            "line 2:1: Syntax Error\nUnknown statement 'SHW'\nDid you mean 'SHOW'?",
        ),
        ("SELECT * FROM s ORDER BY a;", "line 1:23: Syntax Error\n"),
        ("SELECT * FROM s WHERE a = b = c;", "line 1:23: Syntax Error\nComparisons do not chain"),
        ("SELECT 'a FROM s;", "line 1:8: Syntax Error\nUnterminated string literal"),
        ("SELECT * FROM s LIMIT x;", "line 1:23: Syntax Error\nExpecting INTEGER_VALUE"),
        (
            "DROP STREAM from;",
            "line 1:13: Syntax error at or near 'from' at line 1:13\n\"from\" is a reserved keyword",
        ),
        (
            "INSERT INTO s (a, b) VALUES (1);",
            "Failed to prepare statement: Expected number columns and values to match: 2, 1",
        ),
        ("SELECT a.b.c FROM s;", "Syntax Error\nOnly a source has a dot after it"),
    ] {
        let error = parse_statements(text).expect_err(text);
        assert!(error.message.contains(expected), "{text}\n  {}\n  {expected}", error.message);
    }
}

#[test]
fn what_nests_too_deep_is_refused_and_what_just_fits_is_not_too_much_for_a_small_stack() {
    let run = || {
        let chain = |n: usize, unit: &str, last: &str| unit.repeat(n) + last;
        let nest = |n: usize, open: &str, close: &str| open.repeat(n) + "1" + &close.repeat(n);
        for n in [MAX_DEPTH + 1, 100_000] {
            for text in [
                chain(n, "a OR ", "a"),
                chain(n, "NOT ", "a"),
                chain(n, "- ", "a"),
                chain(n, "(", ""),
                nest(n, "(", ")"),
                nest(n, "f(1, ", ")"),
                nest(n, "ARRAY[", "]"),
                nest(n, "CASE WHEN ", " THEN 1 END"),
                "a".to_string() + &"->b".repeat(n),
                "a".to_string() + &"[1]".repeat(n),
            ] {
                let error = parse_expression(&text).expect_err("too deep");
                assert!(error.message.contains("Statement is too large to parse"), "{}", error.message);
            }
            let error = parse_type(&(chain(n, "ARRAY<", "INT") + &">".repeat(n))).expect_err("too deep");
            assert!(error.message.contains("Statement is too large to parse"), "{}", error.message);
            assert!(parse_expression(&("a".to_string() + &".b".repeat(n))).is_err());
        }
        let fits = MAX_DEPTH - 10;
        for text in [chain(fits, "a = 1 OR ", "b"), nest(fits / 2, "(1 + ", ")"), nest(fits / 2, "f(", ")")] {
            let Ok(expr) = parse_expression(&text) else { panic!("{text}") };
            assert!(expr.clone() == expr && !expr.to_string().is_empty());
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread can start");
    assert!(thread.join().is_ok());
}
