//! One signature against the arguments of one call.

use std::collections::BTreeMap;

use super::widen::{as_decimal, castable, common};
use super::{ArgType, LambdaTyper, Param, ParamType, Signature};
use crate::error::Result;
use crate::schema::SqlType;

/// How often the type of a lambda's body may widen a type parameter that the lambda itself takes (`REDUCE(list, 0,
/// (s, x) => s + x)` over BIGINTs): INT, BIGINT, DECIMAL and DOUBLE are all there is to climb.
const WIDENINGS_MAX: usize = 4;

/// A signature whose arguments fit, and what its type parameters stand for.
pub(super) struct Candidate<'a> {
    pub(super) variant: usize,
    signature: &'a Signature,
    /// The parameter of each argument.
    params: Vec<&'a Param>,
    types: Types,
}

/// What the open types of a signature stand for.
#[derive(Default)]
struct Types {
    generics: BTreeMap<char, SqlType>,
    /// What DECIMAL without digits stands for.
    decimal: Option<SqlType>,
}

impl<'a> Candidate<'a> {
    /// None when the arguments do not fit; `widen` says whether they may be converted.
    pub(super) fn new(
        variant: usize,
        signature: &'a Signature,
        args: &[ArgType],
        widen: bool,
    ) -> Option<Self> {
        let params = expand(signature, args.len())?;
        let mut types = Types::default();
        params.iter().zip(args).all(|(param, arg)| types.fit(&param.ty, arg, widen)).then_some(Self {
            variant,
            signature,
            params,
            types,
        })
    }

    /// Compares how specific candidates are: the greater one is taken.
    pub(super) fn specificity(&self) -> (bool, usize, std::cmp::Reverse<usize>) {
        let all = || self.signature.params.iter().chain(&self.signature.constants);
        let open = all().map(|param| open_types(&param.ty)).sum();
        (!all().any(|param| param.variadic), all().count(), std::cmp::Reverse(open))
    }

    /// How many arguments stand before the semicolon.
    pub(super) fn columns(&self) -> usize {
        let constants = &self.signature.constants;
        if constants.iter().any(|constant| constant.variadic) {
            self.signature.params.len()
        } else {
            self.params.len() - constants.len()
        }
    }

