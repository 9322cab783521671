//! Plans: what a standing query does, as plain data. They can be stored, printed, compared and sent elsewhere.

pub mod build;
mod prune;
pub mod shuffle;
pub mod step;

pub use build::{PlannedQuery, Purpose, plan_query};
pub use step::{
    Aggregate, AggregateCall, Emit, ForeignKeyJoin, Join, JoinKind, Plan, QueryId, Sink, SinkTarget, Source,
    SourceKind, Step, StreamStreamJoin, SubPlan, TimestampColumn, WindowKind, WindowSpec,
};
