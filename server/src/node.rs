//! A running server: storage, engine and listeners.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use axum::serve::ListenerExt;
use engine::{Engine, EngineOptions, QueryIds};
use parking_lot::Mutex;
use storage::Storage;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::headless::{self, HeadlessError};
use crate::rest;
use crate::shutdown::Stop;

/// How long requests that are under way may take after the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);
/// The file in the data directory with the id of this log.
const CLUSTER_ID_FILE: &str = "cluster-id";

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("Cannot listen at {address}: {reason}")]
    Listen { address: SocketAddr, reason: String },
    #[error("Cannot open the data directory {dir}: {reason}")]
    DataDir { dir: String, reason: String },
    #[error("{0}")]
    Storage(#[from] storage::Error),
    #[error("{0}")]
    Engine(#[from] engine::Error),
    #[error("{0}")]
    Headless(#[from] HeadlessError),
    #[error("The start was interrupted")]
    Interrupted,
}

/// What every endpoint works with.
#[derive(Debug)]
pub struct Node {
    pub engine: EngineHandle,
    /// The queries come from a file, and none are taken over the network.
    pub headless: bool,
    pub cluster_id: String,
    pub stop: Stop,
    /// Push queries that run, and how many may.
    pub push_queries: AtomicUsize,
    pub push_queries_max: usize,
    /// How long a client may take nothing of an answer.
    pub stall_limit: Duration,
    /// Outcomes of the last commands, by command id.
    pub commands: Mutex<BTreeMap<String, rest::CommandOutcome>>,
}

/// The engine, in a struct of its own so that [`Node`] can be shown.
#[derive(Clone)]
pub struct EngineHandle(pub Engine);

impl std::fmt::Debug for EngineHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl std::ops::Deref for EngineHandle {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.0
    }
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A server that runs. Dropping it does not stop it.
#[derive(Debug)]
pub struct Handle {
    addresses: Vec<SocketAddr>,
    node: Arc<Node>,
    listeners: Vec<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Opens the data directory, brings back what it holds, and listens. Answers when requests are taken.
    pub async fn start(config: Config) -> Result<Handle, StartError> {
        // The port first: a second server on it must not touch a data directory.
        let mut sockets = Vec::with_capacity(config.listeners.len());
        for address in &config.listeners {
            let socket = TcpListener::bind(address).await.map_err(|error| {
                let reason = match error.kind() {
                    io::ErrorKind::AddrInUse => {
                        "the port is in use; stop what uses it, or choose another by --port".to_owned()
                    }
                    _ => error.to_string(),
                };
                StartError::Listen { address: *address, reason }
            })?;
            sockets.push(socket);
        }
        let node = tokio::task::spawn_blocking(move || open(config))
            .await
            .map_err(|_| StartError::Interrupted)??;
        let node = Arc::new(node);
        let mut addresses = Vec::with_capacity(sockets.len());
        let mut listeners = Vec::with_capacity(sockets.len());
        for socket in sockets {
            if let Ok(address) = socket.local_addr() {
                addresses.push(address);
            }
            // Answers are small and wanted at once; a socket that refuses the option still works.
            let socket = socket.tap_io(|stream| drop(stream.set_nodelay(true)));
            let (router, stop) = (rest::router(node.clone()), node.stop.clone());
            listeners.push(tokio::spawn(async move {
                axum::serve(socket, router).with_graceful_shutdown(async move { stop.stopped().await }).await
            }));
        }
        Ok(Handle { addresses, node, listeners })
    }
}

impl Handle {
    /// The first address that is listened at.
    pub fn address(&self) -> SocketAddr {
        self.addresses.first().copied().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    pub fn engine(&self) -> &Engine {
        &self.node.engine
    }

    /// Takes no more requests, ends push queries, commits what all queries have done, and closes the data directory.
    pub async fn shutdown(self) -> Result<(), StartError> {
        self.node.stop.stop();
        for mut listener in self.listeners {
            if tokio::time::timeout(GRACE, &mut listener).await.is_err() {
                listener.abort();
            }
        }
        let engine = self.node.engine.0.clone();
        let stopped = tokio::task::spawn_blocking(move || {
            engine.shutdown()?;
            engine.storage().shutdown()?;
            Ok(())
        });
        stopped.await.map_err(|_| StartError::Interrupted)?
    }
}

fn open(config: Config) -> Result<Node, StartError> {
    let storage = Storage::open(&config.data_dir, config.storage.clone())?;
    let headless = config.queries_file.is_some();
    let stall_limit = Duration::from_millis(config.runtime.push_stall_ms);
    let options = EngineOptions {
        settings: config.settings.clone(),
        runtime: config.runtime.clone(),
        persist_statements: !headless,
        query_ids: QueryIds::default(),
        one_partition: false,
    };
    let engine = Engine::open(storage, options)?;
    if let Some(file) = &config.queries_file {
        headless::run(&engine, file, &config.data_dir)?;
    }
    let cluster_id = cluster_id(&config.data_dir).map_err(|error| StartError::DataDir {
        dir: config.data_dir.display().to_string(),
        reason: error.to_string(),
    })?;
    Ok(Node {
        engine: EngineHandle(engine),
        headless,
        cluster_id,
        stop: Stop::default(),
        push_queries: AtomicUsize::new(0),
        push_queries_max: config.push_queries_max,
        stall_limit,
        commands: Mutex::default(),
    })
}

/// The id of this log: made once, kept beside it.
fn cluster_id(dir: &Path) -> io::Result<String> {
    let file = dir.join(CLUSTER_ID_FILE);
    match std::fs::read_to_string(&file) {
        Ok(id) if !id.trim().is_empty() => Ok(id.trim().to_owned()),
        Ok(_) => make_cluster_id(&file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_cluster_id(&file),
        Err(error) => Err(error),
    }
}

fn make_cluster_id(file: &Path) -> io::Result<String> {
    let id = uuid::Uuid::new_v4().simple().to_string();
    std::fs::write(file, &id)?;
    Ok(id)
}
