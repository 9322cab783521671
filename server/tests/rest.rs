//! Each endpoint: what it answers, and what it says when something is wrong.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{LIMIT, TestServer, read_until};

const VISITS: &str = "CREATE STREAM visits (who STRING KEY, page STRING, ms BIGINT) \
                      WITH (KAFKA_TOPIC='visits', PARTITIONS=2, VALUE_FORMAT='JSON');";
const COUNTS: &str = "CREATE TABLE counts AS SELECT who, COUNT(*) AS n FROM visits GROUP BY who;";

#[tokio::test(flavor = "multi_thread")]
async fn the_server_tells_of_itself() {
    let server = TestServer::start().await;
    let (status, info) = server.get("/").await;
    assert_eq!((status, &info["KsqlServerInfo"]["serverStatus"]), (200, &json!("RUNNING")));
    assert_eq!(info["KsqlServerInfo"]["ksqlServiceId"], "default_");
    let (_, health) = server.get("/healthcheck").await;
    assert_eq!(
        (&health["isHealthy"], &health["details"]["commandRunner"]["isHealthy"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(server.get("/chc/ready").await, (200, json!({})));
    assert_eq!(server.get("/chc/live").await, (200, json!({})));
    let (_, metadata) = server.get("/v1/metadata/id").await;
    assert_eq!(metadata["scope"]["clusters"]["kafka-cluster"], info["KsqlServerInfo"]["kafkaClusterId"]);
    assert!(server.get("/clusterStatus").await.1["clusterStatus"].is_object());
    assert_eq!(server.get("/is_valid_property/auto.offset.reset").await, (200, json!(true)));
    assert_eq!(server.get("/is_valid_property/ksql.service.id").await.0, 400);
    let (status, missing) = server.get("/nothing/here").await;
    assert_eq!((status, &missing["error_code"]), (404, &json!(40400)));
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_answer_entities_and_point_at_errors() {
    let server = TestServer::start().await;
    let created = server.execute(&format!("SET 'auto.offset.reset'='earliest'; {VISITS} {COUNTS}")).await;
    let created = created.as_array().expect("an array");
    assert_eq!(created.len(), 2, "SET answers nothing");
    assert_eq!(created[0]["@type"], "currentStatus");
    assert_eq!(created[0]["commandId"], "stream/VISITS/create");
    assert!(created[1]["commandStatus"]["queryId"].as_str().expect("an id").starts_with("CTAS_COUNTS_"));
    assert_eq!(server.get("/status/stream/VISITS/create").await.1["status"], "SUCCESS");
    assert_eq!(server.get("/status").await.1["commandStatuses"]["table/COUNTS/create"], "SUCCESS");
    assert_eq!(server.get("/status/stream/NONE/create").await.0, 404);

    let wrong =
        json!({ "ksql": "SHOW STREAMS; CREATE STREAM x AS\n  SELECT colour FROM visits;", "newField": 1 });
    let (status, error) = server.post_json("/ksql", wrong).await;
    assert_eq!(
        (status, &error["@type"], &error["error_code"]),
        (400, &json!("statement_error"), &json!(40001))
    );
    assert!(error["message"].as_str().expect("text").contains("COLOUR"), "{error}");
    assert_eq!(error["entities"][0]["@type"], "streams");
    assert!(error["statementText"].as_str().expect("text").contains("SELECT colour"));

    let (status, error) =
        server.post_json("/ksql", json!({ "ksql": "SELECT * FROM visits EMIT CHANGES;" })).await;
    assert_eq!((status, &error["error_code"]), (400, &json!(40002)));
    let (status, error) = server.post_json("/ksql", json!({ "sql": "" })).await;
    assert_eq!(
        (status, &error["error_code"], &error["@type"]),
        (400, &json!(40000), &json!("generic_error"))
    );
    let (status, error) = server.post_json("/query", json!({ "ksql": "SELECT * FROM nothing;" })).await;
    assert_eq!((status, &error["error_code"]), (400, &json!(40001)));
    let refused =
        server.client.post(server.url("/ksql")).header("accept", "text/html").body("{}").send().await;
    assert_eq!(refused.expect("an answer").status(), 406);
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_in_and_come_out_in_every_form() {
    let server = TestServer::start().await;
    server.execute(&format!("SET 'auto.offset.reset'='earliest'; {VISITS} {COUNTS}")).await;
    let body = "{\"target\":\"visits\"}\n{\"who\":\"a\",\"PAGE\":\"/\",\"`MS`\":1}\n\n{\"Who\":\"b\",\"ms\":2}\n{\"who\":\"a\"}";
    let acks = server.post("/inserts-stream", body).await.text().await.expect("a body");
    assert_eq!(
        acks,
        "{\"status\":\"ok\",\"seq\":0}\n{\"status\":\"ok\",\"seq\":1}\n{\"status\":\"ok\",\"seq\":2}\n"
    );
    server.until_rows("SELECT who, n FROM counts WHERE who='a';", &[json!(["a", 2])]).await;
    server.execute("INSERT INTO visits (who, page) VALUES ('a', '/x');").await;
    server.until_rows("SELECT n FROM counts WHERE who='a';", &[json!([3])]).await;

    let (_, pull) =
        server.post_json("/query", json!({ "ksql": "SELECT who, n FROM counts WHERE who='b';" })).await;
    assert_eq!(pull[0]["header"]["schema"], "`WHO` STRING KEY, `N` BIGINT");
    assert_eq!(pull[1], json!({"row": {"columns": ["b", 1]}}));
    assert_eq!(pull.as_array().map(Vec::len), Some(2));

    let sql = "SELECT page FROM visits WHERE page IS NOT NULL EMIT CHANGES LIMIT 2;";
    let push = server.push(sql, "application/vnd.ksql.v1+json").await.text().await.expect("a body");
    let push: Value = serde_json::from_str(&push).expect("JSON");
    assert_eq!(push.as_array().map(Vec::len), Some(4), "{push}");
    assert_eq!(push[3], json!({"finalMessage": "Limit Reached"}));
    assert_eq!(server.rows(sql).await.len(), 2);
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_inserted_ends_the_stream_after_those_before_it() {
    let server = TestServer::start().await;
    server.execute(VISITS).await;
    for (row, reason) in [
        ("{\"who\":\"b\",\"colour\":1}", "does not exist"),
        ("{\"who\":\"b\",\"ms\":\"many\"}", "coerce"),
        ("{\"who\":", "Invalid JSON"),
        ("[1]", "Invalid JSON"),
    ] {
        let body =
            format!("{{\"target\":\"VISITS\"}}\n{{\"who\":\"a\",\"ms\":1}}\n{row}\n{{\"who\":\"c\"}}\n");
        let text = server.post("/inserts-stream", body).await.text().await.expect("a body");
        let acks: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(acks[0], json!({"status": "ok", "seq": 0}), "{row}");
        assert_eq!(
            (acks.len(), &acks[1]["status"], &acks[1]["seq"]),
            (2, &json!("error"), &json!(1)),
            "{text}"
        );
        assert!(acks[1]["message"].as_str().expect("text").contains(reason), "{row}: {text}");
    }
    assert_eq!(server.rows("SELECT who FROM visits;").await, vec![json!(["a"]); 4]);
    assert_eq!(server.post("/inserts-stream", "{\"target\":\"nobody\"}\n").await.status(), 400);
    assert_eq!(server.post("/inserts-stream", "").await.status(), 400);
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_query_ends_when_its_client_goes_or_closes_it() {
    let server = TestServer::start().await;
    server.execute(VISITS).await;
    let running = || server.handle.engine().queries().len();
    let until_running = async |count: usize| {
        let started = Instant::now();
        while running() != count {
            assert!(started.elapsed() < LIMIT, "{} queries run, not {count}", running());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let mut answer = server.push("SELECT * FROM visits EMIT CHANGES;", "*/*").await;
    let header = read_until(&mut answer, "}},\n").await;
    let id =
        serde_json::from_str::<Value>(header.trim_end_matches(",\n").trim_start_matches('[')).expect("JSON");
    let id = id["header"]["queryId"].as_str().expect("an id").to_owned();
    until_running(1).await;
    server.execute("INSERT INTO visits (who) VALUES ('a');").await;
    read_until(&mut answer, "\"columns\":[\"a\",null,null]").await;
    let (status, _) = server.post_json("/close-query", json!({ "queryId": id })).await;
    assert_eq!(status, 200);
    read_until(&mut answer, "]\n").await;
    until_running(0).await;
    assert_eq!(server.post_json("/close-query", json!({ "queryId": id })).await.0, 400);

    let mut answer = server.push("SELECT * FROM visits EMIT CHANGES;", "*/*").await;
    read_until(&mut answer, "\"a\"").await;
    until_running(1).await;
    drop(answer);
    until_running(0).await;
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_reading_loses_its_query() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = TestServer::start_with(dir, |config| config.runtime.push_stall_ms = 300).await;
    server.execute(VISITS).await;
    let row = format!("{{\"who\":\"a\",\"page\":\"{}\"}}\n", "x".repeat(1000));
    let produce = || server.post("/topics/visits/records?key_field=who", row.repeat(20_000));
    let mut answer = server.push("SELECT page FROM visits EMIT CHANGES;", "*/*").await;
    let started = Instant::now();
    while !server.handle.engine().queries().is_empty() {
        assert_eq!(produce().await.status(), 200);
        assert!(started.elapsed() < LIMIT, "the query still runs");
    }
    // What the client is told when it reads again.
    read_until(&mut answer, "has taken no row").await;
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_and_rows_are_there_again_after_a_restart() {
    let mut server = TestServer::start().await;
    server.execute(&format!("SET 'auto.offset.reset'='earliest'; {VISITS} {COUNTS}")).await;
    for round in 1..=3 {
        server.execute("INSERT INTO visits (who) VALUES ('a');").await;
        server.until_rows("SELECT n FROM counts WHERE who='a';", &[json!([round])]).await;
        server = server.restart().await;
        server.until_rows("SELECT n FROM counts WHERE who='a';", &[json!([round])]).await;
    }
    server.execute("DROP TABLE counts;").await;
    let server = server.restart().await;
    assert_eq!(server.execute("SHOW TABLES;").await[0]["tables"], json!([]));
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_go_in_and_out_of_topics() {
    let server = TestServer::start().await;
    server.execute(VISITS).await;
    let body = "{\"who\":\"a\",\"ms\":1}\n{\"who\":7,\"ms\":2}\n{\"ms\":3}";
    let answer = server.post("/topics/visits/records?key_field=who", body).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({"records": 3}));
    let read = server
        .client
        .get(server.url("/topics/visits/records?from=beginning&limit=3"))
        .send()
        .await
        .expect("an answer");
    let text = read.text().await.expect("a body");
    let mut keys: Vec<Value> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["key"].clone()).collect();
    keys.sort_by_key(Value::to_string);
    assert_eq!(keys, [json!("a"), json!(7), json!(null)]);
    assert_eq!(server.rows("SELECT ms FROM visits WHERE who='7';").await, [json!([2])]);

    let wrong = server.post("/topics/visits/records", "{}\nnot JSON\n").await;
    assert_eq!(wrong.status(), 400);
    assert!(wrong.text().await.expect("a body").contains("line 2"));
    assert_eq!(server.post("/topics/nothing/records", "{}").await.status(), 404);

    let mut tail = server.client.get(server.url("/topics/visits/records")).send().await.expect("an answer");
    server.post("/topics/visits/records", "{\"ms\":9}\n").await;
    read_until(&mut tail, "\"value\":{\"ms\":9}}").await;
    let mut print = server.push("PRINT visits FROM BEGINNING LIMIT 1;", "*/*").await;
    read_until(&mut print, "value: {").await;
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_with_prior_knowledge_is_spoken_on_the_same_port() {
    let server = TestServer::start().await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build().expect("a client");
    let answer = client.get(server.url("/info")).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_2));
    drop(client);
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_is_told_what_is_in_its_way() {
    let server = TestServer::start().await;
    let mut config = millrace_server::Config::local(server.dir.path().join("data"));
    let error = millrace_server::Server::start(config.clone())
        .await
        .expect_err("the directory is in use")
        .to_string();
    assert!(error.contains("in use by process"), "{error}");
    config.listeners = vec![server.handle.address()];
    let error = millrace_server::Server::start(config).await.expect_err("the port is in use").to_string();
    assert!(error.contains("port is in use"), "{error}");
    server.handle.shutdown().await.expect("a clean stop");
}
