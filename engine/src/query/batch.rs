//! Questions beyond ksqlDB's grammar, answered by DataFusion: joins, groups, order, common table expressions, over the rows
//! that tables and streams have now.
//!
//! Names are upper case in ksqlDB and lower case in DataFusion, so tables and columns are registered in lower case and the
//! answer's columns are named in upper case again.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::MemTable;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use storage::StateSnapshot;

use super::push::push_plan;
use super::tables::{Lookup, Materialized};
use super::{Answer, PullAnswer};
use crate::catalog::SourceDefinition;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::operator::WindowBounds;
use crate::plan::{QueryId, Step};
use crate::runtime::{StartOffsets, Until};
use crate::schema::{Column, LogicalSchema, Namespace, SqlType};

/// Most rows that one question may bring into memory: 10 million rows of 100 bytes are a gigabyte.
const ROWS_MAX: usize = 10_000_000;

/// Whether a text that our own parser refuses may be a question for DataFusion.
pub(super) fn may_answer(text: &str) -> bool {
    let start = text.trim_start().get(..6).unwrap_or_default().to_ascii_uppercase();
    (start.starts_with("WITH") || start == "SELECT") && !text.to_ascii_uppercase().contains("EMIT")
}

pub(super) fn answer(engine: &Engine, text: &str) -> Result<Answer> {
    let text = text.trim().trim_end_matches(';').to_owned();
    let engine = engine.clone();
    // DataFusion runs on tokio; the question has a small runtime of its own, so that it may be asked from any thread.
    let thread = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(|error| Error::internal(format!("no runtime for the question: {error}")))?
                    .block_on(run(&engine, &text))
            })
            .join()
    });
    thread.map_err(|_| Error::internal("the question ended in a panic"))?.map(Answer::Pull)
}

async fn run(engine: &Engine, text: &str) -> Result<PullAnswer> {
    let context = SessionContext::new_with_config(SessionConfig::new().with_information_schema(false));
    let state = context.state();
    let dialect = state.config().options().sql_parser.dialect;
    let statement = state.sql_to_statement(text, &dialect).map_err(told)?;
    let catalog = engine.catalog();
    // One snapshot for all tables: the answer is of one moment.
    let snapshot = engine.storage().state().snapshot();
    for reference in state.resolve_table_references(&statement).map_err(told)? {
        let name = reference.table();
        let source = catalog
            .sources
            .values()
            .find(|source| source.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| Error::user(format!("{} does not exist.", name.to_ascii_uppercase())))?;
        let table = table(engine, source, &snapshot).await?;
        context.register_table(name.to_owned(), Arc::new(table)).map_err(told)?;
    }
    let frame = context.sql(text).await.map_err(told)?;
    let fields = frame.schema().fields().clone();
    let batches = frame.collect().await.map_err(told)?;
    let mut columns = Vec::with_capacity(fields.len());
    let mut types = Vec::with_capacity(fields.len());
    for field in &fields {
        let ty = SqlType::from_arrow(field.data_type()).ok_or_else(|| {
            Error::user(format!(
                "The column {} has the type {}, which has no name in SQL here.",
                field.name(),
                field.data_type()
            ))
        })?;
        columns.push(Column {
            name: field.name().to_ascii_uppercase(),
            ty: ty.clone(),
            namespace: Namespace::Value,
        });
        types.push(ty.to_arrow());
    }
    let batches = batches
        .into_iter()
        .filter(|batch| batch.num_rows() > 0)
        .map(|batch| {
            batch
                .columns()
                .iter()
                .zip(&types)
                .map(|(column, ty)| Ok(arrow::compute::cast(column, ty)?))
                .collect::<Result<Vec<ArrayRef>>>()
        })
        .collect::<Result<_>>()?;
    Ok(PullAnswer {
        id: format!("batch_{}", engine.next_transient()),
        schema: LogicalSchema::new(columns),
        batches,
        from_stream: false,
    })
}

/// What DataFusion says, as an error of the user's.
fn told(error: DataFusionError) -> Error {
    Error::user(error.strip_backtrace())
}

/// A source's rows as they are now, columns in lower case, with ROWTIME and the window's bounds.
async fn table(engine: &Engine, source: &SourceDefinition, snapshot: &StateSnapshot) -> Result<MemTable> {
    let step = source.step(false);
    let relation = step.relation.clone();
    let schema = Arc::new(Schema::new(
        relation
            .arrow_schema()
            .fields()
            .iter()
            .map(|field| Field::new(field.name().to_ascii_lowercase(), field.data_type().clone(), true))
            .collect::<Vec<_>>(),
    ));
    let mut batches = Vec::new();
    let mut rows = 0;
    let mut add = |columns: Vec<ArrayRef>| -> Result<ControlFlow<()>> {
        let batch = RecordBatch::try_new(schema.clone(), columns)?;
        rows += batch.num_rows();
        if rows > ROWS_MAX {
            return Err(Error::user(format!(
                "{} has more than {ROWS_MAX} rows, which is too many for one question. Make a table of what you need \
                 with CREATE TABLE ... AS SELECT.",
                source.name
            )));
        }
        batches.push(batch);
        Ok(ControlFlow::Continue(()))
    };
    if source.is_table() {
        let Some(table) = Materialized::of(engine, source)? else {
            return Err(Error::user(format!(
                "The `{0}` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_{0} AS \
                 SELECT * FROM {0}'.",
                source.name
            )));
        };
        table.read(snapshot, &Lookup::All, &WindowBounds::default(), &mut |batch| {
            add(table.as_source(batch, &step)?.columns)
        })?;
    } else {
        let number = engine.next_transient();
        let id = QueryId(format!("transient_{}_{number}", source.name));
        let plan = push_plan(Step::Source(step), 0);
        let mut receiver =
            engine.runtime().start_push(id, number, plan, StartOffsets::Earliest, Until::LogEnd)?;
        loop {
            if engine.runtime().options().manual {
                engine.runtime().run_until_idle()?;
            }
            let Some(batch) = receiver.recv().await? else { break };
            let _ = add(batch.columns)?;
        }
    }
    MemTable::try_new(schema, vec![batches]).map_err(told)
}
