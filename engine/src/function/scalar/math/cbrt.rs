//! CBRT.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static CBRT: ScalarFunction = ScalarFunction {
    name: "CBRT",
    category: Category::Math,
    description: "The cube root of a number.",
    variants: &of_number("The cube root.", cbrt),
    examples: &[Example { call: "CBRT(8)", result: "2.0" }],
};

fn cbrt(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, nearest)
}

/// The double nearest to the cube root. C libraries are off by one unit for many numbers (27 among them), Java is not.
fn nearest(value: f64) -> f64 {
    let root = value.cbrt();
    if !root.is_finite() || root == 0.0 {
        return root;
    }
    // How far the cube of a candidate is from the value, with the digits that a product loses added back.
    let miss = |root: f64| {
        let square = root * root;
        let square_rest = root.mul_add(root, -square);
        let cube = square * root;
        let cube_rest = square.mul_add(root, -cube);
        ((cube - value) + (cube_rest + square_rest * root)).abs()
    };
    [root.next_down(), root.next_up()]
        .into_iter()
        .fold(root, |best, candidate| if miss(candidate) < miss(best) { candidate } else { best })
}

#[cfg(test)]
mod tests {
    #[test]
    fn cubes_have_whole_roots() {
        for root in -200..=200 {
            let root = f64::from(root);
            assert_eq!(super::nearest(root * root * root), root);
        }
        assert_eq!(super::nearest(2.0), 1.2599210498948732);
        assert_eq!(super::nearest(f64::INFINITY), f64::INFINITY);
    }
}
