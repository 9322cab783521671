//! JOIN: left-deep, in the written order.
//!
//! Each side is brought to the same shape: its key is the join expression, its value holds every column that can be
//! named, pseudo columns included, so that what SELECT asks for is found wherever the join stands in the tree.

use std::sync::Arc;

use super::from::pseudo_columns;
use super::{Builder, Stage, field};
use crate::analyze::{Clause, Scope, ScopeColumn, error_at, is_null};
use crate::catalog::SourceDefinition;
use crate::change::{Field, Relation};
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::plan::{ForeignKeyJoin, Join, JoinKind, Step, StreamStreamJoin, WindowKind};
use crate::sql::{self, ast};

/// One side of a join, or the tree so far.
struct Side {
    step: Step,
    scope: Scope,
    is_table: bool,
    window: Option<WindowKind>,
    /// The sources in it, by alias.
    aliases: Vec<String>,
    /// Expressions that are equal to the key.
    identities: Vec<Vec<Expr>>,
    key_texts: Vec<Vec<String>>,
    synthetic_key: bool,
    /// The partitions and name of the left-most source, for the check that both sides agree.
    partitions: (String, i32),
}

/// One side of `ON left = right`.
struct Criterion<'e> {
    text: &'e sql::Expr,
    expr: Expr,
}

