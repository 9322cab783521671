//! The topics of a node: which exist, in the state store, and their partitions' logs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{TopicConfig, TopicDescription};
use crate::error::{Error, Result};
use crate::group;
use crate::id::{TopicId, TopicName, TopicPartition};
use crate::log::{LogContext, PartitionLog};
use crate::state::{StateBatch, StateStore, key};

/// More partitions than this in one topic are a mistake: each costs files.
const MAX_PARTITIONS: i32 = 10_000;
/// The file in a partition's directory that says which topic it belongs to, as Kafka has it.
const METADATA: &str = "partition.metadata";

/// A topic and its logs.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) description: RwLock<TopicDescription>,
    pub(crate) partitions: Vec<Arc<PartitionLog>>,
}

/// All topics.
#[derive(Debug)]
pub(crate) struct Catalog {
    dir: PathBuf,
    context: Arc<LogContext>,
    state: StateStore,
    topics: RwLock<HashMap<TopicName, Arc<Topic>>>,
    /// Held while a topic is made, changed or deleted.
    change: Mutex<()>,
}

/// What the state store keeps of a topic.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    /// A UUID's text.
    id: String,
    partitions: i32,
    replicas: i16,
    config: BTreeMap<String, String>,
}

impl Catalog {
    /// Opens the logs of all topics below `dir`, and removes what belongs to none.
    pub(crate) fn open(dir: PathBuf, context: Arc<LogContext>, state: StateStore) -> Result<Self> {
        context.files.create_dir(&dir).map_err(|e| Error::io("make the directory", &dir, e))?;
        let catalog = Self { dir, context, state, topics: RwLock::default(), change: Mutex::new(()) };
        let descriptions = catalog.stored_topics()?;
        catalog.remove_orphans(&descriptions)?;
        for description in descriptions {
            let topic = catalog.open_topic(description)?;
            let name = topic.description.read().name.clone();
            catalog.topics.write().insert(name, Arc::new(topic));
        }
        Ok(catalog)
    }

    fn stored_topics(&self) -> Result<Vec<TopicDescription>> {
        let from = key::all_topics();
        let mut topics = Vec::new();
        self.state.scan(&from, &key::prefix_end(&from), |key, value| {
            topics.push(decode_topic(&key[from.len()..], value));
            ControlFlow::Continue(())
        })?;
        topics.into_iter().collect()
    }

    fn partition_dir(&self, partition: &TopicPartition) -> PathBuf {
        self.dir.join(partition.to_string())
    }

    /// Removes directories without a topic: a crash came between the steps of a creation or a deletion.
    fn remove_orphans(&self, topics: &[TopicDescription]) -> Result<()> {
        let of_topic = |topic: &TopicDescription| {
            let name = topic.name.clone();
            (0..topic.partitions).map(move |n| TopicPartition::new(name.clone(), n).to_string())
        };
        let owned: HashSet<String> = topics.iter().flat_map(of_topic).collect();
        let files = &*self.context.files;
        for entry in files.list(&self.dir).map_err(|e| Error::io("list", &self.dir, e))? {
            let path = self.dir.join(&entry.name);
            if entry.is_dir && !owned.contains(&entry.name) {
                tracing::info!(path = %path.display(), "removing the log of a topic that is gone");
                files.remove_dir(&path).map_err(|e| Error::io("remove", &path, e))?;
            }
        }
        Ok(())
    }

    fn open_topic(&self, description: TopicDescription) -> Result<Topic> {
        let config = Arc::new(description.config.clone());
        let open = |number| {
            let partition = TopicPartition::new(description.name.clone(), number);
            let dir = self.partition_dir(&partition);
            self.check_dir(&dir, description.id)?;
            Ok(Arc::new(PartitionLog::open(self.context.clone(), partition, dir, config.clone())?))
        };
        let partitions = (0..description.partitions).map(open).collect::<Result<_>>()?;
        Ok(Topic { description: RwLock::new(description), partitions })
    }

    /// A topic's directories are made before the topic is: one that is missing or another topic's was tampered with.
    fn check_dir(&self, dir: &Path, id: TopicId) -> Result<()> {
        let path = dir.join(METADATA);
        let found = self.context.files.read(&path).map_err(|e| Error::io("read", &path, e))?;
        match found {
            Some(found) if found == metadata_text(id).as_bytes() => Ok(()),
            Some(_) => {
                Err(Error::corrupt(&path, 0, format!("it does not name the topic {id} whose log this is")))
            }
            None => Err(Error::corrupt(dir, 0, "the partition's directory or its metadata file is missing")),
        }
    }

    fn make_dir(&self, dir: &Path, id: TopicId) -> Result<()> {
        let files = &*self.context.files;
        let path = dir.join(METADATA);
        files.create_dir(dir).map_err(|e| Error::io("make the directory", dir, e))?;
        let text = metadata_text(id);
        files.replace(&path, text.as_bytes(), self.context.fsync).map_err(|e| Error::io("write", &path, e))
    }

