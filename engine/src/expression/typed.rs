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
    Between { value: Box<Expr>, low: Box<Expr>, high: Box<Expr> },
    In { value: Box<Expr>, list: Vec<Expr> },
    Like { value: Box<Expr>, pattern: Box<Expr>, escape: Option<char> },
    Case { branches: Vec<CaseBranch>, otherwise: Option<Box<Expr>> },
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
    Call { function: String, variant: usize, args: Vec<Expr> },
    Unit(Unit),
    /// The parameters are numbered through all lambdas that enclose the body, outermost first; `ty` is the body's.
    Lambda { first_parameter: usize, parameters: Vec<SqlType>, body: Box<Expr> },
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
