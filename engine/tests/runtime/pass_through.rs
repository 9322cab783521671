//! One source, one sink: what comes out of the log goes back into it.

use millrace_engine::plan::{SinkTarget, SourceKind, TimestampColumn};
use millrace_engine::runtime::{QueryState, RuntimeOptions, StartOffsets};
use millrace_engine::schema::{Column, Namespace, SqlType};
use storage::BatchBuilder;

use crate::support::*;

#[test]
fn records_go_to_the_partition_of_their_key_in_order() {
    let node = Node::new();
    node.topic("in", 2).topic("out", 3);
    let values: Vec<String> = (0..1000).map(|n| format!("{{\"N\":{n},\"S\":\"s{n}\"}}")).collect();
    let keys: Vec<String> = (0..1000).map(|n| format!("k{}", n % 17)).collect();
    for partition in 0..2 {
        let rows = (0..1000).filter(|n| n % 2 == partition);
        let records: Vec<_> = rows
            .map(|n| (n as i64, Some(keys[n as usize].as_str()), Some(values[n as usize].as_str())))
            .collect();
        node.produce("in", partition, &records);
    }
    let runtime = node.runtime(RuntimeOptions::default());
    let plan = plan(vec![subplan(source("in", SourceKind::Stream), topic_sink("out"))]);
    runtime.start(id("Q"), 1, plan, StartOffsets::Earliest).unwrap();
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());

    let out = node.records("out");
    assert_eq!(out.len(), 1000);
    for record in &out {
        let key = record.key.as_deref().unwrap();
        assert_eq!(
            record.partition,
            millrace_engine::runtime::partitioner::partition_of(key.as_bytes(), 3) as i32
        );
        assert_eq!(record.value.as_deref().unwrap(), values[record.time as usize]);
        assert_eq!(key, keys[record.time as usize]);
    }
    // In the order of each input partition.
    for parity in 0..2 {
        for partition in 0..3 {
            let times: Vec<i64> = out
                .iter()
                .filter(|r| r.partition == partition && r.time % 2 == parity)
                .map(|r| r.time)
                .collect();
            assert!(times.is_sorted());
        }
    }
    let status = runtime.status(&id("Q")).unwrap();
    assert_eq!(status.state, QueryState::Running);
    assert_eq!((status.metrics.rows_in, status.metrics.rows_out), (1000, 1000));
    assert!(status.partitions.iter().all(|p| p.position == p.end));

    // What comes later comes out too, without anybody asking.
    node.produce("in", 0, &[(5000, Some("x"), Some("{\"N\":1,\"S\":null}"))]);
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
    assert_eq!(node.records("out").len(), 1001);

    // Paused, nothing moves; resumed, it does.
    runtime.pause(&id("Q")).unwrap();
    node.produce("in", 0, &[(5001, Some("x"), Some("{\"N\":2,\"S\":null}"))]);
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(node.records("out").len(), 1001);
    assert_eq!(runtime.status(&id("Q")).unwrap().state, QueryState::Paused);
    runtime.resume(&id("Q")).unwrap();
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
    assert_eq!(node.records("out").len(), 1002);

    // Stopped and started again, it goes on where it was.
    runtime.stop(&id("Q")).unwrap();
    node.produce("in", 1, &[(5002, Some("x"), Some("{\"N\":3,\"S\":null}"))]);
    let again = self::plan(vec![subplan(source("in", SourceKind::Stream), topic_sink("out"))]);
    runtime.start(id("Q"), 1, again, StartOffsets::Latest).unwrap();
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
    assert_eq!(node.records("out").len(), 1003);
}

fn plan(subplans: Vec<millrace_engine::plan::SubPlan>) -> millrace_engine::plan::Plan {
    crate::support::plan(subplans)
}

