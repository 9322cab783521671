//! The behaviour of a node's storage, through its public interface.

mod commit;
mod crash;
mod log;
mod recovery;
mod support;
