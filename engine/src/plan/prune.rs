//! Leaves out the columns that nobody reads, so that sources decode only what is needed.

use crate::change::Relation;
use crate::expression::{Expr, ExprKind};
use crate::plan::{Source, Step};

/// Which columns of a relation are read.
type Needed = Vec<bool>;

/// For each old index the new one.
type Moved = Vec<Option<usize>>;

/// The same steps over fewer columns. What the root gives stays as it is.
pub fn prune(root: Step) -> Step {
    let needed = vec![true; root.relation().width()];
    narrow(root, needed).0
}

fn mark(expr: &Expr, needed: &mut Needed) {
    expr.visit(&mut |inner| {
        if let ExprKind::Column(index) = inner.kind {
            needed[index] = true;
        }
    });
}

fn move_columns(expr: &mut Expr, moved: &Moved) {
    expr.map_columns(&|index| moved[index].unwrap_or(index));
}

fn unmoved(width: usize) -> Moved {
    (0..width).map(Some).collect()
}

/// The step with the columns that are needed (and those that it cannot do without), and where they went.
fn narrow(step: Step, mut needed: Needed) -> (Step, Moved) {
    let width = step.relation().width();
    match step {
        Step::Source(source) => narrow_source(source, &needed),
        Step::Filter { input, mut predicate } => {
            mark(&predicate, &mut needed);
            let (input, moved) = narrow(*input, needed);
            move_columns(&mut predicate, &moved);
            (Step::Filter { input: Box::new(input), predicate }, moved)
        }
        Step::Project { input, mut key, value, mut relation, rekey } => {
            let keys = key.len();
            let kept: Vec<usize> = (0..value.len()).filter(|index| needed[keys + index]).collect();
            let moved = place(&relation, &kept);
            let mut value: Vec<Expr> = kept.iter().map(|index| value[*index].clone()).collect();
            relation.value = kept.iter().map(|index| relation.value[*index].clone()).collect();
            let mut below = vec![false; input.relation().width()];
            key.iter().chain(&value).for_each(|expr| mark(expr, &mut below));
            let (input, input_moved) = narrow(*input, below);
            key.iter_mut().chain(&mut value).for_each(|expr| move_columns(expr, &input_moved));
            (Step::Project { input: Box::new(input), key, value, relation, rekey }, moved)
        }
        Step::FlatMap { input, mut calls, mut relation } => {
            // All results stay; of the input's columns those that are needed.
            let old = input.relation().clone();
            let mut below: Needed = (0..old.rowtime()).map(|index| needed[index]).collect();
            below.resize(old.width(), false);
            calls.iter().for_each(|call| mark(call, &mut below));
            let (input, input_moved) = narrow(*input, below);
            calls.iter_mut().for_each(|call| move_columns(call, &input_moved));
            let new = input.relation().clone();
            let results = relation.value.split_off(old.value.len());
            relation.value = new.value.iter().cloned().chain(results).collect();
            let mut moved: Moved = vec![None; width];
            (0..old.rowtime()).for_each(|index| moved[index] = input_moved[index]);
            let dropped = old.value.len() - new.value.len();
            (old.rowtime()..width).for_each(|index| moved[index] = Some(index - dropped));
            (Step::FlatMap { input: Box::new(input), calls, relation }, moved)
        }
        Step::Aggregate(mut aggregate) => {
            let mut below = vec![false; aggregate.input.relation().width()];
            let calls = aggregate.aggregates.iter().flat_map(|call| &call.args);
            aggregate.group_by.iter().chain(calls).for_each(|expr| mark(expr, &mut below));
            let (input, moved) = narrow(*aggregate.input, below);
            aggregate.input = Box::new(input);
            let calls = aggregate.aggregates.iter_mut().flat_map(|call| &mut call.args);
            aggregate.group_by.iter_mut().chain(calls).for_each(|expr| move_columns(expr, &moved));
            (Step::Aggregate(aggregate), unmoved(width))
        }
        Step::StreamStreamJoin(mut join) => {
            let (left, right, relation, moved) =
                narrow_join(*join.left, *join.right, &join.relation, &needed, None);
            (join.left, join.right, join.relation) = (Box::new(left), Box::new(right), relation);
            (Step::StreamStreamJoin(join), moved)
        }
        Step::StreamTableJoin(mut join) => {
            let (left, right, relation, moved) =
                narrow_join(*join.left, *join.right, &join.relation, &needed, None);
            (join.left, join.right, join.relation) = (Box::new(left), Box::new(right), relation);
            (Step::StreamTableJoin(join), moved)
        }
        Step::TableTableJoin(mut join) => {
            let (left, right, relation, moved) =
                narrow_join(*join.left, *join.right, &join.relation, &needed, None);
            (join.left, join.right, join.relation) = (Box::new(left), Box::new(right), relation);
            (Step::TableTableJoin(join), moved)
        }
        Step::ForeignKeyJoin(mut join) => {
            let key = Some(&mut join.foreign_key);
            let (left, right, relation, moved) =
                narrow_join(*join.left, *join.right, &join.relation, &needed, key);
            (join.left, join.right, join.relation) = (Box::new(left), Box::new(right), relation);
            (Step::ForeignKeyJoin(join), moved)
        }
        Step::Materialize { input, store } => {
            let (input, moved) = narrow(*input, needed);
            (Step::Materialize { input: Box::new(input), store }, moved)
        }
        Step::Limit { input, rows } => {
            let (input, moved) = narrow(*input, needed);
            (Step::Limit { input: Box::new(input), rows }, moved)
        }
    }
}

