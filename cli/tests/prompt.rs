//! What a user sees for what a server says, from statement to text.

mod support;

use cli::client::{Address, Auth, Client};
use cli::execute::{Runner, Stop};
use cli::screen::{Screen, Shown};
use cli::session::{OutputFormat, Session};
use support::{Answer, MockServer};

const ROWS: &str = "[{\"header\":{\"queryId\":\"transient_7\",\"schema\":\"`PAGE` STRING, `N` BIGINT\"}},\n\
    {\"row\":{\"columns\":[\"home\",12345678901]}},\n\
    {\"row\":{\"columns\":[\"a longer page\",null]}},\n";

fn runner(server: &str) -> (Runner, Shown) {
    let auth = Auth::Basic { user: "ada".into(), password: "secret".into() };
    let client = Client::new(Address::parse(server).expect("an address"), auth).expect("a client");
    let (screen, shown) = Screen::in_memory(60);
    (Runner::new(Session::new(client), screen, false).expect("a runner"), shown)
}

fn no_validation() -> Answer {
    Answer::new("/is_valid_property/auto.offset.reset", "true")
}

#[test]
fn settings_and_variables_go_with_each_statement() {
    let server = MockServer::start(vec![
        no_validation(),
        Answer::new(
            "/ksql",
            r#"[{"@type":"currentStatus","statementText":"","commandId":"stream/`S`/create","commandStatus":
                {"status":"SUCCESS","message":"Stream created","queryId":null},"commandSequenceNumber":3,"warnings":
                [{"message":"Mind the gap"}]}]"#,
        ),
    ]);
    let (mut runner, shown) = runner(&server.address);
    let text =
        "SET 'auto.offset.reset'='earliest'; define t = 's';\nCREATE STREAM ${t} (a INT); DROP STREAM x";
    assert_eq!(runner.run_text(text, None), Ok(()));
    let expected = "auto.offset.reset is now 'earliest'. UNSET 'auto.offset.reset'; takes it back.\n\
         WARNING: Mind the gap\nStream created\nWARNING: Mind the gap\nStream created\n";
    assert_eq!(shown.take(), expected);
    let asked = server.asked();
    assert_eq!(asked[0].line, "GET /is_valid_property/auto.offset.reset HTTP/1.1");
    assert_eq!(asked[0].authorization.as_deref(), Some("Basic YWRhOnNlY3JldA=="));
    assert_eq!(
        asked[1].body,
        r#"{"ksql":"CREATE STREAM ${t} (a INT);","streamsProperties":{"auto.offset.reset":"earliest"},"sessionVariables":{"t":"s"}}"#
    );
    assert_eq!(
        asked[2].body,
        r#"{"ksql":"DROP STREAM x;","streamsProperties":{"auto.offset.reset":"earliest"},"sessionVariables":{"t":"s"},"commandSequenceNumber":3}"#
    );
}

#[test]
fn rows_of_a_pull_query_are_fitted_to_their_values() {
    let server = MockServer::start(vec![Answer::new("/query", &format!("{ROWS}]")).in_chunks_of(7)]);
    let (mut runner, shown) = runner(&server.address);
    assert_eq!(runner.run_text("SELECT * FROM t;", None), Ok(()));
    let expected = "\
+-------------+-----------+
|PAGE         |N          |
+-------------+-----------+
|home         |12345678901|
|a longer page|null       |
+-------------+-----------+
2 rows
";
    assert_eq!(shown.take(), expected);
}

#[test]
fn a_push_query_is_drawn_as_it_comes_and_ended_at_the_limit() {
    let server = MockServer::start(vec![Answer::new("/query", ROWS).open()]);
    let (mut runner, shown) = runner(&server.address);
    runner.session.limits.rows = Some(2);
    assert_eq!(runner.run_text("SELECT * FROM s EMIT CHANGES;", None), Ok(()));
    let drawn = shown.take();
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[0], "+--------------------------------------------+-------------+");
    assert_eq!(lines[3], "|home                                        |12345678901  |");
    assert_eq!(lines.last(), Some(&"Row limit reached, query ended after 2 rows"));
}

