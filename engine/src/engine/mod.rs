//! The engine as its users hold it: statements in, answers out.
//!
//! Statements change the [`Catalog`] and start and stop queries, one after another ([`Engine::execute`]). Those that must
//! survive a restart are kept in the command topic ([`command_log`]) before they take effect. SELECT and PRINT are answered
//! beside them ([`Engine::query`]).

mod command_log;
mod options;
mod queries;
mod session;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::{Mutex, RwLock};
use storage::Storage;

pub use options::{EngineOptions, QueryIds};
pub use queries::{QueryEntry, QueryType};
pub use session::Session;

use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::operator::ProcessingLog;
use crate::plan::QueryId;
use crate::query::{self, Answer};
use crate::runtime::{Runtime, TopicProcessingLog};
use crate::settings::Settings;
use crate::sql::{self, ParsedStatement};
use crate::statement::{self, Entity};
use command_log::CommandLog;
use queries::Queries;

/// State of push queries has numbers from here on, so that what a crash left of them can be told from standing queries.
const TRANSIENT_NUMBERS: u32 = 1 << 31;

/// A running engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    storage: Storage,
    runtime: Runtime,
    options: EngineOptions,
    catalog: RwLock<Arc<Catalog>>,
    queries: RwLock<Queries>,
    /// Held while a statement takes effect: statements do so one after another.
    commands: Mutex<Option<CommandLog>>,
    next_transient: AtomicU32,
}

/// A statement that failed, and what was done before it.
#[derive(Debug)]
pub struct Failed {
    pub error: Error,
    /// The statement's own text.
    pub statement: String,
    pub done: Vec<Entity>,
}

impl Engine {
    /// Starts the engine on a storage; with a command topic, everything that it holds is there again afterwards.
    pub fn open(storage: Storage, options: EngineOptions) -> Result<Self> {
        let service = options.settings.text("ksql.service.id").unwrap_or("default_").to_owned();
        let log: Arc<dyn ProcessingLog> =
            Arc::new(TopicProcessingLog::new(&storage, &format!("{service}ksql_processing_log"))?);
        let (from, to) = (TRANSIENT_NUMBERS, u32::MAX);
        let mut leftovers = storage::StateBatch::new();
        leftovers
            .delete_range(&storage::state::key::query_range(from).0, &storage::state::key::query_range(to).1);
        storage.state().write(leftovers, false)?;
        let runtime = Runtime::new(storage.clone(), options.runtime.clone(), log)?;
        let commands = match options.persist_statements {
            true => Some(CommandLog::open(&storage, &service)?),
            false => None,
        };
        let engine = Self(Arc::new(Inner {
            storage,
            runtime,
            options,
            catalog: RwLock::default(),
            queries: RwLock::default(),
            commands: Mutex::new(commands),
            next_transient: AtomicU32::new(TRANSIENT_NUMBERS),
        }));
        engine.replay()?;
        Ok(engine)
    }

    /// Runs all statements of a text, and stops at the first that fails. SELECT and PRINT are refused.
    pub fn execute(&self, text: &str, session: &mut Session) -> std::result::Result<Vec<Entity>, Failed> {
        let mut done = Vec::new();
        for part in sql::split_statements(text) {
            match self.execute_part(part, session) {
                Ok(entity) => done.push(entity),
                Err((error, statement)) => return Err(Failed { error, statement, done }),
            }
        }
        Ok(done)
    }

    fn execute_part(
        &self,
        mut part: sql::StatementText,
        session: &mut Session,
    ) -> std::result::Result<Entity, (Error, String)> {
        part.text = session.substitute(&part.text);
        let failed = |error: Error| (error, format!("{};", part.text));
        if !part.terminated {
            // One statement may be sent without its semicolon.
            sql::parse_statement_text(&part).map_err(|error| failed(error.into()))?;
        }
        let parsed = sql::parse_statement_text(&part).map_err(|error| failed(error.into()))?;
        self.execute_one(&parsed, session).map_err(failed)
    }

