//! Offsets that consumer groups have committed, in the state store.

use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::id::{GroupId, Offset, TopicName, TopicPartition};
use crate::state::{StateBatch, StateStore, key};

/// Longest group name that fits into a key; Kafka's clients use a few dozen bytes.
const MAX_GROUP_BYTES: usize = u16::MAX as usize;

pub(crate) fn check_group(group: &GroupId) -> Result<()> {
    if group.as_str().is_empty() || group.as_str().len() > MAX_GROUP_BYTES {
        return Err(Error::InvalidGroup { group: group.as_str().chars().take(100).collect() });
    }
    Ok(())
}

pub(crate) fn put_offset(batch: &mut StateBatch, group: &GroupId, partition: &TopicPartition, next: Offset) {
    batch.put(&key::group_offset(group, partition), &next.0.to_be_bytes());
}

fn decode(value: &[u8]) -> Result<Offset> {
    value
        .try_into()
        .map(|value| Offset(i64::from_be_bytes(value)))
        .map_err(|_| key::malformed("group offset", value))
}

pub(crate) fn committed_offset(
    state: &StateStore,
    group: &GroupId,
    partition: &TopicPartition,
) -> Result<Option<Offset>> {
    state.get(&key::group_offset(group, partition))?.map(|value| decode(&value)).transpose()
}

/// All groups, each once.
pub(crate) fn groups(state: &StateStore) -> Result<Vec<GroupId>> {
    let mut groups = Vec::new();
    let mut from = key::all_groups();
    let end = key::prefix_end(&from);
    loop {
        let mut next = None;
        state.scan(&from, &end, |key, _| {
            next = Some(key::parse_group_offset(key));
            ControlFlow::Break(())
        })?;
        let Some(found) = next else { return Ok(groups) };
        let (group, _) = found?;
        // On to the first key behind this group's.
        from = key::prefix_end(&key::group_prefix(&group));
        groups.push(group);
    }
}

pub(crate) fn group_offsets(state: &StateStore, group: &GroupId) -> Result<Vec<(TopicPartition, Offset)>> {
    let from = key::group_prefix(group);
    let mut offsets = Vec::new();
    state.scan(&from, &key::prefix_end(&from), |key, value| {
        offsets.push(key::parse_group_offset(key).and_then(|(_, partition)| Ok((partition, decode(value)?))));
        ControlFlow::Continue(())
    })?;
    offsets.into_iter().collect()
}

pub(crate) fn delete_group(state: &StateStore, group: &GroupId) -> Result<()> {
    let from = key::group_prefix(group);
    let mut batch = StateBatch::new();
    batch.delete_range(&from, &key::prefix_end(&from));
    state.write(batch, true)
}

/// Adds to `batch` the deletion of all that groups have committed for a topic.
pub(crate) fn delete_topic_offsets(
    state: &StateStore,
    topic: &TopicName,
    batch: &mut StateBatch,
) -> Result<()> {
    let from = key::all_groups();
    state.scan(&from, &key::prefix_end(&from), |key, _| {
        if key::parse_group_offset(key).is_ok_and(|(_, partition)| partition.topic == *topic) {
            batch.delete(key);
        }
        ControlFlow::Continue(())
    })
}
