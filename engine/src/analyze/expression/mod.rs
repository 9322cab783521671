//! Expressions: from text's tree to typed expressions.

mod call;
mod coerce;
mod comparison;
mod constructor;
mod literal;
mod operator;

use std::collections::BTreeMap;

use super::scope::{Clause, Scope, error_at};
use super::type_name;
use crate::error::{Error, Result};
use crate::expression::{CaseBranch, Expr, ExprKind, Literal};
use crate::schema::SqlType;
use crate::sql::{self, LogicalOp};

pub use coerce::cast;
pub(crate) use coerce::is_null;

/// Makes typed expressions of what stands in one clause.
pub struct ExpressionAnalyzer<'a> {
    pub scope: &'a Scope,
    pub clause: Clause,
    pub types: &'a BTreeMap<String, SqlType>,
    /// Parameters of the lambdas around what is being analysed, outermost first.
    parameters: Vec<(String, SqlType)>,
}

impl<'a> ExpressionAnalyzer<'a> {
    pub fn new(scope: &'a Scope, clause: Clause, types: &'a BTreeMap<String, SqlType>) -> Self {
        Self { scope, clause, types, parameters: Vec::new() }
    }

    /// The typed expression.
    ///
    /// # Errors
    /// Names that do not exist or are ambiguous, types that do not fit: with the place in the statement.
    pub fn analyze(&mut self, expr: &sql::Expr) -> Result<Expr> {
        use sql::Expr as E;
        match expr {
            E::Literal { value, .. } => literal::typed(value),
            E::Column { source, name, span } => self.column(source.as_ref(), name, *span),
            E::Unary { op, expr: inner, .. } => self.unary(*op, inner, expr),
            E::Binary { op, left, right, .. } => self.binary(*op, left, right, expr),
            E::Logical { op, left, right, .. } => {
                let (left, right) = (self.condition(left)?, self.condition(right)?);
                let (left, right) = (Box::new(left), Box::new(right));
                Ok(boolean(match op {
                    LogicalOp::And => ExprKind::And(left, right),
                    LogicalOp::Or => ExprKind::Or(left, right),
                }))
            }
            E::Not { expr, .. } => Ok(not(self.condition(expr)?)),
            E::Comparison { op, left, right, .. } => self.comparison(*op, left, right, expr),
            E::IsNull { expr, negated, .. } => {
                let test = boolean(ExprKind::IsNull(Box::new(self.analyze(expr)?)));
                Ok(if *negated { not(test) } else { test })
            }
            E::IsDistinctFrom { left, right, negated, .. } => self.distinct(left, right, *negated, expr),
            E::Between { expr: value, low, high, negated, .. } => self.between(value, low, high, *negated),
            E::InList { expr: value, list, negated, .. } => self.in_list(value, list, *negated),
            E::Like { expr: value, pattern, escape, negated, .. } => {
                self.like(value, pattern, *escape, *negated, expr)
            }
            E::Case { operand, branches, default, span } => {
                if operand.is_some() {
                    return self.simple_case(operand.as_deref(), branches, default.as_deref(), *span);
                }
                self.case(branches, default.as_deref())
            }
            E::Cast { expr: value, data_type, .. } => {
                let to = type_name::resolve(data_type, self.types)?;
                let value = self.analyze(value)?;
                coerce::explicit_cast(value, &to)
            }
            E::Call { name, args, span } => self.call(name, args, *span),
            E::Subscript { base, index, span } => self.subscript(base, index, *span),
            E::Field { base, field, span } => self.field(base, field, *span),
            E::Array { elements, .. } => self.array(elements),
            E::Map { entries, .. } => self.map(entries),
            E::Struct { fields, .. } => self.structure(fields),
            E::Lambda { span, .. } => {
                Err(error_at(*span, "a lambda can only be an argument of a function that takes one"))
            }
            E::IntervalUnit { span, .. } => {
                Err(error_at(*span, "a time unit can only be an argument of a function that takes one"))
            }
        }
    }

    fn column(&self, source: Option<&sql::Ident>, name: &sql::Ident, span: sql::Span) -> Result<Expr> {
        if source.is_none()
            && let Some(index) = self.parameters.iter().rposition(|(parameter, _)| *parameter == name.value)
        {
            return Ok(Expr::new(ExprKind::Parameter(index), self.parameters[index].1.clone()));
        }
        let source = source.map(|source| source.value.as_str());
        Ok(self.scope.find(source, &name.value, self.clause, span)?.expr())
    }

    /// An operand of AND, OR, NOT, or a condition of CASE.
    fn condition(&mut self, expr: &sql::Expr) -> Result<Expr> {
        let typed = self.analyze(expr)?;
        if is_null(&typed) {
            return Ok(cast(typed, &SqlType::Boolean));
        }
        if typed.ty != SqlType::Boolean {
            return Err(error_at(expr.span(), format!("Expected a BOOLEAN where '{expr}' is {}", typed.ty)));
        }
        Ok(typed)
    }

