//! The steps that a standing query is made of.
//!
//! A [`Plan`] is a list of [`SubPlan`]s. A sub-plan is a tree of [`Step`]s from sources to one sink; one task runs it for
//! each partition. Re-keying ends a sub-plan: it writes an internal topic, from which the next one reads.
//! Each step says what columns it gives by a [`Relation`]; its expressions are over the relation of its input.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::change::Relation;
use crate::expression::Expr;
use crate::format::FormatInfo;
use crate::schema::Column;

/// Name of a standing query, for instance `CTAS_COUNTS_5`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QueryId(pub String);

impl fmt::Display for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub subplans: Vec<SubPlan>,
    /// How many stores the steps use; each stateful step names its own by number.
    pub stores: u16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubPlan {
    pub root: Step,
    pub sink: Sink,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    Source(Source),
    /// Rows for which the predicate is true. Over a table, a row that was let through and no longer is becomes a delete.
    Filter {
        input: Box<Step>,
        predicate: Expr,
    },
    /// New columns from old: `key` and `value` are expressions over the input, one per column of `relation`. Keys of a
    /// projection are the input's keys unless `rekey` says that rows get another key (PARTITION BY). ROWTIME, the
    /// window and the position pass through as far as `relation` has them.
    Project {
        input: Box<Step>,
        key: Vec<Expr>,
        value: Vec<Expr>,
        relation: Relation,
        rekey: bool,
    },
    /// Table functions: each row becomes as many as they give. `calls` are over the input; their results stand behind the
    /// input's value columns.
    FlatMap {
        input: Box<Step>,
        calls: Vec<Expr>,
        relation: Relation,
    },
    Aggregate(Aggregate),
    StreamStreamJoin(StreamStreamJoin),
    /// A stream's rows, each with the row that the table has for its key then. Output key: the stream's.
    StreamTableJoin(Join),
    /// Two tables on their primary keys.
    TableTableJoin(Join),
    /// Two tables, an expression over the left with the primary key of the right.
    ForeignKeyJoin(ForeignKeyJoin),
    /// Keeps the last row of each key in a store, so that pull queries can read it and later steps know the row before:
    /// gives Insert, UpdateBefore + UpdateAfter and Delete.
    Materialize {
        input: Box<Step>,
        store: u16,
    },
    /// The first `rows` rows.
    Limit {
        input: Box<Step>,
        rows: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SourceKind {
    Stream,
    Table,
}

/// Reads a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the stream or table, for messages.
    pub name: String,
    pub kind: SourceKind,
    pub topic: String,
    pub key_format: FormatInfo,
    pub value_format: FormatInfo,
    /// All columns that the topic's records have, keys first; formats need them all to read a few.
    pub columns: Vec<Column>,
    /// Of `columns` (by index), those that this plan reads, in the order of `relation`'s key and value columns.
    pub wanted: Vec<usize>,
    pub relation: Relation,
    /// Where event time comes from; the record's own timestamp if none.
    pub timestamp: Option<TimestampColumn>,
    /// The keys in the topic carry a window.
    pub window: Option<WindowKind>,
}

/// The column that gives the event time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimestampColumn {
    /// Name of a column of the source or of the sink.
    pub column: String,
    /// Java DateTimeFormatter pattern, for strings.
    pub format: Option<String>,
}

/// What kind of window a key carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WindowKind {
    Tumbling { size_ms: i64 },
    Hopping { size_ms: i64, advance_ms: i64 },
    Session { gap_ms: i64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WindowSpec {
    pub kind: WindowKind,
    /// How long after its end (session: after end + gap) a window takes rows.
    pub grace_ms: i64,
    /// How long the state is kept at least; never below size + grace.
    pub retention_ms: i64,
}

/// When an aggregation tells its results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Emit {
    Changes,
    /// Once per window, when stream time has passed its end and grace.
    Final,
}

/// GROUP BY. The relation's key is the groups, its value the aggregates' answers, in order; WINDOWSTART and WINDOWEND
/// when there is a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    pub input: Box<Step>,
    /// Whether the input is a table: rows are taken out of their old group before they are put into the new.
    pub input_is_table: bool,
    pub group_by: Vec<Expr>,
    pub aggregates: Vec<AggregateCall>,
    pub window: Option<WindowSpec>,
    pub emit: Emit,
    /// What reads the changes needs to know the row before (HAVING, an aggregation of this table).
    pub tell_before: bool,
    pub relation: Relation,
    pub store: u16,
}