#[test]
fn a_push_query_that_runs_too_long_is_closed_at_the_server() {
    let server = MockServer::start(vec![Answer::new("/query", ROWS).open(), Answer::new("/close-query", "")]);
    let (mut runner, shown) = runner(&server.address);
    runner.session.limits.time = Some(std::time::Duration::from_millis(300));
    assert_eq!(runner.run_text("SELECT * FROM s EMIT CHANGES;", None), Ok(()));
    assert!(shown.take().ends_with("Time is up, query ended after 2 rows\n"));
    assert_eq!(server.asked().last().expect("a call").body, r#"{"queryId":"transient_7"}"#);
}

#[test]
fn json_is_passed_on_as_it_came() {
    let server = MockServer::start(vec![
        Answer::new("/query", &format!("{ROWS}]")),
        Answer::new("/ksql", r#"[{"@type":"x","n":1.10}]"#),
    ]);
    let (mut runner, shown) = runner(&server.address);
    runner.session.format = OutputFormat::Json;
    assert_eq!(runner.run_text("SELECT * FROM t; X;", None), Ok(()));
    let expected = "\
{\"header\":{\"queryId\":\"transient_7\",\"schema\":\"`PAGE` STRING, `N` BIGINT\"}}
{\"row\":{\"columns\":[\"home\",12345678901]}}
{\"row\":{\"columns\":[\"a longer page\",null]}}
[
  {
    \"@type\": \"x\",
    \"n\": 1.10
  }
]
";
    assert_eq!(shown.take(), expected);
}

#[test]
fn an_error_points_at_its_place_and_stops_a_script() {
    let error = r#"{"@type":"statement_error","error_code":40001,"message":"line 2:3: Column 'COLOUR' cannot be resolved.","statementText":"","entities":[]}"#;
    let server = MockServer::start(vec![Answer::new("/query", error).status(400)]);
    let (mut runner, shown) = runner(&server.address);
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("q.sql");
    std::fs::write(&script, "-- a comment\nSELECT a,\n  colour FROM s;\nSHOW STREAMS;\n").expect("written");
    let command = format!("RUN SCRIPT '{}';", script.display());
    assert_eq!(runner.run_text(&command, None), Err(Stop::Failed));
    let expected = format!(
        "{}:3: Column 'COLOUR' cannot be resolved.\n  |\n3 |   colour FROM s;\n  |   ^^^^^^\n",
        script.display()
    );
    assert_eq!(shown.take(), expected);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn an_error_in_the_middle_of_rows_ends_the_table() {
    let error =
        r#"{"errorMessage":{"@type":"generic_error","error_code":50000,"message":"the disk is full"}}]"#;
    let server = MockServer::start(vec![Answer::new("/query", &format!("{ROWS}{error}"))]);
    let (mut runner, shown) = runner(&server.address);
    assert_eq!(runner.run_text("SELECT * FROM t;", None), Err(Stop::Failed));
    assert!(
        shown
            .take()
            .ends_with("|a longer page|null       |\n+-------------+-----------+\nthe disk is full\n")
    );
}

#[test]
fn a_server_that_is_not_there_is_explained() {
    let (mut runner, shown) = runner("http://127.0.0.1:1");
    assert_eq!(runner.run_text("SHOW STREAMS", None), Err(Stop::Failed));
    let said = shown.take();
    assert!(said.starts_with("Cannot reach a server at http://127.0.0.1:1: connection refused.\n"), "{said}");
    assert!(said.contains("millrace server"), "{said}");
}

#[test]
fn other_servers_are_not_mistaken_for_ours() {
    let server = MockServer::start(vec![Answer::new("/ksql", "<html>hello</html>")]);
    let (mut runner, shown) = runner(&server.address);
    assert_eq!(runner.run_text("SHOW STREAMS;", None), Err(Stop::Failed));
    assert!(shown.take().contains("cannot be understood"));
}

#[test]
fn printed_records_are_lines() {
    let body = "Key format: JSON\nrowtime: 1, key: 1, value: {\"a\":\"\u{1b}[31m\"}\n\n";
    let server = MockServer::start(vec![Answer::new("/query", body).in_chunks_of(5)]);
    let (mut runner, shown) = runner(&server.address);
    assert_eq!(runner.run_text("PRINT t FROM BEGINNING LIMIT 1;", None), Ok(()));
    assert_eq!(shown.take(), "Key format: JSON\nrowtime: 1, key: 1, value: {\"a\":\"\\u{1b}[31m\"}\n");
}

#[test]
fn what_is_shown_is_spooled() {
    let server = MockServer::start(vec![]);
    let (mut runner, _shown) = runner(&server.address);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("spool.txt");
    let text = format!("SPOOL '{}'; DEFINE a = 'b'; SHOW VARIABLES; SPOOL OFF; version;", file.display());
    assert_eq!(runner.run_text(&text, None), Ok(()));
    let spooled = std::fs::read_to_string(&file).expect("written");
    assert!(spooled.contains("| a             | b     |"), "{spooled}");
    assert!(!spooled.contains("prompt"), "{spooled}");
}

#[test]
fn exit_ends_the_text() {
    let (mut runner, shown) = runner("http://127.0.0.1:1");
    assert_eq!(runner.run_text("define a='1'; exit; SHOW STREAMS;", None), Err(Stop::Exit));
    assert_eq!(shown.take(), "");
}
