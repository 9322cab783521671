//! Sub-plans that are joined by an internal topic.

use millrace_engine::plan::{SinkTarget, SourceKind};
use millrace_engine::runtime::{RuntimeOptions, StartOffsets};
use storage::{GroupId, TopicName};

use crate::support::*;

fn two_subplans() -> millrace_engine::plan::Plan {
    let first = subplan(
        source("in", SourceKind::Stream),
        SinkTarget::Repartition { topic: "Q-repartition".to_owned() },
    );
    let second = subplan(source("Q-repartition", SourceKind::Stream), topic_sink("out"));
    plan(vec![first, second])
}

#[test]
fn rows_come_to_the_task_of_their_key() {
    let node = Node::new();
    node.topic("in", 3).topic("out", 3);
    let values: Vec<String> = (0..300).map(|n| format!("{{\"N\":{n},\"S\":null}}")).collect();
    let keys: Vec<String> = (0..300).map(|n| format!("k{}", n % 11)).collect();
    for n in 0..300usize {
        node.produce("in", (n % 3) as i32, &[(n as i64, Some(&keys[n]), Some(&values[n]))]);
    }
    let runtime =
        node.runtime(RuntimeOptions { batch_records_max: 7, commit_interval_ms: 0, ..Default::default() });
    runtime.start(id("Q"), 1, two_subplans(), StartOffsets::Earliest).unwrap();
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
    let mut out = node.records("out");
    out.sort_by_key(|record| record.time);
    let seen: Vec<_> = out.iter().map(|record| record.value.clone().unwrap()).collect();
    assert_eq!(seen, values);

    // Nothing of it is left when the query goes.
    let topic = TopicName::new("Q-repartition").unwrap();
    assert!(node.storage.topic(&topic).is_some());
    runtime.stop(&id("Q")).unwrap();
    runtime.forget(&id("Q"), 1, &two_subplans()).unwrap();
    assert!(node.storage.topic(&topic).is_none());
    assert!(node.storage.committed_offset(&GroupId::new("Q"), &partition_of("in", 0)).unwrap().is_none());
}

#[test]
fn by_hand_a_step_goes_through_all_subplans() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    node.produce("in", 0, &[(1, Some("a"), Some("{}")), (2, Some("b"), Some("{}"))]);
    let runtime = node.runtime(RuntimeOptions { batch_records_max: 1, ..manual() });
    runtime.start(id("Q"), 1, two_subplans(), StartOffsets::Earliest).unwrap();
    assert_eq!(runtime.step(&id("Q"), "in", 1).unwrap(), 1);
    runtime.commit().unwrap();
    assert_eq!(node.records("out").len(), 1);
    runtime.run_until_idle().unwrap();
    assert_eq!(node.records("out").len(), 2);
}