/// One aggregate of a GROUP BY.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AggregateCall {
    pub function: String,
    pub variant: usize,
    pub args: Vec<Expr>,
    /// The constants that set the function up (`TOPK(x, 3)`: 3); all are literals.
    pub constants: Vec<Expr>,
    pub returns: crate::schema::SqlType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
}

/// Rows of two inputs with equal keys. Both inputs are keyed by the join column(s), with equal types. The relation's
/// key is that key (for FULL: whichever side's is there); its value is all of the left relation's key and value
/// columns, then all of the right's (the key columns NULL where that side is missing); ROWTIME is the result's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Join {
    pub left: Box<Step>,
    pub right: Box<Step>,
    pub kind: JoinKind,
    pub relation: Relation,
    /// StreamTableJoin: `store` is the table's rows (`store + 1` unused). TableTableJoin: left rows in `store`, right
    /// rows in `store + 1`.
    pub store: u16,
}

/// Rows of two streams with equal keys and near times. Columns as for [`Join`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreamStreamJoin {
    pub left: Box<Step>,
    pub right: Box<Step>,
    pub kind: JoinKind,
    pub relation: Relation,
    /// A right row matches if its time is in `[left - before, left + after]`.
    pub before_ms: i64,
    pub after_ms: i64,
    /// Given by the user: unmatched rows of outer joins wait until the window and grace have passed. Not given: they
    /// are told at once and may be followed by matches (24 hours of grace for what is kept).
    pub grace_ms: Option<i64>,
    /// Left rows in `store`, right rows in `store + 1`, unmatched rows in `store + 2`.
    pub store: u16,
}

/// Rows of the left table, each with the row of the right table whose primary key its expression gives. The relation's
/// key is the left's; its value as for [`Join`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignKeyJoin {
    pub left: Box<Step>,
    pub right: Box<Step>,
    /// Inner or Left.
    pub kind: JoinKind,
    /// Over the left relation.
    pub foreign_key: Expr,
    pub relation: Relation,
    /// Left rows in `store`, right rows in `store + 1`, which left rows name a right key in `store + 2`.
    pub store: u16,
}

impl Step {
    /// The columns that this step gives.
    pub fn relation(&self) -> &Relation {
        match self {
            Self::Source(source) => &source.relation,
            Self::Filter { input, .. } | Self::Materialize { input, .. } | Self::Limit { input, .. } => {
                input.relation()
            }
            Self::Project { relation, .. } | Self::FlatMap { relation, .. } => relation,
            Self::Aggregate(aggregate) => &aggregate.relation,
            Self::StreamStreamJoin(join) => &join.relation,
            Self::StreamTableJoin(join) | Self::TableTableJoin(join) => &join.relation,
            Self::ForeignKeyJoin(join) => &join.relation,
        }
    }

    /// The steps that this one reads from, left first.
    pub fn inputs(&self) -> Vec<&Step> {
        match self {
            Self::Source(_) => vec![],
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::FlatMap { input, .. }
            | Self::Materialize { input, .. }
            | Self::Limit { input, .. } => vec![input],
            Self::Aggregate(aggregate) => vec![&aggregate.input],
            Self::StreamStreamJoin(join) => vec![&join.left, &join.right],
            Self::StreamTableJoin(join) | Self::TableTableJoin(join) => vec![&join.left, &join.right],
            Self::ForeignKeyJoin(join) => vec![&join.left, &join.right],
        }
    }

    /// The sources below this step, left first.
    pub fn sources(&self) -> Vec<&Source> {
        match self {
            Self::Source(source) => vec![source],
            other => other.inputs().into_iter().flat_map(Step::sources).collect(),
        }
    }
}

/// Where a sub-plan's rows go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sink {
    pub relation: Relation,
    pub target: SinkTarget,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SinkTarget {
    /// A topic of the user's.
    Topic {
        topic: String,
        key_format: FormatInfo,
        value_format: FormatInfo,
        /// The key carries the relation's window.
        window: Option<WindowKind>,
        /// Rewrites the records' timestamps.
        timestamp: Option<TimestampColumn>,
    },
    /// An internal topic that the next sub-plan reads: rows go to partitions by their new key, columns as Arrow IPC.
    Repartition { topic: String },
    /// Rows of a push query, handed to whoever asked.
    Push,
    /// Nobody: the sub-plan is there for what it materialises.
    None,
}
