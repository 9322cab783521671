//! Reads the configuration; what is read later wins.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use engine::settings::{Settings, property};
use java_properties::{LineContent, PropertiesIter};

use super::names::{Known, known, similar};
use super::{Config, PUSH_QUERIES_MAX, parse_listeners};

/// Where nothing else is said: in the directory the server is started in.
const DATA_DIR: &str = "millrace-data";
const LISTENERS: &str = "http://0.0.0.0:8088";
/// The variable that sets the log up, which is no property.
const LOG_VARIABLE: &str = "MILLRACE_LOG";

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub file: Option<PathBuf>,
    /// Properties by name.
    pub values: Vec<(String, String)>,
}

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("Cannot read the configuration {path}: {reason}")]
    Unreadable { path: String, reason: String },
    #[error("{place}: unknown property '{name}'{hint}")]
    Unknown { place: String, name: String, hint: String },
    #[error("{place}: {reason}")]
    Value { place: String, reason: String },
}

/// A value and where it was given.
struct Given {
    value: String,
    place: String,
}

type All = BTreeMap<String, Given>;

/// Puts file, environment and flags together.
///
/// # Errors
/// A file that cannot be read, a name that is like ksqlDB's or ours and unknown, a value that cannot be used.
pub fn load(
    flags: Flags,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut all = All::new();
    if let Some(path) = &flags.file {
        read_file(path, &mut all)?;
    }
    for (variable, value) in environment {
        let Some(name) = environment_name(&variable) else { continue };
        // Other programs' variables begin with KSQL_ too: only names that are known count.
        let counts =
            variable.starts_with("MILLRACE_") || name.starts_with("ksql.") || known(&name) == Known::Used;
        if counts {
            all.insert(name, Given { value, place: format!("environment variable {variable}") });
        }
    }
    for (name, value) in flags.values {
        let place = format!("command line, {name}");
        all.insert(name, Given { value, place });
    }
    build(all)
}

/// `KSQL_KSQL_SERVICE_ID` is `ksql.service.id` and `MILLRACE_DATA_DIR` is `millrace.data.dir`; `__` is `_` and `___` is `-`,
/// as in ksqlDB's images.
fn environment_name(variable: &str) -> Option<String> {
    let rest = match variable.strip_prefix("KSQL_") {
        Some(rest) => rest,
        None if variable.starts_with("MILLRACE_") && variable != LOG_VARIABLE => variable,
        None => return None,
    };
    let lower = rest.to_ascii_lowercase();
    Some(lower.replace("___", "-").replace("__", "\u{0}").replace('_', ".").replace('\u{0}', "_"))
}

fn read_file(path: &Path, all: &mut All) -> Result<(), ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable { path: path.display().to_string(), reason };
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    for line in PropertiesIter::new(BufReader::new(file)) {
        let line = line.map_err(|error| unreadable(error.to_string()))?;
        let place = format!("{}, line {}", path.display(), line.line_number());
        if let LineContent::KVPair(name, value) = line.consume_content() {
            all.insert(name, Given { value: value.trim().to_owned(), place });
        }
    }
    Ok(())
}