    /// Finds the types of the lambdas' bodies and of the type parameters that they bind; false when a body has a type
    /// that does not fit.
    pub(super) fn bind_lambdas(&mut self, typer: &mut LambdaTyper<'_>) -> Result<bool> {
        for _ in 0..WIDENINGS_MAX {
            let before = self.types.generics.clone();
            for (index, param) in self.params.iter().enumerate() {
                let ParamType::Lambda(inputs, body) = &param.ty else { continue };
                let inputs: Vec<SqlType> = inputs.iter().map(|ty| self.types.substitute(ty)).collect();
                let given = typer(index, &inputs)?;
                if !self.types.fit(body, &ArgType::Sql(given), true) {
                    return Ok(false);
                }
            }
            if before.iter().all(|(letter, ty)| self.types.generics.get(letter) == Some(ty)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The types that the arguments are to be cast to.
    pub(super) fn args(&self, args: &[ArgType]) -> Vec<SqlType> {
        let types = &self.types;
        self.params
            .iter()
            .zip(args)
            .map(|(param, arg)| match (&param.ty, arg) {
                (ParamType::Any, ArgType::Sql(ty)) => ty.clone(),
                (ParamType::Lambda(_, body), _) => types.substitute(body),
                (ty, ArgType::Sql(given)) => types.substitute_any(ty, given),
                (ty, _) => types.substitute(ty),
            })
            .collect()
    }

    /// The types of the parameters of each argument that is a lambda.
    pub(super) fn lambdas(&self) -> Vec<Vec<SqlType>> {
        self.params
            .iter()
            .map(|param| match &param.ty {
                ParamType::Lambda(inputs, _) => inputs.iter().map(|ty| self.types.substitute(ty)).collect(),
                _ => vec![],
            })
            .collect()
    }

    /// The type of the answer as the signature says it.
    pub(super) fn returns(&self) -> SqlType {
        self.types.substitute(&self.signature.returns)
    }
}

/// The parameter that each of `count` arguments belongs to; none when there cannot be so many.
fn expand(signature: &Signature, count: usize) -> Option<Vec<&Param>> {
    let all: Vec<&Param> = signature.params.iter().chain(&signature.constants).collect();
    let Some(variadic) = all.iter().position(|param| param.variadic) else {
        return (all.len() == count).then_some(all);
    };
    let repeats = (count + 1).checked_sub(all.len())?;
    let mut expanded = all[..variadic].to_vec();
    expanded.extend(std::iter::repeat_n(all[variadic], repeats));
    expanded.extend_from_slice(&all[variadic + 1..]);
    Some(expanded)
}

/// How many places of a type are left open: a signature with fewer says more.
fn open_types(ty: &ParamType) -> usize {
    match ty {
        ParamType::Generic(_) => 1,
        ParamType::Any => 2,
        ParamType::Array(element) => open_types(element),
        ParamType::Map(key, value) => open_types(key) + open_types(value),
        ParamType::Struct(fields) => fields.iter().map(|(_, ty)| open_types(ty)).sum(),
        ParamType::Sql(_) | ParamType::Decimal | ParamType::Lambda(..) | ParamType::Unit => 0,
    }
}

impl Types {
    fn fit(&mut self, param: &ParamType, arg: &ArgType, widen: bool) -> bool {
        match (param, arg) {
            (ParamType::Unit, ArgType::Unit) => true,
            (ParamType::Lambda(params, _), ArgType::Lambda(count)) => params.len() == *count,
            (ParamType::Unit | ParamType::Lambda(..), _) | (_, ArgType::Unit | ArgType::Lambda(_)) => false,
            (_, ArgType::Null) => true,
            (_, ArgType::Sql(actual)) => self.fit_sql(param, actual, widen),
        }
    }

    fn fit_sql(&mut self, param: &ParamType, actual: &SqlType, widen: bool) -> bool {
        match (param, actual) {
            (ParamType::Any, _) => true,
            (ParamType::Sql(declared), _) => declared == actual || widen && castable(actual, declared),
            (ParamType::Decimal, SqlType::Decimal { .. }) => self.fit_decimal(actual),
            (ParamType::Decimal, _) if widen => as_decimal(actual).is_some_and(|ty| self.fit_decimal(&ty)),
            (ParamType::Generic(letter), _) => match self.generics.get(letter) {
                None => {
                    self.generics.insert(*letter, actual.clone());
                    true
                }
                Some(bound) if bound == actual => true,
                Some(bound) if widen => match common(bound, actual) {
                    Some(ty) => {
                        self.generics.insert(*letter, ty);
                        true
                    }
                    None => false,
                },
                Some(_) => false,
            },
            (ParamType::Array(param), SqlType::Array(actual)) => self.fit_sql(param, actual, widen),
            (ParamType::Map(key, value), SqlType::Map(actual_key, actual_value)) => {
                self.fit_sql(key, actual_key, widen) && self.fit_sql(value, actual_value, widen)
            }
            (ParamType::Struct(fields), SqlType::Struct(actual)) => {
                fields.len() == actual.len()
                    && fields.iter().zip(actual).all(|((name, ty), field)| {
                        name.eq_ignore_ascii_case(&field.name) && self.fit_sql(ty, &field.ty, false)
                    })
            }
            _ => false,
        }
    }

    fn fit_decimal(&mut self, actual: &SqlType) -> bool {
        let ty = match &self.decimal {
            Some(bound) => common(bound, actual),
            None => Some(actual.clone()),
        };
        self.decimal = ty;
        self.decimal.is_some()
    }

    /// The type that a parameter stands for; what nothing has bound (only NULLs were given) is a STRING.
    fn substitute(&self, ty: &ParamType) -> SqlType {
        match ty {
            ParamType::Sql(ty) => ty.clone(),
            ParamType::Decimal => self.decimal.clone().unwrap_or(SqlType::decimal(1, 0)),
            ParamType::Any | ParamType::Unit | ParamType::Lambda(..) => SqlType::String,
            ParamType::Generic(letter) => self.generics.get(letter).cloned().unwrap_or(SqlType::String),
            ParamType::Array(element) => SqlType::array(self.substitute(element)),
            ParamType::Map(key, value) => SqlType::map(self.substitute(key), self.substitute(value)),
            ParamType::Struct(fields) => SqlType::Struct(
                fields
                    .iter()
                    .map(|(name, ty)| crate::schema::StructField {
                        name: name.clone(),
                        ty: self.substitute(ty),
                    })
                    .collect(),
            ),
        }
    }

    /// As [`Types::substitute`], with what ANY stands for taken from the argument.
    fn substitute_any(&self, ty: &ParamType, given: &SqlType) -> SqlType {
        match (ty, given) {
            (ParamType::Any, _) => given.clone(),
            (ParamType::Array(element), SqlType::Array(given)) => {
                SqlType::array(self.substitute_any(element, given))
            }
            (ParamType::Map(key, value), SqlType::Map(given_key, given_value)) => {
                SqlType::map(self.substitute_any(key, given_key), self.substitute_any(value, given_value))
            }
            _ => self.substitute(ty),
        }
    }
}
