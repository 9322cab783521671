//! What pull queries read of materialised tables.

use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::Int64Type;
use millrace_engine::operator::{MaterializedReader, WindowBounds};
use millrace_engine::plan::{SourceKind, Step, WindowKind};
use millrace_engine::schema::SqlType;
use storage::state::key::state_prefix;

use crate::support::*;

fn reader(task: &Task, step: &Step) -> MaterializedReader {
    MaterializedReader::new(task.storage.state().snapshot(), state_prefix(1, 7, 0), step.relation()).unwrap()
}

fn keys(keys: &[&str]) -> Vec<ArrayRef> {
    vec![Arc::new(StringArray::from(keys.to_vec()))]
}

type Rows = Vec<(String, i64)>;

fn read(
    f: impl FnOnce(&mut millrace_engine::operator::materialize::Take<'_>) -> millrace_engine::Result<()>,
) -> Rows {
    let mut rows = vec![];
    f(&mut |batch| {
        let (keys, values) =
            (batch.columns[0].as_string::<i32>(), batch.columns[1].as_primitive::<Int64Type>());
        rows.extend((0..batch.rows()).map(|row| (keys.value(row).to_owned(), values.value(row))));
        Ok(ControlFlow::Continue(()))
    })
    .unwrap();
    rows
}

fn rows(rows: &[(&str, i64)]) -> Rows {
    rows.iter().map(|(key, value)| (key.to_string(), *value)).collect()
}

#[test]
fn keys_ranges_and_everything() {
    let step = materialize(source(SourceKind::Table), 7);
    let mut task = Task::new(&step);
    let records = [
        (0, Some("b"), Some(2), 1),
        (0, Some("a"), Some(1), 2),
        (0, Some("c"), Some(3), 3),
        (0, Some("b"), Some(4), 4),
    ];
    task.push(0, batch(&records));
    assert!(read(|take| reader(&task, &step).scan(&WindowBounds::default(), take)).is_empty());
    task.commit();
    let all = WindowBounds::default();
    let reader = reader(&task, &step);
    assert_eq!(read(|take| reader.scan(&all, take)), rows(&[("a", 1), ("b", 4), ("c", 3)]));
    assert_eq!(read(|take| reader.get(&keys(&["c", "x", "a"]), &all, take)), rows(&[("c", 3), ("a", 1)]));
    let (a, b) = (keys(&["a"]), keys(&["b"]));
    let range = |from, to| read(|take| reader.range(from, to, &all, take));
    assert_eq!(range(Bound::Excluded(&a[..]), Bound::Unbounded), rows(&[("b", 4), ("c", 3)]));
    assert_eq!(range(Bound::Included(&a[..]), Bound::Excluded(&b[..])), rows(&[("a", 1)]));
    assert_eq!(range(Bound::Unbounded, Bound::Included(&b[..])), rows(&[("a", 1), ("b", 4)]));
    task.push(0, batch(&[(0, Some("a"), None, 5)]));
    task.commit();
    assert_eq!(read(|take| reader.get(&keys(&["a"]), &all, take)), rows(&[("a", 1)]), "a snapshot stays");
}

#[test]
fn windows_of_a_key_in_their_order_until_retention_has_passed() {
    let tumbling = WindowKind::Tumbling { size_ms: 60_000 };
    let plan = count(source(SourceKind::Stream), column(0, SqlType::String), Some((tumbling, 600_000)));
    let step = materialize(Step::Aggregate(plan), 7);
    let mut task = Task::new(&step);
    let minute = |key, minute: i64| (0, Some(key), Some(1), minute * 60_000 + 1);
    task.push(0, batch(&[minute("a", 12), minute("b", 2), minute("a", 2), minute("a", 7), minute("a", 7)]));
    task.commit();
    let all = WindowBounds::default();
    assert_eq!(
        read(|take| reader(&task, &step).get(&keys(&["a"]), &all, take)),
        rows(&[("a", 1), ("a", 2), ("a", 1)])
    );
    let some = WindowBounds { start: 400_000..=500_000, ..all.clone() };
    assert_eq!(read(|take| reader(&task, &step).scan(&some, take)), rows(&[("a", 2)]));
    task.push(0, batch(&[minute("c", 30)]));
    task.commit();
    assert_eq!(read(|take| reader(&task, &step).scan(&all, take)), rows(&[("c", 1)]));
}