/// Where columns stand when of the value only these are kept.
fn place(relation: &Relation, kept: &[usize]) -> Moved {
    let keys = relation.key.len();
    let mut moved: Moved = vec![None; relation.width()];
    (0..keys).for_each(|index| moved[index] = Some(index));
    for (new, old) in kept.iter().enumerate() {
        moved[keys + old] = Some(keys + new);
    }
    let dropped = relation.value.len() - kept.len();
    (relation.rowtime()..relation.width()).for_each(|index| moved[index] = Some(index - dropped));
    moved
}

fn narrow_source(mut source: Source, needed: &Needed) -> (Step, Moved) {
    let keys = source.relation.key.len();
    let kept: Vec<usize> = (0..source.relation.value.len()).filter(|index| needed[keys + index]).collect();
    let moved = place(&source.relation, &kept);
    source.wanted =
        (0..keys).chain(kept.iter().map(|index| keys + index)).map(|index| source.wanted[index]).collect();
    source.relation.value = kept.iter().map(|index| source.relation.value[*index].clone()).collect();
    (Step::Source(source), moved)
}

/// The relation of a join is its key, then all that the left side gives, then all that the right side gives.
fn narrow_join(
    left: Step,
    right: Step,
    relation: &Relation,
    needed: &Needed,
    left_expression: Option<&mut Expr>,
) -> (Step, Step, Relation, Moved) {
    let keys = relation.key.len();
    let (lr, rr) = (left.relation().clone(), right.relation().clone());
    let side = |start: usize, side: &Relation| -> Needed {
        let mut needed_there = vec![false; side.width()];
        (0..side.rowtime()).for_each(|index| needed_there[index] = needed[start + index]);
        needed_there
    };
    let mut left_needed = side(keys, &lr);
    if let Some(expr) = &left_expression {
        mark(expr, &mut left_needed);
    }
    let right_start = keys + lr.rowtime();
    let right_needed = side(right_start, &rr);
    let (left, left_moved) = narrow(left, left_needed);
    let (right, right_moved) = narrow(right, right_needed);
    if let Some(expr) = left_expression {
        move_columns(expr, &left_moved);
    }
    let (new_left, new_right) = (left.relation().clone(), right.relation().clone());
    let value: Vec<_> = [&new_left, &new_right]
        .into_iter()
        .flat_map(|relation| relation.key.iter().chain(&relation.value).cloned())
        .collect();
    let pruned = Relation { value, ..relation.clone() };
    let mut moved: Moved = vec![None; relation.width()];
    (0..keys).for_each(|index| moved[index] = Some(index));
    for index in 0..lr.rowtime() {
        moved[keys + index] = left_moved[index].map(|new| keys + new);
    }
    for index in 0..rr.rowtime() {
        moved[right_start + index] = right_moved[index].map(|new| keys + new_left.rowtime() + new);
    }
    let dropped = relation.value.len() - pruned.value.len();
    (relation.rowtime()..relation.width()).for_each(|index| moved[index] = Some(index - dropped));
    (left, right, pruned, moved)
}
