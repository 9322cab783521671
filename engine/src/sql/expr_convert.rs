//! From sqlparser's expressions and types to ours: the one place that knows both.
//!
//! sqlparser's nodes can say more than ksqlDB's language; what ksqlDB has not is refused here.

use sqlparser::ast::{
    self as sp, AccessExpr, ArrayElemTypeDef, BinaryOperator, DataType, ExactNumberInfo, FunctionArg,
    FunctionArgExpr, FunctionArguments, OneOrManyWithParens, Spanned, Subscript, UnaryOperator, Value,
};

use super::duration::TimeUnit;
use super::error::ParseError;
use super::expr::{BinaryOp, ComparisonOp, Expr, Literal, LogicalOp, UnaryOp};
use super::ident::Ident;
use super::literal;
use super::reserved::is_reserved;
use super::span::Span;
use super::type_name::TypeName;

type Result<T> = std::result::Result<T, ParseError>;

/// A place as sqlparser keeps it.
pub(super) fn span(from: sqlparser::tokenizer::Span) -> Span {
    let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Span {
        line: narrow(from.start.line),
        column: narrow(from.start.column),
        end_line: narrow(from.end.line),
        end_column: narrow(from.end.column),
    }
}

/// A name: upper-cased unless it is quoted.
pub(super) fn ident(from: sp::Ident) -> Ident {
    let quoted = from.quote_style.is_some();
    let value = if quoted { from.value } else { from.value.to_ascii_uppercase() };
    Ident { value, quoted, span: span(from.span) }
}

/// An expression. The frames of this recursion are large, so it moves to more stack when a thread's is short.
#[recursive::recursive]
pub(super) fn expr(from: sp::Expr) -> Result<Expr> {
    match from {
        sp::Expr::Prefixed { prefix, value } => node(*value, span(prefix.span)),
        sp::Expr::Identifier(_) | sp::Expr::CompoundIdentifier(_) | sp::Expr::Value(_) => {
            let at = span(from.span());
            node(from, at)
        }
        // The others take their span from their parts.
        _ => node(from, Span::NONE),
    }
}

fn boxed(from: sp::Expr) -> Result<Box<Expr>> {
    Ok(Box::new(expr(from)?))
}

fn list(from: Vec<sp::Expr>) -> Result<Vec<Expr>> {
    from.into_iter().map(expr).collect()
}

/// An operand of a predicate: anything but a predicate, which has to stand in brackets there.
fn operand(from: sp::Expr) -> Result<Box<Expr>> {
    let bare = match &from {
        sp::Expr::Prefixed { value, .. } => value,
        other => other,
    };
    let is_predicate = match bare {
        sp::Expr::BinaryOp { op, .. } => comparison(op).is_some() || logical(op).is_some(),
        sp::Expr::UnaryOp { op, .. } => *op == UnaryOperator::Not,
        sp::Expr::IsNull(_)
        | sp::Expr::IsNotNull(_)
        | sp::Expr::IsDistinctFrom(..)
        | sp::Expr::IsNotDistinctFrom(..)
        | sp::Expr::Between { .. }
        | sp::Expr::InList { .. }
        | sp::Expr::Like { .. } => true,
        _ => false,
    };
    let converted = expr(from)?;
    if is_predicate {
        return Err(ParseError::syntax(converted.span(), "Comparisons do not chain")
            .with_hint("Put brackets around the inner comparison."));
    }
    Ok(Box::new(converted))
}

