//! From typed expressions to nodes that run.

use super::evaluator::Evaluator;
use super::lambda::Lambda;
use super::literal;
use super::node::{Node, Operand};
use super::typed::{Comparison, Expr, ExprKind};
use crate::change::Relation;
use crate::error::{Error, Result};
use crate::function::scalar;
use crate::schema::SqlType;

/// Makes an expression over a relation ready to run.
///
/// # Errors
/// Internal ones only: the analysis has found what users get wrong.
pub fn compile(expr: &Expr, relation: &Relation) -> Result<Evaluator> {
    let mut width = None;
    expr.visit(&mut |inner| {
        if let ExprKind::Column(index) = inner.kind {
            width = width.max(Some(index));
        }
    });
    if width.is_some_and(|index| index >= relation.width()) {
        return Err(Error::internal(format!("an expression reads column {width:?} of {relation:?}")));
    }
    Ok(Evaluator::new(node(expr)?, expr.ty.clone(), expr.display(relation).to_string()))
}

fn boxed(expr: &Expr) -> Result<Box<Node>> {
    node(expr).map(Box::new)
}

fn node(expr: &Expr) -> Result<Node> {
    let ty = || expr.ty.clone();
    Ok(match &expr.kind {
        ExprKind::Column(index) => Node::Column(*index),
        ExprKind::Parameter(index) => Node::Parameter(*index),
        ExprKind::Literal(value) => Node::Constant(literal::array(value, &expr.ty)?),
        ExprKind::Negate(value) => Node::Negate(boxed(value)?),
        ExprKind::Arithmetic(op, left, right) => {
            Node::Arithmetic { op: *op, left: boxed(left)?, right: boxed(right)?, ty: ty() }
        }
        ExprKind::Compare(op, left, right) => {
            Node::Compare { op: *op, left: boxed(left)?, right: boxed(right)? }
        }
        ExprKind::And(left, right) => Node::And(boxed(left)?, boxed(right)?),
        ExprKind::Or(left, right) => Node::Or(boxed(left)?, boxed(right)?),
        ExprKind::Not(value) => Node::Not(boxed(value)?),
        ExprKind::IsNull(value) => Node::IsNull(boxed(value)?),
        ExprKind::IsDistinct(left, right) => Node::IsDistinct(boxed(left)?, boxed(right)?),
        ExprKind::Between { value, low, high } => Node::And(
            Box::new(Node::Compare {
                op: Comparison::GreaterOrEqual,
                left: boxed(value)?,
                right: boxed(low)?,
            }),
            Box::new(Node::Compare { op: Comparison::LessOrEqual, left: boxed(value)?, right: boxed(high)? }),
        ),
        ExprKind::In { value, list } => Node::In { value: boxed(value)?, list: nodes(list)? },
        ExprKind::Like { value, pattern, escape } => {
            Node::Like { value: boxed(value)?, pattern: boxed(pattern)?, escape: *escape }
        }
        ExprKind::Case { branches, otherwise } => Node::Case {
            branches: branches
                .iter()
                .map(|branch| Ok((node(&branch.when)?, node(&branch.then)?)))
                .collect::<Result<_>>()?,
            otherwise: otherwise.as_deref().map(boxed).transpose()?,
            ty: ty(),
        },
        ExprKind::Cast(value) => Node::Cast { value: boxed(value)?, from: value.ty.clone(), to: ty() },
        ExprKind::Subscript(base, index) => Node::Subscript { base: boxed(base)?, index: boxed(index)? },
        ExprKind::Field(base, index) => Node::Field { base: boxed(base)?, index: *index },
        ExprKind::Array(items) => Node::Array { items: nodes(items)?, ty: ty() },
        ExprKind::Map(entries) => Node::Map {
            entries: entries
                .iter()
                .map(|(key, value)| Ok((node(key)?, node(value)?)))
                .collect::<Result<_>>()?,
            ty: ty(),
        },
        ExprKind::Struct(fields) => Node::Struct { fields: nodes(fields)?, ty: ty() },
        ExprKind::Call { function, variant, args } => call(function, *variant, args, ty())?,
        ExprKind::Unit(_) | ExprKind::Lambda { .. } => {
            return Err(Error::internal("a time unit or lambda stands outside a call"));
        }
    })
}

fn nodes(exprs: &[Expr]) -> Result<Vec<Node>> {
    exprs.iter().map(node).collect()
}

fn call(name: &str, variant: usize, args: &[Expr], returns: SqlType) -> Result<Node> {
    let variant =
        scalar::find(name).and_then(|function| function.variants.get(variant)).ok_or_else(|| {
            Error::internal(format!("the plan calls {name}, variant {variant}, which is not known"))
        })?;
    let operands = args.iter().map(operand).collect::<Result<_>>()?;
    Ok(Node::Call {
        variant,
        args: operands,
        types: args.iter().map(|arg| arg.ty.clone()).collect(),
        returns,
    })
}

fn operand(arg: &Expr) -> Result<Operand> {
    Ok(match &arg.kind {
        ExprKind::Unit(unit) => Operand::Unit(*unit),
        ExprKind::Lambda { first_parameter, body, .. } => {
            let mut captured = Vec::new();
            body.visit(&mut |inner| {
                if let ExprKind::Column(index) = inner.kind
                    && !captured.contains(&index)
                {
                    captured.push(index);
                }
            });
            Operand::Lambda(Lambda { body: node(body)?, first_parameter: *first_parameter, captured })
        }
        _ => Operand::Value(node(arg)?),
    })
}
