//! Lambdas: an expression that is evaluated over values of the function's choice.

use arrow::array::{Array, ArrayRef, UInt32Array, new_empty_array};
use arrow::compute::take;

use super::node::{Frame, Node};
use crate::error::Result;
use crate::function::{LambdaBody, failure};

/// A compiled lambda.
pub(super) struct Lambda {
    pub(super) body: Node,
    /// How many parameters the lambdas around this one have.
    pub(super) first_parameter: usize,
    /// The columns that the body reads; only these are carried into it.
    pub(super) captured: Vec<usize>,
}

impl Lambda {
    pub(super) fn bind<'a>(&'a self, frame: Frame<'a>) -> BoundLambda<'a> {
        BoundLambda { lambda: self, frame }
    }
}

/// A lambda and the rows that it stands in.
pub(super) struct BoundLambda<'a> {
    lambda: &'a Lambda,
    frame: Frame<'a>,
}

impl LambdaBody for BoundLambda<'_> {
    fn call(&self, parameters: &[ArrayRef], rows: &[u32]) -> Result<ArrayRef> {
        let indices = UInt32Array::from(rows.to_vec());
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.frame.columns.len());
        for (index, column) in self.frame.columns.iter().enumerate() {
            columns.push(if self.lambda.captured.contains(&index) {
                take(column, &indices, None)?
            } else {
                new_empty_array(column.data_type())
            });
        }
        let mut bound = Vec::with_capacity(self.lambda.first_parameter + parameters.len());
        for outer in &self.frame.parameters[..self.lambda.first_parameter] {
            bound.push(take(outer, &indices, None)?);
        }
        bound.extend_from_slice(parameters);
        let frame = Frame { columns: &columns, parameters: &bound, rows: rows.len() };
        failure::mapped(
            |entry| rows[entry] as usize,
            || self.lambda.body.evaluate(frame)?.into_column(rows.len()),
        )
    }
}
