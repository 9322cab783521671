//! The server: REST over HTTP/1.1 and HTTP/2, configuration, interactive and headless mode. It decides no semantics.
//!
//! Code map:
//! - [`args`]: the command line; [`config`]: properties file, environment and flags become a [`Config`]
//! - [`node`]: a running [`Server`]; [`headless`]: a queries file; [`shutdown`]: how everything is told to stop
//! - [`rest`]: one file for each endpoint; [`error_code`]: ksqlDB's error codes
//! - [`telemetry`]: the log that an operator reads

pub mod args;
pub mod config;
pub mod error_code;
pub mod headless;
pub mod node;
pub mod rest;
pub mod shutdown;
pub mod telemetry;

pub use args::{Args, main_with_args};
pub use config::Config;
pub use node::{Handle, Server, StartError};
