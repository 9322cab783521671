//! Random trees for the property tests, such as the parser itself can give.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::ast::*;
use super::duration::{Duration, TimeUnit};
use super::expr::{BinaryOp, ComparisonOp, Expr, Literal, LogicalOp, UnaryOp};
use super::ident::Ident;
use super::span::Span;
use super::type_name::TypeName;

const SPAN: Span = Span::NONE;

/// Names that need quotes and names that do not, keywords among them.
pub(super) fn ident() -> impl Strategy<Value = Ident> {
    prop_oneof![
        4 => "[A-Z_][A-Z0-9_]{0,4}",
        2 => "[a-zA-Z0-9 `'\".;$-]{1,6}",
        2 => proptest::sample::select(super::reserved::keywords().collect::<Vec<_>>()).prop_map(String::from),
        1 => Just("COLLATE".to_string()),
    ]
    .prop_map(Ident::new)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(Literal::Integer),
        Just(Literal::Integer(i64::MIN)),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?".prop_map(Literal::Decimal),
        any::<f64>().prop_filter("finite", |v| v.is_finite()).prop_map(Literal::Double),
        "[a-z'\"`;\n-]{0,6}".prop_map(Literal::String),
    ]
}

pub(super) fn data_type() -> impl Strategy<Value = TypeName> {
    let leaf = prop_oneof![
        Just(TypeName::Boolean),
        Just(TypeName::Integer),
        Just(TypeName::Bigint),
        Just(TypeName::Double),
        Just(TypeName::String),
        Just(TypeName::Bytes),
        Just(TypeName::Timestamp),
        Just(TypeName::Date),
        Just(TypeName::Time),
        (1..40u32)
            .prop_flat_map(|p| (Just(p), 0..=p))
            .prop_map(|(precision, scale)| TypeName::Decimal { precision, scale }),
        "T[A-Z_]{1,5}9".prop_map(|name| TypeName::Custom(Ident::new(name))),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|t| TypeName::Array(Box::new(t))),
            (inner.clone(), inner.clone()).prop_map(|(k, v)| TypeName::Map(Box::new(k), Box::new(v))),
            vec((ident(), inner), 0..3).prop_map(|mut fields| {
                fields.dedup_by(|a, b| a.0 == b.0);
                let unique = fields.len() < 2 || fields[0].0 != fields[fields.len() - 1].0;
                TypeName::Struct(if unique { fields } else { Vec::new() })
            }),
        ]
    })
}

pub(super) fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        literal().prop_map(Expr::literal),
        (option::of(ident()), ident()).prop_map(|(source, name)| Expr::Column { source, name, span: SPAN }),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let e = inner.clone().prop_map(Box::new).boxed();
        let some = vec(inner.clone(), 1..3).boxed();
        prop_oneof![
            operator(e.clone(), some.clone()),
            call(inner.clone(), some.clone()),
            (option::of(e.clone()), vec((inner.clone(), inner.clone()), 1..3), option::of(e.clone()))
                .prop_map(|(operand, branches, default)| Expr::Case {
                    operand,
                    branches,
                    default,
                    span: SPAN
                }),
            (e.clone(), data_type()).prop_map(|(expr, data_type)| Expr::Cast { expr, data_type, span: SPAN }),
            (e.clone(), e.clone()).prop_map(|(base, index)| Expr::Subscript { base, index, span: SPAN }),
            (e, ident()).prop_map(|(base, field)| Expr::Field { base, field, span: SPAN }),
            some.prop_map(|elements| Expr::Array { elements, span: SPAN }),
            vec((inner.clone(), inner.clone()), 0..3).prop_map(|entries| Expr::Map { entries, span: SPAN }),
            vec((ident(), inner), 0..3).prop_map(|fields| Expr::Struct { fields, span: SPAN }),
        ]
    })
}

