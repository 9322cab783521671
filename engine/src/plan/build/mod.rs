//! From a query's tree to steps.
//!
//! A query is built in the order in which SQL evaluates it: FROM and its joins ([`from`]), WHERE, then PARTITION BY or GROUP
//! BY with HAVING ([`grouping`]), then the projection ([`projection`]). Expressions of SELECT and HAVING are analysed over
//! what FROM gives, and then rewritten ([`rewrite`]) for what grouping made of it.

mod flat_map;
mod from;
mod grouping;
mod join;
mod names;
mod projection;
mod rewrite;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analyze::{Clause, ExpressionAnalyzer, Scope, error_at};
use crate::catalog::{Catalog, SourceDefinition};
use crate::change::Relation;
use crate::error::{Error, Result};
use crate::expression::Expr;
use crate::plan::{Emit, Step, WindowKind};
use crate::schema::{LogicalSchema, SqlType};
use crate::sql::ast;

/// What the query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// CREATE … AS and INSERT INTO: the result has a key. The name is the sink's.
    Persistent { sink: &'a str },
    /// A push query, or a pull query over a topic: columns as they are selected.
    Transient,
}

/// A query made into steps.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedQuery {
    pub root: Step,
    pub stores: u16,
    /// The result's columns. A transient query's are all value columns.
    pub schema: LogicalSchema,
    pub is_table: bool,
    /// The window of the result's key.
    pub window: Option<WindowKind>,
    /// The sources read, left-most first.
    pub sources: Vec<Arc<SourceDefinition>>,
}

/// Where building has got to: the step so far and what can be named over it.
struct Stage {
    step: Step,
    scope: Scope,
    is_table: bool,
    /// The window of the key.
    window: Option<WindowKind>,
    /// For each column of the key, the expressions over the step that are the same; the first that is selected is the key
    /// of the result.
    identities: Vec<Vec<Expr>>,
    /// What the key is called in messages: `key column`, `join expression`, ...
    key_noun: &'static str,
    /// How the key's columns are written in messages; alternatives of one column together.
    key_texts: Vec<Vec<String>>,
    /// The key is a ROWKEY that the join made up.
    synthetic_key: bool,
    /// GROUP BY gave the key.
    grouped: bool,
}

pub(super) struct Builder<'a> {
    catalog: &'a Catalog,
    query: &'a ast::Query,
    purpose: Purpose<'a>,
    stores: u16,
    sources: Vec<Arc<SourceDefinition>>,
}

/// Plans a query.
///
/// # Errors
/// Everything that is wrong with the query, with the place where it is.
pub fn plan_query(catalog: &Catalog, query: &ast::Query, purpose: Purpose<'_>) -> Result<PlannedQuery> {
    let mut builder = Builder { catalog, query, purpose, stores: 0, sources: Vec::new() };
    builder.build()
}

impl<'a> Builder<'a> {
    fn build(&mut self) -> Result<PlannedQuery> {
        let mut stage = self.from()?;
        self.check_clauses(&stage)?;
        if let Some(condition) = &self.query.where_ {
            let predicate = self.analyzer(&stage.scope, Clause::Where).predicate(condition)?;
            stage.step =
                Step::Filter { input: Box::new(self.told_before(stage.step, stage.is_table)), predicate };
        }
        self.check_table_functions()?;
        let (items, names) = self.select_items(&stage)?;
        let (stage, items) = self.flat_map(stage, items)?;
        let rewritten = self.group(stage, items)?;
        let mut planned = self.project(rewritten, names)?;
        if let (Purpose::Transient, Some(rows)) = (self.purpose, self.query.limit) {
            planned.root = Step::Limit { input: Box::new(planned.root), rows };
        }
        planned.root = super::prune::prune(planned.root);
        Ok(planned)
    }

    fn analyzer<'s>(&self, scope: &'s Scope, clause: Clause) -> ExpressionAnalyzer<'s>
    where
        'a: 's,
    {
        ExpressionAnalyzer::new(scope, clause, self.types())
    }

    fn types(&self) -> &'a BTreeMap<String, SqlType> {
        &self.catalog.types
    }

    fn next_store(&mut self, count: u16) -> u16 {
        let store = self.stores;
        self.stores += count;
        store
    }

    /// A table whose changes tell the row before. Sources do not know it unless their rows are kept.
    fn told_before(&mut self, step: Step, is_table: bool) -> Step {
        match step {
            Step::Source(_) if is_table => {
                let store = self.next_store(1);
                Step::Materialize { input: Box::new(step), store }
            }
            Step::Project { input, key, value, relation, rekey } if is_table => {
                let input = Box::new(self.told_before(*input, true));
                Step::Project { input, key, value, relation, rekey }
            }
            other => other,
        }
    }

    fn check_clauses(&self, stage: &Stage) -> Result<()> {
        let query = self.query;
        if query.window.is_some() && !query.has_group_by && self.aggregates().is_empty() {
            return Err(Error::user("WINDOW clause requires a GROUP BY clause."));
        }
        if query.emit == Some(ast::Emit::Final) && query.window.is_none() {
            return Err(Error::user("EMIT FINAL is only supported for windowed aggregations."));
        }
        if !query.partition_by.is_empty() && stage.is_table {
            return Err(error_at(
                query.partition_by_span,
                "Partitioning is not supported for tables. A table's rows stand where its primary key says.",
            ));
        }
        if !query.partition_by.is_empty() && query.has_group_by {
            return Err(error_at(
                query.partition_by_span,
                "GROUP BY and PARTITION BY cannot be used together",
            ));
        }
        if matches!(self.purpose, Purpose::Persistent { .. }) && query.limit.is_some() {
            return Err(Error::user(
                "A query that CREATE ... AS or INSERT INTO starts does not end, so it takes no LIMIT clause.",
            ));
        }
        Ok(())
    }

    fn emit(&self) -> Emit {
        match self.query.emit {
            Some(ast::Emit::Final) => Emit::Final,
            _ => Emit::Changes,
        }
    }
}

/// A relation without its key, for what follows a projection of all columns as values.
fn field(name: impl Into<String>, ty: SqlType) -> crate::change::Field {
    crate::change::Field { name: name.into(), ty }
}

/// The columns of a relation as expressions.
fn columns_of(relation: &Relation) -> impl Iterator<Item = (String, Expr)> + '_ {
    relation
        .key
        .iter()
        .chain(&relation.value)
        .enumerate()
        .map(|(index, field)| (field.name.clone(), Expr::column(index, field.ty.clone())))
}