fn node(from: sp::Expr, at: Span) -> Result<Expr> {
    Ok(match from {
        sp::Expr::Prefixed { prefix, value } => node(*value, span(prefix.span))?,
        sp::Expr::Nested(inner) => expr(*inner)?,
        sp::Expr::Identifier(name) if name.quote_style.is_none() && is_reserved(&name.value) => {
            match TimeUnit::from_word(&name.value) {
                Some(unit) => Expr::IntervalUnit { unit, span: at },
                None => return Err(unsupported(at)),
            }
        }
        sp::Expr::Identifier(name) => Expr::Column { source: None, name: ident(name), span: at },
        sp::Expr::CompoundIdentifier(parts) => compound(parts, at)?,
        sp::Expr::CompoundFieldAccess { root, access_chain } => subscripts(expr(*root)?, access_chain)?,
        sp::Expr::Value(value) => Expr::Literal { value: constant(value.value, at)?, span: at },
        sp::Expr::TypedString(typed) => typed_string(typed, at)?,
        sp::Expr::UnaryOp { op, expr } => unary(op, *expr, at)?,
        sp::Expr::BinaryOp { left, op, right } => binary(*left, &op, *right)?,
        sp::Expr::IsNull(e) => is_null(*e, false)?,
        sp::Expr::IsNotNull(e) => is_null(*e, true)?,
        sp::Expr::IsDistinctFrom(left, right) => is_distinct(*left, *right, false)?,
        sp::Expr::IsNotDistinctFrom(left, right) => is_distinct(*left, *right, true)?,
        sp::Expr::Between { expr, negated, low, high } => {
            let (expr, low, high) = (operand(*expr)?, operand(*low)?, operand(*high)?);
            let span = expr.span().to(high.span());
            Expr::Between { expr, low, high, negated, span }
        }
        sp::Expr::InList { expr, list: items, negated } => {
            let (expr, list) = (operand(*expr)?, list(items)?);
            let span = list.iter().fold(expr.span(), |span, item| span.to(item.span()));
            Expr::InList { expr, list, negated, span }
        }
        sp::Expr::Like { negated, any: false, expr, pattern, escape_char } => {
            let escape = escape_char.map(escape).transpose()?;
            let (expr, pattern) = (operand(*expr)?, operand(*pattern)?);
            let span = expr.span().to(pattern.span());
            Expr::Like { expr, pattern, escape, negated, span }
        }
        sp::Expr::Case { operand, conditions, else_result, .. } => Expr::Case {
            operand: operand.map(|e| boxed(*e)).transpose()?,
            branches: conditions
                .into_iter()
                .map(|when| Ok((expr(when.condition)?, expr(when.result)?)))
                .collect::<Result<_>>()?,
            default: else_result.map(|e| boxed(*e)).transpose()?,
            span: at,
        },
        sp::Expr::Cast { expr, data_type, .. } => {
            Expr::Cast { expr: boxed(*expr)?, data_type: type_name(data_type, at)?, span: at }
        }
        sp::Expr::Array(array) => Expr::Array { elements: list(array.elem)?, span: at },
        sp::Expr::Function(function) => call(function, at)?,
        sp::Expr::Lambda(lambda) => {
            let params = match lambda.params {
                OneOrManyWithParens::One(param) => vec![param],
                OneOrManyWithParens::Many(params) => params,
            };
            let params = params.into_iter().map(|param| ident(param.name)).collect();
            Expr::Lambda { params, body: boxed(*lambda.body)?, span: at }
        }
        other => return Err(unsupported(span(other.span()))),
    })
}

fn unsupported(at: Span) -> ParseError {
    ParseError::syntax(at, "This kind of expression is not supported")
}

fn compound(parts: Vec<sp::Ident>, at: Span) -> Result<Expr> {
    match <[sp::Ident; 2]>::try_from(parts) {
        Ok([source, name]) => Ok(Expr::Column { source: Some(ident(source)), name: ident(name), span: at }),
        Err(_) => Err(dotted(at)),
    }
}

fn dotted(at: Span) -> ParseError {
    ParseError::syntax(at, "Only a source has a dot after it")
        .with_hint("Use -> for a field of a struct: SOURCE.COLUMN->FIELD.")
}

fn subscripts(root: Expr, chain: Vec<AccessExpr>) -> Result<Expr> {
    chain.into_iter().try_fold(root, |base, access| match access {
        AccessExpr::Subscript(Subscript::Index { index }) => {
            let index = operand(index)?;
            let span = base.span().to(index.span());
            Ok(Expr::Subscript { base: Box::new(base), index, span })
        }
        AccessExpr::Subscript(Subscript::Slice { .. }) => {
            Err(ParseError::syntax(base.span(), "A subscript is one index")
                .with_hint("Use SLICE(array, from, to)."))
        }
        AccessExpr::Dot(field) => Err(dotted(span(field.span()))),
    })
}

fn constant(value: Value, at: Span) -> Result<Literal> {
    match value {
        Value::Null => Ok(Literal::Null),
        Value::Boolean(value) => Ok(Literal::Boolean(value)),
        Value::SingleQuotedString(text) => Ok(Literal::String(text)),
        Value::Number(digits, _) => literal::number(&digits, false, at),
        _ => Err(unsupported(at)),
    }
}

