//! The command line of Millrace: the `ksql` prompt and the `millrace` command.
//!
//! - [`ksql`], [`args`]: the prompt as a program: its options, and what each way of starting it does.
//! - [`repl`]: the prompt with a person at it: editing, history, completion.
//! - [`execute`]: runs statements and shows their answers.
//! - [`statement`]: what the prompt knows of SQL text.
//! - [`render`]: answers as text.
//! - [`help`]: every statement explained.
//! - [`client`]: the server's REST interface.
//! - [`session`], [`screen`]: the state of a session, and where its output goes.
//! - [`transfer`]: `millrace produce` and `millrace consume`.
//! - [`server_command`]: `millrace server`; [`demo`]: `millrace demo`.

pub mod args;
pub mod client;
pub mod demo;
pub mod execute;
pub mod help;
pub mod ksql;
pub mod render;
pub mod repl;
pub mod screen;
pub mod server_command;
pub mod session;
pub mod statement;
pub mod transfer;