    /// The condition of WHERE and HAVING.
    pub fn predicate(&mut self, expr: &sql::Expr) -> Result<Expr> {
        let clause = self.clause.name();
        let typed = self.analyze(expr).map_err(|error| Error {
            message: format!("Error in {clause} expression: {}", error.message),
            ..error
        })?;
        if typed.ty != SqlType::Boolean || is_null(&typed) {
            return Err(error_at(
                expr.span(),
                format!(
                    "Type error in {clause} expression: Should evaluate to boolean but is {expr} ({}) instead.",
                    typed.ty
                ),
            ));
        }
        Ok(typed)
    }

    fn case(&mut self, branches: &[(sql::Expr, sql::Expr)], default: Option<&sql::Expr>) -> Result<Expr> {
        let mut whens = Vec::with_capacity(branches.len());
        let mut results = Vec::with_capacity(branches.len() + 1);
        for (when, then) in branches {
            let when_typed = self.analyze(when)?;
            if when_typed.ty != SqlType::Boolean {
                return Err(error_at(
                    when.span(),
                    format!("WHEN operand type should be boolean.\nType for '{when}' is {}", when_typed.ty),
                ));
            }
            whens.push(when_typed);
            results.push(self.analyze(then)?);
        }
        let has_default = default.is_some();
        if let Some(default) = default {
            results.push(self.analyze(default)?);
        }
        let (mut results, ty) = coerce::unify(results)
            .map_err(|clash| Error::user(format!(
                "Invalid Case expression. Type for all 'THEN' clauses should be the same: found {} and {}",
                clash.expected, clash.found
            )))?
            .ok_or_else(|| Error::user("Invalid Case expression. All case branches have NULL type"))?;
        let otherwise = if has_default { results.pop().map(Box::new) } else { None };
        let branches = whens.into_iter().zip(results).map(|(when, then)| CaseBranch { when, then }).collect();
        Ok(Expr::new(ExprKind::Case { branches, otherwise }, ty))
    }

    /// `CASE x WHEN v THEN …`, which ksqlDB refuses: each WHEN is `x = v`.
    fn simple_case(
        &mut self,
        operand: Option<&sql::Expr>,
        branches: &[(sql::Expr, sql::Expr)],
        default: Option<&sql::Expr>,
        span: sql::Span,
    ) -> Result<Expr> {
        let Some(operand) = operand else { return self.case(branches, default) };
        let searched: Vec<(sql::Expr, sql::Expr)> = branches
            .iter()
            .map(|(value, then)| {
                let when = sql::Expr::Comparison {
                    op: sql::ComparisonOp::Equal,
                    left: Box::new(operand.clone()),
                    right: Box::new(value.clone()),
                    span,
                };
                (when, then.clone())
            })
            .collect();
        self.case(&searched, default)
    }

    fn subscript(&mut self, base: &sql::Expr, index: &sql::Expr, span: sql::Span) -> Result<Expr> {
        let (base_typed, index_typed) = (self.analyze(base)?, self.analyze(index)?);
        match base_typed.ty.clone() {
            SqlType::Array(element) => {
                if !matches!(index_typed.ty, SqlType::Integer | SqlType::Bigint) {
                    return Err(error_at(
                        index.span(),
                        format!("Array subscript must be an integer, but '{index}' is {}", index_typed.ty),
                    ));
                }
                Ok(Expr::new(ExprKind::Subscript(Box::new(base_typed), Box::new(index_typed)), *element))
            }
            SqlType::Map(key, value) => {
                if is_null(&index_typed) || index_typed.ty != *key && !coerce::widens(&index_typed.ty, &key) {
                    return Err(error_at(
                        index.span(),
                        format!("Map subscript must be {key}, but '{index}' is {}", index_typed.ty),
                    ));
                }
                let index = cast(index_typed, &key);
                Ok(Expr::new(ExprKind::Subscript(Box::new(base_typed), Box::new(index)), *value))
            }
            other => Err(error_at(
                span,
                format!(
                    "Subscript expression '{base}[{index}]' needs an ARRAY or MAP, but '{base}' is {other}"
                ),
            )),
        }
    }

    fn field(&mut self, base: &sql::Expr, field: &sql::Ident, span: sql::Span) -> Result<Expr> {
        let typed = self.analyze(base)?;
        let SqlType::Struct(fields) = &typed.ty else {
            return Err(error_at(
                span,
                format!("Expected STRUCT type, got: {}. '{base}' has no field `{}`", typed.ty, field.value),
            ));
        };
        let Some(index) = fields.iter().position(|candidate| candidate.name == field.value) else {
            let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
            return Err(error_at(
                field.span,
                format!(
                    "Could not find field '{}' in '{base}'. Its fields are: {}",
                    field.value,
                    names.join(", ")
                ),
            ));
        };
        let ty = fields[index].ty.clone();
        Ok(Expr::new(ExprKind::Field(Box::new(typed), index), ty))
    }
}

pub(super) fn boolean(kind: ExprKind) -> Expr {
    Expr::new(kind, SqlType::Boolean)
}

pub(super) fn not(expr: Expr) -> Expr {
    boolean(ExprKind::Not(Box::new(expr)))
}

/// The NULL literal; its type is a stand-in until something says which it is.
pub(super) fn null() -> Expr {
    Expr::new(ExprKind::Literal(Literal::Null), SqlType::String)
}
