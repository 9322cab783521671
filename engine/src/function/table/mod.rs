//! Table functions: any number of rows out for each row in.

use arrow::array::ArrayRef;

use super::args::Call;
use super::signature::{self, ArgType, Binding, Signature};
use super::{Category, Example};
use crate::error::{Error, Result};

mod cube_explode;
mod explode;

/// A table function.
pub struct TableFunction {
    pub name: &'static str,
    pub category: Category,
    pub description: &'static str,
    pub variants: &'static [TableVariant],
    /// The result is the array of the rows.
    pub examples: &'static [Example],
}

/// One of the parameter lists that a table function takes.
pub struct TableVariant {
    /// As a scalar function's; what it returns is the type of one row: `(list ARRAY<T>) -> T`.
    pub signature: &'static str,
    pub description: &'static str,
    /// Evaluates a batch: a list column with `call.rows` lists, one item for each row that comes out; NULL and the empty
    /// list are no rows. The items have the type `call.returns`.
    pub call: fn(&Call<'_>) -> Result<ArrayRef>,
}

impl TableFunction {
    /// The signatures of the variants, in their order.
    pub fn signatures(&self) -> Result<Vec<Signature>> {
        signature::parse_all(self.name, self.variants.iter().map(|variant| variant.signature))
    }

    /// Chooses the variant for these arguments.
    pub fn resolve(&self, args: &[ArgType]) -> Result<Binding> {
        let no_lambdas = &mut |_: usize, _: &[_]| Err(Error::internal("a table function takes no lambda"));
        signature::resolve(&self.name.to_ascii_lowercase(), &self.signatures()?, args, no_lambdas)
    }
}

/// All table functions.
pub const FUNCTIONS: &[&TableFunction] = &[&cube_explode::CUBE_EXPLODE, &explode::EXPLODE];

/// The function of a name (upper case).
pub fn find(name: &str) -> Option<&'static TableFunction> {
    FUNCTIONS.iter().find(|function| function.name == name).copied()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, AsArray, ListArray};
    use arrow::datatypes::Int32Type;

    use super::*;
    use crate::function::Arg;
    use crate::schema::SqlType;

    /// The rows that each array of INTs gives, printed.
    fn run(name: &str, arrays: Vec<Option<Vec<Option<i32>>>>) -> Vec<String> {
        let function = find(name).expect("a function");
        let types = [SqlType::array(SqlType::Integer)];
        let binding = function.resolve(&[ArgType::Sql(types[0].clone())]).expect("a variant");
        let rows = arrays.len();
        let array: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(arrays));
        let args = [Arg::Column { array, constant: false }];
        let call = Call { args: &args, types: &types, rows, returns: &binding.returns };
        let lists = (function.variants[binding.variant].call)(&call).expect("rows");
        let lists = lists.as_list::<i32>();
        assert_eq!(lists.value_type(), binding.returns.to_arrow());
        let print = |row: usize| {
            if lists.is_null(row) {
                return "none".into();
            }
            let items = lists.value(row);
            let printed: Vec<String> = (0..items.len())
                .map(|item| arrow::util::display::array_value_to_string(&items, item).expect("text"))
                .collect();
            printed.join(" ")
        };
        (0..rows).map(print).collect()
    }

    #[test]
    fn explode_gives_the_elements() {
        let given = run("EXPLODE", vec![Some(vec![Some(1), None, Some(3)]), None, Some(vec![])]);
        assert_eq!(given, ["1  3", "none", ""]);
    }

    #[test]
    fn cube_explode_gives_each_combination_once() {
        let given = run("CUBE_EXPLODE", vec![Some(vec![Some(1), Some(2)]), Some(vec![Some(1), None]), None]);
        assert_eq!(given, ["[, ] [, 2] [1, ] [1, 2]", "[, ] [1, ]", "none"]);
        assert_eq!(run("CUBE_EXPLODE", vec![Some(vec![Some(1); 21])]), ["none"]);
    }

    #[test]
    fn explode_keeps_the_digits_of_decimals() {
        let decimals = SqlType::array(SqlType::decimal(20, 10));
        let binding =
            find("EXPLODE").expect("EXPLODE").resolve(&[ArgType::Sql(decimals)]).expect("a variant");
        assert_eq!(binding.returns, SqlType::decimal(20, 10));
    }
}
