//! Statements: one file for each kind, and one arm in [`execute`].

mod alter;
mod assert_topic;
pub mod create_as;
pub mod create_source;
mod define;
mod describe;
mod describe_function;
mod drop;
mod entity;
mod explain;
mod insert_into;
mod insert_rows;
mod insert_values;
mod pause;
mod run_source;
mod show;
mod terminate;
mod topic;
mod types;
mod with;

pub use entity::*;
pub use insert_rows::{Inserted, RowInserter};
pub use insert_values::{RowValues, insert_row};

use crate::engine::{Engine, Session};
use crate::error::{Error, Result};
use crate::settings::Settings;
use crate::sql::{ParsedStatement, Statement};

/// What a statement is run with.
pub(crate) struct Context<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) session: &'a mut Session,
    /// The server's settings with the session's on top.
    pub(crate) settings: Settings,
    /// The statement's text, without its semicolon.
    pub(crate) text: &'a str,
    /// The number that the statement had when it was kept, if it is replayed.
    pub(crate) replayed: Option<i64>,
}

/// Runs a statement. `replayed` is its number if it comes from the command topic.
pub(crate) fn execute(
    engine: &Engine,
    parsed: &ParsedStatement,
    session: &mut Session,
    replayed: Option<i64>,
) -> Result<Entity> {
    let settings = engine.settings(session);
    let mut context = Context { engine, session, settings, text: &parsed.text, replayed };
    let context = &mut context;
    match &parsed.statement {
        Statement::CreateSource(create) => run_source::execute(context, create),
        Statement::CreateAsSelect(create) => create_as::execute(context, create),
        Statement::InsertInto(insert) => insert_into::execute(context, insert),
        Statement::InsertValues(insert) => insert_values::execute(context, insert),
        Statement::Drop(drop) => drop::execute(context, drop),
        Statement::AlterSource(alter) => alter::execute(context, alter),
        Statement::Terminate { id } => terminate::execute(context, id.as_ref()),
        Statement::Pause { id } => pause::execute(context, id.as_ref(), true),
        Statement::Resume { id } => pause::execute(context, id.as_ref(), false),
        Statement::Show(show) => show::execute(context, show),
        Statement::Describe { name, extended } => describe::execute(context, name, *extended),
        Statement::DescribeAll { kind, .. } => describe::all(context, *kind),
        Statement::DescribeFunction { name } => describe_function::execute(context, name),
        Statement::Explain(explain) => explain::execute(context, explain),
        Statement::Set { key, value } => define::set(context, key, value),
        Statement::Unset { key } => define::unset(context, key.as_deref()),
        Statement::Define { name, value } => define::define(context, name, value),
        Statement::Undefine { name } => define::undefine(context, name),
        Statement::CreateType { if_not_exists, name, data_type } => {
            types::create(context, *if_not_exists, name, data_type)
        }
        Statement::DropType { if_exists, name } => types::drop(context, *if_exists, name),
        Statement::AssertTopic(assert) => assert_topic::execute(context, assert),
        Statement::Query(_) | Statement::Print(_) => Err(Error::user(
            "The following statement types should be issued to the websocket endpoint '/query':\n\tPRINT\n\tSELECT",
        )),
        Statement::RunScript { .. } => {
            Err(Error::user("RUN SCRIPT reads a file of yours, so the ksql prompt does it, not the server."))
        }
        Statement::AlterSystem { .. } => Err(Error::user("ALTER SYSTEM is not supported.")),
        Statement::DescribeConnector { .. }
        | Statement::CreateConnector(_)
        | Statement::DropConnector { .. } => Err(Error::user("Connectors are not supported yet.")),
        Statement::AssertSchema(_) => Err(Error::user(
            "KSQL is not configured to use a schema registry, so there are no schemas to assert.",
        )),
    }
}
