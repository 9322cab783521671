//! GROUP BY: one answer for each group, kept up to date.
//!
//! - [`accumulators`]: the aggregate functions of the query, taken together
//! - [`input`]: rows with their groups and arguments
//! - [`windows`]: windows of fixed length
//! - [`fixed`]: the operator without windows and with TUMBLING and HOPPING ones
//! - [`sessions`]: the sessions of each key
//! - [`session`]: the operator with SESSION windows, which grow together

mod accumulators;
mod fixed;
mod input;
mod session;
mod sessions;
mod windows;

pub use fixed::FixedAggregate;
pub use session::SessionAggregate;
