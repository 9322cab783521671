//! What the prompt knows of SQL text: where statements end, which of them it answers itself, and how
//! to point at a place in one. The grammar itself is the server's business.
//!
//! - [`split`]: text into statements, with quotes and comments respected.
//! - [`words`]: a statement as words and symbols, for looking at its first words.
//! - [`classify`]: who answers a statement: the prompt, `/ksql`, or `/query`.
//! - [`variables`]: `${name}` replaced by session variables.
//! - [`caret`]: the offending line of a statement with a mark under the column.

pub mod caret;
pub mod classify;
pub mod split;
pub mod variables;
pub mod words;

pub use classify::{Route, is_bare_command, route};
pub use split::{Rest, Statement, split};