fn typed_string(typed: sp::TypedString, at: Span) -> Result<Expr> {
    let (DataType::Custom(name, _), Value::SingleQuotedString(text)) = (typed.data_type, typed.value.value)
    else {
        return Err(unsupported(at));
    };
    let name = name.to_string().to_ascii_uppercase();
    if name != "DECIMAL" {
        return Err(ParseError::unplaced(at, format!("Unknown constructor type: {name}"))
            .with_hint(format!("Use CAST('...' AS {name}).")));
    }
    Ok(Expr::Literal { value: literal::decimal(&text, at)?, span: at })
}

fn unary(op: UnaryOperator, inner: sp::Expr, at: Span) -> Result<Expr> {
    // A sign right before digits belongs to the number, so that the smallest BIGINT can be written.
    if op == UnaryOperator::Minus
        && let sp::Expr::Value(value) = &inner
        && let Value::Number(digits, _) = &value.value
    {
        return Ok(Expr::Literal { value: literal::number(digits, true, at)?, span: at });
    }
    match op {
        UnaryOperator::Not => Ok(Expr::Not { expr: boxed(inner)?, span: at }),
        UnaryOperator::Minus => Ok(Expr::Unary { op: UnaryOp::Minus, expr: boxed(inner)?, span: at }),
        UnaryOperator::Plus => Ok(Expr::Unary { op: UnaryOp::Plus, expr: boxed(inner)?, span: at }),
        _ => Err(unsupported(at)),
    }
}

fn binary(left: sp::Expr, op: &BinaryOperator, right: sp::Expr) -> Result<Expr> {
    if let (BinaryOperator::Arrow, sp::Expr::Identifier(_)) = (op, &right) {
        let sp::Expr::Identifier(field) = right else { return Err(unsupported(span(right.span()))) };
        let (base, field) = (boxed(left)?, ident(field));
        let span = base.span().to(field.span);
        return Ok(Expr::Field { base, field, span });
    }
    if let Some(op) = logical(op) {
        let (left, right) = (boxed(left)?, boxed(right)?);
        let span = left.span().to(right.span());
        return Ok(Expr::Logical { op, left, right, span });
    }
    let (left, right) = (operand(left)?, operand(right)?);
    let span = left.span().to(right.span());
    if let Some(op) = comparison(op) {
        return Ok(Expr::Comparison { op, left, right, span });
    }
    let op = match op {
        BinaryOperator::Plus => BinaryOp::Add,
        BinaryOperator::Minus => BinaryOp::Subtract,
        BinaryOperator::Multiply => BinaryOp::Multiply,
        BinaryOperator::Divide => BinaryOp::Divide,
        BinaryOperator::Modulo => BinaryOp::Modulo,
        BinaryOperator::StringConcat => BinaryOp::Concat,
        _ => return Err(unsupported(span)),
    };
    Ok(Expr::Binary { op, left, right, span })
}

fn logical(op: &BinaryOperator) -> Option<LogicalOp> {
    match op {
        BinaryOperator::And => Some(LogicalOp::And),
        BinaryOperator::Or => Some(LogicalOp::Or),
        _ => None,
    }
}

fn comparison(op: &BinaryOperator) -> Option<ComparisonOp> {
    match op {
        BinaryOperator::Eq => Some(ComparisonOp::Equal),
        BinaryOperator::NotEq => Some(ComparisonOp::NotEqual),
        BinaryOperator::Lt => Some(ComparisonOp::Less),
        BinaryOperator::LtEq => Some(ComparisonOp::LessOrEqual),
        BinaryOperator::Gt => Some(ComparisonOp::Greater),
        BinaryOperator::GtEq => Some(ComparisonOp::GreaterOrEqual),
        _ => None,
    }
}

fn is_null(inner: sp::Expr, negated: bool) -> Result<Expr> {
    let expr = operand(inner)?;
    let span = expr.span();
    Ok(Expr::IsNull { expr, negated, span })
}

fn is_distinct(left: sp::Expr, right: sp::Expr, negated: bool) -> Result<Expr> {
    let (left, right) = (operand(left)?, operand(right)?);
    let span = left.span().to(right.span());
    Ok(Expr::IsDistinctFrom { left, right, negated, span })
}

fn escape(value: sp::ValueWithSpan) -> Result<char> {
    let at = span(value.span);
    let Value::SingleQuotedString(text) = value.value else {
        return Err(ParseError::syntax(at, "Expecting STRING"));
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(ParseError::invalid(at, format!("Expected exactly one character in escape but got {text}"))),
    }
}

