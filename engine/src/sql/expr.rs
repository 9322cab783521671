//! Expressions of the dialect.

use super::duration::TimeUnit;
use super::ident::Ident;
use super::span::Span;
use super::type_name::TypeName;

/// A constant in the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `NULL`
    Null,
    /// `TRUE`, `FALSE`
    Boolean(bool),
    /// A whole number: INTEGER when it fits 32 bits, else BIGINT. See [`Literal::is_int32`].
    Integer(i64),
    /// A number with a point and no exponent, as written: DECIMAL with the digits and scale of the text.
    Decimal(String),
    /// A number with an exponent: DOUBLE.
    Double(f64),
    /// `'text'`, unquoted.
    String(String),
}

impl Literal {
    /// Whether the literal is of type INTEGER (not BIGINT).
    pub fn is_int32(&self) -> bool {
        matches!(self, Literal::Integer(v) if i32::try_from(*v).is_ok())
    }
}

/// Sign operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+e`
    Plus,
    /// `-e`
    Minus,
}

/// Operators that compute a value from two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `||`
    Concat,
}

impl BinaryOp {
    /// The operator's sign.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Modulo => "%",
            BinaryOp::Concat => "||",
        }
    }

    /// The operator's name in ksqlDB's messages: `ADD`, `SUBTRACT`, ...
    pub fn name(self) -> &'static str {
        match self {
            BinaryOp::Add => "ADD",
            BinaryOp::Subtract => "SUBTRACT",
            BinaryOp::Multiply => "MULTIPLY",
            BinaryOp::Divide => "DIVIDE",
            BinaryOp::Modulo => "MODULUS",
            BinaryOp::Concat => "CONCAT",
        }
    }
}

/// `AND` and `OR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    /// `AND`
    And,
    /// `OR`
    Or,
}

impl LogicalOp {
    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            LogicalOp::And => "AND",
            LogicalOp::Or => "OR",
        }
    }
}

/// Operators that compare two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComparisonOp {
    /// `=`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl ComparisonOp {
    /// The operator's sign.
    pub fn symbol(self) -> &'static str {
        match self {
            ComparisonOp::Equal => "=",
            ComparisonOp::NotEqual => "<>",
            ComparisonOp::Less => "<",
            ComparisonOp::LessOrEqual => "<=",
            ComparisonOp::Greater => ">",
            ComparisonOp::GreaterOrEqual => ">=",
        }
    }

    /// The operator's name in ksqlDB's messages: `EQUAL`, `LESS_THAN`, ...
    pub fn name(self) -> &'static str {
        match self {
            ComparisonOp::Equal => "EQUAL",
            ComparisonOp::NotEqual => "NOT_EQUAL",
            ComparisonOp::Less => "LESS_THAN",
            ComparisonOp::LessOrEqual => "LESS_THAN_OR_EQUAL",
            ComparisonOp::Greater => "GREATER_THAN",
            ComparisonOp::GreaterOrEqual => "GREATER_THAN_OR_EQUAL",
        }
    }

    /// The operator that gives the same answer with the operands exchanged.
    pub fn flipped(self) -> ComparisonOp {
        match self {
            ComparisonOp::Less => ComparisonOp::Greater,
            ComparisonOp::LessOrEqual => ComparisonOp::GreaterOrEqual,
            ComparisonOp::Greater => ComparisonOp::Less,
            ComparisonOp::GreaterOrEqual => ComparisonOp::LessOrEqual,
            same => same,
        }
    }
}

