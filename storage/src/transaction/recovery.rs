//! Ends the transactions that a crash left open.

use crate::error::Result;
use crate::id::ProducerId;
use crate::record::Marker;
use crate::state::{StateBatch, StateStore, key};
use crate::topic::Catalog;

/// Writes a marker for each open transaction: COMMIT if the state store has its epoch, else ABORT. Syncs whatever
/// recovery read or wrote, so that readers see nothing that a power loss could take back.
pub(crate) fn resolve(catalog: &Catalog, state: &StateStore) -> Result<()> {
    for log in catalog.partitions() {
        for open in log.open_transactions() {
            let committed =
                committed_epoch(state, open.producer_id)?.is_some_and(|epoch| open.epoch.0 <= epoch);
            let marker = if committed { Marker::Commit } else { Marker::Abort };
            tracing::info!(
                partition = %log.partition, producer = open.producer_id.0, epoch = open.epoch.0, ?marker,
                "ended a transaction that was open in the crash"
            );
            log.end_transaction(open.producer_id, open.epoch, marker);
        }
        log.sync()?;
    }
    // With no transaction open the epochs say nothing any more.
    let from = key::all_committed_epochs();
    let to = key::prefix_end(&from);
    if !state.is_range_empty(&from, &to)? {
        let mut batch = StateBatch::new();
        batch.delete_range(&from, &to);
        state.write(batch, false)?;
    }
    Ok(())
}

fn committed_epoch(state: &StateStore, producer: ProducerId) -> Result<Option<i16>> {
    let Some(value) = state.get(&key::committed_epoch(producer))? else { return Ok(None) };
    let epoch = value.as_slice().try_into().map(i16::from_be_bytes);
    epoch.map(Some).map_err(|_| key::malformed("committed epoch", &value))
}
