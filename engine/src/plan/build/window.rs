//! The WINDOW clause.

use crate::error::{Error, Result};
use crate::plan::{Emit, WindowKind, WindowSpec};
use crate::sql::ast;

/// How long late rows are taken when no GRACE PERIOD is given, less the window's size: Kafka Streams' 24 hours.
const DEFAULT_GRACE_MS: i64 = 24 * 3_600_000;

pub(super) fn spec(window: &ast::Window, emit: Emit) -> Result<WindowSpec> {
    let ms = |duration: crate::sql::Duration| duration.millis() as i64;
    let kind = match window.kind {
        ast::WindowKind::Tumbling { size } => WindowKind::Tumbling { size_ms: ms(size) },
        ast::WindowKind::Hopping { size, advance } => {
            WindowKind::Hopping { size_ms: ms(size), advance_ms: ms(advance) }
        }
        ast::WindowKind::Session { gap } => WindowKind::Session { gap_ms: ms(gap) },
    };
    let size = match kind {
        WindowKind::Tumbling { size_ms } => size_ms,
        WindowKind::Hopping { size_ms, advance_ms } => {
            if advance_ms > size_ms || advance_ms == 0 {
                return Err(Error::user(
                    "A HOPPING window's ADVANCE BY must be more than zero and at most its SIZE",
                ));
            }
            size_ms
        }
        WindowKind::Session { gap_ms } => gap_ms,
    };
    if size == 0 {
        return Err(Error::user("The size of a window must be more than zero"));
    }
    // A window that is told once is told when it ends, unless the user wants late rows in it.
    let default_grace = if emit == Emit::Final { 0 } else { (DEFAULT_GRACE_MS - size).max(0) };
    let grace_ms = window.grace.map_or(default_grace, ms);
    let least = size.saturating_add(grace_ms);
    let retention_ms = match window.retention.map(ms) {
        Some(retention) if retention < least => {
            return Err(Error::user(format!(
                "The retention of a window must be at least its size and grace period: {retention} ms is less than {least} ms"
            )));
        }
        Some(retention) => retention,
        None => least,
    };
    Ok(WindowSpec { kind, grace_ms, retention_ms })
}
