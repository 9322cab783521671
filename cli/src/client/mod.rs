//! A client of the server's REST interface, which is ksqlDB's and Millrace's own `/topics`.
//!
//! - [`Client`]: the calls.
//! - [`request`]: what is sent with a statement.
//! - [`error`]: what can go wrong, in words for the user.
//! - [`address`]: the server's address as people write it.
//! - [`rows`]: the rows of a query as they come.
//! - [`lines`]: an answer that is lines of text, as they come.
//! - [`json_array`]: cuts a JSON array into its elements while it arrives.

mod address;
mod calls;
pub mod error;
pub mod json_array;
pub mod lines;
pub mod request;
pub mod rows;

pub use address::Address;
pub use calls::{Auth, Client, ReadFrom, ServerInfo};
pub use error::{ClientError, ServerError};
pub use lines::Lines;
pub use request::Request;
pub use rows::{RowEvent, Rows};