impl Builder<'_> {
    pub(super) fn joins(&mut self, left: Arc<SourceDefinition>, alias: String) -> Result<Stage> {
        let mut tree = self.side(&left, alias);
        let count = self.query.from.joins.len();
        for join in &self.query.from.joins {
            let alias = join.alias.as_ref().unwrap_or(&join.source).value.clone();
            let source = self.source(&join.source)?;
            if tree.aliases.contains(&alias) {
                return Err(error_at(
                    join.source.span,
                    format!("Each source in a join needs a name of its own: {alias} is there twice"),
                ));
            }
            if self.sources.iter().filter(|other| other.name == source.name).count() > 1 {
                return Err(error_at(
                    join.source.span,
                    format!("Can not join '{0}' to '{0}': self joins are not yet supported.", source.name),
                ));
            }
            let right = self.side(&source, alias);
            tree = self.join(tree, right, join, count)?;
        }
        self.check_value_format("JOIN")?;
        Ok(Stage {
            step: tree.step,
            scope: tree.scope,
            is_table: tree.is_table,
            window: tree.window,
            identities: tree.identities,
            key_noun: "join expression",
            key_texts: tree.key_texts,
            synthetic_key: tree.synthetic_key,
            grouped: false,
        })
    }

    /// A source with all that can be named as value columns, still under its own key.
    fn side(&mut self, source: &Arc<SourceDefinition>, alias: String) -> Side {
        let step = Step::Source(self.source_step(source));
        let input = step.relation().clone();
        let keys = input.key.len();
        let mut scope = Scope::default();
        let mut value = Vec::new();
        let mut fields = Vec::new();
        let mut add = |name: &str, ty: crate::schema::SqlType, index: usize, is_pseudo: bool| {
            scope.columns.push(ScopeColumn {
                source: alias.clone(),
                name: name.to_owned(),
                ty: ty.clone(),
                index: keys + fields.len(),
                is_key: index < keys,
                is_pseudo,
            });
            fields.push(field(format!("{alias}_{name}"), ty.clone()));
            value.push(Expr::column(index, ty));
        };
        for (index, column) in input.key.iter().chain(&input.value).enumerate() {
            add(&column.name, column.ty.clone(), index, false);
        }
        for (name, ty, index) in pseudo_columns(&input) {
            add(name, ty, index, true);
        }
        let key: Vec<Expr> =
            (0..keys).map(|index| Expr::column(index, input.key[index].ty.clone())).collect();
        let identities = (0..keys).map(|i| vec![Expr::column(keys + i, input.key[i].ty.clone())]).collect();
        let key_texts = input.key.iter().map(|field| vec![format!("{alias}.{}", field.name)]).collect();
        let relation =
            Relation { key: input.key.clone(), value: fields, windowed: input.windowed, positioned: false };
        Side {
            step: Step::Project { input: Box::new(step), key, value, relation, rekey: false },
            scope,
            is_table: source.is_table(),
            window: source.window,
            aliases: vec![alias],
            identities,
            key_texts,
            synthetic_key: false,
            partitions: (source.name.clone(), source.partitions),
        }
    }

    fn join(&mut self, left: Side, right: Side, join: &ast::Join, count: usize) -> Result<Side> {
        self.check_kinds(&left, &right, join)?;
        let (l, r) = self.criteria(&left, &right, join)?;
        if l.expr.ty != r.expr.ty {
            return Err(error_at(
                join.span,
                format!(
                    "Invalid join condition: types don't match. Got {}{{{}}} = {}{{{}}}.",
                    self.text(l.text, &left.scope),
                    l.expr.ty,
                    self.text(r.text, &right.scope),
                    r.expr.ty
                ),
            ));
        }
        check_windows(&left, &right)?;
        let shown = || format!("{} = {}", self.text(l.text, &left.scope), self.text(r.text, &right.scope));
        let on_right_key = is_key(&right, &r.expr);
        if right.is_table && !on_right_key {
            let what = if left.is_table {
                "table-table joins require to join on the primary key of the right input table"
            } else {
                "stream-table joins require to join on the table's primary key"
            };
            return Err(error_at(join.span, format!("Invalid join condition: {what}. Got {}.", shown())));
        }
        let on_left_key = is_key(&left, &l.expr);
        if left.is_table && right.is_table && !on_left_key {
            if count > 1 {
                return Err(error_at(
                    join.span,
                    format!(
                        "Invalid join condition: foreign-key table-table joins are not supported as part of n-way joins. \
                         Got {}.",
                        shown()
                    ),
                ));
            }
            return self.foreign_key(left, right, join, l.expr);
        }
        if left.partitions.1 != right.partitions.1 {
            return Err(error_at(
                join.span,
                format!(
                    "Can't join `{0}` with `{1}` since the number of partitions don't match. `{0}` partitions = {2}; \
                     `{1}` partitions = {3}. Please repartition either one so that the number of partitions match.",
                    left.partitions.0, right.partitions.0, left.partitions.1, right.partitions.1
                ),
            ));
        }
        let windowed = left.window.is_some();
        if windowed && (!on_left_key || !on_right_key) {
            return Err(Error::user(
                "Implicit repartitioning of windowed sources is not supported. \
                 See https://github.com/confluentinc/ksql/issues/4385.",
            ));
        }
        let left_texts = self.key_texts(&left, &l, on_left_key);
        let right_texts = self.key_texts(&right, &r, on_right_key);
        let (left_step, left_offset) = rekeyed(left.step, &l.expr, on_left_key);
        let (right_step, right_offset) = rekeyed(right.step, &r.expr, on_right_key);
        let (lr, rr) = (left_step.relation().clone(), right_step.relation().clone());

        // Where the columns of either side stand in the result.
        let keys = lr.key.len();
        let right_start = keys + lr.rowtime();
        let move_left = |index: usize| keys + index + left_offset;
        let move_right = |index: usize| right_start + index + right_offset;
        let mut scope = Scope::default();
        scope.columns.extend(moved(&left.scope, &move_left));
        scope.columns.extend(moved(&right.scope, &move_right));
        let moved_expr = |expr: &Expr, to: &dyn Fn(usize) -> usize| {
            let mut expr = expr.clone();
            expr.map_columns(&|index| to(index));
            expr
        };
        let mut identities: Vec<Expr> = Vec::new();
        if on_left_key {
            identities.extend(left.identities[0].iter().map(|expr| moved_expr(expr, &move_left)));
        } else if matches!(l.expr.kind, ExprKind::Column(_)) {
            identities.push(moved_expr(&l.expr, &move_left));
        }
        if matches!(r.expr.kind, ExprKind::Column(_)) {
            identities.push(moved_expr(&r.expr, &move_right));
        }
        let kind = kind_of(join.kind);
        let mut texts: Vec<String> = left_texts.into_iter().chain(right_texts).collect();
        let synthetic = kind == JoinKind::Full || identities.is_empty();
        let key_name = if synthetic { synthetic_name(&scope) } else { lr.key[0].name.clone() };
        if synthetic {
            texts = vec![key_name.clone()];
            identities.clear();
        }
        let ty = l.expr.ty.clone();
        identities.insert(usize::from(!synthetic) * identities.len(), Expr::column(0, ty.clone()));
        if synthetic {
            scope.columns.push(ScopeColumn {
                source: String::new(),
                name: key_name.clone(),
                ty: ty.clone(),
                index: 0,
                is_key: true,
                is_pseudo: false,
            });
        }
        let columns =
            |relation: &Relation| relation.key.iter().chain(&relation.value).cloned().collect::<Vec<Field>>();
        let relation = Relation {
            key: vec![field(key_name, ty)],
            value: columns(&lr).into_iter().chain(columns(&rr)).collect(),
            windowed,
            positioned: false,
        };
        let step =
            self.join_step((left_step, left.is_table), (right_step, right.is_table), kind, relation, join)?;
        Ok(Side {
            step,
            scope,
            is_table: left.is_table && right.is_table,
            window: left.window,
            aliases: left.aliases.into_iter().chain(right.aliases).collect(),
            identities: vec![identities],
            key_texts: vec![texts],
            synthetic_key: synthetic,
            partitions: left.partitions,
        })
    }

    fn join_step(
        &mut self,
        (left, left_is_table): (Step, bool),
        (right, right_is_table): (Step, bool),
        kind: JoinKind,
        relation: Relation,
        join: &ast::Join,
    ) -> Result<Step> {
        let (left, right) = (Box::new(left), Box::new(right));
        Ok(match (left_is_table, right_is_table) {
            (false, false) => {
                let Some(within) = &join.within else {
                    return Err(error_at(
                        join.span,
                        "Stream-Stream joins must have a WITHIN clause specified. None was provided. \
                         Write for instance: JOIN ... WITHIN 1 HOUR ON ...",
                    ));
                };
                Step::StreamStreamJoin(StreamStreamJoin {
                    left,
                    right,
                    kind,
                    relation,
                    before_ms: within.before.millis() as i64,
                    after_ms: within.after.millis() as i64,
                    grace_ms: within.grace.map(|grace| grace.millis() as i64),
                    store: self.next_store(3),
                })
            }
            (false, true) => {
                let store = self.next_store(2);
                Step::StreamTableJoin(Join { left, right, kind, relation, store })
            }
            _ => {
                let store = self.next_store(2);
                Step::TableTableJoin(Join { left, right, kind, relation, store })
            }
        })
    }

    fn foreign_key(&mut self, left: Side, right: Side, join: &ast::Join, foreign_key: Expr) -> Result<Side> {
        let kind = kind_of(join.kind);
        if matches!(kind, JoinKind::Right | JoinKind::Full) {
            let word = if kind == JoinKind::Right { "right-outer" } else { "full-outer" };
            return Err(error_at(
                join.span,
                format!(
                    "Invalid join type: {word} join not supported for foreign-key table-table join. Got {} {} {}.",
                    left.partitions.0,
                    shown_kind(join.kind),
                    right.partitions.0
                ),
            ));
        }
        if left.window.is_some() || right.window.is_some() {
            return Err(error_at(
                join.span,
                "Foreign-key table-table joins are not supported on windowed tables.",
            ));
        }
        let (lr, rr) = (left.step.relation().clone(), right.step.relation().clone());
        let keys = lr.key.len();
        let right_start = keys + lr.rowtime();
        let move_left = |index: usize| keys + index;
        let move_right = |index: usize| right_start + index;
        let mut scope = Scope::default();
        scope.columns.extend(moved(&left.scope, &move_left));
        scope.columns.extend(moved(&right.scope, &move_right));
        let identities = left
            .identities
            .iter()
            .map(|identities| {
                identities
                    .iter()
                    .map(|expr| {
                        let mut expr = expr.clone();
                        expr.map_columns(&move_left);
                        expr
                    })
                    .collect()
            })
            .collect();
        let columns =
            |relation: &Relation| relation.key.iter().chain(&relation.value).cloned().collect::<Vec<Field>>();
        let relation = Relation {
            key: lr.key.clone(),
            value: columns(&lr).into_iter().chain(columns(&rr)).collect(),
            windowed: false,
            positioned: false,
        };
        let store = self.next_store(3);
        Ok(Side {
            step: Step::ForeignKeyJoin(ForeignKeyJoin {
                left: Box::new(left.step),
                right: Box::new(right.step),
                kind,
                foreign_key,
                relation,
                store,
            }),
            scope,
            is_table: true,
            window: None,
            aliases: left.aliases.into_iter().chain(right.aliases).collect(),
            identities,
            key_texts: left.key_texts,
            synthetic_key: false,
            partitions: left.partitions,
        })
    }

    fn check_kinds(&self, left: &Side, right: &Side, join: &ast::Join) -> Result<()> {
        let got = || format!("Got {} {} {}.", left.partitions.0, shown_kind(join.kind), right.partitions.0);
        if left.is_table && !right.is_table {
            return Err(error_at(
                join.span,
                format!(
                    "Invalid join order: table-stream joins are not supported; only stream-table joins. {}",
                    got()
                ),
            ));
        }
        let stream_table = !left.is_table && right.is_table;
        if stream_table && matches!(join.kind, ast::JoinKind::Full | ast::JoinKind::Right) {
            let word = if join.kind == ast::JoinKind::Right { "right-outer" } else { "full-outer" };
            return Err(error_at(
                join.span,
                format!("Invalid join type: {word} join not supported for stream-table join. {}", got()),
            ));
        }
        if right.is_table && join.within.is_some() {
            let what = if left.is_table { "Table-Table" } else { "Stream-Table" };
            return Err(error_at(
                join.span,
                format!(
                    "A window definition was provided for a {what} join. These joins are not windowed. \
                     Please drop the window definition (ie. the WITHIN clause) and try to execute your {what} join again."
                ),
            ));
        }
        Ok(())
    }

    /// The two sides of `ON`, each over its own side of the join.
    fn criteria<'j>(
        &self,
        left: &Side,
        right: &Side,
        join: &'j ast::Join,
    ) -> Result<(Criterion<'j>, Criterion<'j>)> {
        let sql::Expr::Comparison { op: sql::ComparisonOp::Equal, left: first, right: second, .. } = &join.on
        else {
            return Err(error_at(
                join.on.span(),
                format!("Unsupported join expression: {}. A join takes one comparison with '='.", join.on),
            ));
        };
        let mut both = left.scope.clone();
        both.columns.extend(right.scope.columns.iter().cloned());
        let first_sources = self.referenced(first, &both)?;
        let second_sources = self.referenced(second, &both)?;
        for (expr, sources) in [(first, &first_sources), (second, &second_sources)] {
            if sources.len() != 1 {
                return Err(error_at(
                    expr.span(),
                    format!(
                        "Invalid comparison expression '{}' in join '{}'. Each side of the join comparision must contain \
                         references from exactly one source.",
                        self.text(expr, &both),
                        self.text(&join.on, &both)
                    ),
                ));
            }
        }
        let (f, s) = (&first_sources[0], &second_sources[0]);
        let right_alias = &right.aliases[0];
        let (left_text, right_text) = match (f == right_alias, s == right_alias) {
            (false, true) => (first, second),
            (true, false) => (second, first),
            (true, true) => {
                return Err(error_at(
                    join.on.span(),
                    format!(
                        "Each side of the join must reference exactly one source and not the same source. \
                         Left side references `{f}` and right references `{s}`"
                    ),
                ));
            }
            (false, false) if f == s => {
                return Err(error_at(
                    join.on.span(),
                    format!(
                        "Each side of the join must reference exactly one source and not the same source. \
                         Left side references `{f}` and right references `{s}`"
                    ),
                ));
            }
            (false, false) => {
                return Err(error_at(
                    join.on.span(),
                    format!(
                        "A join criteria is expected to reference the source (`{right_alias}`) in the FROM clause, \
                         instead the right source references `{s}` and the left source references `{f}`"
                    ),
                ));
            }
        };
        let l = self.analyzer(&left.scope, Clause::JoinOn).analyze(left_text)?;
        let r = self.analyzer(&right.scope, Clause::JoinOn).analyze(right_text)?;
        if is_null(&l) || is_null(&r) {
            return Err(error_at(join.on.span(), "A join cannot compare with NULL"));
        }
        Ok((Criterion { text: left_text, expr: l }, Criterion { text: right_text, expr: r }))
    }

    /// The sources that an expression names, each once.
    fn referenced(&self, expr: &sql::Expr, scope: &Scope) -> Result<Vec<String>> {
        let mut sources: Vec<String> = Vec::new();
        let mut failed = None;
        expr.walk(&mut |inner| {
            if let sql::Expr::Column { source, name, span } = inner {
                let source = source.as_ref().map(|source| source.value.as_str());
                match scope.find(source, &name.value, Clause::JoinOn, *span) {
                    Ok(column) if !sources.contains(&column.source) => sources.push(column.source.clone()),
                    Ok(_) => {}
                    Err(error) => failed = failed.take().or(Some(error)),
                }
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(sources),
        }
    }

    /// An expression with the names of sources at its columns.
    fn text(&self, expr: &sql::Expr, scope: &Scope) -> String {
        let mut expr = expr.clone();
        super::grouping::qualify(&mut expr, scope);
        expr.to_string()
    }

    fn key_texts(&self, side: &Side, criterion: &Criterion<'_>, on_key: bool) -> Vec<String> {
        if on_key && !side.synthetic_key {
            return side.key_texts[0].clone();
        }
        if matches!(criterion.expr.kind, ExprKind::Column(_)) {
            return vec![self.text(criterion.text, &side.scope)];
        }
        Vec::new()
    }
}

/// Whether a side is keyed by an expression already.
fn is_key(side: &Side, expr: &Expr) -> bool {
    side.identities.len() == 1 && side.identities[0].contains(expr)
}

/// The side under the key that the join asks for, and by how much its columns' indices moved.
fn rekeyed(step: Step, expr: &Expr, on_key: bool) -> (Step, usize) {
    if on_key {
        return (step, 0);
    }
    let input = step.relation().clone();
    let all: Vec<Field> = input.key.iter().chain(&input.value).cloned().collect();
    let value = all.iter().enumerate().map(|(index, field)| Expr::column(index, field.ty.clone())).collect();
    let relation = Relation {
        key: vec![field("ROWKEY", expr.ty.clone())],
        value: all,
        windowed: false,
        positioned: false,
    };
    let step = Step::Project { input: Box::new(step), key: vec![expr.clone()], value, relation, rekey: true };
    (step, 1)
}

fn moved<'s>(scope: &'s Scope, to: &'s dyn Fn(usize) -> usize) -> impl Iterator<Item = ScopeColumn> + 's {
    scope
        .columns
        .iter()
        .filter(|column| !column.source.is_empty())
        .map(move |column| ScopeColumn { index: to(column.index), ..column.clone() })
}

/// `ROWKEY`, or with a number behind it when a column is called so.
fn synthetic_name(scope: &Scope) -> String {
    let taken = |name: &str| scope.columns.iter().any(|column| column.name == name);
    let mut name = "ROWKEY".to_owned();
    let mut number = 0;
    while taken(&name) {
        number += 1;
        name = format!("ROWKEY_{number}");
    }
    name
}

fn kind_of(kind: ast::JoinKind) -> JoinKind {
    match kind {
        ast::JoinKind::Inner => JoinKind::Inner,
        ast::JoinKind::Left => JoinKind::Left,
        ast::JoinKind::Right => JoinKind::Right,
        ast::JoinKind::Full => JoinKind::Full,
    }
}

fn shown_kind(kind: ast::JoinKind) -> &'static str {
    match kind {
        ast::JoinKind::Inner => "[INNER] JOIN",
        ast::JoinKind::Left => "LEFT [OUTER] JOIN",
        ast::JoinKind::Right => "RIGHT [OUTER] JOIN",
        ast::JoinKind::Full => "[FULL] OUTER JOIN",
    }
}