/// A call, or the constructors of maps and structs, which look like one.
fn call(function: sp::Function, at: Span) -> Result<Expr> {
    let name = match function.name.0.into_iter().next() {
        Some(sp::ObjectNamePart::Identifier(name)) => ident(name),
        _ => return Err(unsupported(at)),
    };
    let args = match function.args {
        FunctionArguments::List(list) => list.args,
        FunctionArguments::None | FunctionArguments::Subquery(_) => return Err(unsupported(at)),
    };
    if !name.quoted && name.value == "MAP" {
        let entries = args.into_iter().map(|arg| assignment(arg, at)).collect::<Result<Vec<_>>>()?;
        let entries =
            entries.into_iter().map(|(key, value)| Ok((expr(key)?, value))).collect::<Result<_>>()?;
        return Ok(Expr::Map { entries, span: at });
    }
    if !name.quoted && name.value == "STRUCT" {
        let fields = args
            .into_iter()
            .map(|arg| match assignment(arg, at)? {
                (sp::Expr::Identifier(field), value) => Ok((ident(field), value)),
                (other, _) => Err(ParseError::syntax(span(other.span()), "Expecting IDENTIFIER")),
            })
            .collect::<Result<_>>()?;
        return Ok(Expr::Struct { fields, span: at });
    }
    let args = args
        .into_iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) => expr(arg),
            _ => Err(unsupported(at)),
        })
        .collect::<Result<_>>()?;
    Ok(Expr::Call { name, args, span: at })
}

fn assignment(arg: FunctionArg, at: Span) -> Result<(sp::Expr, Expr)> {
    match arg {
        FunctionArg::ExprNamed { name, arg: FunctionArgExpr::Expr(value), .. } => Ok((name, expr(value)?)),
        _ => Err(unsupported(at)),
    }
}

/// A type.
pub(super) fn type_name(from: DataType, at: Span) -> Result<TypeName> {
    Ok(match from {
        DataType::Boolean => TypeName::Boolean,
        DataType::Integer(_) => TypeName::Integer,
        DataType::BigInt(_) => TypeName::Bigint,
        DataType::Double(_) => TypeName::Double,
        DataType::String(_) => TypeName::String,
        DataType::Bytes(_) => TypeName::Bytes,
        DataType::Timestamp(..) => TypeName::Timestamp,
        DataType::Date => TypeName::Date,
        DataType::Time(..) => TypeName::Time,
        DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)) => {
            decimal(precision, scale, at)?
        }
        DataType::Array(ArrayElemTypeDef::AngleBracket(element)) => {
            TypeName::Array(Box::new(type_name(*element, at)?))
        }
        DataType::Map(key, value) => {
            TypeName::Map(Box::new(type_name(*key, at)?), Box::new(type_name(*value, at)?))
        }
        DataType::Struct(fields, _) => {
            let mut converted: Vec<(Ident, TypeName)> = Vec::with_capacity(fields.len());
            for field in fields {
                let Some(name) = field.field_name.map(ident) else { return Err(unsupported(at)) };
                if converted.iter().any(|(other, _)| *other == name) {
                    let message = format!("Duplicate field names found in STRUCT: '{}'", name.value);
                    return Err(ParseError::invalid(name.span, message));
                }
                converted.push((name, type_name(field.field_type, at)?));
            }
            TypeName::Struct(converted)
        }
        DataType::Custom(name, _) => match name.0.into_iter().next() {
            Some(sp::ObjectNamePart::Identifier(name)) => TypeName::Custom(ident(name)),
            _ => return Err(unsupported(at)),
        },
        _ => return Err(unsupported(at)),
    })
}

fn decimal(precision: u64, scale: i64, at: Span) -> Result<TypeName> {
    let message = if precision < 1 {
        format!("DECIMAL precision must be >= 1: DECIMAL({precision},{scale})")
    } else if u64::try_from(scale).is_ok_and(|scale| scale > precision) {
        format!("DECIMAL precision must be >= scale: DECIMAL({precision},{scale})")
    } else if let (Ok(precision), Ok(scale)) = (u32::try_from(precision), u32::try_from(scale)) {
        return Ok(TypeName::Decimal { precision, scale });
    } else {
        format!("DECIMAL precision or scale out of range: DECIMAL({precision},{scale})")
    };
    Err(ParseError::invalid(at, message))
}
