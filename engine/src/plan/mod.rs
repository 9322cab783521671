//! Plans: what a standing query does, as plain data. They can be stored, printed, compared and sent elsewhere.

pub mod step;

pub use step::{
    Aggregate, AggregateCall, Emit, Join, JoinKind, Plan, QueryId, Sink, SinkTarget, Source, SourceKind, Step,
    StreamStreamJoin, SubPlan, TimestampColumn, WindowKind, WindowSpec,
};