fn operator(e: BoxedStrategy<Box<Expr>>, list: BoxedStrategy<Vec<Expr>>) -> impl Strategy<Value = Expr> {
    use proptest::sample::select;
    let binary = [
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Modulo,
        BinaryOp::Concat,
    ];
    let comparison = [
        ComparisonOp::Equal,
        ComparisonOp::NotEqual,
        ComparisonOp::Less,
        ComparisonOp::LessOrEqual,
        ComparisonOp::Greater,
        ComparisonOp::GreaterOrEqual,
    ];
    let two = (e.clone(), e.clone()).boxed();
    let negated = any::<bool>();
    prop_oneof![
        (select(&[UnaryOp::Minus, UnaryOp::Plus][..]), e.clone()).prop_map(|(op, expr)| Expr::Unary {
            op,
            expr,
            span: SPAN
        }),
        (select(binary.to_vec()), two.clone()).prop_map(|(op, (left, right))| Expr::Binary {
            op,
            left,
            right,
            span: SPAN
        }),
        (select(&[LogicalOp::And, LogicalOp::Or][..]), two.clone())
            .prop_map(|(op, (left, right))| Expr::Logical { op, left, right, span: SPAN }),
        (select(comparison.to_vec()), two.clone()).prop_map(|(op, (left, right))| Expr::Comparison {
            op,
            left,
            right,
            span: SPAN
        }),
        e.clone().prop_map(|expr| Expr::Not { expr, span: SPAN }),
        (e.clone(), negated).prop_map(|(expr, negated)| Expr::IsNull { expr, negated, span: SPAN }),
        (two.clone(), negated).prop_map(|((left, right), negated)| Expr::IsDistinctFrom {
            left,
            right,
            negated,
            span: SPAN
        }),
        (e.clone(), two.clone(), negated).prop_map(|(expr, (low, high), negated)| Expr::Between {
            expr,
            low,
            high,
            negated,
            span: SPAN
        }),
        (e, list, negated).prop_map(|(expr, list, negated)| Expr::InList { expr, list, negated, span: SPAN }),
        (two, option::of(any::<char>()), negated).prop_map(|((expr, pattern), escape, negated)| Expr::Like {
            expr,
            pattern,
            escape,
            negated,
            span: SPAN
        }),
    ]
}

fn call(
    e: impl Strategy<Value = Expr> + 'static,
    some: BoxedStrategy<Vec<Expr>>,
) -> impl Strategy<Value = Expr> {
    let lambda = (vec(ident(), 1..4), e.prop_map(Box::new)).prop_map(|(params, body)| Expr::Lambda {
        params,
        body,
        span: SPAN,
    });
    let last = prop_oneof![
        lambda.prop_map(Some),
        Just(Some(Expr::IntervalUnit { unit: TimeUnit::Hour, span: SPAN })),
        Just(None)
    ];
    (ident(), option::of(some), last).prop_map(|(name, args, last)| Expr::Call {
        name,
        args: args.into_iter().flatten().chain(last).collect(),
        span: SPAN,
    })
}

fn duration() -> impl Strategy<Value = Duration> {
    let units = [TimeUnit::Day, TimeUnit::Hour, TimeUnit::Minute, TimeUnit::Second, TimeUnit::Millisecond];
    (any::<u64>(), proptest::sample::select(units.to_vec())).prop_map(|(value, unit)| Duration {
        value,
        unit,
        span: SPAN,
    })
}

fn window() -> impl Strategy<Value = Window> {
    let kind = prop_oneof![
        duration().prop_map(|size| WindowKind::Tumbling { size }),
        (duration(), duration()).prop_map(|(size, advance)| WindowKind::Hopping { size, advance }),
        duration().prop_map(|gap| WindowKind::Session { gap }),
    ];
    (option::of(ident()), kind, option::of(duration()), option::of(duration()))
        .prop_map(|(name, kind, retention, grace)| Window { name, kind, retention, grace, span: SPAN })
}

fn relation() -> impl Strategy<Value = Relation> {
    let kinds = [JoinKind::Inner, JoinKind::Left, JoinKind::Right, JoinKind::Full];
    let within = (duration(), duration(), option::of(duration())).prop_map(|(before, after, grace)| Within {
        before,
        after,
        grace,
        span: SPAN,
    });
    let join =
        (proptest::sample::select(kinds.to_vec()), ident(), option::of(ident()), option::of(within), expr())
            .prop_map(|(kind, source, alias, within, on)| Join {
                kind,
                source,
                alias,
                within,
                on,
                span: SPAN,
            });
    (ident(), option::of(ident()), vec(join, 0..3)).prop_map(|(source, alias, joins)| Relation {
        source,
        alias,
        joins,
        span: SPAN,
    })
}

pub(super) fn query() -> impl Strategy<Value = Query> {
    let item = prop_oneof![
        4 => (expr(), option::of(ident())).prop_map(|(expr, alias)| SelectItem::Expr { expr, alias, span: SPAN }),
        1 => option::of(ident()).prop_map(|source| SelectItem::Star { source, span: SPAN }),
        1 => expr().prop_map(|expr| SelectItem::StructStar { expr, span: SPAN }),
    ];
    let clauses = (
        option::of(window()),
        option::of(expr()),
        option::of(vec(expr(), 0..3)),
        vec(expr(), 0..3),
        option::of(expr()),
    );
    let emit = proptest::sample::select(vec![None, Some(Emit::Changes), Some(Emit::Final)]);
    (vec(item, 1..4), relation(), clauses, emit, option::of(0..1000u64)).prop_map(
        |(select, from, (window, where_, group_by, partition_by, having), emit, limit)| Query {
            select,
            from,
            window,
            where_,
            has_group_by: group_by.is_some(),
            group_by: group_by.unwrap_or_default(),
            group_by_span: SPAN,
            partition_by,
            partition_by_span: SPAN,
            having,
            emit,
            limit,
            span: SPAN,
        },
    )
}

