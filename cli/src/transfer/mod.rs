//! Records in and out from the shell: `millrace produce` and `millrace consume`.
//!
//! - `produce`: JSON lines into a topic, a batch per request.
//! - `batches`: reads lines and puts them together into batches.
//! - `consume`: the records of a topic as lines.

mod batches;
mod consume;
mod produce;

pub use consume::{ConsumeArgs, consume};
pub use produce::{ProduceArgs, produce};