#[test]
fn a_record_that_cannot_be_read_is_logged_with_its_position() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    node.produce(
        "in",
        0,
        &[
            (1, Some("a"), Some("{\"N\":1}")),
            (2, Some("b"), Some("no json")),
            (3, Some("c"), Some("{\"N\":\"not a number\"}")),
            (4, Some("d"), Some("{\"N\":4}")),
            (5, Some("e"), None),
            (6, None, Some("{\"N\":6}")),
        ],
    );
    let runtime = node.runtime(manual());
    runtime
        .start(
            id("Q"),
            1,
            plan(vec![subplan(source("in", SourceKind::Stream), topic_sink("out"))]),
            StartOffsets::Earliest,
        )
        .unwrap();
    runtime.run_until_idle().unwrap();
    let out: Vec<_> = node.records("out").into_iter().map(|r| (r.time, r.key, r.value)).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        out,
        vec![
            (1, text("a"), text("{\"N\":1,\"S\":null}")),
            (4, text("d"), text("{\"N\":4,\"S\":null}")),
            (5, text("e"), None),
            (6, None, text("{\"N\":6,\"S\":null}")),
        ]
    );
    let failures = node.log.0.lock();
    let positions: Vec<_> =
        failures.iter().map(|f| f.position.as_ref().map(|(t, p, o)| (t.to_string(), *p, *o))).collect();
    assert_eq!(positions, vec![Some(("in".to_owned(), 0, 1)), Some(("in".to_owned(), 0, 2))]);
    assert_eq!(runtime.status(&id("Q")).unwrap().metrics.failed_rows, 2);
}

#[test]
fn tables_have_no_records_without_a_key() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    node.produce(
        "in",
        0,
        &[(1, Some("a"), Some("{\"N\":1}")), (2, None, Some("{\"N\":2}")), (3, Some("a"), None)],
    );
    let runtime = node.runtime(manual());
    runtime
        .start(
            id("Q"),
            1,
            plan(vec![subplan(source("in", SourceKind::Table), topic_sink("out"))]),
            StartOffsets::Earliest,
        )
        .unwrap();
    runtime.run_until_idle().unwrap();
    let out: Vec<_> = node.records("out").into_iter().map(|r| (r.time, r.value.is_some())).collect();
    assert_eq!(out, vec![(1, true), (3, false)]);
}

#[test]
fn event_time_comes_from_a_column_and_goes_to_one() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    node.produce(
        "in",
        0,
        &[
            (1, Some("a"), Some("{\"N\":100}")),
            (2, Some("b"), Some("{\"N\":-1}")),
            (3, Some("c"), Some("{}")),
            (4, Some("d"), None),
        ],
    );
    let time = |column: &str| Some(TimestampColumn { column: column.to_owned(), format: None });
    let mut from = source("in", SourceKind::Stream);
    from.timestamp = time("N");
    // The column that gives the time need not be read otherwise.
    from.wanted = vec![0, 2];
    from.relation.value.remove(0);
    let runtime = node.runtime(manual());
    runtime.start(id("Q"), 1, plan(vec![subplan(from, topic_sink("out"))]), StartOffsets::Earliest).unwrap();
    runtime.run_until_idle().unwrap();
    let out: Vec<_> = node.records("out").into_iter().map(|r| (r.time, r.key.unwrap())).collect();
    assert_eq!(out, vec![(100, "a".to_owned()), (4, "d".to_owned())]);
    assert_eq!(node.log.0.lock().len(), 2);

    node.topic("out2", 1);
    let target = match topic_sink("out2") {
        SinkTarget::Topic { topic, key_format, value_format, window, .. } => {
            SinkTarget::Topic { topic, key_format, value_format, window, timestamp: time("N") }
        }
        other => other,
    };
    runtime
        .start(
            id("Q2"),
            2,
            plan(vec![subplan(source("in", SourceKind::Stream), target)]),
            StartOffsets::Earliest,
        )
        .unwrap();
    runtime.run_until_idle().unwrap();
    let out: Vec<_> = node.records("out2").into_iter().map(|r| (r.time, r.key.unwrap())).collect();
    assert_eq!(out, vec![(100, "a".to_owned()), (4, "d".to_owned())]);
}