fn window_name(window: WindowKind) -> &'static str {
    match window {
        WindowKind::Tumbling { .. } => "TUMBLING",
        WindowKind::Hopping { .. } => "HOPPING",
        WindowKind::Session { .. } => "SESSION",
    }
}

/// Windows must be of one sort on both sides.
fn check_windows(left: &Side, right: &Side) -> Result<()> {
    let (Some(l), Some(r)) = (left.window, right.window) else {
        if left.window.is_none() && right.window.is_none() {
            return Ok(());
        }
        let told = |side: &Side| match side.window {
            Some(window) => format!("`{}` is {} windowed", side.partitions.0, window_name(window)),
            None => format!("`{}` is not windowed", side.partitions.0),
        };
        return Err(Error::user(format!(
            "Can not join windowed source to non-windowed source.\n{}\n{}",
            told(left),
            told(right)
        )));
    };
    let session = |window: WindowKind| matches!(window, WindowKind::Session { .. });
    if session(l) == session(r) {
        return Ok(());
    }
    Err(Error::user(format!(
        "Incompatible windowed sources.\nLeft source: {}\nRight source: {}\n\
         Session windowed sources can only be joined to other session windowed sources, \
         and may still not result in expected behaviour as session bounds must be an exact match for the join to work\n\
         Hopping and tumbling windowed sources can only be joined to other hopping and tumbling windowed sources",
        window_name(l),
        window_name(r)
    )))
}
