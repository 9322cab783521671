//! The topics of sources and sinks.

use storage::{TopicConfig, TopicName};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::plan::SourceKind;

/// How a topic is to be if it is not there.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    /// `None`: the topic has to exist.
    pub(super) partitions: Option<i32>,
    pub(super) replicas: Option<i16>,
    pub(super) retention_ms: Option<i64>,
    pub(super) kind: SourceKind,
    pub(super) windowed: bool,
}

/// Makes sure that the topic is there as wanted, and gives how many partitions it has.
pub(super) fn ensure(engine: &Engine, wanted: &Wanted<'_>) -> Result<i32> {
    let name = TopicName::new(wanted.name)?;
    if let Some(topic) = engine.storage().topic(&name) {
        if engine.options().one_partition {
            return Ok(wanted.partitions.unwrap_or(topic.partitions));
        }
        return match wanted.partitions {
            Some(partitions) if partitions != topic.partitions => Err(Error::user(format!(
                "A Kafka topic with the name '{}' already exists, with different partition/replica configuration than \
                 required. KSQL expects {partitions} partitions (topic has {}), and {} replication factor (topic has {}).",
                wanted.name, topic.partitions, topic.replicas, topic.replicas
            ))),
            _ => Ok(topic.partitions),
        };
    }
    let Some(partitions) = wanted.partitions else {
        return Err(Error::user(format!(
            "Topic '{0}' does not exist. If you want to create a new topic for the stream/table please re-run the \
             statement providing the required 'PARTITIONS' configuration in the WITH clause (and optionally 'REPLICAS'). \
             For example: WITH (KAFKA_TOPIC='{0}', PARTITIONS=1, ...)",
            wanted.name
        )));
    };
    let mut config = TopicConfig::default();
    if wanted.kind == SourceKind::Table {
        let policy = if wanted.windowed { "compact,delete" } else { "compact" };
        config.set("cleanup.policy", policy)?;
    }
    if let Some(retention) = wanted.retention_ms {
        config.retention_ms = Some(retention);
    }
    let physical = if engine.options().one_partition { 1 } else { partitions };
    let replicas = wanted.replicas.filter(|replicas| *replicas > 0).unwrap_or(1);
    engine.storage().create_topic(&name, physical, replicas, config)?;
    Ok(partitions)
}
