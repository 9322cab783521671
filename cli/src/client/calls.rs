//! The calls.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::Value;

use super::error::reason;
use super::{Address, ClientError, Lines, Request, Rows, ServerError};

/// How long a connection may take to come about. Longer means that nobody is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a question about the server itself may take.
const INFO_TIMEOUT: Duration = Duration::from_secs(5);
const KSQL_JSON: &str = "application/vnd.ksql.v1+json";

/// Who the user is, for the server.
#[derive(Clone, Default)]
pub enum Auth {
    /// Nobody in particular.
    #[default]
    None,
    /// HTTP basic authentication.
    Basic {
        /// Name.
        user: String,
        /// Secret.
        password: String,
    },
}

/// Passwords never reach a log.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Auth::None => f.write_str("None"),
            Auth::Basic { user, .. } => write!(f, "Basic({user})"),
        }
    }
}

/// What `/info` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerInfo {
    /// Version of the server.
    pub version: String,
    /// Id of the cluster that holds the log.
    pub kafka_cluster_id: String,
    /// `ksql.service.id`.
    pub ksql_service_id: String,
    /// RUNNING, DEGRADED or empty.
    pub server_status: Option<String>,
}

/// Where reading a topic begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// At the oldest record.
    Beginning,
    /// At the next record to come.
    Latest,
}

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    address: Address,
    auth: Auth,
}

impl Client {
    /// A client of the server at `address`. Nothing is sent yet.
    pub fn new(address: Address, auth: Auth) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .user_agent(concat!("millrace-cli/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ClientError::Address { address: address.to_string(), reason: reason(&error) })?;
        Ok(Self { http, address, auth })
    }

    /// The server's address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The same user at another server.
    pub fn at(&self, address: Address) -> Self {
        Self { address, ..self.clone() }
    }

    /// `GET /info`.
    pub async fn info(&self) -> Result<ServerInfo, ClientError> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(rename = "KsqlServerInfo")]
            info: ServerInfo,
        }
        let answer = self.send(self.request(Method::GET, ["info"]).timeout(INFO_TIMEOUT)).await?;
        let text = answer.text().await.map_err(|error| self.lost(&error))?;
        let answer: Answer = serde_json::from_str(&text).map_err(|error| self.not_understood(&error))?;
        Ok(answer.info)
    }

    /// `POST /ksql`: the entities that answer the statements, one each.
    pub async fn execute(&self, request: &Request<'_>) -> Result<Vec<Value>, ClientError> {
        let answer = self.send(self.post_json("ksql", request)?).await?;
        let text = answer.text().await.map_err(|error| self.lost(&error))?;
        serde_json::from_str(&text).map_err(|error| self.not_understood(&error))
    }

    /// `POST /query` with a SELECT.
    pub async fn query(&self, request: &Request<'_>) -> Result<Rows, ClientError> {
        let answer = self.send(self.post_json("query", request)?).await?;
        Ok(Rows::new(self.body(answer)))
    }

    /// `POST /query` with a PRINT.
    pub async fn print(&self, request: &Request<'_>) -> Result<Lines, ClientError> {
        let answer = self.send(self.post_json("query", request)?).await?;
        Ok(Lines::new(self.body(answer)))
    }

    /// `POST /close-query`: ends a push query by its id.
    pub async fn close_query(&self, query_id: &str) -> Result<(), ClientError> {
        let body = serde_json::json!({ "queryId": query_id });
        let request = self.post_json("close-query", &body)?.timeout(INFO_TIMEOUT);
        self.send(request).await.map(drop)
    }

    /// `GET /is_valid_property/{name}`: an error when the server does not let users set it.
    pub async fn is_valid_property(&self, name: &str) -> Result<(), ClientError> {
        let request = self.request(Method::GET, ["is_valid_property", name]).timeout(INFO_TIMEOUT);
        self.send(request).await.map(drop)
    }

    /// `POST /topics/{topic}/records`: appends one record per line of `lines`, and says how many.
    pub async fn produce(
        &self,
        topic: &str,
        key_field: Option<&str>,
        lines: Bytes,
    ) -> Result<u64, ClientError> {
        #[derive(Deserialize)]
        struct Answer {
            records: u64,
        }
        let mut request = self.request(Method::POST, ["topics", topic, "records"]);
        if let Some(field) = key_field {
            request = request.query(&[("key_field", field)]);
        }
        let request = request.header("content-type", "application/x-ndjson").body(lines);
        let text = self.send(request).await?.text().await.map_err(|error| self.lost(&error))?;
        let answer: Answer = serde_json::from_str(&text).map_err(|error| self.not_understood(&error))?;
        Ok(answer.records)
    }

    /// `GET /topics/{topic}/records`: one JSON object per record, as they come.
    pub async fn consume(
        &self,
        topic: &str,
        from: ReadFrom,
        limit: Option<u64>,
    ) -> Result<Lines, ClientError> {
        let from = match from {
            ReadFrom::Beginning => "beginning",
            ReadFrom::Latest => "latest",
        };
        let mut request = self.request(Method::GET, ["topics", topic, "records"]).query(&[("from", from)]);
        if let Some(limit) = limit {
            request = request.query(&[("limit", limit)]);
        }
        let answer = self.send(request).await?;
        Ok(Lines::new(self.body(answer)))
    }

    fn post_json(&self, path: &str, body: &impl serde::Serialize) -> Result<RequestBuilder, ClientError> {
        let body = serde_json::to_vec(body).map_err(|error| self.not_understood(&error))?;
        let request = self.request(Method::POST, [path]);
        Ok(request.header("content-type", KSQL_JSON).header("accept", KSQL_JSON).body(body))
    }

    fn request<'a>(&self, method: Method, path: impl IntoIterator<Item = &'a str>) -> RequestBuilder {
        let request = self.http.request(method, self.address.join(path));
        match &self.auth {
            Auth::None => request,
            Auth::Basic { user, password } => request.basic_auth(user, Some(password)),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let answer = request.send().await.map_err(|error| {
            let (address, reason) = (self.address.to_string(), reason(&error));
            match error.is_connect() || error.is_timeout() {
                true => ClientError::Unreachable { address, reason },
                false => ClientError::Lost { address, reason },
            }
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let text = answer.text().await.map_err(|error| self.lost(&error))?;
        Err(ClientError::Server(Box::new(ServerError::from_body(status.as_u16(), &text))))
    }

    fn body(&self, answer: Response) -> Body {
        Body { pieces: Box::pin(answer.bytes_stream()), address: self.address.to_string() }
    }

    fn lost(&self, error: &reqwest::Error) -> ClientError {
        ClientError::Lost { address: self.address.to_string(), reason: reason(error) }
    }

    fn not_understood(&self, error: &serde_json::Error) -> ClientError {
        ClientError::Answer { address: self.address.to_string(), reason: error.to_string() }
    }
}

/// The bytes of an answer as they come.
pub(super) struct Body {
    pieces: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    address: String,
}

impl Body {
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        match self.pieces.next().await {
            None => Ok(None),
            Some(Ok(piece)) => Ok(Some(piece)),
            Some(Err(error)) => Err(self.lost(&reason(&error))),
        }
    }

    pub(super) fn lost(&self, reason: &str) -> ClientError {
        ClientError::Lost { address: self.address.clone(), reason: reason.to_owned() }
    }

    pub(super) fn not_understood(&self, reason: &str) -> ClientError {
        ClientError::Answer { address: self.address.clone(), reason: reason.to_owned() }
    }
}
