//! What flows between operators: batches of changes.
//!
//! A [`ChangeBatch`] is a set of Arrow columns in a fixed order, the [`Relation`]'s, and what each row does to the
//! stream or table that it belongs to, its [`Op`].

mod batch;
mod relation;

pub use batch::{ChangeBatch, Op};
pub use relation::{Field, Relation};