/// An expression. Equality ignores where it stands and how names were quoted.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constant.
    Literal {
        /// Its value.
        value: Literal,
        /// Place in the text.
        span: Span,
    },
    /// A column, or a lambda's parameter (only analysis can tell).
    Column {
        /// The source's name or alias before the dot.
        source: Option<Ident>,
        /// The column.
        name: Ident,
        /// Place in the text.
        span: Span,
    },
    /// `-e`, `+e`
    Unary {
        /// The sign.
        op: UnaryOp,
        /// The operand.
        expr: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `a AND b`, `a OR b`
    Logical {
        /// The operator.
        op: LogicalOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `NOT e`
    Not {
        /// The operand.
        expr: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `a < b`
    Comparison {
        /// The operator.
        op: ComparisonOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `e IS [NOT] NULL`
    IsNull {
        /// The operand.
        expr: Box<Expr>,
        /// `IS NOT NULL`
        negated: bool,
        /// Place in the text.
        span: Span,
    },
    /// `a IS [NOT] DISTINCT FROM b`
    IsDistinctFrom {
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// `IS NOT DISTINCT FROM`
        negated: bool,
        /// Place in the text.
        span: Span,
    },
    /// `e [NOT] BETWEEN low AND high`
    Between {
        /// The value.
        expr: Box<Expr>,
        /// Lower bound, inclusive.
        low: Box<Expr>,
        /// Upper bound, inclusive.
        high: Box<Expr>,
        /// `NOT BETWEEN`
        negated: bool,
        /// Place in the text.
        span: Span,
    },
    /// `e [NOT] IN (a, b)`; the list is never empty.
    InList {
        /// The value.
        expr: Box<Expr>,
        /// What it is looked for in.
        list: Vec<Expr>,
        /// `NOT IN`
        negated: bool,
        /// Place in the text.
        span: Span,
    },
    /// `e [NOT] LIKE pattern [ESCAPE 'c']`
    Like {
        /// The value.
        expr: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// The escape character.
        escape: Option<char>,
        /// `NOT LIKE`
        negated: bool,
        /// Place in the text.
        span: Span,
    },
    /// `CASE [operand] WHEN w THEN t ... [ELSE e] END`
    Case {
        /// Of the simple form only.
        operand: Option<Box<Expr>>,
        /// (WHEN, THEN), at least one.
        branches: Vec<(Expr, Expr)>,
        /// ELSE.
        default: Option<Box<Expr>>,
        /// Place in the text.
        span: Span,
    },
    /// `CAST(e AS type)`
    Cast {
        /// The value.
        expr: Box<Expr>,
        /// The type it becomes.
        data_type: TypeName,
        /// Place in the text.
        span: Span,
    },
    /// `F(a, b)`. `COUNT(*)` is a call with no arguments, as in ksqlDB.
    Call {
        /// The function, upper-cased.
        name: Ident,
        /// The arguments.
        args: Vec<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `x => e`, `(x, y) => e`: only as an argument of a function.
    Lambda {
        /// The parameters.
        params: Vec<Ident>,
        /// What it computes.
        body: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `e[index]`
    Subscript {
        /// An array or a map.
        base: Box<Expr>,
        /// Position, from 1, or key.
        index: Box<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `e->field`
    Field {
        /// A struct.
        base: Box<Expr>,
        /// The field.
        field: Ident,
        /// Place in the text.
        span: Span,
    },
    /// `ARRAY[a, b]`
    Array {
        /// The elements.
        elements: Vec<Expr>,
        /// Place in the text.
        span: Span,
    },
    /// `MAP(k := v, ...)`
    Map {
        /// Keys and values.
        entries: Vec<(Expr, Expr)>,
        /// Place in the text.
        span: Span,
    },
    /// `STRUCT(f := e, ...)`
    Struct {
        /// Field names and values.
        fields: Vec<(Ident, Expr)>,
        /// Place in the text.
        span: Span,
    },
    /// A time unit as an argument: `DAYS` in `DATEADD(DAYS, 1, d)`.
    IntervalUnit {
        /// The unit.
        unit: TimeUnit,
        /// Place in the text.
        span: Span,
    },
}

impl Expr {
    /// Where the expression stands in the text.
    pub fn span(&self) -> Span {
        match self {
            Expr::Literal { span, .. }
            | Expr::Column { span, .. }
            | Expr::Unary { span, .. }
            | Expr::Binary { span, .. }
            | Expr::Logical { span, .. }
            | Expr::Not { span, .. }
            | Expr::Comparison { span, .. }
            | Expr::IsNull { span, .. }
            | Expr::IsDistinctFrom { span, .. }
            | Expr::Between { span, .. }
            | Expr::InList { span, .. }
            | Expr::Like { span, .. }
            | Expr::Case { span, .. }
            | Expr::Cast { span, .. }
            | Expr::Call { span, .. }
            | Expr::Lambda { span, .. }
            | Expr::Subscript { span, .. }
            | Expr::Field { span, .. }
            | Expr::Array { span, .. }
            | Expr::Map { span, .. }
            | Expr::Struct { span, .. }
            | Expr::IntervalUnit { span, .. } => *span,
        }
    }

    /// A column of no named source, as the engine makes them.
    pub fn column(name: impl Into<String>) -> Expr {
        Expr::Column { source: None, name: Ident::new(name), span: Span::NONE }
    }

    /// A constant, as the engine makes them.
    pub fn literal(value: Literal) -> Expr {
        Expr::Literal { value, span: Span::NONE }
    }

    /// The direct parts of this expression, left to right.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal { .. } | Expr::Column { .. } | Expr::IntervalUnit { .. } => vec![],
            Expr::Unary { expr, .. }
            | Expr::Not { expr, .. }
            | Expr::IsNull { expr, .. }
            | Expr::Cast { expr, .. } => {
                vec![expr]
            }
            Expr::Binary { left, right, .. }
            | Expr::Logical { left, right, .. }
            | Expr::Comparison { left, right, .. }
            | Expr::IsDistinctFrom { left, right, .. } => vec![left, right],
            Expr::Between { expr, low, high, .. } => vec![expr, low, high],
            Expr::InList { expr, list, .. } => std::iter::once(&**expr).chain(list).collect(),
            Expr::Like { expr, pattern, .. } => vec![expr, pattern],
            Expr::Case { operand, branches, default, .. } => operand
                .as_deref()
                .into_iter()
                .chain(branches.iter().flat_map(|(when, then)| [when, then]))
                .chain(default.as_deref())
                .collect(),
            Expr::Call { args, .. } => args.iter().collect(),
            Expr::Lambda { body, .. } => vec![body],
            Expr::Subscript { base, index, .. } => vec![base, index],
            Expr::Field { base, .. } => vec![base],
            Expr::Array { elements, .. } => elements.iter().collect(),
            Expr::Map { entries, .. } => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Expr::Struct { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
        }
    }

    /// The expressions right below this one, to change them.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Literal { .. } | Expr::Column { .. } | Expr::IntervalUnit { .. } => vec![],
            Expr::Unary { expr, .. }
            | Expr::Not { expr, .. }
            | Expr::IsNull { expr, .. }
            | Expr::Cast { expr, .. } => {
                vec![expr]
            }
            Expr::Binary { left, right, .. }
            | Expr::Logical { left, right, .. }
            | Expr::Comparison { left, right, .. }
            | Expr::IsDistinctFrom { left, right, .. } => vec![left, right],
            Expr::Between { expr, low, high, .. } => vec![expr, low, high],
            Expr::InList { expr, list, .. } => std::iter::once(&mut **expr).chain(list).collect(),
            Expr::Like { expr, pattern, .. } => vec![expr, pattern],
            Expr::Case { operand, branches, default, .. } => operand
                .as_deref_mut()
                .into_iter()
                .chain(branches.iter_mut().flat_map(|(when, then)| [when, then]))
                .chain(default.as_deref_mut())
                .collect(),
            Expr::Call { args, .. } => args.iter_mut().collect(),
            Expr::Lambda { body, .. } => vec![body],
            Expr::Subscript { base, index, .. } => vec![base, index],
            Expr::Field { base, .. } => vec![base],
            Expr::Array { elements, .. } => elements.iter_mut().collect(),
            Expr::Map { entries, .. } => entries.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
            Expr::Struct { fields, .. } => fields.iter_mut().map(|(_, value)| value).collect(),
        }
    }

    /// Calls `visit` for this expression and every part of it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }
}
