//! Reading the state, the same for the newest state and for a snapshot.

use std::ops::ControlFlow;

use rocksdb::{DB, ReadOptions};

use crate::error::Result;

/// The only column family.
pub(super) const FAMILY: &str = "default";

pub(super) fn multi_get<K: AsRef<[u8]>>(
    db: &DB,
    keys: &[K],
    options: &ReadOptions,
) -> Result<Vec<Option<Vec<u8>>>> {
    let family = db.cf_handle(FAMILY).expect("the store is opened with its only column family");
    db.batched_multi_get_cf_opt(family, keys, false, options)
        .into_iter()
        .map(|value| Ok(value?.map(|value| value.to_vec())))
        .collect()
}

/// Bounds an iterator; an empty `to` is no bound.
fn bound(options: &mut ReadOptions, from: &[u8], to: &[u8]) {
    options.set_iterate_lower_bound(from);
    if !to.is_empty() {
        options.set_iterate_upper_bound(to);
    }
}

pub(super) fn scan(
    db: &DB,
    mut options: ReadOptions,
    from: &[u8],
    to: &[u8],
    mut f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
) -> Result<()> {
    bound(&mut options, from, to);
    let mut cursor = db.raw_iterator_opt(options);
    cursor.seek(from);
    while let Some((key, value)) = cursor.item() {
        if f(key, value).is_break() {
            return Ok(());
        }
        cursor.next();
    }
    Ok(cursor.status()?)
}

pub(super) fn scan_reverse(
    db: &DB,
    mut options: ReadOptions,
    from: &[u8],
    to: &[u8],
    mut f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
) -> Result<()> {
    bound(&mut options, from, to);
    let mut cursor = db.raw_iterator_opt(options);
    cursor.seek_to_last();
    while let Some((key, value)) = cursor.item() {
        if f(key, value).is_break() {
            return Ok(());
        }
        cursor.prev();
    }
    Ok(cursor.status()?)
}
