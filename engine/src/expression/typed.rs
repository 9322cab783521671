//! An expression whose names and types are known. Plain data: it can be stored, printed and compared.

use serde::{Deserialize, Serialize};

use crate::function::Unit;
use crate::schema::SqlType;

/// An expression over the columns of a [`crate::change::Relation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    pub ty: SqlType,
    pub kind: ExprKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ExprKind {
    /// Index in the relation.
    Column(usize),
    Literal(Literal),
    Negate(Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// Both sides have one type; NULL on either side gives false.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    IsNull(Box<Expr>),
    /// True where one is NULL and the other is not, or both are not and differ.
    IsDistinct(Box<Expr>, Box<Expr>),
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    In {
        value: Box<Expr>,
        list: Vec<Expr>,
    },
    Like {
        value: Box<Expr>,
        pattern: Box<Expr>,
        escape: Option<char>,
    },
    Case {
        branches: Vec<CaseBranch>,
        otherwise: Option<Box<Expr>>,
    },
    Cast(Box<Expr>),
    /// ARRAY[i] or MAP[k].
    Subscript(Box<Expr>, Box<Expr>),
    /// The field with this index of a STRUCT.
    Field(Box<Expr>, usize),
    Array(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// Fields in the order of the STRUCT type.
    Struct(Vec<Expr>),
    /// A scalar function; which variant it is follows from the types of the arguments.
    Call {
        function: String,
        variant: usize,
        args: Vec<Expr>,
    },
    Unit(Unit),
    /// The parameters are numbered through all lambdas that enclose the body, outermost first; `ty` is the body's.
    Lambda {
        first_parameter: usize,
        parameters: Vec<SqlType>,
        body: Box<Expr>,
    },
    Parameter(usize),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseBranch {
    pub when: Expr,
    pub then: Expr,
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    Null,
    Boolean(bool),
    Integer(i32),
    Bigint(i64),
    Double(f64),
    /// The unscaled value as text (it may have 76 digits); the scale is the type's.
    Decimal(String),
    String(String),
    Bytes(Vec<u8>),
    /// Epoch milliseconds.
    Timestamp(i64),
    /// Epoch days.
    Date(i32),
    /// Milliseconds of the day.
    Time(i32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Expr {
    pub fn new(kind: ExprKind, ty: SqlType) -> Self {
        Self { ty, kind }
    }

    pub fn column(index: usize, ty: SqlType) -> Self {
        Self::new(ExprKind::Column(index), ty)
    }

    /// The expressions right below this one.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Unit(_) | ExprKind::Parameter(_) => vec![],
            ExprKind::Negate(inner)
            | ExprKind::Not(inner)
            | ExprKind::IsNull(inner)
            | ExprKind::Cast(inner)
            | ExprKind::Field(inner, _)
            | ExprKind::Lambda { body: inner, .. } => vec![inner],
            ExprKind::Arithmetic(_, left, right)
            | ExprKind::Compare(_, left, right)
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right)
            | ExprKind::IsDistinct(left, right)
            | ExprKind::Subscript(left, right) => vec![left, right],
            ExprKind::Between { value, low, high } => vec![value, low, high],
            ExprKind::In { value, list } => std::iter::once(value.as_ref()).chain(list).collect(),
            ExprKind::Like { value, pattern, .. } => vec![value, pattern],
            ExprKind::Case { branches, otherwise } => branches
                .iter()
                .flat_map(|branch| [&branch.when, &branch.then])
                .chain(otherwise.as_deref())
                .collect(),
            ExprKind::Array(items) | ExprKind::Struct(items) | ExprKind::Call { args: items, .. } => {
                items.iter().collect()
            }
            ExprKind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    /// As [`Expr::children`], to change them.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Unit(_) | ExprKind::Parameter(_) => vec![],
            ExprKind::Negate(inner)
            | ExprKind::Not(inner)
            | ExprKind::IsNull(inner)
            | ExprKind::Cast(inner)
            | ExprKind::Field(inner, _)
            | ExprKind::Lambda { body: inner, .. } => vec![inner],
            ExprKind::Arithmetic(_, left, right)
            | ExprKind::Compare(_, left, right)
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right)
            | ExprKind::IsDistinct(left, right)
            | ExprKind::Subscript(left, right) => vec![left, right],
            ExprKind::Between { value, low, high } => vec![value, low, high],
            ExprKind::In { value, list } => std::iter::once(value.as_mut()).chain(list).collect(),
            ExprKind::Like { value, pattern, .. } => vec![value, pattern],
            ExprKind::Case { branches, otherwise } => branches
                .iter_mut()
                .flat_map(|branch| [&mut branch.when, &mut branch.then])
                .chain(otherwise.as_deref_mut())
                .collect(),
            ExprKind::Array(items) | ExprKind::Struct(items) | ExprKind::Call { args: items, .. } => {
                items.iter_mut().collect()
            }
            ExprKind::Map(entries) => entries.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    /// Calls `f` for this expression and all below it.
    pub fn visit(&self, f: &mut impl FnMut(&Expr)) {
        f(self);
        self.children().into_iter().for_each(|child| child.visit(f));
    }

    /// Gives each column the index that `index_of` says.
    pub fn map_columns(&mut self, index_of: &impl Fn(usize) -> usize) {
        if let ExprKind::Column(index) = &mut self.kind {
            *index = index_of(*index);
        }
        self.children_mut().into_iter().for_each(|child| child.map_columns(index_of));
    }
}
