//! Operators by what they say: changes in, changes out, as text.
//!
//! [`support::transcript`] feeds one record at a time, where the answer must be that of Kafka Streams record by record.
//! [`support::agree`] feeds the same records in other ways (large batches; commit and rebuild from the store after each
//! batch) and compares what the table or stream is in the end.

mod aggregates;
mod filters;
mod joins_of_streams;
mod joins_of_tables;
mod pull;
mod support;
