//! Configuration: a Java-style properties file, then the environment, then flags.
//!
//! - [`load`]: reads them, later ones win
//! - [`names`]: the properties that are known
//! - [`listeners`]: the addresses to listen on

mod listeners;
mod load;
mod names;

use std::net::SocketAddr;
use std::path::PathBuf;

use engine::runtime::RuntimeOptions;
use engine::settings::Settings;

pub use listeners::parse_listeners;
pub use load::{ConfigError, Flags, load};
pub use names::{Known, known};

/// Push queries that may run at once, if nothing else is said; ksqlDB's default.
const PUSH_QUERIES_MAX: usize = 100;

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// Addresses to listen on; port 0 is any that is free.
    pub listeners: Vec<SocketAddr>,
    /// Directory of the log and the state.
    pub data_dir: PathBuf,
    /// The statements of headless mode.
    pub queries_file: Option<PathBuf>,
    /// The engine's properties.
    pub settings: Settings,
    pub runtime: RuntimeOptions,
    pub storage: storage::Options,
    /// Push queries that may run at once.
    pub push_queries_max: usize,
    /// What was given and has no effect.
    pub warnings: Vec<String>,
}

impl Config {
    /// A server at any free port of this machine alone, over a directory.
    pub fn local(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            listeners: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            data_dir: data_dir.into(),
            queries_file: None,
            settings: Settings::default(),
            runtime: RuntimeOptions::default(),
            storage: storage::Options::default(),
            push_queries_max: PUSH_QUERIES_MAX,
            warnings: Vec::new(),
        }
    }
}
