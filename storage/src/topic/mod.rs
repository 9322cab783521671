//! Topics: their settings and the table of those that exist.

mod catalog;
mod config;

pub(crate) use catalog::Catalog;
pub use config::{CleanupPolicy, TopicConfig};

use crate::id::{TopicId, TopicName};

/// What is known of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicDescription {
    pub name: TopicName,
    pub id: TopicId,
    pub partitions: i32,
    pub replicas: i16,
    pub config: TopicConfig,
}
