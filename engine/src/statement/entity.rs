//! What statements answer, in the JSON shapes of ksqlDB's `/ksql` endpoint.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::QueryId;
use crate::schema::SqlType;

/// A remark beside an answer.
#[derive(Debug, Clone, Serialize)]
pub struct Warning {
    pub message: String,
}

/// How a command stands.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandStatus {
    /// `SUCCESS`: commands have taken effect when they are answered.
    pub status: &'static str,
    pub message: String,
    pub query_id: Option<String>,
}

/// A type as a tree.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaInfo {
    #[serde(rename = "type")]
    pub ty: &'static str,
    pub fields: Option<Vec<FieldInfo>>,
    pub member_schema: Option<Box<SchemaInfo>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<BTreeMap<&'static str, u16>>,
}

/// A column or a field of a STRUCT.
#[derive(Debug, Clone, Serialize)]
pub struct FieldInfo {
    pub name: String,
    pub schema: SchemaInfo,
    /// `KEY` or `HEADER`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    #[serde(rename = "headerKey", skip_serializing_if = "Option::is_none")]
    pub header_key: Option<String>,
}

/// A line of SHOW STREAMS or SHOW TABLES.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceInfo {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub name: String,
    pub topic: String,
    pub key_format: String,
    pub value_format: String,
    pub is_windowed: bool,
}

/// A line of SHOW TOPICS.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicInfo {
    pub name: String,
    /// Replicas of each partition.
    pub replica_info: Vec<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer_group_count: Option<usize>,
}

/// A line of SHOW QUERIES, and a query within DESCRIBE.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryInfo {
    pub query_string: String,
    pub sinks: Vec<String>,
    pub sink_kafka_topics: Vec<String>,
    pub id: String,
    pub status_count: BTreeMap<&'static str, usize>,
    pub query_type: &'static str,
    pub state: &'static str,
}

/// DESCRIBE.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceDescription {
    pub name: String,
    pub window_type: Option<&'static str>,
    pub read_queries: Vec<QueryInfo>,
    pub write_queries: Vec<QueryInfo>,
    pub fields: Vec<FieldInfo>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub timestamp: String,
    pub statistics: String,
    pub error_stats: String,
    pub extended: bool,
    pub key_format: String,
    pub value_format: String,
    pub topic: String,
    pub partitions: i32,
    pub replication: i16,
    pub statement: String,
    pub query_offset_summaries: Vec<QueryOffsets>,
    pub source_constraints: Vec<String>,
    pub cluster_statistics: Vec<String>,
    pub cluster_error_stats: Vec<String>,
}

/// How far a query has read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryOffsets {
    pub group_id: String,
    pub topic_summaries: Vec<TopicOffsets>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicOffsets {
    pub kafka_topic: String,
    pub offsets: Vec<PartitionOffsets>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartitionOffsets {
    pub partition: i32,
    pub log_start_offset: i64,
    pub log_end_offset: i64,
    pub consumer_offset: i64,
}

/// EXPLAIN.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryDescription {
    pub id: String,
    pub statement_text: String,
    pub window_type: Option<&'static str>,
    pub fields: Vec<FieldInfo>,
    pub sources: Vec<String>,
    pub sinks: Vec<String>,
    pub topology: String,
    pub execution_plan: String,
    pub overridden_properties: BTreeMap<String, String>,
    pub ksql_host_query_status: BTreeMap<String, &'static str>,
    pub query_type: &'static str,
    pub query_errors: Vec<QueryErrorInfo>,
    pub tasks_metadata: Vec<TaskInfo>,
    pub state: &'static str,
    pub consumer_group_id: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryErrorInfo {
    pub timestamp: i64,
    pub error_message: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A task of a query and how far it has read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskInfo {
    pub task_id: String,
    pub topic_offsets: Vec<TaskOffset>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskOffset {
    pub topic_partition_entity: TopicPartitionInfo,
    pub end_offset: i64,
    pub committed_offset: i64,
}

#[derive(Debug, Clone, Serialize)]
pub struct TopicPartitionInfo {
    pub topic: String,
    pub partition: i32,
}

/// A line of SHOW FUNCTIONS.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionName {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub category: String,
}

/// A variant within DESCRIBE FUNCTION.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionVariant {
    pub arguments: Vec<FunctionArgument>,
    pub return_type: String,
    pub description: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionArgument {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: String,
    pub description: String,
    pub is_variadic: bool,
}

/// A line of SHOW PROPERTIES.
#[derive(Debug, Clone, Serialize)]
pub struct PropertyInfo {
    pub name: String,
    pub scope: &'static str,
    pub value: Option<String>,
    pub editable: bool,
    pub level: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct VariableInfo {
    pub name: String,
    pub value: String,
}

/// The answer of a statement.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "@type", rename_all_fields = "camelCase")]
pub enum Entity {
    #[serde(rename = "currentStatus")]
    CurrentStatus {
        statement_text: String,
        command_id: String,
        command_status: CommandStatus,
        command_sequence_number: i64,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "warning_entity")]
    Warning { statement_text: String, message: String, warnings: Vec<Warning> },
    #[serde(rename = "streams")]
    Streams { statement_text: String, streams: Vec<SourceInfo>, warnings: Vec<Warning> },
    #[serde(rename = "tables")]
    Tables { statement_text: String, tables: Vec<SourceInfo>, warnings: Vec<Warning> },
    #[serde(rename = "kafka_topics")]
    Topics { statement_text: String, topics: Vec<TopicInfo>, warnings: Vec<Warning> },
    #[serde(rename = "kafka_topics_extended")]
    TopicsExtended { statement_text: String, topics: Vec<TopicInfo>, warnings: Vec<Warning> },
    #[serde(rename = "queries")]
    Queries { statement_text: String, queries: Vec<QueryInfo>, warnings: Vec<Warning> },
    #[serde(rename = "query_descriptions")]
    QueryDescriptions {
        statement_text: String,
        query_descriptions: Vec<QueryDescription>,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "function_names")]
    FunctionNames { statement_text: String, functions: Vec<FunctionName>, warnings: Vec<Warning> },
    #[serde(rename = "describe_function")]
    DescribeFunction {
        statement_text: String,
        name: String,
        description: String,
        author: String,
        version: String,
        path: String,
        functions: Vec<FunctionVariant>,
        #[serde(rename = "type")]
        kind: &'static str,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "properties")]
    Properties {
        statement_text: String,
        properties: Vec<PropertyInfo>,
        overwritten_properties: Vec<String>,
        default_properties: Vec<String>,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "type_list")]
    Types { statement_text: String, types: BTreeMap<String, SchemaInfo>, warnings: Vec<Warning> },
    #[serde(rename = "variables")]
    Variables { statement_text: String, variables: Vec<VariableInfo>, warnings: Vec<Warning> },
    #[serde(rename = "sourceDescription")]
    SourceDescription {
        statement_text: String,
        source_description: Box<SourceDescription>,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "source_descriptions")]
    SourceDescriptions {
        statement_text: String,
        source_descriptions: Vec<SourceDescription>,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "queryDescription")]
    QueryDescription {
        statement_text: String,
        query_description: Box<QueryDescription>,
        warnings: Vec<Warning>,
    },
    #[serde(rename = "terminate_query")]
    TerminateQuery { statement_text: String, query_id: String, was_terminated: bool, warnings: Vec<Warning> },
    #[serde(rename = "assert_topic")]
    AssertTopic { statement_text: String, topic_name: String, exists: bool, warnings: Vec<Warning> },
    /// SET, DEFINE and INSERT VALUES answer nothing; the server leaves these out.
    #[serde(rename = "none")]
    None { statement_text: String },
}

