//! Functions that only ksqlDB's cases know.

mod length_sum;
mod row_list;
mod scalar;

/// Makes the engine know them; before the first engine opens.
pub fn register() {
    engine::function::scalar::register(scalar::FUNCTIONS.to_vec());
    engine::function::aggregate::register([length_sum::FUNCTIONS, row_list::FUNCTIONS].concat());
}
