//! `+ - * / %` and unary minus.
//!
//! INTEGER and BIGINT wrap; dividing them by zero fails the row. DOUBLE follows IEEE 754. DECIMAL is exact: an answer
//! that does not fit its type, or would have to be rounded, fails the row. `+` on strings joins them as Java does.

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Float64Array, PrimitiveArray, StringArray, StringBuilder,
};
use arrow::compute::kernels::numeric;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, i256};

use super::decimal::{self, DecimalColumn};
use super::node::{Value, downcast, shared};
use super::typed::Arithmetic;
use crate::error::{Error, Result};
use crate::function::failure;
use crate::schema::SqlType;

pub(super) fn evaluate(
    op: Arithmetic,
    left: Value,
    right: Value,
    ty: &SqlType,
    rows: usize,
) -> Result<Value> {
    let constant = left.is_constant() && right.is_constant();
    let rows = if constant { 1 } else { rows };
    let array = match ty {
        SqlType::Integer => integers::<Int32Type>(op, &left, &right, rows, |op, l, r| {
            Some(match op {
                Arithmetic::Add => l.wrapping_add(r),
                Arithmetic::Subtract => l.wrapping_sub(r),
                Arithmetic::Multiply => l.wrapping_mul(r),
                Arithmetic::Divide if r != 0 => l.wrapping_div(r),
                Arithmetic::Modulo if r != 0 => l.wrapping_rem(r),
                Arithmetic::Divide | Arithmetic::Modulo => return None,
            })
        })?,
        SqlType::Bigint => integers::<Int64Type>(op, &left, &right, rows, |op, l, r| {
            Some(match op {
                Arithmetic::Add => l.wrapping_add(r),
                Arithmetic::Subtract => l.wrapping_sub(r),
                Arithmetic::Multiply => l.wrapping_mul(r),
                Arithmetic::Divide if r != 0 => l.wrapping_div(r),
                Arithmetic::Modulo if r != 0 => l.wrapping_rem(r),
                Arithmetic::Divide | Arithmetic::Modulo => return None,
            })
        })?,
        SqlType::Double => doubles(op, &left, &right, rows)?,
        SqlType::Decimal { precision, scale } => decimals(op, &left, &right, *precision, *scale, rows)?,
        SqlType::String => strings(&left, &right, rows)?,
        other => return Err(Error::internal(format!("arithmetic cannot give {other}"))),
    };
    Ok(if constant { Value::Constant(array) } else { Value::Column(array) })
}

fn integers<T: ArrowPrimitiveType>(
    op: Arithmetic,
    left: &Value,
    right: &Value,
    rows: usize,
    apply: impl Fn(Arithmetic, T::Native, T::Native) -> Option<T::Native>,
) -> Result<ArrayRef> {
    let l: &PrimitiveArray<T> = downcast(left.array())?;
    let r: &PrimitiveArray<T> = downcast(right.array())?;
    // Addition and its like cannot fail, so the values are computed under NULLs too and the loop has no branch.
    if matches!(op, Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply)
        && !left.is_constant()
        && !right.is_constant()
    {
        let array: PrimitiveArray<T> =
            arrow::compute::binary(l, r, |l, r| apply(op, l, r).unwrap_or_default())?;
        return Ok(shared(array));
    }
    if let (false, true) = (left.is_constant(), right.is_constant())
        && r.is_valid(0)
        && apply(op, l.values().first().copied().unwrap_or_default(), r.value(0)).is_some()
    {
        let r = r.value(0);
        let array: PrimitiveArray<T> = l.unary(|l| apply(op, l, r).unwrap_or_default());
        return Ok(shared(array));
    }
    let array: PrimitiveArray<T> = (0..rows)
        .map(|row| {
            let (li, ri) = (left.index(row), right.index(row));
            if l.is_null(li) || r.is_null(ri) {
                return None;
            }
            let answer = apply(op, l.value(li), r.value(ri));
            if answer.is_none() {
                failure::note(row, "/ by zero");
            }
            answer
        })
        .collect();
    Ok(shared(array))
}

