//! Keyed state: one RocksDB per node, shared by every query, with the key space declared in one place.

mod batch;
pub mod key;
mod read;
mod snapshot;
mod store;

pub use batch::StateBatch;
pub use snapshot::StateSnapshot;
pub use store::StateStore;
