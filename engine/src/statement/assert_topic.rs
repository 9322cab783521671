//! ASSERT TOPIC.

use std::time::Duration;

use storage::TopicName;

use super::{Context, Entity};
use crate::error::{Class, Error, Result};
use crate::sql::{Literal, ast};

/// How long is waited when no TIMEOUT is given, as ksqlDB does.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);

/// How often it is looked.
const POLL: Duration = Duration::from_millis(20);

pub(super) fn execute(context: &mut Context<'_>, assert: &ast::AssertTopic) -> Result<Entity> {
    let storage = context.engine.storage();
    let timeout = assert.timeout.map_or(DEFAULT_TIMEOUT, |timeout| Duration::from_millis(timeout.millis()));
    let until = storage.clock().monotonic() + timeout;
    loop {
        match check(context, assert) {
            Ok(()) => {
                return Ok(Entity::AssertTopic {
                    statement_text: context.text.to_owned(),
                    topic_name: assert.topic.value.clone(),
                    exists: assert.exists,
                    warnings: vec![],
                });
            }
            Err(error) if storage.clock().monotonic() >= until => return Err(error),
            Err(_) => std::thread::sleep(POLL),
        }
    }
}

fn check(context: &Context<'_>, assert: &ast::AssertTopic) -> Result<()> {
    let name = &assert.topic.value;
    let failed = |message: String| Error { class: Class::User, message, location: None };
    let topic = TopicName::new(name).ok().and_then(|name| context.engine.storage().topic(&name));
    let Some(topic) = topic else {
        return match assert.exists {
            true => Err(failed(format!("Topic {name} does not exist"))),
            false => Ok(()),
        };
    };
    if !assert.exists {
        return Err(failed(format!("Topic {name} exists")));
    }
    for property in &assert.with.entries {
        let found = match property.name.value.to_ascii_uppercase().as_str() {
            "PARTITIONS" => i64::from(topic.partitions),
            "REPLICAS" => i64::from(topic.replicas),
            other => return Err(failed(format!("Cannot assert unknown topic property: {other}"))),
        };
        if property.value != Literal::Integer(found) {
            return Err(failed(format!(
                "Mismatched configuration for topic {name}: For config {}, expected another value, got {found}",
                property.name.value.to_ascii_lowercase()
            )));
        }
    }
    Ok(())
}
