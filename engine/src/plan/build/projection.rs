//! SELECT: which columns the result has, what they are called, and which of them are its key.

use super::grouping::is_aggregate;
use super::names::Names;
use super::{Builder, PlannedQuery, Purpose, Stage, columns_of, field};
use crate::analyze::{Clause, error_at};
use crate::change::Relation;
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::plan::Step;
use crate::schema::{Column, LogicalSchema, Namespace, SqlType, is_pseudo_column};
use crate::sql::{self, ast};

/// ksqlDB's page about keys that are missing, which its users know.
const KEY_PAGE: &str = "Key missing from projection (ie, SELECT). See https://cnfl.io/2LV7ouS.";

/// A column that is selected.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) expr: Expr,
    /// As it is written, for messages.
    pub(super) text: String,
    /// The user gave the name.
    pub(super) aliased: bool,
    /// It came from `*`.
    pub(super) from_star: bool,
}

/// All that is selected.
#[derive(Debug, Clone, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
}

impl Items {
    pub(super) fn map(mut self, mut f: impl FnMut(&Expr) -> Expr) -> Self {
        for item in &mut self.items {
            item.expr = f(&item.expr);
        }
        self
    }

    /// The alias under which an expression is selected.
    pub(super) fn alias_of(&self, expr: &Expr) -> Option<String> {
        self.items.iter().find(|item| item.aliased && item.expr == *expr).map(|item| item.name.clone())
    }

    /// What `*` means when the query re-keys: the columns of the new relation, of which those that are computed for the key
    /// are not among the source's.
    pub(super) fn expand_partitioned(self, stage: &Stage, keys: &[Expr], relation: &Relation) -> Self {
        let Some(first) = self.items.iter().position(|item| item.from_star) else { return self };
        let old = stage.step.relation();
        let computed: Vec<Item> = keys
            .iter()
            .zip(&relation.key)
            .filter(|(key, _)| !self.items.iter().any(|item| item.from_star && item.expr == **key))
            .map(|(key, field)| Item {
                name: field.name.clone(),
                expr: key.clone(),
                text: field.name.clone(),
                aliased: false,
                from_star: true,
            })
            .collect();
        // The old key moves behind the values.
        let (starred, mut rest): (Vec<Item>, Vec<Item>) =
            self.items.into_iter().partition(|item| item.from_star);
        let is_old_key =
            |item: &Item| matches!(item.expr.kind, ExprKind::Column(index) if index < old.key.len());
        let is_new_key = |item: &Item| keys.contains(&item.expr);
        let (old_keys, others): (Vec<Item>, Vec<Item>) =
            starred.into_iter().partition(|item| is_old_key(item) && !is_new_key(item));
        let expanded = computed.into_iter().chain(others).chain(old_keys);
        let at = first.min(rest.len());
        rest.splice(at..at, expanded);
        Self { items: rest }
    }
}

