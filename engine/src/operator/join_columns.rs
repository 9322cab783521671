//! The columns that a join gives: the key, all columns of the left row, all columns of the right row, and the time.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, new_null_array};

use crate::change::Relation;
use crate::error::Result;

/// Takes the parts of a join's answer together.
pub struct JoinColumns {
    relation: Relation,
    left: Relation,
    right: Relation,
}

/// Rows of one side with all columns of its relation.
pub type Side = Vec<ArrayRef>;

impl JoinColumns {
    pub fn new(relation: &Relation, left: &Relation, right: &Relation) -> Self {
        Self { relation: relation.clone(), left: left.clone(), right: right.clone() }
    }

    /// `keys` has the key columns (and the window's, if there is one) of each row; a side that is missing in a row is NULL
    /// in all columns.
    pub fn assemble(
        &self,
        keys: Vec<ArrayRef>,
        left: &Side,
        right: &Side,
        times: Vec<i64>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = times.len();
        let own = self.relation.key.len();
        let mut columns = keys[..own].to_vec();
        columns.extend_from_slice(&left[..self.left.rowtime()]);
        columns.extend_from_slice(&right[..self.right.rowtime()]);
        columns.push(Arc::new(Int64Array::from(times)));
        if self.relation.windowed {
            columns.extend_from_slice(&keys[own..own + 2]);
        }
        if let Some(partition) = self.relation.row_partition() {
            match self.left.row_partition() {
                Some(at) => columns.extend_from_slice(&left[at..at + 2]),
                None => {
                    let types = [partition, partition + 1].map(|at| self.relation.type_at(at));
                    columns
                        .extend(types.into_iter().flatten().map(|ty| new_null_array(&ty.to_arrow(), rows)));
                }
            }
        }
        Ok(columns)
    }
}
