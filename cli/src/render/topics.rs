//! `kafka_topics` and `kafka_topics_extended`: the topics that there are.

use serde::Deserialize;

use super::Render;
use super::grid::grid;

/// The answer to SHOW TOPICS.
#[derive(Debug, Deserialize)]
pub struct Topics {
    topics: Vec<Topic>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Topic {
    name: String,
    /// The number of replicas of each partition.
    replica_info: Vec<u32>,
    consumer_count: Option<u64>,
    consumer_group_count: Option<u64>,
}

impl Render for Topics {
    fn render(&self, width: usize) -> String {
        if self.topics.is_empty() {
            return "There are no topics yet. CREATE STREAM with PARTITIONS makes one, and so does \
                    `millrace produce`."
                .to_owned();
        }
        let extended = self.topics.iter().any(|topic| topic.consumer_count.is_some());
        let mut header = vec!["Kafka Topic", "Partitions", "Partition Replicas"];
        if extended {
            header.extend(["Consumers", "Consumer Groups"]);
        }
        let number = |n: Option<u64>| n.unwrap_or_default().to_string();
        let rows = self.topics.iter().map(|topic| {
            let partitions = topic.replica_info.len().to_string();
            let mut row = vec![topic.name.clone(), partitions, replicas(&topic.replica_info)];
            if extended {
                row.extend([number(topic.consumer_count), number(topic.consumer_group_count)]);
            }
            row
        });
        grid(&header, rows, width)
    }
}

/// One number when all partitions have as many replicas, which is the rule.
fn replicas(per_partition: &[u32]) -> String {
    match per_partition.split_first() {
        Some((first, rest)) if rest.iter().all(|n| n == first) => first.to_string(),
        _ => per_partition.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
    }
}