impl Builder<'_> {
    /// The columns that SELECT names, over what FROM gives.
    pub(super) fn select_items(&self, stage: &Stage) -> Result<(Items, Names)> {
        let scope = self.result_scope(stage);
        let mut names = Names::new(&stage.scope);
        let mut items = Vec::new();
        for item in &self.query.select {
            match item {
                ast::SelectItem::Star { source, span } => {
                    self.star(stage, source.as_ref(), *span, &mut items)?;
                }
                ast::SelectItem::StructStar { expr, span } => {
                    let base = self.analyzer(&scope, Clause::Select).analyze(expr)?;
                    let SqlType::Struct(fields) = base.ty.clone() else {
                        return Err(error_at(
                            *span,
                            format!("'{expr}->*' needs a STRUCT, but '{expr}' is {}", base.ty),
                        ));
                    };
                    for (index, struct_field) in fields.iter().enumerate() {
                        items.push(Item {
                            name: names.field(&struct_field.name),
                            expr: Expr::new(
                                ExprKind::Field(Box::new(base.clone()), index),
                                struct_field.ty.clone(),
                            ),
                            text: format!("{expr}->{}", struct_field.name),
                            aliased: false,
                            from_star: false,
                        });
                    }
                }
                ast::SelectItem::Expr { expr, alias, .. } => {
                    let typed = self.analyzer(&scope, Clause::Select).analyze(expr)?;
                    let name = match alias {
                        Some(alias)
                            if matches!(alias.value.as_str(), "ROWPARTITION" | "ROWOFFSET")
                                && self.is_persistent() =>
                        {
                            return Err(error_at(
                                alias.span,
                                format!(
                                    "`{}` is a reserved column name. You cannot use it as an alias for a column.",
                                    alias.value
                                ),
                            ));
                        }
                        Some(alias) => alias.value.clone(),
                        None => self.default_name(expr, stage, &mut names),
                    };
                    items.push(Item {
                        name,
                        expr: typed,
                        text: expr.to_string(),
                        aliased: alias.is_some(),
                        from_star: false,
                    });
                }
            }
        }
        Ok((Items { items }, names))
    }

    pub(super) fn is_persistent(&self) -> bool {
        matches!(self.purpose, Purpose::Persistent { .. })
    }

    fn star(
        &self,
        stage: &Stage,
        source: Option<&sql::Ident>,
        span: sql::Span,
        items: &mut Vec<Item>,
    ) -> Result<()> {
        let joined = !self.query.from.joins.is_empty();
        if let Some(source) = source
            && !stage.scope.has_source(&source.value)
        {
            return Err(error_at(
                span,
                format!("'{}' is not a valid stream/table name or alias.", source.value),
            ));
        }
        if joined && stage.synthetic_key && source.is_none() {
            let relation = stage.step.relation();
            items.push(Item {
                name: relation.key[0].name.clone(),
                expr: Expr::column(0, relation.key[0].ty.clone()),
                text: relation.key[0].name.clone(),
                aliased: false,
                from_star: true,
            });
        }
        let window_bounds = !self.is_persistent() && stage.window.is_some() && !joined;
        let mut bounds_given = false;
        for column in &stage.scope.columns {
            let is_bound = matches!(column.name.as_str(), "WINDOWSTART" | "WINDOWEND");
            if column.is_pseudo && !(window_bounds && is_bound)
                || source.is_some_and(|source| source.value != column.source)
                || (joined && column.source.is_empty())
            {
                continue;
            }
            if window_bounds && !column.is_key && !bounds_given {
                // A transient query shows the window behind the key.
                for bound in stage
                    .scope
                    .columns
                    .iter()
                    .filter(|column| matches!(column.name.as_str(), "WINDOWSTART" | "WINDOWEND"))
                {
                    items.push(star_item(bound.name.clone(), bound.expr()));
                }
                bounds_given = true;
            }
            if is_bound {
                continue;
            }
            let name =
                if joined { format!("{}_{}", column.source, column.name) } else { column.name.clone() };
            items.push(star_item(name, column.expr()));
        }
        Ok(())
    }

    fn default_name(&self, expr: &sql::Expr, stage: &Stage, names: &mut Names) -> String {
        match expr {
            sql::Expr::Column { source, name, .. } => {
                let owners: Vec<&str> = stage
                    .scope
                    .columns
                    .iter()
                    .filter(|column| column.name == name.value)
                    .map(|column| column.source.as_str())
                    .collect();
                match (source, owners.as_slice()) {
                    (Some(source), [_, _, ..]) => format!("{}_{}", source.value, name.value),
                    _ => name.value.clone(),
                }
            }
            sql::Expr::Field { field, .. } => names.field(&field.value),
            _ => names.generated(),
        }
    }

    /// The last step: the columns that were selected.
    pub(super) fn project(&mut self, (stage, items): (Stage, Items), _names: Names) -> Result<PlannedQuery> {
        let input = stage.step.relation().clone();
        let (key, value) = match self.purpose {
            Purpose::Transient => (Vec::new(), items.items),
            Purpose::Persistent { sink } => split_keys(&stage, items.items, sink)?,
        };
        check_names(&key, &value, self.is_persistent())?;
        if self.is_persistent() && value.is_empty() {
            return Err(Error::user("The projection contains no value columns."));
        }
        if let Some(item) = value.iter().find(|item| {
            let mut aggregate = false;
            item.expr.visit(&mut |inner| aggregate |= is_aggregate(inner));
            aggregate
        }) {
            return Err(Error::internal(format!("the aggregate {} was not computed", item.text)));
        }
        let fields =
            |items: &[Item]| items.iter().map(|item| field(&item.name, item.expr.ty.clone())).collect();
        let relation = Relation {
            key: fields(&key),
            value: fields(&value),
            windowed: self.is_persistent() && input.windowed,
            positioned: false,
        };
        let column =
            |item: &Item, namespace| Column { name: item.name.clone(), ty: item.expr.ty.clone(), namespace };
        // A transient query's rows have no key of their own; that columns come from one is only told of them.
        let is_key = |item: &Item| {
            let bounds = input.window_start();
            let is_bound = |index: usize| bounds.is_some_and(|start| index == start || index == start + 1);
            stage.identities.iter().any(|identities| identities.contains(&item.expr))
                || matches!(item.expr.kind, ExprKind::Column(index) if is_bound(index))
        };
        let namespace = |item: &Item| {
            if !self.is_persistent() && is_key(item) { Namespace::Key } else { Namespace::Value }
        };
        let schema = LogicalSchema::in_order(
            key.iter()
                .map(|item| column(item, Namespace::Key))
                .chain(value.iter().map(|item| column(item, namespace(item)))),
        );
        let exprs = |items: Vec<Item>| items.into_iter().map(|item| item.expr).collect::<Vec<_>>();
        let (key, value) = (exprs(key), exprs(value));
        let root = if is_identity(&key, &value, &input) && self.is_persistent() && relation == input {
            stage.step
        } else {
            Step::Project { input: Box::new(stage.step), key, value, relation, rekey: false }
        };
        Ok(PlannedQuery {
            root,
            stores: self.stores,
            schema,
            is_table: stage.is_table,
            window: stage.window,
            sources: self.sources.clone(),
        })
    }
}

