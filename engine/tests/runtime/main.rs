//! The runtime at its seam: records in a real storage, plans of sources and sinks, records out.

mod exactly_once;
mod exchange;
mod failures;
mod pass_through;
mod push;
mod state;
mod support;
