//! The properties that are known.

use engine::settings::property;

/// What a name is to this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is acted on.
    Used,
    /// ksqlDB has it, and here it has nothing to change.
    NoEffect,
    /// Not ksqlDB's and not ours: Kafka's, perhaps.
    Foreign,
    /// It looks like ksqlDB's or ours, and is not: most likely a slip of the keyboard.
    Unknown,
}

/// Names that the server itself acts on; the engine's are in [`engine::settings::PROPERTIES`].
pub(super) const USED: &[&str] = &[
    "listeners",
    "ksql.queries.file",
    "ksql.streams.state.dir",
    "ksql.max.push.queries",
    "millrace.data.dir",
    "millrace.workers",
    "millrace.fsync",
    "millrace.push.stall.ms",
    "millrace.state.cache.bytes",
    "millrace.state.write.buffer.bytes",
    "millrace.log.segment.bytes",
];

/// Beginnings of names that ksqlDB hands on to other parts.
const PREFIXES: &[&str] = &[
    "ksql.streams.",
    "ksql.schema.registry.",
    "ksql.connect.",
    "ksql.functions.",
    "ksql.logging.",
    "ksql.heartbeat.",
    "ksql.lag.reporting.",
    "ksql.query.",
    "ksql.internal.",
    "ksql.server.",
    "ksql.ssl.",
    "ksql.suppress.",
    "ksql.metrics.",
    "ksql.queryanonymizer.",
    "ksql.authorization.cache.",
    "ksql.properties.overrides.",
    "ksql.assert.",
    "ksql.transient.",
    "ksql.websocket.",
    "ksql.endpoint.",
    "ksql.healthcheck.",
    "ksql.access.validator.",
];

/// ksqlDB's other names.
const KSQLDB: &[&str] = &[
    "ksql.advertised.listener",
    "ksql.admin.request.retry.timeout.ms",
    "ksql.authentication.plugin.class",
    "ksql.cast.strings.preserve.nulls",
    "ksql.client.ip_port.configuration.enabled",
    "ksql.create.topic.inherit.source.replicas.enabled",
    "ksql.deployment.type",
    "ksql.error.classifier.regex",
    "ksql.extension.dir",
    "ksql.fetch.remote.hosts.max.timeout.seconds",
    "ksql.hidden.topics",
    "ksql.idle.connection.timeout.seconds",
    "ksql.json_sr.converter.deserializer.enabled",
    "ksql.kafka.client.additional.config.prefixes",
    "ksql.lambdas.enabled",
    "ksql.local.commands.location",
    "ksql.metastore.backup.location",
    "ksql.nested.error.set.null",
    "ksql.new.query.planner.enabled",
    "ksql.persistent.prefix",
    "ksql.proxy.protocol.local.mode.enabled",
    "ksql.readonly.topics",
    "ksql.resource.extension.class",
    "ksql.runtime.feature.shared.enabled",
    "ksql.security.extension.class",
    "ksql.shared.runtimes.count",
    "ksql.sink.partitions",
    "ksql.sink.replicas",
    "ksql.sink.window.change.log.additional.retention",
    "ksql.source.table.materialization.enabled",
    "ksql.udf.collect.metrics",
    "ksql.udfs.enabled",
    "ksql.verticle.instances",
    "ksql.worker.pool.size",
];

/// What a name is to this server.
pub fn known(name: &str) -> Known {
    if USED.contains(&name) || property(name).is_some() {
        return Known::Used;
    }
    if KSQLDB.contains(&name)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix) && name.len() > prefix.len())
    {
        return Known::NoEffect;
    }
    match name.starts_with("ksql.") || name.starts_with("millrace.") {
        true => Known::Unknown,
        false => Known::Foreign,
    }
}

/// The known name that is most like this one, if one is close.
pub(super) fn similar(name: &str) -> Option<&'static str> {
    let engine = engine::settings::PROPERTIES.iter().map(|property| property.name);
    engine
        .chain(USED.iter().copied())
        .map(|known| (distance(name, known), known))
        .filter(|(distance, _)| *distance <= 3)
        .min()
        .map(|(_, known)| known)
}

/// How many letters have to be put in, left out or changed to make one of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = before + usize::from(x != *y);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