fn build(all: All) -> Result<Config, ConfigError> {
    let mut warnings = Vec::new();
    for (name, given) in &all {
        match known(name) {
            Known::Used => {}
            Known::NoEffect => tracing::debug!("{}: {name} has no effect here", given.place),
            Known::Foreign => {
                warnings.push(format!("{}: property {name} is not known and has no effect", given.place))
            }
            Known::Unknown => {
                let hint = similar(name).map_or(String::new(), |name| format!("; did you mean '{name}'?"));
                return Err(ConfigError::Unknown { place: given.place.clone(), name: name.clone(), hint });
            }
        }
    }
    let mut settings = Settings::default();
    for (name, given) in &all {
        if property(name).is_some() || name.starts_with("ksql.streams.") {
            settings.set(name, given.value.clone()).map_err(|error| wrong(given, &error.message))?;
        }
    }
    let text = |name: &str| all.get(name).map(|given| given.value.as_str());
    let mut config =
        Config::local(text("millrace.data.dir").or(text("ksql.streams.state.dir")).unwrap_or(DATA_DIR));
    config.listeners = match all.get("listeners") {
        Some(given) => {
            parse_listeners(&given.value).map_err(|reason| wrong(given, &format!("listeners: {reason}")))?
        }
        None => parse_listeners(LISTENERS)
            .map_err(|reason| ConfigError::Value { place: LISTENERS.into(), reason })?,
    };
    config.queries_file = text("ksql.queries.file").filter(|path| !path.is_empty()).map(PathBuf::from);
    config.push_queries_max =
        number(&all, "ksql.max.push.queries")?.unwrap_or(PUSH_QUERIES_MAX as u64) as usize;
    if let Some(interval) = settings.long("commit.interval.ms").filter(|interval| *interval > 0) {
        config.runtime.commit_interval_ms = interval as u64;
    }
    if settings.long("cache.max.bytes.buffering") == Some(0) {
        config.runtime.batch_records_max = 1;
    }
    if let Some(workers) = number(&all, "millrace.workers")? {
        config.runtime.workers = workers as usize;
    }
    if let Some(stall) = number(&all, "millrace.push.stall.ms")? {
        config.runtime.push_stall_ms = stall;
    }
    if let Some(bytes) = number(&all, "millrace.state.cache.bytes")? {
        config.storage.state_cache_bytes = bytes as usize;
    }
    if let Some(bytes) = number(&all, "millrace.state.write.buffer.bytes")? {
        config.storage.write_buffer_bytes = bytes as usize;
    }
    if let Some(bytes) = number(&all, "millrace.log.segment.bytes")? {
        config.storage.segment_bytes = bytes;
    }
    if let Some(given) = all.get("millrace.fsync") {
        config.storage.fsync = match given.value.as_str() {
            "true" => true,
            "false" => false,
            other => return Err(wrong(given, &format!("millrace.fsync is true or false, not '{other}'"))),
        };
    }
    config.settings = settings;
    config.warnings = warnings;
    Ok(config)
}

fn number(all: &All, name: &str) -> Result<Option<u64>, ConfigError> {
    let Some(given) = all.get(name) else { return Ok(None) };
    let number = given
        .value
        .parse()
        .map_err(|_| wrong(given, &format!("{name} is a whole number, not '{}'", given.value)))?;
    Ok(Some(number))
}

fn wrong(given: &Given, reason: &str) -> ConfigError {
    ConfigError::Value { place: given.place.clone(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&str, &str)],
    ) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("server.properties");
        std::fs::write(&path, file).expect("written");
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        load(Flags { file: Some(path), values: pairs(flags) }, pairs(environment).into_iter())
    }

    #[test]
    fn later_ones_win() {
        let file = "# a server\nlisteners = http://127.0.0.1:1\nksql.service.id=file\nksql.streams.state.dir=/file\n\
                    ksql.streams.auto.offset.reset=earliest\n";
        let config = given(file, &[("KSQL_KSQL_SERVICE_ID", "env"), ("MILLRACE_DATA_DIR", "/env")], &[])
            .expect("valid");
        assert_eq!(config.listeners[0].to_string(), "127.0.0.1:1");
        assert_eq!(config.settings.text("ksql.service.id"), Some("env"));
        assert_eq!(config.settings.text("auto.offset.reset"), Some("earliest"));
        assert_eq!(config.data_dir, PathBuf::from("/env"));
        let config =
            given(file, &[("KSQL_LISTENERS", "http://127.0.0.1:2")], &[("listeners", "http://127.0.0.1:3")]);
        assert_eq!(config.expect("valid").listeners[0].port(), 3);
    }

    #[test]
    fn errors_name_the_place() {
        let told = |file, flags: &[(&str, &str)]| given(file, &[], flags).expect_err("wrong").to_string();
        let unknown = told("a=b\n\nksql.servce.id=x\n", &[]);
        assert!(
            unknown.contains("server.properties, line 3: unknown property 'ksql.servce.id'"),
            "{unknown}"
        );
        assert!(unknown.ends_with("did you mean 'ksql.service.id'?"), "{unknown}");
        let value = told("ksql.suppress.enabled=perhaps\n", &[]);
        assert!(
            value.contains("line 1: Invalid value 'perhaps' for property 'ksql.suppress.enabled'"),
            "{value}"
        );
        assert!(told("", &[("listeners", "nowhere")]).contains("command line, listeners"));
        assert!(told("", &[("millrace.workers", "two")]).contains("a whole number, not 'two'"));
    }

    #[test]
    fn kafkas_names_are_only_remarked() {
        let config = given(
            "bootstrap.servers=a:9092\nksql.schema.registry.url=http://x\n",
            &[("KSQL_HEAP_OPTS", "-Xmx1g")],
            &[],
        );
        let warnings = config.expect("valid").warnings;
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("line 1: property bootstrap.servers"), "{warnings:?}");
    }
}
