//! The key space: a family byte, then the family's fields, big-endian so that keys sort as their fields do.
//!
//! | Family | Key after the family byte | Value |
//! |---|---|---|
//! | engine state | query `u32`, store `u16`, partition `u32`, the engine's bytes | the engine's bytes |
//! | group offset | group (length `u16`, bytes), topic (length `u16`, bytes), partition `i32` | offset `i64` |
//! | transactional id | the id's bytes | producer id `i64`, epoch `i16` |
//! | committed epoch | producer id `i64` | epoch `i16`: all transactions of the producer up to it are committed |
//! | topic | name | the topic's description in JSON |
//! | counter | one byte that names it | `i64` |
//!
//! Aborted transactions are not here: they are part of a partition's log and stand in its checkpoint.

use crate::error::{Error, Result};
use crate::id::{GroupId, PartitionId, ProducerId, TopicName, TopicPartition};

const STATE: u8 = 1;
const GROUP_OFFSET: u8 = 2;
const TRANSACTIONAL_ID: u8 = 3;
const COMMITTED_EPOCH: u8 = 4;
const TOPIC: u8 = 5;
const COUNTER: u8 = 6;

/// The next producer id that no node has taken yet.
pub(crate) const PRODUCER_ID_COUNTER: [u8; 2] = [COUNTER, 0];

/// The number of the last round of commits that was written.
pub(crate) const COMMIT_ROUND_COUNTER: [u8; 2] = [COUNTER, 1];

/// Bytes of [`state_prefix`].
pub const STATE_PREFIX_BYTES: usize = 11;

/// What the keys of one store of one query begin with, in one partition.
pub fn state_prefix(query: u32, store: u16, partition: u32) -> [u8; STATE_PREFIX_BYTES] {
    let mut key = [STATE; STATE_PREFIX_BYTES];
    key[1..5].copy_from_slice(&query.to_be_bytes());
    key[5..7].copy_from_slice(&store.to_be_bytes());
    key[7..11].copy_from_slice(&partition.to_be_bytes());
    key
}

/// First key of all state of a query, and the first key after it: one range delete drops the query.
pub fn query_range(query: u32) -> (Vec<u8>, Vec<u8>) {
    let mut from = vec![STATE];
    from.extend_from_slice(&query.to_be_bytes());
    let to = prefix_end(&from);
    (from, to)
}

/// First key of a store of a query over all its partitions, and the first key after it.
pub fn store_range(query: u32, store: u16) -> (Vec<u8>, Vec<u8>) {
    let from = state_prefix(query, store, 0)[..7].to_vec();
    let to = prefix_end(&from);
    (from, to)
}

/// The first key after all keys that begin with `prefix`. Empty, which is no bound, for a prefix of `0xff` only.
pub fn prefix_end(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

fn put_text(key: &mut Vec<u8>, text: &str) {
    // Names are far shorter than 64 KiB: topics by Kafka's rule, groups by the check where they are committed.
    key.extend_from_slice(&(text.len() as u16).to_be_bytes());
    key.extend_from_slice(text.as_bytes());
}

fn take_text<'a>(key: &mut &'a [u8]) -> Option<&'a str> {
    let (len, rest) = key.split_first_chunk::<2>()?;
    let (text, rest) = rest.split_at_checked(u16::from_be_bytes(*len) as usize)?;
    *key = rest;
    std::str::from_utf8(text).ok()
}

pub(crate) fn all_groups() -> Vec<u8> {
    vec![GROUP_OFFSET]
}

pub(crate) fn group_prefix(group: &GroupId) -> Vec<u8> {
    let mut key = all_groups();
    put_text(&mut key, group.as_str());
    key
}

pub(crate) fn group_offset(group: &GroupId, partition: &TopicPartition) -> Vec<u8> {
    let mut key = group_prefix(group);
    put_text(&mut key, partition.topic.as_str());
    key.extend_from_slice(&partition.partition.0.to_be_bytes());
    key
}

pub(crate) fn parse_group_offset(key: &[u8]) -> Result<(GroupId, TopicPartition)> {
    let parse = || {
        let mut rest = key.strip_prefix(&[GROUP_OFFSET])?;
        let group = GroupId::new(take_text(&mut rest)?);
        let topic = TopicName::new(take_text(&mut rest)?).ok()?;
        let partition = PartitionId(i32::from_be_bytes(rest.try_into().ok()?));
        Some((group, TopicPartition { topic, partition }))
    };
    parse().ok_or_else(|| malformed("group offset", key))
}

pub(crate) fn transactional_id(id: &str) -> Vec<u8> {
    let mut key = vec![TRANSACTIONAL_ID];
    key.extend_from_slice(id.as_bytes());
    key
}

pub(crate) fn committed_epoch(producer: ProducerId) -> Vec<u8> {
    let mut key = vec![COMMITTED_EPOCH];
    key.extend_from_slice(&producer.0.to_be_bytes());
    key
}

pub(crate) fn all_committed_epochs() -> Vec<u8> {
    vec![COMMITTED_EPOCH]
}

pub(crate) fn all_topics() -> Vec<u8> {
    vec![TOPIC]
}

pub(crate) fn topic(name: &TopicName) -> Vec<u8> {
    let mut key = all_topics();
    key.extend_from_slice(name.as_str().as_bytes());
    key
}

pub(crate) fn malformed(what: &str, bytes: &[u8]) -> Error {
    Error::State(format!("a malformed {what} in the state store: {bytes:02x?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_their_fields_and_ranges_hold_them() {
        let (from, to) = query_range(7);
        let key = state_prefix(7, u16::MAX, u32::MAX);
        assert!(from.as_slice() <= &key[..] && &key[..] < to.as_slice());
        assert!(&state_prefix(8, 0, 0)[..] >= to.as_slice());
        assert!(state_prefix(7, 1, 0) < state_prefix(7, 1, 256));
        assert_eq!(prefix_end(&[1, 0xff, 0xff]), [2]);
        let partition = TopicPartition::new(TopicName::new("t").unwrap(), 3);
        let key = group_offset(&GroupId::new("g"), &partition);
        assert_eq!(parse_group_offset(&key).unwrap(), (GroupId::new("g"), partition));
        assert!(parse_group_offset(&key[..5]).is_err());
    }
}