    /// Runs one statement.
    pub fn execute_one(&self, parsed: &ParsedStatement, session: &mut Session) -> Result<Entity> {
        statement::execute(self, parsed, session, None)
    }

    /// Answers SELECT and PRINT.
    pub fn query(&self, text: &str, session: &Session) -> Result<Answer> {
        query::answer(self, text, session)
    }

    pub fn catalog(&self) -> Arc<Catalog> {
        self.0.catalog.read().clone()
    }

    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub fn storage(&self) -> &Storage {
        &self.0.storage
    }

    pub fn options(&self) -> &EngineOptions {
        &self.0.options
    }

    /// The server's settings with a session's on top.
    pub fn settings(&self, session: &Session) -> Settings {
        self.0.options.settings.with(&session.properties)
    }

    /// All standing and running queries.
    pub fn queries(&self) -> Vec<Arc<QueryEntry>> {
        self.0.queries.read().all()
    }

    /// The query of an id, in any case.
    pub fn query_entry(&self, id: &str) -> Option<Arc<QueryEntry>> {
        self.0.queries.read().find(id)
    }

    /// Ends a push query; false if there is none of this id.
    pub fn close_query(&self, id: &str) -> bool {
        let Some(entry) = self.query_entry(id).filter(|entry| entry.kind == QueryType::Push) else {
            return false;
        };
        self.0.queries.write().remove(&entry.id);
        self.0.runtime.stop(&entry.id).is_ok()
    }

    /// Commits what all queries have done and stops. The storage is the caller's to shut down.
    pub fn shutdown(&self) -> Result<()> {
        let _commands = self.0.commands.lock();
        self.0.runtime.shutdown();
        Ok(())
    }

    pub(crate) fn next_transient(&self) -> u32 {
        self.0.next_transient.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn enter_query(&self, entry: QueryEntry) {
        self.0.queries.write().insert(entry);
    }

    pub(crate) fn remove_query(&self, id: &QueryId) {
        self.0.queries.write().remove(id);
    }

    /// Changes the catalog: readers see it before or after, not between.
    pub(crate) fn change_catalog(&self, change: impl FnOnce(&mut Catalog)) {
        let mut catalog = self.0.catalog.write();
        change(Arc::make_mut(&mut catalog));
    }

    /// Lets a statement take effect: `check` finds out whether it can for the number it is going to have, the statement is
    /// kept, then `apply` does it. A statement that is replayed has its number already.
    pub(crate) fn command<C>(
        &self,
        text: &str,
        session: &Session,
        replayed: Option<i64>,
        check: impl FnOnce(i64) -> Result<C>,
        apply: impl FnOnce(i64, C) -> Result<Entity>,
    ) -> Result<Entity> {
        if let Some(number) = replayed {
            let checked = check(number)?;
            return apply(number, checked);
        }
        let mut commands = self.0.commands.lock();
        let number = match &*commands {
            Some(log) => log.next_number()?,
            None => self.0.options.query_ids.next(),
        };
        let checked = check(number)?;
        if let Some(log) = &mut *commands {
            log.append(text, session)?;
        }
        let applied = apply(number, checked);
        if applied.is_ok() && commands.is_none() {
            self.0.options.query_ids.taken();
        }
        applied
    }

    fn replay(&self) -> Result<()> {
        let commands = match &*self.0.commands.lock() {
            Some(log) => log.read_all(&self.0.storage)?,
            None => return Ok(()),
        };
        for command in commands {
            let mut session = command.session()?;
            let replayed = sql::split_statements(&command.statement).into_iter().try_for_each(|part| {
                let parsed = sql::parse_statement_text(&part)?;
                statement::execute(self, &parsed, &mut session, Some(command.number)).map(drop)
            });
            if let Err(error) = replayed {
                // It had no effect when it was given either, or what it needs is gone.
                tracing::warn!(statement = %command.statement, %error, "a statement of the command topic has no effect");
            }
        }
        Ok(())
    }
}
