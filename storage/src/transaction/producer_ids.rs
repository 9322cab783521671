//! Identities for producers, each given once.

use parking_lot::Mutex;

use super::Producer;
use crate::error::Result;
use crate::id::{ProducerEpoch, ProducerId};
use crate::state::{StateBatch, StateStore, key};

/// Ids taken from the state store at a time: one synced write for so many producers.
const BLOCK: i64 = 1000;

/// Gives out producer ids.
#[derive(Debug)]
pub(crate) struct ProducerIds {
    state: StateStore,
    /// The next id and the end of the block it is from.
    block: Mutex<(i64, i64)>,
}

impl ProducerIds {
    pub(crate) fn new(state: StateStore) -> Self {
        Self { state, block: Mutex::new((0, 0)) }
    }

    /// An id that no producer has had before.
    pub(crate) fn next(&self) -> Result<ProducerId> {
        let mut block = self.block.lock();
        if block.0 == block.1 {
            let stored = self.state.get(&key::PRODUCER_ID_COUNTER)?;
            let first = match stored.as_deref().map(<[u8; 8]>::try_from) {
                None => 0,
                Some(Ok(value)) => i64::from_be_bytes(value),
                Some(Err(_)) => {
                    return Err(key::malformed("producer id counter", &stored.unwrap_or_default()));
                }
            };
            let mut batch = StateBatch::new();
            batch.put(&key::PRODUCER_ID_COUNTER, &(first + BLOCK).to_be_bytes());
            self.state.write(batch, true)?;
            *block = (first, first + BLOCK);
        }
        let id = block.0;
        block.0 += 1;
        Ok(ProducerId(id))
    }

    /// The identity of a client's transactional producer: the same id with the next epoch each time, so that an
    /// earlier instance is shut out.
    pub(crate) fn next_epoch(&self, transactional_id: &str) -> Result<Producer> {
        let key = key::transactional_id(transactional_id);
        let stored = self.state.get(&key)?;
        let known = match stored.as_deref() {
            None => None,
            Some(value) => Some(decode(value).ok_or_else(|| key::malformed("transactional id", value))?),
        };
        let producer = match known {
            Some(Producer { id, epoch: ProducerEpoch(epoch) }) if epoch < LAST_EPOCH => {
                Producer { id, epoch: ProducerEpoch(epoch + 1) }
            }
            _ => Producer { id: self.next()?, epoch: ProducerEpoch(0) },
        };
        let mut value = producer.id.0.to_be_bytes().to_vec();
        value.extend_from_slice(&producer.epoch.0.to_be_bytes());
        let mut batch = StateBatch::new();
        batch.put(&key, &value);
        self.state.write(batch, true)?;
        Ok(producer)
    }
}

/// The epoch after this one is kept for fencing, as in Kafka; a producer that reaches it gets a new id.
pub(crate) const LAST_EPOCH: i16 = i16::MAX - 1;

fn decode(value: &[u8]) -> Option<Producer> {
    let (id, epoch) = value.split_first_chunk::<8>()?;
    let epoch = i16::from_be_bytes(epoch.try_into().ok()?);
    Some(Producer { id: ProducerId(i64::from_be_bytes(*id)), epoch: ProducerEpoch(epoch) })
}