impl Entity {
    pub(super) fn none(text: &str) -> Self {
        Self::None { statement_text: text.to_owned() }
    }

    pub(super) fn warning(text: &str, message: String) -> Self {
        Self::Warning { statement_text: text.to_owned(), message, warnings: vec![] }
    }

    pub(super) fn status(
        text: &str,
        id: String,
        message: String,
        number: i64,
        query: Option<&QueryId>,
    ) -> Self {
        Self::CurrentStatus {
            statement_text: format!("{text};"),
            command_id: id,
            command_status: CommandStatus {
                status: "SUCCESS",
                message,
                query_id: query.map(|query| query.0.clone()),
            },
            command_sequence_number: number,
            warnings: vec![],
        }
    }

    /// The answer of CREATE and INSERT INTO.
    pub(super) fn created(text: &str, noun: &str, name: &str, number: i64, query: Option<&QueryId>) -> Self {
        let message = match (noun, query) {
            (_, Some(query)) => format!("Created query with ID {query}"),
            ("table", None) => "Table created".to_owned(),
            _ => "Stream created".to_owned(),
        };
        Self::status(text, format!("{noun}/{name}/create"), message, number, query)
    }

    /// Whether there is nothing to tell.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None { .. })
    }
}

impl SchemaInfo {
    pub(super) fn new(ty: &SqlType) -> Self {
        let plain = |name| Self { ty: name, fields: None, member_schema: None, parameters: None };
        match ty {
            SqlType::Boolean => plain("BOOLEAN"),
            SqlType::Integer => plain("INTEGER"),
            SqlType::Bigint => plain("BIGINT"),
            SqlType::Double => plain("DOUBLE"),
            SqlType::Decimal { precision, scale } => Self {
                parameters: Some(BTreeMap::from([("precision", *precision), ("scale", *scale)])),
                ..plain("DECIMAL")
            },
            SqlType::String => plain("STRING"),
            SqlType::Bytes => plain("BYTES"),
            SqlType::Timestamp => plain("TIMESTAMP"),
            SqlType::Date => plain("DATE"),
            SqlType::Time => plain("TIME"),
            SqlType::Array(element) => {
                Self { member_schema: Some(Box::new(Self::new(element))), ..plain("ARRAY") }
            }
            SqlType::Map(_, value) => {
                Self { member_schema: Some(Box::new(Self::new(value))), ..plain("MAP") }
            }
            SqlType::Struct(fields) => Self {
                fields: Some(
                    fields
                        .iter()
                        .map(|field| FieldInfo {
                            name: field.name.clone(),
                            schema: Self::new(&field.ty),
                            kind: None,
                            header_key: None,
                        })
                        .collect(),
                ),
                ..plain("STRUCT")
            },
        }
    }
}
