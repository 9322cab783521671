//! Functions on maps.

mod as_map;
mod entries;
pub(in crate::function) mod entry;
mod map_keys;
mod map_union;
mod map_values;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &as_map::AS_MAP,
    &entries::ENTRIES,
    &map_keys::MAP_KEYS,
    &map_union::MAP_UNION,
    &map_values::MAP_VALUES,
];