fn with() -> impl Strategy<Value = WithProperties> {
    let property = (ident(), literal()).prop_map(|(name, value)| WithProperty { name, value, span: SPAN });
    vec(property, 0..3).prop_map(|entries| WithProperties { entries })
}

fn create_source() -> impl Strategy<Value = CreateSource> {
    let constraint = prop_oneof![
        Just(ColumnConstraint::None),
        Just(ColumnConstraint::Key),
        Just(ColumnConstraint::Headers),
        "[a-z']{0,3}".prop_map(ColumnConstraint::Header),
    ];
    let column = (ident(), data_type(), constraint).prop_map(|(name, data_type, constraint)| ColumnDef {
        name,
        data_type,
        constraint,
        span: SPAN,
    });
    (any::<[bool; 3]>(), ident(), vec(column, 0..4), with()).prop_map(
        |([or_replace, source, if_not_exists], name, columns, with)| CreateSource {
            or_replace,
            source,
            if_not_exists,
            kind: SourceKind::Stream,
            name,
            columns,
            with,
            span: SPAN,
        },
    )
}

pub(super) fn statement() -> impl Strategy<Value = Statement> {
    let flag = any::<bool>();
    let text = "[a-z.']{0,6}";
    prop_oneof![
        4 => query().prop_map(Statement::Query),
        2 => create_source().prop_map(Statement::CreateSource),
        2 => (any::<[bool; 2]>(), ident(), with(), query()).prop_map(
            |([or_replace, if_not_exists], name, with, query)| Statement::CreateAsSelect(CreateAsSelect {
                or_replace, if_not_exists, kind: SourceKind::Table, name, with, query, span: SPAN,
            })
        ),
        1 => (ident(), with(), query())
            .prop_map(|(target, with, query)| Statement::InsertInto(InsertInto { target, with, query, span: SPAN })),
        1 => (ident(), flag, vec((ident(), expr()), 1..4)).prop_map(|(target, named, row)| {
            let (columns, values) = row.into_iter().unzip();
            let columns = if named { columns } else { Vec::new() };
            Statement::InsertValues(InsertValues { target, columns, values, span: SPAN })
        }),
        1 => (any::<[bool; 2]>(), ident()).prop_map(|([if_exists, delete_topic], name)| Statement::Drop(DropSource {
            kind: SourceKind::Table, if_exists, name, delete_topic, span: SPAN,
        })),
        1 => (ident(), vec((ident(), data_type()), 1..3)).prop_map(|(name, add)| Statement::AlterSource(AlterSource {
            kind: SourceKind::Stream, name, add, span: SPAN,
        })),
        1 => option::of(ident()).prop_map(|id| Statement::Terminate { id }),
        1 => (flag, flag).prop_map(|(all, extended)| Statement::Show(Show::Topics { all, extended })),
        1 => (ident(), flag).prop_map(|(name, extended)| Statement::Describe { name, extended }),
        1 => query().prop_map(|q| Statement::Explain(Explain::Statement(Box::new(Statement::Query(q))))),
        1 => ident().prop_map(|id| Statement::Explain(Explain::Query(id))),
        1 => (ident(), flag, option::of(any::<u64>()), option::of(any::<u64>())).prop_map(
            |(topic, from_beginning, interval, limit)| Statement::Print(Print { topic, from_beginning, interval, limit })
        ),
        1 => (text, text).prop_map(|(key, value)| Statement::Set { key, value }),
        1 => (ident(), text).prop_map(|(name, value)| Statement::Define { name, value }),
        1 => (flag, ident(), data_type())
            .prop_map(|(if_not_exists, name, data_type)| Statement::CreateType { if_not_exists, name, data_type }),
        1 => (flag, ident(), with(), option::of(duration()))
            .prop_map(|(exists, topic, with, timeout)| {
                Statement::AssertTopic(AssertTopic { exists, topic, with, timeout })
            }),
        1 => (flag, option::of(ident()), option::of(any::<u64>())).prop_map(|(exists, subject, id)| {
            Statement::AssertSchema(AssertSchema { exists, subject, id, timeout: None })
        }),
    ]
}