fn star_item(name: String, expr: Expr) -> Item {
    Item { text: name.clone(), name, expr, aliased: false, from_star: true }
}

/// Whether the projection gives its input's columns as they are.
fn is_identity(key: &[Expr], value: &[Expr], input: &Relation) -> bool {
    key.iter().chain(value).cloned().eq(columns_of(input).map(|(_, expr)| expr))
}

/// Which of the selected columns are the key.
fn split_keys(stage: &Stage, mut items: Vec<Item>, sink: &str) -> Result<(Vec<Item>, Vec<Item>)> {
    let mut keys = Vec::with_capacity(stage.identities.len());
    let mut missing = Vec::new();
    for (column, identities) in stage.identities.iter().enumerate() {
        let found = identities.iter().find_map(|identity| {
            let matching: Vec<usize> = items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.expr == *identity)
                .map(|(index, _)| index)
                .collect();
            (!matching.is_empty()).then_some(matching)
        });
        match found.as_deref() {
            None => missing.push(stage.key_texts.get(column).cloned().unwrap_or_default()),
            Some([index]) => keys.push(*index),
            Some(all) => {
                let names: Vec<&str> = all.iter().map(|index| items[*index].name.as_str()).collect();
                return Err(repeated_key(stage, column, &names));
            }
        }
    }
    if !missing.is_empty() {
        return Err(missing_key(stage, missing, sink));
    }
    // What is selected may be one of several equal columns, of which an outer join leaves some NULL; the key is none of them.
    let key = keys
        .iter()
        .enumerate()
        .map(|(column, index)| {
            let item = &items[*index];
            Item { expr: Expr::column(column, item.expr.ty.clone()), ..item.clone() }
        })
        .collect();
    let mut index = 0;
    items.retain(|_| {
        index += 1;
        !keys.contains(&(index - 1))
    });
    Ok((key, items))
}

fn repeated_key(stage: &Stage, column: usize, names: &[&str]) -> Error {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let told = if stage.grouped {
        format!("The projection contains a key column more than once: {}.", quoted.join(" and "))
    } else {
        let key = stage.step.relation().key.get(column).map_or("", |field| field.name.as_str());
        let mut sorted = names.to_vec();
        sorted.sort_unstable();
        format!(
            "The projection contains a key column (`{key}`) more than once, aliased as: {}.",
            sorted.join(" and ")
        )
    };
    Error::user(format!(
        "{told}\nEach key column must only be in the projection once. If you intended to copy the key into the value, then \
         consider using the AS_VALUE function to indicate which key reference should be copied."
    ))
}

/// `a`, `a and b`, `a, b and c`.
fn listed(texts: &[String]) -> String {
    match texts {
        [first @ .., second_last, last] => {
            let mut out = first.iter().map(|text| format!("{text}, ")).collect::<String>();
            out.push_str(&format!("{second_last} and {last}"));
            out
        }
        _ => texts.join(""),
    }
}

fn missing_key(stage: &Stage, missing: Vec<Vec<String>>, sink: &str) -> Error {
    // A grouping expression that is there is not asked for again; of other keys all columns are named.
    let asked = if stage.grouped { missing } else { stage.key_texts.clone() };
    let alternatives: Vec<String> = asked.iter().map(|texts| texts.join(" or ")).collect();
    let several = asked.len() > 1 || asked.first().is_some_and(|texts| texts.len() > 1);
    let example: Vec<&str> = asked.iter().filter_map(|texts| texts.first().map(String::as_str)).collect();
    let synthetic = if stage.synthetic_key {
        format!(
            "\n{} was added as a synthetic key column because the join criteria did not match any source column. \
             This expression must be included in the projection and may be aliased.",
            example.join(", ")
        )
    } else {
        String::new()
    };
    Error::user(format!(
        "{KEY_PAGE}\nThe query used to build `{sink}` must include the {}{} {} in its projection (eg, SELECT {}...).{synthetic}",
        stage.key_noun,
        if several { "s" } else { "" },
        listed(&alternatives),
        example.join(", ")
    ))
}

/// No two columns may have one name, and none a name that records have by themselves.
fn check_names(key: &[Item], value: &[Item], persistent: bool) -> Result<()> {
    for item in key.iter().chain(value) {
        if persistent && is_pseudo_column(&item.name) {
            return Err(Error::user(format!(
                "Reserved column name in select: `{}`. Please remove or alias the column.",
                item.name
            )));
        }
    }
    for (noun, items) in [("key", key), ("value", value)] {
        for (index, item) in items.iter().enumerate() {
            if items[..index].iter().any(|other| other.name == item.name) {
                return Err(duplicate(noun, item));
            }
        }
    }
    match value.iter().find(|item| key.iter().any(|other| other.name == item.name)) {
        Some(item) => Err(duplicate("value", item)),
        None => Ok(()),
    }
}

fn duplicate(noun: &str, item: &Item) -> Error {
    Error::user(format!("Duplicate {noun} columns found in schema: `{}` {}", item.name, item.expr.ty))
}
