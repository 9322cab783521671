//! The runtime at its seam: records in a real storage, plans of sources and sinks, records out.

mod exchange;
mod exactly_once;
mod pass_through;
mod push;
mod support;