    pub(crate) fn create(
        &self,
        name: &TopicName,
        id: TopicId,
        partitions: i32,
        replicas: i16,
        config: TopicConfig,
    ) -> Result<TopicDescription> {
        let invalid = |reason: String| Error::InvalidTopic { topic: name.clone(), reason };
        if !(1..=MAX_PARTITIONS).contains(&partitions) {
            return Err(invalid(format!(
                "the number of partitions must be from 1 to {MAX_PARTITIONS}, not {partitions}"
            )));
        }
        if replicas != 1 && replicas != -1 {
            return Err(invalid(format!("{replicas} replicas need as many nodes, and there is one")));
        }
        let _one = self.change.lock();
        if self.topics.read().contains_key(name) {
            return Err(Error::TopicExists(name.clone()));
        }
        let description = TopicDescription { name: name.clone(), id, partitions, replicas: 1, config };
        // A failed creation may have left its directories.
        for number in 0..partitions {
            let dir = self.partition_dir(&TopicPartition::new(name.clone(), number));
            self.remove_dir_if_there(&dir)?;
            self.make_dir(&dir, id)?;
        }
        // First the directories, then the entry that makes the topic exist.
        let topic = self.open_topic(description.clone())?;
        if self.context.fsync {
            self.context
                .files
                .sync_dir(&self.dir)
                .map_err(|e| Error::io("sync the directory", &self.dir, e))?;
        }
        self.store(&description)?;
        self.topics.write().insert(name.clone(), Arc::new(topic));
        Ok(description)
    }

    fn store(&self, description: &TopicDescription) -> Result<()> {
        let stored = Stored {
            id: description.id.to_string(),
            partitions: description.partitions,
            replicas: description.replicas,
            config: description.config.to_map(),
        };
        let value = serde_json::to_vec(&stored).expect("texts and numbers are always JSON");
        let mut batch = StateBatch::new();
        batch.put(&key::topic(&description.name), &value);
        self.state.write(batch, true)
    }

    pub(crate) fn alter(&self, name: &TopicName, config: TopicConfig) -> Result<()> {
        let _one = self.change.lock();
        let topic = self.topic(name)?;
        let changed = TopicDescription { config, ..topic.description.read().clone() };
        self.store(&changed)?;
        let config = Arc::new(changed.config.clone());
        for partition in &topic.partitions {
            partition.set_config(config.clone());
        }
        *topic.description.write() = changed;
        Ok(())
    }

    pub(crate) fn delete(&self, name: &TopicName) -> Result<()> {
        let _one = self.change.lock();
        let topic = self.topic(name)?;
        // The entry first: should the process end now, the next open removes the directories.
        let mut batch = StateBatch::new();
        batch.delete(&key::topic(name));
        group::delete_topic_offsets(&self.state, name, &mut batch)?;
        self.state.write(batch, true)?;
        self.topics.write().remove(name);
        for partition in &topic.partitions {
            partition.delete();
        }
        for partition in &topic.partitions {
            self.remove_dir_if_there(&partition.dir)?;
        }
        Ok(())
    }

    fn remove_dir_if_there(&self, dir: &Path) -> Result<()> {
        match self.context.files.remove_dir(dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("remove", dir, error))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn topic(&self, name: &TopicName) -> Result<Arc<Topic>> {
        self.topics.read().get(name).cloned().ok_or_else(|| Error::UnknownTopic(name.clone()))
    }

    /// What all logs share.
    pub(crate) fn log_context(&self) -> &LogContext {
        &self.context
    }

    pub(crate) fn topics(&self) -> Vec<Arc<Topic>> {
        self.topics.read().values().cloned().collect()
    }

    pub(crate) fn partition(&self, partition: &TopicPartition) -> Result<Arc<PartitionLog>> {
        let topics = self.topics.read();
        let topic =
            topics.get(&partition.topic).ok_or_else(|| Error::UnknownTopic(partition.topic.clone()))?;
        let number = usize::try_from(partition.partition.0).ok();
        let log = number.and_then(|number| topic.partitions.get(number));
        log.cloned().ok_or_else(|| Error::UnknownPartition(partition.clone()))
    }

    pub(crate) fn partitions(&self) -> Vec<Arc<PartitionLog>> {
        self.topics.read().values().flat_map(|topic| topic.partitions.iter().cloned()).collect()
    }
}

fn metadata_text(id: TopicId) -> String {
    format!("version: 0\ntopic_id: {id}\n")
}

fn decode_topic(name: &[u8], value: &[u8]) -> Result<TopicDescription> {
    let malformed = || key::malformed("topic", value);
    let name = std::str::from_utf8(name).map_err(|_| malformed())?;
    let stored: Stored = serde_json::from_slice(value).map_err(|_| malformed())?;
    Ok(TopicDescription {
        name: TopicName::new(name)?,
        id: TopicId(Uuid::parse_str(&stored.id).map_err(|_| malformed())?),
        partitions: stored.partitions,
        replicas: stored.replicas,
        config: TopicConfig::from_map(&stored.config)?,
    })
}
