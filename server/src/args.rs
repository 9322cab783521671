//! The command line of the server.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::{self, Config, Flags};
use crate::node::Server;
use crate::{shutdown, telemetry};

/// Options of the server. They take precedence over the environment, and that over the file.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// Java-style properties file, with ksqlDB's names
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Run the statements of this file and take no others over the network (headless mode)
    #[arg(long, value_name = "FILE")]
    pub queries_file: Option<PathBuf>,
    /// Addresses to listen on, such as http://0.0.0.0:8088
    #[arg(long, value_name = "URL[,URL]", conflicts_with = "port")]
    pub listeners: Option<String>,
    /// Port to listen on, at all addresses of this machine
    #[arg(short, long)]
    pub port: Option<u16>,
    /// Directory of the log and the state
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Set a property; may be given many times
    #[arg(short = 'D', value_name = "NAME=VALUE")]
    pub define: Vec<String>,
}

impl From<Args> for Flags {
    fn from(args: Args) -> Self {
        let mut values = Vec::new();
        for definition in args.define {
            let (name, value) = match definition.split_once('=') {
                Some((name, value)) => (name.trim().to_owned(), value.to_owned()),
                // Reported as an unknown or malformed property, by its name.
                None => (definition, String::new()),
            };
            values.push((name, value));
        }
        let path = |path: PathBuf| path.to_string_lossy().into_owned();
        let named = [
            ("ksql.queries.file", args.queries_file.map(path)),
            ("listeners", args.listeners.or_else(|| args.port.map(|port| format!("http://0.0.0.0:{port}")))),
            ("millrace.data.dir", args.data_dir.map(path)),
        ];
        values.extend(named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        Self { file: args.config, values }
    }
}

/// Runs the server until SIGTERM or SIGINT. An error is one line and exit code 1.
pub fn main_with_args(args: Args) -> ExitCode {
    telemetry::init();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), String> {
    let config = config::load(args.into(), std::env::vars()).map_err(|error| error.to_string())?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("rest")
        .build()
        .map_err(|error| format!("Cannot start: {error}"))?;
    let served = runtime.block_on(serve(config));
    // What is still running belongs to clients that did not go.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    served
}

async fn serve(config: Config) -> Result<(), String> {
    let signal = shutdown::signal().map_err(|error| format!("Cannot start: {error}"))?;
    let handle = Server::start(config).await.map_err(|error| error.to_string())?;
    for address in handle.addresses() {
        tracing::info!("listening at http://{address}");
    }
    signal.await;
    tracing::info!("stopping");
    handle.shutdown().await.map_err(|error| format!("The server did not stop cleanly: {error}"))
}
