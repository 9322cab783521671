//! Speed of the log and the state store.
fn main() {}