#[test]
fn headers_are_columns_and_are_handed_on() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    let mut batch = BatchBuilder::new();
    batch.push(1, Some(b"a"), Some(b"{\"N\":1}"), &[("h", Some(b"x")), ("h", Some(b"y")), ("n", None)]);
    batch.push(2, Some(b"b"), Some(b"{\"N\":2}"), &[]);
    node.append("in", 0, batch);
    let mut from = source("in", SourceKind::Stream);
    from.columns.push(Column {
        name: "H".to_owned(),
        ty: SqlType::Bytes,
        namespace: Namespace::Header("h".to_owned()),
    });
    from.wanted = vec![0, 3];
    from.relation.value = vec![millrace_engine::change::Field { name: "H".to_owned(), ty: SqlType::Bytes }];
    let runtime = node.runtime(manual());
    runtime.start(id("Q"), 1, plan(vec![subplan(from, topic_sink("out"))]), StartOffsets::Earliest).unwrap();
    runtime.run_until_idle().unwrap();
    let out = node.records("out");
    assert_eq!(out[0].value.as_deref(), Some("{\"H\":\"eQ==\"}"));
    assert_eq!(out[1].value.as_deref(), Some("{\"H\":null}"));
    let header = |key: &str, value: Option<&[u8]>| (key.to_owned(), value.map(<[u8]>::to_vec));
    assert_eq!(out[0].headers, vec![header("h", Some(b"x")), header("h", Some(b"y")), header("n", None)]);
    assert!(out[1].headers.is_empty());
}

/// Several queries over one topic, each with columns of its own, agree with what they would give alone.
#[test]
fn queries_share_a_source() {
    let node = Node::new();
    node.topic("in", 1);
    for round in 0..20 {
        let values: Vec<String> = (0..50).map(|n| format!("{{\"N\":{n},\"S\":\"r{round}\"}}")).collect();
        let records: Vec<_> = values.iter().map(|value| (1, Some("k"), Some(value.as_str()))).collect();
        node.produce("in", 0, &records);
    }
    let runtime = node.runtime(RuntimeOptions { fetch_bytes: 4096, ..RuntimeOptions::default() });
    for query in 0..6u32 {
        let out = format!("out{query}");
        node.topic(&out, 1);
        let mut from = source("in", SourceKind::Stream);
        if query % 3 > 0 {
            from.wanted = vec![0, query as usize % 3];
            from.relation.value.remove(if query % 3 == 1 { 1 } else { 0 });
        }
        runtime
            .start(id(&out), query, plan(vec![subplan(from, topic_sink(&out))]), StartOffsets::Earliest)
            .unwrap();
    }
    for query in 0..6 {
        let out = format!("out{query}");
        assert!(runtime.wait_until_caught_up(&id(&out), PATIENCE).unwrap());
        let records = node.records(&out);
        assert_eq!(records.len(), 1000);
        for (at, record) in records.iter().enumerate() {
            let (round, n) = (at / 50, at % 50);
            let expected = match query % 3 {
                0 => format!("{{\"N\":{n},\"S\":\"r{round}\"}}"),
                1 => format!("{{\"N\":{n}}}"),
                _ => format!("{{\"S\":\"r{round}\"}}"),
            };
            assert_eq!(record.value.as_deref(), Some(expected.as_str()));
        }
    }
    runtime.shutdown();
}

#[test]
fn by_hand_a_query_takes_as_many_records_as_it_is_told() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    node.produce(
        "in",
        0,
        &[(1, Some("a"), Some("{}")), (2, Some("b"), Some("{}")), (3, Some("c"), Some("{}"))],
    );
    let runtime = node.runtime(RuntimeOptions { batch_records_max: 1, ..manual() });
    runtime
        .start(
            id("Q"),
            1,
            plan(vec![subplan(source("in", SourceKind::Stream), topic_sink("out"))]),
            StartOffsets::Earliest,
        )
        .unwrap();
    assert_eq!(runtime.step(&id("Q"), "in", 2).unwrap(), 2);
    assert!(node.records("out").is_empty());
    runtime.commit().unwrap();
    assert_eq!(node.records("out").len(), 2);
    assert_eq!(runtime.step(&id("Q"), "other", 2).unwrap(), 0);
    assert_eq!(runtime.step(&id("Q"), "in", 2).unwrap(), 1);
    runtime.commit().unwrap();
    assert_eq!(node.records("out").len(), 3);
}
