//! The log that an operator reads: lines on standard error.

use std::io;

use tracing_subscriber::EnvFilter;

/// Sets the log up. `MILLRACE_LOG` filters it, as in `MILLRACE_LOG=debug` or `MILLRACE_LOG=server=debug`.
pub fn init() {
    let filter = EnvFilter::try_from_env("MILLRACE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // A second call, as in tests, keeps the first's setting.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .try_init();
}