fn doubles(op: Arithmetic, left: &Value, right: &Value, rows: usize) -> Result<ArrayRef> {
    let apply = |l: f64, r: f64| match op {
        Arithmetic::Add => l + r,
        Arithmetic::Subtract => l - r,
        Arithmetic::Multiply => l * r,
        Arithmetic::Divide => l / r,
        Arithmetic::Modulo => l % r,
    };
    let l: &Float64Array = downcast(left.array())?;
    let r: &Float64Array = downcast(right.array())?;
    let array: PrimitiveArray<Float64Type> = match (left.is_constant(), right.is_constant()) {
        (false, false) => arrow::compute::binary(l, r, apply)?,
        (false, true) if r.is_valid(0) => {
            let r = r.value(0);
            l.unary(|l| apply(l, r))
        }
        _ => (0..rows)
            .map(|row| {
                let (li, ri) = (left.index(row), right.index(row));
                (l.is_valid(li) && r.is_valid(ri)).then(|| apply(l.value(li), r.value(ri)))
            })
            .collect(),
    };
    Ok(shared(array))
}

fn decimals(
    op: Arithmetic,
    left: &Value,
    right: &Value,
    precision: u16,
    scale: u16,
    rows: usize,
) -> Result<ArrayRef> {
    let l = DecimalColumn::new(left.array())?;
    let r = DecimalColumn::new(right.array())?;
    let mut out: Vec<Option<i256>> = Vec::with_capacity(rows);
    for row in 0..rows {
        let (li, ri) = (left.index(row), right.index(row));
        if left.array().is_null(li) || right.array().is_null(ri) {
            out.push(None);
            continue;
        }
        let answer = decimal_value(op, (l.value(li), l.scale), (r.value(ri), r.scale), scale)
            .and_then(|value| decimal::check_precision(value, precision, scale));
        out.push(answer.map_err(|reason| failure::note(row, reason)).ok());
    }
    decimal::build(out, precision, scale)
}

/// The exact answer at a scale; the error says why there is none.
fn decimal_value(
    op: Arithmetic,
    (l, l_scale): (i256, i32),
    (r, r_scale): (i256, i32),
    scale: u16,
) -> std::result::Result<i256, String> {
    let overflow = || "Numeric field overflow: the result has too many digits".to_owned();
    let to = |value: i256, from: i32, to: i32| decimal::rescale_exact(value, from, to).ok_or_else(overflow);
    let scale = i32::from(scale);
    match op {
        Arithmetic::Add => to(l, l_scale, scale)?.checked_add(to(r, r_scale, scale)?).ok_or_else(overflow),
        Arithmetic::Subtract => {
            to(l, l_scale, scale)?.checked_sub(to(r, r_scale, scale)?).ok_or_else(overflow)
        }
        Arithmetic::Multiply => l.checked_mul(r).ok_or_else(overflow),
        Arithmetic::Divide => {
            if r == i256::ZERO {
                return Err("Division by zero".to_owned());
            }
            // l / 10^ls divided by r / 10^rs, at `scale`: l * 10^(scale - ls + rs) / r.
            let numerator = to(l, 0, scale - l_scale + r_scale)?;
            if numerator.checked_rem(r) != Some(i256::ZERO) {
                return Err("Rounding necessary: the quotient has no end".to_owned());
            }
            numerator.checked_div(r).ok_or_else(overflow)
        }
        Arithmetic::Modulo => {
            if r == i256::ZERO {
                return Err("Division by zero".to_owned());
            }
            to(l, l_scale, scale)?.checked_rem(to(r, r_scale, scale)?).ok_or_else(overflow)
        }
    }
}

/// Java's `+` on strings, which writes a NULL operand as `null`.
fn strings(left: &Value, right: &Value, rows: usize) -> Result<ArrayRef> {
    let l: &StringArray = downcast(left.array())?;
    let r: &StringArray = downcast(right.array())?;
    let text =
        |array: &'_ StringArray, index: usize| -> Option<usize> { array.is_valid(index).then_some(index) };
    let mut out = StringBuilder::with_capacity(rows, l.value_data().len() + r.value_data().len());
    for row in 0..rows {
        for (array, index) in [(l, left.index(row)), (r, right.index(row))] {
            let part = text(array, index).map_or("null", |index| array.value(index));
            std::fmt::Write::write_str(&mut out, part)
                .map_err(|_| Error::internal("a string cannot be built"))?;
        }
        out.append_value("");
    }
    Ok(shared(out.finish()))
}

pub(super) fn negate(value: Value) -> Result<Value> {
    let negated: ArrayRef = match value.data_type() {
        DataType::Int32 => {
            shared(value.array().as_primitive::<Int32Type>().unary::<_, Int32Type>(i32::wrapping_neg))
        }
        DataType::Int64 => {
            shared(value.array().as_primitive::<Int64Type>().unary::<_, Int64Type>(i64::wrapping_neg))
        }
        _ => numeric::neg(value.array().as_ref())?,
    };
    Ok(if value.is_constant() { Value::Constant(negated) } else { Value::Column(negated) })
}
