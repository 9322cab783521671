//! Whether what came out is what a case expects, by ksqlDB's rules.

use serde_json::{Number, Value};

use super::big_decimal::BigDecimal;

/// What a record's key or value was read back as.
#[derive(Debug, Clone, PartialEq)]
pub enum Actual {
    /// A number of a type that reads back as a double.
    Json(Value),
    /// Text that is compared as it is.
    Text(String),
    Null,
}

/// How numbers with a fraction compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fractions {
    /// With their scale.
    Exact,
    /// As doubles, to a millionth.
    Double,
}

/// Whether `actual` passes for `expected`.
pub fn matches(expected: &Value, actual: &Actual, fractions: Fractions) -> bool {
    match actual {
        Actual::Null => expected.is_null(),
        Actual::Text(text) => match expected {
            Value::String(expected) => expected == text,
            _ => false,
        },
        Actual::Json(actual) => matches_json(expected, actual, fractions),
    }
}

fn matches_json(expected: &Value, actual: &Value, fractions: Fractions) -> bool {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected.iter().all(|(name, expected)| {
                    let exact = actual.get(name).filter(|value| !value.is_null());
                    let value = exact.or_else(|| actual.get(&name.to_uppercase())).unwrap_or(&Value::Null);
                    matches_json(expected, value, fractions)
                })
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && expected
                    .iter()
                    .zip(actual)
                    .all(|(expected, actual)| matches_json(expected, actual, fractions))
        }
        (Value::Number(expected), Value::Number(actual)) => matches_number(expected, actual, fractions),
        (Value::String(expected), Value::Number(actual)) => {
            is_fraction(actual) && BigDecimal::parse(expected).is_some_and(|e| Some(e) == decimal(actual))
        }
        (Value::String(expected), Value::String(actual)) => expected == actual,
        (Value::Bool(expected), Value::Bool(actual)) => expected == actual,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

fn matches_number(expected: &Number, actual: &Number, fractions: Fractions) -> bool {
    let (Some(e), Some(a)) = (decimal(expected), decimal(actual)) else { return false };
    if !is_fraction(actual) {
        // Java reads it as an Integer or a Long and asks the expected number for the same: its fraction is cut off.
        // Beyond a Long there is nothing that equals.
        return a.truncated().is_some_and(|a| i64::try_from(a).is_ok() && e.truncated() == Some(a));
    }
    if fractions == Fractions::Double {
        let number = |number: &Number| number.as_str().parse::<f64>().unwrap_or(f64::NAN);
        return (number(expected) - number(actual)).abs() < 1e-6;
    }
    if is_fraction(expected) { e == a } else { a.scale <= 0 && e.same_number(&a) }
}

fn decimal(number: &Number) -> Option<BigDecimal> {
    BigDecimal::parse(number.as_str())
}

/// Whether the number is written with a point or an exponent.
fn is_fraction(number: &Number) -> bool {
    number.as_str().contains(['.', 'e', 'E'])
}

#[cfg(test)]
mod tests {
    use super::{Actual, Fractions, matches};

    fn same(expected: &str, actual: &str) -> bool {
        let actual = Actual::Json(serde_json::from_str(actual).unwrap());
        matches(&serde_json::from_str(expected).unwrap(), &actual, Fractions::Exact)
    }

    #[test]
    fn rules_of_ksqldb() {
        assert!(same(r#"{"a": 1}"#, r#"{"A": 1}"#));
        assert!(!same(r#"{"a": 1}"#, r#"{"A": 1, "B": null}"#));
        assert!(same("1.0", "1.0"));
        assert!(!same("1.0", "1.00"));
        assert!(same("1.7", "1"));
        assert!(!same("1", "1.0"));
        assert!(same("100", "1E2"));
        assert!(same("\"1.50\"", "1.50"));
        assert!(!same("\"1\"", "1"));
        assert!(same("[1, null]", "[1, null]"));
        assert!(!same("null", "0"));
    }
}
