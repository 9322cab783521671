//! stub

pub mod sql;
