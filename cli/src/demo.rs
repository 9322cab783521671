//! `millrace demo`: a server on a month of real flights, its answers as they change, and the prompt.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use flate2::read::GzDecoder;
use serde_json::Value;
use server::{Config, Server};

use crate::args::{KsqlArgs, UserArgs};
use crate::client::{Address, Auth, Client, Request, RowEvent};
use crate::ksql;
use crate::session::OutputFormat;

/// The flights come in so many pieces, so that the answers can be seen to change.
const PIECES: usize = 16;
/// From one piece to the next.
const PAUSE: Duration = Duration::from_millis(300);
/// How long the last answers may take.
const SETTLE: Duration = Duration::from_secs(20);
/// Flights in the file.
const FLIGHTS: u64 = 27_004;

/// The options of `millrace demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Directory with the queries and the data
    #[arg(long, default_value = "examples/flights")]
    pub dir: PathBuf,
    /// Port to listen on; another one is taken if it is in use
    #[arg(short, long, default_value_t = 8088)]
    pub port: u16,
}

/// Shows the demonstration.
pub fn run(args: &DemoArgs) -> ExitCode {
    match show(args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn show(args: &DemoArgs) -> Result<ExitCode, String> {
    let queries = args.dir.join("queries.sql");
    if !queries.is_file() {
        return Err(format!(
            "{} is not there. Run the demo in the project's folder, or name its data with --dir.",
            queries.display()
        ));
    }
    let data = std::env::temp_dir().join(format!("millrace-demo-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("Cannot start: {error}"))?;
    let outcome = runtime.block_on(async {
        let handle = start(&queries, &data, args.port).await?;
        let url = format!("http://127.0.0.1:{}", handle.address().port());
        println!("A server runs {} at {url}\n", queries.display());
        let answered = answers(&url, &args.dir).await;
        Ok::<_, String>((handle, url, answered))
    });
    let code = outcome.and_then(|(handle, url, answered)| {
        let code = answered.map(|()| prompt(&url));
        runtime.block_on(handle.shutdown()).map_err(|error| error.to_string())?;
        code
    });
    // It is the system's temporary directory: what cannot be removed there goes some day.
    let _ = std::fs::remove_dir_all(&data);
    code
}

async fn start(queries: &Path, data: &Path, port: u16) -> Result<server::Handle, String> {
    let mut config = Config::local(data);
    config.queries_file = Some(queries.to_owned());
    config.listeners = vec![([127, 0, 0, 1], port).into()];
    match Server::start(config.clone()).await {
        Err(server::StartError::Listen { .. }) => {
            config.listeners = vec![([127, 0, 0, 1], 0).into()];
            Server::start(config).await.map_err(|error| error.to_string())
        }
        started => started.map_err(|error| error.to_string()),
    }
}

async fn answers(url: &str, dir: &Path) -> Result<(), String> {
    let address = Address::parse(url).map_err(|error| error.to_string())?;
    let client = Client::new(address, Auth::None).map_err(|error| error.to_string())?;
    produce(&client, "airlines", Some("carrier"), read(&dir.join("airlines.jsonl"))?).await?;
    produce(&client, "planes", Some("tailnum"), read(&dir.join("planes.jsonl.gz"))?).await?;
    let flights = read(&dir.join("flights-2013-01.jsonl.gz"))?;
    println!(
        "Flights from New York's airports in January 2013, and how many minutes late they leave on average:\n"
    );
    for piece in pieces(&flights) {
        let day = day(piece);
        produce(&client, "flights", None, piece.to_vec()).await?;
        tokio::time::sleep(PAUSE).await;
        line(&client, &day).await?;
    }
    let started = std::time::Instant::now();
    while counted(&client).await? < FLIGHTS {
        if started.elapsed() > SETTLE {
            return Err("The answers do not get complete; this should not happen.".to_owned());
        }
        tokio::time::sleep(PAUSE).await;
    }
    line(&client, "all").await?;
    println!("\nFlights that left two hours late or more:\n");
    let mut rows = rows(&client, "SELECT airline, flights, latest FROM very_late_by_airline;").await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row[1].as_u64()));
    for row in rows.iter().take(6) {
        println!("  {:28}{:>6}   the latest by {} minutes", text(&row[0]), text(&row[1]), text(&row[2]));
    }
    println!(
        "\nThe queries are in {}. Three statements to try:\n\n  \
         SELECT * FROM delays_by_day WHERE origin = 'JFK';\n  \
         SELECT airline, flight, dest, dep_delay FROM very_late_flights EMIT CHANGES LIMIT 5;\n  \
         SELECT dest, COUNT(*) AS n FROM flights GROUP BY dest ORDER BY n DESC LIMIT 5;\n",
        dir.join("queries.sql").display()
    );
    Ok(())
}

/// The prompt, when there is somebody to use it.
fn prompt(url: &str) -> ExitCode {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return ExitCode::SUCCESS;
    }
    ksql::run(&KsqlArgs {
        server: url.to_owned(),
        execute: None,
        file: None,
        output: OutputFormat::default(),
        define: Vec::new(),
        query_row_limit: None,
        query_timeout: None,
        user: UserArgs { user: None, password: None },
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: io::Error| format!("Cannot read {}: {error}", path.display());
    let mut file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    match path.extension().is_some_and(|extension| extension == "gz") {
        true => GzDecoder::new(file).read_to_end(&mut bytes),
        false => file.read_to_end(&mut bytes),
    }
    .map_err(unreadable)?;
    Ok(bytes)
}

/// The text in pieces of whole lines.
fn pieces(text: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::with_capacity(PIECES);
    let mut rest = text;
    while !rest.is_empty() {
        let wanted = text.len() / PIECES;
        let end =
            rest.iter().skip(wanted).position(|byte| *byte == b'\n').map_or(rest.len(), |at| wanted + at + 1);
        let (piece, later) = rest.split_at(end);
        pieces.push(piece);
        rest = later;
    }
    pieces
}

/// The day of a piece's last flight.
fn day(piece: &[u8]) -> String {
    let last = piece.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let flight: Value = serde_json::from_slice(last).unwrap_or_default();
    flight["time_hour"]
        .as_str()
        .and_then(|time| time.get(8..10))
        .map_or_else(String::new, |day| format!("Jan {day}"))
}

async fn produce(client: &Client, topic: &str, key: Option<&str>, lines: Vec<u8>) -> Result<(), String> {
    client.produce(topic, key, lines.into()).await.map(drop).map_err(|error| error.to_string())
}

async fn line(client: &Client, day: &str) -> Result<(), String> {
    let mut airports = rows(client, "SELECT origin, flights, minutes_late FROM delays_by_airport;").await?;
    airports.sort_by_key(|row| text(&row[0]));
    let shown: Vec<String> = airports
        .iter()
        .map(|row| {
            format!(
                "{} {:>6} flights {:>5.1} min",
                text(&row[0]),
                text(&row[1]),
                row[2].as_f64().unwrap_or(0.0)
            )
        })
        .collect();
    println!("  {day:7}{}", shown.join("   |   "));
    Ok(())
}

async fn counted(client: &Client) -> Result<u64, String> {
    let airports = rows(client, "SELECT flights FROM delays_by_airport;").await?;
    Ok(airports.iter().filter_map(|row| row[0].as_u64()).sum())
}

async fn rows(client: &Client, sql: &str) -> Result<Vec<Vec<Value>>, String> {
    let none = std::collections::BTreeMap::new();
    let request = Request {
        ksql: sql,
        streams_properties: &none,
        session_variables: &none,
        command_sequence_number: None,
    };
    let mut answer = client.query(&request).await.map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    while let Some((event, _)) = answer.next().await.map_err(|error| error.to_string())? {
        match event {
            RowEvent::Row { columns, .. } => rows.push(columns),
            RowEvent::Error(error) => return Err(error.to_string()),
            _ => {}
        }
    }
    Ok(rows)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
