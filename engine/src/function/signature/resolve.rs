//! Which variant of a function a call means.

use super::candidate::Candidate;
use super::{ArgType, Binding, LambdaTyper, Signature};
use crate::error::{Error, Result};

/// Chooses the variant of the function `name` for these arguments.
///
/// A variant that the arguments fit as they are goes before one that needs them widened; then the more specific one
/// (a fixed number of parameters, more parameters, fewer open types) goes first. Two equally specific variants are an
/// error when the arguments have to be widened, because each would give another type; otherwise (NULL literals) the one
/// that is declared first is taken.
pub fn resolve(
    name: &str,
    signatures: &[Signature],
    args: &[ArgType],
    lambda: &mut LambdaTyper<'_>,
) -> Result<Binding> {
    for widen in [false, true] {
        let mut candidates: Vec<Candidate<'_>> = signatures
            .iter()
            .enumerate()
            .filter_map(|(variant, signature)| Candidate::new(variant, signature, args, widen))
            .collect();
        let Some(best) = candidates.iter().map(Candidate::specificity).max() else { continue };
        candidates.retain(|candidate| candidate.specificity() == best);
        if widen && candidates.len() > 1 {
            return Err(Error::user(format!(
                "Function '{name}' cannot be resolved due to ambiguous method parameters {}.{}",
                list(args),
                alternatives(name, signatures)
            )));
        }
        let mut chosen = candidates.swap_remove(0);
        if !chosen.bind_lambdas(lambda)? {
            break;
        }
        return Ok(Binding {
            variant: chosen.variant,
            args: chosen.args(args),
            columns: chosen.columns(),
            lambdas: chosen.lambdas(),
            returns: chosen.returns(),
        });
    }
    Err(Error::user(format!(
        "Function '{name}' does not accept parameters {}.{}",
        list(args),
        alternatives(name, signatures)
    )))
}

fn list(args: &[ArgType]) -> String {
    let types: Vec<String> = args.iter().map(ArgType::to_string).collect();
    format!("({})", types.join(", "))
}

fn alternatives(name: &str, signatures: &[Signature]) -> String {
    let mut text = String::from("\nValid alternatives are:\n");
    for signature in signatures {
        text += &format!("{name}{signature}\n");
    }
    text + "For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::SqlType::{self, Bigint, Boolean, Double, Integer, String as Text};

    fn sql(ty: SqlType) -> ArgType {
        ArgType::Sql(ty)
    }

    fn call(signatures: &[&str], args: &[ArgType]) -> Result<Binding> {
        call_lambda(signatures, args, &mut |_, inputs| Ok(inputs[0].clone()))
    }

    fn call_lambda(signatures: &[&str], args: &[ArgType], lambda: &mut LambdaTyper<'_>) -> Result<Binding> {
        let signatures: Vec<Signature> =
            signatures.iter().map(|text| Signature::parse(text).expect("a signature")).collect();
        resolve("f", &signatures, args, lambda)
    }

    #[test]
    fn exact_goes_before_widened_and_fixed_before_variadic() {
        let signatures = ["(a INT…) -> INT", "(a BIGINT) -> BIGINT", "(a INT) -> INT", "(a T) -> T"];
        assert_eq!(call(&signatures, &[sql(Integer)]).map(|b| b.variant).ok(), Some(2));
        assert_eq!(call(&signatures, &[sql(Bigint)]).map(|b| b.variant).ok(), Some(1));
        assert_eq!(call(&signatures, &[sql(Boolean)]).map(|b| b.variant).ok(), Some(3));
        assert_eq!(call(&signatures, &[]).map(|b| b.variant).ok(), Some(0));
        assert_eq!(call(&signatures, &[ArgType::Null]).map(|b| b.variant).ok(), Some(1));
    }

    #[test]
    fn an_argument_is_widened_to_what_one_variant_asks_for() {
        let bound = call(&["(x DOUBLE, n INT) -> DOUBLE"], &[sql(SqlType::decimal(4, 2)), sql(Integer)]);
        assert_eq!(bound.map(|b| b.args).ok(), Some(vec![Double, Integer]));
        let several = ["(x BIGINT…) -> BIGINT", "(x DOUBLE…) -> DOUBLE"];
        let error = call(&several, &[sql(Integer), sql(Bigint)]).expect_err("fits both");
        assert!(
            error
                .message
                .contains("cannot be resolved due to ambiguous method parameters (INTEGER, BIGINT).")
        );
        assert_eq!(call(&several, &[sql(Integer), sql(Double)]).map(|b| b.variant).ok(), Some(1));
    }

    #[test]
    fn says_what_fits_when_nothing_does() {
        let error = call(&["(x INT, y DOUBLE…) -> INT"], &[sql(Text), ArgType::Null]).expect_err("no match");
        assert_eq!(
            error.message,
            "Function 'f' does not accept parameters (STRING, null).\nValid alternatives are:\n\
             f(INT x, DOUBLE... y)\nFor detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;"
        );
    }

    #[test]
    fn type_parameters_widen_and_skip_nulls() {
        let bound = call(&["(a T, b T…) -> ARRAY<T>"], &[ArgType::Null, sql(Integer), sql(Double)]);
        let bound = bound.expect("a match");
        assert_eq!(bound.args, vec![Double; 3]);
        assert_eq!(bound.returns, SqlType::array(Double));
        let decimals = call(
            &["(a DECIMAL, b DECIMAL…) -> DECIMAL"],
            &[sql(SqlType::decimal(4, 2)), sql(SqlType::decimal(9, 1))],
        );
        assert_eq!(decimals.map(|b| b.returns).ok(), Some(SqlType::decimal(10, 2)));
        assert!(call(&["(a T, b T) -> T"], &[sql(Integer), sql(Text)]).is_err());
    }

    #[test]
    fn constants_follow_the_columns_even_when_those_repeat() {
        let signature = ["(v BIGINT, w STRING…; a INT, b INT) -> BIGINT"];
        let args = [sql(Bigint), sql(Text), sql(Text), sql(Integer), sql(Integer)];
        assert_eq!(call(&signature, &args).map(|b| b.columns).ok(), Some(3));
        let signature = ["(v BIGINT; a INT, b STRING…) -> BIGINT"];
        let args = [sql(Bigint), sql(Integer), sql(Text), sql(Text)];
        assert_eq!(call(&signature, &args).map(|b| b.columns).ok(), Some(1));
    }

    #[test]
    fn a_lambda_gets_the_types_bound_so_far_and_widens_its_own_state() {
        let signature = ["(list ARRAY<T>, state S, f (S, T) => S) -> S"];
        let args = [sql(SqlType::array(Bigint)), sql(Integer), ArgType::Lambda(2)];
        let bound = call_lambda(&signature, &args, &mut |index, inputs| {
            assert_eq!((index, &inputs[1]), (2, &Bigint));
            Ok(Bigint)
        })
        .expect("a match");
        assert_eq!(
            (bound.returns, &bound.args[1], &bound.lambdas[2]),
            (Bigint, &Bigint, &vec![Bigint, Bigint])
        );
        let args = [sql(SqlType::array(Bigint)), sql(Integer), ArgType::Lambda(1)];
        assert!(call_lambda(&signature, &args, &mut |_, _| Ok(Bigint)).is_err());
    }
}
