//! The pattern and the zone of a call: read once where they are constants, remembered where they are columns.

use arrow::array::StringArray;

use crate::error::Result;
use crate::function::Call;
use crate::function::args::Values;
use crate::time::{Formatter, FormatterCache, TimeError, Zone};

/// The formatters of an argument that holds patterns.
pub(super) enum Patterns<'a> {
    /// One pattern for all rows; none is NULL.
    Constant(Option<(&'a str, Result<Formatter, TimeError>)>),
    Column(Values<'a, StringArray>, FormatterCache),
}

impl<'a> Patterns<'a> {
    pub(super) fn of(call: &'a Call<'_>, index: usize) -> Result<Self> {
        let values = call.values::<StringArray>(index)?;
        Ok(if values.is_constant() {
            Self::Constant(values.get(0).map(|pattern| (pattern, Formatter::new(pattern))))
        } else {
            Self::Column(values, FormatterCache::default())
        })
    }

    /// The pattern of a row and its formatter; none for NULL.
    pub(super) fn get(&mut self, row: usize) -> Option<(&'a str, Result<&Formatter, TimeError>)> {
        match self {
            Self::Constant(one) => {
                one.as_ref().map(|(pattern, formatter)| (*pattern, formatter.as_ref().map_err(Clone::clone)))
            }
            Self::Column(values, cache) => {
                let pattern = values.get(row)?;
                Some((pattern, cache.get(pattern).map_err(Clone::clone)))
            }
        }
    }
}

/// The zones of an argument.
pub(super) struct Zones<'a> {
    values: Values<'a, StringArray>,
    last: Option<(&'a str, Result<Zone, TimeError>)>,
}

impl<'a> Zones<'a> {
    pub(super) fn of(call: &'a Call<'_>, index: usize) -> Result<Self> {
        Ok(Self { values: call.values(index)?, last: None })
    }

    /// The zone of a row; none for NULL.
    pub(super) fn get(&mut self, row: usize) -> Option<Result<Zone, TimeError>> {
        let name = self.values.get(row)?;
        match &self.last {
            Some((last, zone)) if *last == name => Some(zone.clone()),
            _ => {
                let zone = Zone::parse(name);
                self.last = Some((name, zone.clone()));
                Some(zone)
            }
        }
    }
}

/// The zone of each row: an argument's, or one for all where the call has no such argument.
pub(super) enum ZoneArgument<'a> {
    Given(Zones<'a>),
    Always(Zone),
}

impl<'a> ZoneArgument<'a> {
    pub(super) fn of(call: &'a Call<'_>, index: usize, default: fn() -> Zone) -> Result<Self> {
        if call.len() > index {
            Ok(Self::Given(Zones::of(call, index)?))
        } else {
            Ok(Self::Always(default()))
        }
    }

    pub(super) fn get(&mut self, row: usize) -> Option<Result<Zone, TimeError>> {
        match self {
            Self::Given(zones) => zones.get(row),
            Self::Always(zone) => Some(Ok(*zone)),
        }
    }
}
