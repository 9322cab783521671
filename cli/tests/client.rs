//! The calls of Millrace's own endpoints.

#[allow(dead_code, reason = "each test uses a part")]
mod support;

use cli::client::{Address, Auth, Client, ClientError, ReadFrom};
use support::{Answer, MockServer};

fn client(server: &MockServer) -> Client {
    Client::new(Address::parse(&server.address).expect("an address"), Auth::None).expect("a client")
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

#[test]
fn records_are_produced() {
    let server = MockServer::start(vec![Answer::new("/topics/my%20topic/records", r#"{"records":2}"#)]);
    let client = client(&server);
    let body = "{\"a\":1}\n{\"a\":2}\n";
    let records = block_on(client.produce("my topic", Some("a"), body.into())).expect("acknowledged");
    assert_eq!(records, 2);
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /topics/my%20topic/records?key_field=a HTTP/1.1");
    assert_eq!(asked[0].body, body);
}

#[test]
fn records_are_consumed_as_they_come() {
    let body = "{\"offset\":0}\n\n{\"offset\":1}\r\n{\"offset\":2}";
    let server = MockServer::start(vec![Answer::new("/topics/t/records", body).in_chunks_of(4)]);
    let client = client(&server);
    let lines = block_on(async {
        let mut lines = client.consume("t", ReadFrom::Beginning, Some(3)).await.expect("an answer");
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.expect("a line") {
            all.push(line);
        }
        all
    });
    assert_eq!(lines, ["{\"offset\":0}", "{\"offset\":1}", "{\"offset\":2}"]);
    assert_eq!(server.asked()[0].line, "GET /topics/t/records?from=beginning&limit=3 HTTP/1.1");
}

#[test]
fn an_error_of_the_server_is_kept_whole() {
    let body = r#"{"@type":"generic_error","error_code":40400,"message":"no topic t"}"#;
    let server = MockServer::start(vec![Answer::new("/topics/t/records", body).status(404)]);
    let error = block_on(client(&server).produce("t", None, "{}\n".into())).expect_err("refused");
    let ClientError::Server(error) = error else { panic!("{error}") };
    assert_eq!((error.code, error.message.as_str()), (40400, "no topic t"));
}
