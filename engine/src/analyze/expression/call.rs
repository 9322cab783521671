//! Calls: which function is meant, and what its arguments become.

use super::ExpressionAnalyzer;
use super::coerce::{cast, is_null};
use crate::analyze::scope::{Clause, error_at};
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::function::{ArgType, TableFunction, aggregate, scalar, table, unknown};
use crate::schema::SqlType;
use crate::sql;

/// An argument before the variant is known.
enum Argument<'e> {
    Typed(Expr),
    Unit(sql::TimeUnit),
    Lambda { params: &'e [sql::Ident], body: &'e sql::Expr },
}

impl ExpressionAnalyzer<'_> {
    pub(super) fn call(&mut self, name: &sql::Ident, args: &[sql::Expr], span: sql::Span) -> Result<Expr> {
        let function = name.value.to_ascii_uppercase();
        if let Some(aggregate) = aggregate::find(&function) {
            return self.aggregate(aggregate, &function, args, span);
        }
        if let Some(function) = table::find(&function) {
            return self.table_function(function, args, span);
        }
        let scalar = scalar::find(&function).ok_or_else(|| match super::super::scope::location(span) {
            Some(location) => unknown(&name.value).at(location),
            None => unknown(&name.value),
        })?;
        let arguments = self.arguments(args)?;
        let types = argument_types(&arguments);
        let first_parameter = self.parameters.len();
        let binding = scalar.resolve(&types, &mut |index, parameters| {
            let Some(Argument::Lambda { params, body }) = arguments.get(index) else {
                return Err(Error::internal("a type is asked of an argument that is no lambda"));
            };
            Ok(self.lambda_body(params, parameters, body)?.ty)
        })?;
        let mut typed = Vec::with_capacity(arguments.len());
        for (argument, ty) in arguments.into_iter().zip(&binding.args) {
            typed.push(match argument {
                Argument::Typed(expr) => cast(expr, ty),
                Argument::Unit(unit) => Expr::new(ExprKind::Unit(unit_of(unit)), SqlType::String),
                Argument::Lambda { params, body } => {
                    let parameters = binding.lambdas[typed.len()].clone();
                    let body = self.lambda_body(params, &parameters, body)?;
                    let body = cast(body, ty);
                    let ty = body.ty.clone();
                    Expr::new(ExprKind::Lambda { first_parameter, parameters, body: Box::new(body) }, ty)
                }
            });
        }
        let returns = binding.returns.clone();
        Ok(Expr::new(
            ExprKind::Call { function: scalar.name.to_owned(), variant: binding.variant, args: typed },
            returns,
        ))
    }

    fn arguments<'e>(&mut self, args: &'e [sql::Expr]) -> Result<Vec<Argument<'e>>> {
        args.iter()
            .map(|arg| {
                Ok(match arg {
                    sql::Expr::IntervalUnit { unit, .. } => Argument::Unit(*unit),
                    // DAY, HOUR and their like are names too; a column of that name goes first.
                    sql::Expr::Column { source: None, name, .. }
                        if !self.scope.columns.iter().any(|column| column.name == name.value)
                            && sql::TimeUnit::from_word(&name.value).is_some() =>
                    {
                        match sql::TimeUnit::from_word(&name.value) {
                            Some(unit) => Argument::Unit(unit),
                            None => Argument::Typed(self.analyze(arg)?),
                        }
                    }
                    sql::Expr::Lambda { params, body, .. } => Argument::Lambda { params, body },
                    other => Argument::Typed(self.analyze(other)?),
                })
            })
            .collect()
    }

    fn lambda_body(&mut self, params: &[sql::Ident], types: &[SqlType], body: &sql::Expr) -> Result<Expr> {
        for (i, param) in params.iter().enumerate() {
            let taken = params[..i].contains(param)
                || self.parameters.iter().any(|(name, _)| *name == param.value)
                || self.scope.columns.iter().any(|column| column.name == param.value);
            if taken {
                return Err(error_at(
                    param.span,
                    format!(
                        "the lambda parameter '{}' has the name of a column or of another parameter",
                        param.value
                    ),
                ));
            }
        }
        let outer = self.parameters.len();
        self.parameters.extend(params.iter().map(|param| param.value.clone()).zip(types.iter().cloned()));
        let typed = self.analyze(body);
        self.parameters.truncate(outer);
        typed
    }

    fn table_function(
        &mut self,
        function: &'static TableFunction,
        args: &[sql::Expr],
        span: sql::Span,
    ) -> Result<Expr> {
        if self.clause != Clause::Select {
            return Err(error_at(
                span,
                format!("Table functions can only be used in SELECT: {}", function.name),
            ));
        }
        let arguments = self.arguments(args)?;
        let binding = function.resolve(&argument_types(&arguments))?;
        let typed = arguments
            .into_iter()
            .zip(&binding.args)
            .map(|(argument, ty)| match argument {
                Argument::Typed(expr) => Ok(cast(expr, ty)),
                _ => Err(error_at(span, format!("{} takes no lambda and no time unit", function.name))),
            })
            .collect::<Result<_>>()?;
        Ok(Expr::new(
            ExprKind::Call { function: function.name.to_owned(), variant: binding.variant, args: typed },
            binding.returns,
        ))
    }

    fn aggregate(
        &mut self,
        function: &'static aggregate::AggregateFunction,
        name: &str,
        args: &[sql::Expr],
        span: sql::Span,
    ) -> Result<Expr> {
        match self.clause {
            Clause::Select | Clause::Having => {}
            clause => {
                return Err(error_at(
                    span,
                    format!(
                        "{} does not support aggregate functions: {name} is an aggregate function.",
                        clause.name()
                    ),
                ));
            }
        }
        for arg in args {
            let mut nested = false;
            arg.walk(&mut |inner| {
                nested |=
                    matches!(inner, sql::Expr::Call { name, .. } if aggregate::find(&name.value).is_some());
            });
            if nested {
                let call = sql::Expr::Call { name: sql::Ident::new(name), args: args.to_vec(), span };
                return Err(error_at(span, format!("Aggregate functions can not be nested: {call}")));
            }
        }
        let arguments = self.arguments(args)?;
        let types = argument_types(&arguments);
        let binding = function.resolve(&types)?;
        let mut typed = Vec::with_capacity(arguments.len());
        for (index, (argument, ty)) in arguments.into_iter().zip(&binding.args).enumerate() {
            let Argument::Typed(expr) = argument else {
                return Err(error_at(span, format!("{name} takes no lambda and no time unit")));
            };
            let expr = cast(expr, ty);
            if index >= binding.columns && !matches!(expr.kind, ExprKind::Literal(_)) {
                return Err(error_at(
                    args[index].span(),
                    format!(
                        "Parameter {} passed to function {name} must be a literal constant, but was expression: '{}'",
                        index + 1,
                        args[index]
                    ),
                ));
            }
            typed.push(expr);
        }
        let returns = binding.returns.clone();
        Ok(Expr::new(
            ExprKind::Call { function: function.name.to_owned(), variant: binding.variant, args: typed },
            returns,
        ))
    }
}

fn argument_types(arguments: &[Argument<'_>]) -> Vec<ArgType> {
    arguments
        .iter()
        .map(|argument| match argument {
            Argument::Typed(expr) if is_null(expr) => ArgType::Null,
            Argument::Typed(expr) => ArgType::Sql(expr.ty.clone()),
            Argument::Unit(_) => ArgType::Unit,
            Argument::Lambda { params, .. } => ArgType::Lambda(params.len()),
        })
        .collect()
}

fn unit_of(unit: sql::TimeUnit) -> crate::function::Unit {
    use crate::function::Unit;
    match unit {
        sql::TimeUnit::Day => Unit::Days,
        sql::TimeUnit::Hour => Unit::Hours,
        sql::TimeUnit::Minute => Unit::Minutes,
        sql::TimeUnit::Second => Unit::Seconds,
        sql::TimeUnit::Millisecond => Unit::Milliseconds,
    }
}
