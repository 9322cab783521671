//! The behaviour of a node's storage, through its public interface.

mod cleanup;
mod commit;
mod crash;
mod log;
mod recovery;
mod support;
