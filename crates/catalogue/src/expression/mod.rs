//! Expressions: SQL's scalar syntax, parsed once into a typed tree. The same tree serves mapping (raw columns, all of
//! them text) and metrics (fact columns).

mod evaluate;
mod fold;
mod formula;
mod functions;
mod parse;
mod resolve;
mod types;

use model::{FieldType, Instant, Millis};
use serde::Serialize;

pub use evaluate::{evaluate, power, show};
pub(crate) use formula::calculate;
pub use functions::functions;
pub use resolve::{Problem, Scope, resolve, resolve_as};

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// No value.
    Null,
    /// Text.
    Text(String),
    /// Integer.
    Integer(i64),
    /// Decimal times 10⁴.
    Number(i128),
    /// True or false.
    Boolean(bool),
    /// A point in time.
    Time(Instant),
    /// A length of time.
    Duration(Millis),
}

/// A typed expression. Operands have been checked: both sides of a comparison have one type, durations are in
/// milliseconds on both sides, parameters have become literals.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A column of the table or of the raw file.
    Column {
        /// Its name in the segment or file.
        name: String,
        /// Its type; text for raw files.
        kind: FieldType,
    },
    /// A constant.
    Literal(Value),
    /// `not x`.
    Not(Box<Expr>),
    /// `-x`, of an integer, number or duration.
    Negate(Box<Expr>),
    /// `x is null`, never itself null.
    IsNull(Box<Expr>),
    /// Two operands.
    Binary {
        /// What is done.
        operator: Operator,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `x in (a, b)`; null where x is null.
    In {
        /// What is looked for.
        operand: Box<Expr>,
        /// Constants of the same type.
        list: Vec<Value>,
    },
    /// `x like 'a%'`.
    Like {
        /// What is compared.
        operand: Box<Expr>,
        /// `%` any text, `_` any character.
        pattern: String,
        /// `ilike`.
        ignore_case: bool,
    },
    /// `case when … then … else … end`; the first true branch.
    Case {
        /// Condition and result.
        branches: Vec<(Expr, Expr)>,
        /// The result where no condition is true; null if absent.
        otherwise: Option<Box<Expr>>,
        /// Type of all results.
        kind: FieldType,
    },
    /// A function of the closed list.
    Call {
        /// Which.
        function: Function,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
    /// `cast(x as integer)`; null where x cannot be read as that.
    Cast {
        /// What is read.
        operand: Box<Expr>,
        /// As what.
        to: FieldType,
    },
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Both true; SQL's three-valued logic.
    And,
    /// At least one true.
    Or,
    /// Equal.
    Equal,
    /// Different.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// Sum; of a time and a duration, a time.
    Add,
    /// Difference; of two times, a duration.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient, a number; null where the divisor is zero.
    Divide,
    /// Remainder of integers; null where the divisor is zero.
    Modulo,
}

/// A function people may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// `coalesce(a, b, …)`: the first that is not null.
    Coalesce,
    /// `nullif(a, b)`: null where they are equal.
    NullIf,
    /// `lower(text)`.
    Lower,
    /// `upper(text)`.
    Upper,
    /// `trim(text)`: without white space at both ends.
    Trim,
    /// `concat(a, b, …)`: null is empty text.
    Concat,
    /// `length(text)` in characters.
    Length,
    /// `left(text, n)`: the first n characters.
    Left,
    /// `right(text, n)`: the last n characters.
    Right,
    /// `lpad(text, n, fill)`: filled on the left to n characters, at most 10,000.
    Lpad,
    /// `split_part(text, delimiter, n)`: the n-th part, from 1.
    SplitPart,
    /// `replace(text, from, to)`.
    Replace,
    /// `starts_with(text, prefix)`.
    StartsWith,
    /// `contains(text, part)`.
    Contains,
    /// `regexp_like(text, pattern)`.
    RegexpLike,
    /// `regexp_replace(text, pattern, replacement)`: every match; `$1` or `\1` is the first group.
    RegexpReplace,
    /// `abs(x)`.
    Abs,
    /// `least(a, b, …)`, nulls left out.
    Least,
    /// `greatest(a, b, …)`, nulls left out.
    Greatest,
    /// `power(x, y)`: x to the power of y, a number; null where that is none.
    Power,
    /// `reopened_within(reopenings, window, thank_you)`: whether one of the reopenings, as facts list them, came within a
    /// window and stayed open for longer than a thank-you; false where the list is null.
    ReopenedWithin,
    /// `business_day_end(time, days, schedule)`: the end of the business day that many after the one a time belongs to.
    /// Metrics only; it is worked out under the calendars, as a column of its own, before the rest of the expression.
    BusinessDayEnd,
}

impl Expr {
    /// The type of its value; `None` for the literal null.
    pub fn kind(&self) -> Option<FieldType> {
        match self {
            Expr::Column { kind, .. } | Expr::Case { kind, .. } | Expr::Cast { to: kind, .. } => Some(*kind),
            Expr::Literal(value) => value.kind(),
            Expr::Not(_) | Expr::IsNull(_) | Expr::In { .. } | Expr::Like { .. } => Some(FieldType::Boolean),
            Expr::Negate(operand) => operand.kind(),
            Expr::Binary { operator, left, right } => operator.result(left.kind(), right.kind()),
            Expr::Call { function, arguments } => function.result(arguments),
        }
    }

    /// The expression with every part of it, from the innermost outwards, replaced by what `replace` makes of it.
    pub fn rewrite(self, replace: &mut dyn FnMut(Expr) -> Expr) -> Expr {
        let inner = |expr: Box<Expr>, replace: &mut dyn FnMut(Expr) -> Expr| Box::new(expr.rewrite(replace));
        let expr = match self {
            Expr::Column { .. } | Expr::Literal(_) => self,
            Expr::Not(x) => Expr::Not(inner(x, replace)),
            Expr::Negate(x) => Expr::Negate(inner(x, replace)),
            Expr::IsNull(x) => Expr::IsNull(inner(x, replace)),
            Expr::Binary { operator, left, right } => {
                Expr::Binary { operator, left: inner(left, replace), right: inner(right, replace) }
            }
            Expr::In { operand, list } => Expr::In { operand: inner(operand, replace), list },
            Expr::Like { operand, pattern, ignore_case } => {
                Expr::Like { operand: inner(operand, replace), pattern, ignore_case }
            }
            Expr::Cast { operand, to } => Expr::Cast { operand: inner(operand, replace), to },
            Expr::Case { branches, otherwise, kind } => Expr::Case {
                branches: branches
                    .into_iter()
                    .map(|(condition, result)| (condition.rewrite(replace), result.rewrite(replace)))
                    .collect(),
                otherwise: otherwise.map(|otherwise| inner(otherwise, replace)),
                kind,
            },
            Expr::Call { function, arguments } => Expr::Call {
                function,
                arguments: arguments.into_iter().map(|argument| argument.rewrite(replace)).collect(),
            },
        };
        replace(expr)
    }

    /// Replaces every column name by what `rename` makes of it.
    pub fn rename_columns(&mut self, rename: &dyn Fn(&str) -> String) {
        let whole = std::mem::replace(self, Expr::Literal(Value::Null));
        *self = whole.rewrite(&mut |expr| match expr {
            Expr::Column { name, kind } => Expr::Column { name: rename(&name), kind },
            other => other,
        });
    }

    /// The conditions that all have to hold for it to hold.
    pub fn conditions(&self) -> Vec<&Expr> {
        match self {
            Expr::Binary { operator: Operator::And, left, right } => [left.conditions(), right.conditions()].concat(),
            other => vec![other],
        }
    }

    /// Calls `visit` on every column name in it.
    pub fn columns<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Expr::Column { name, .. } => visit(name),
            Expr::Literal(_) => {}
            Expr::Not(x) | Expr::Negate(x) | Expr::IsNull(x) => x.columns(visit),
            Expr::Binary { left, right, .. } => {
                left.columns(visit);
                right.columns(visit);
            }
            Expr::In { operand, .. } | Expr::Like { operand, .. } | Expr::Cast { operand, .. } => {
                operand.columns(visit)
            }
            Expr::Case { branches, otherwise, .. } => {
                for (condition, result) in branches {
                    condition.columns(visit);
                    result.columns(visit);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.columns(visit);
                }
            }
            Expr::Call { arguments, .. } => arguments.iter().for_each(|argument| argument.columns(visit)),
        }
    }
}

/// The length of time a constant expression is: a duration, or a plain number of seconds; none for a negative one.
pub(crate) fn as_duration(expr: Expr) -> Option<Millis> {
    match types::convert(expr, FieldType::Duration) {
        Expr::Literal(Value::Duration(length)) if length.get() >= 0 => Some(length),
        _ => None,
    }
}

impl Value {
    /// The type; `None` for null.
    pub fn kind(&self) -> Option<FieldType> {
        match self {
            Value::Null => None,
            Value::Text(_) => Some(FieldType::Text),
            Value::Integer(_) => Some(FieldType::Integer),
            Value::Number(_) => Some(FieldType::Number),
            Value::Boolean(_) => Some(FieldType::Boolean),
            Value::Time(_) => Some(FieldType::Time),
            Value::Duration(_) => Some(FieldType::Duration),
        }
    }
}

impl Operator {
    /// The type of the result for operands of these types, which have been checked.
    pub fn result(self, left: Option<FieldType>, right: Option<FieldType>) -> Option<FieldType> {
        use FieldType::{Boolean, Duration, Number, Time};
        match self {
            Operator::Add | Operator::Subtract => match (left, right) {
                (Some(Time), Some(Time)) => Some(Duration),
                (Some(Time), _) | (_, Some(Time)) => Some(Time),
                _ => left.or(right),
            },
            Operator::Multiply | Operator::Modulo => {
                if left == Some(Duration) || right == Some(Duration) {
                    Some(Duration)
                } else {
                    left.or(right)
                }
            }
            Operator::Divide => Some(Number),
            _ => Some(Boolean),
        }
    }
}

impl Function {
    /// The type of its value.
    pub fn result(self, arguments: &[Expr]) -> Option<FieldType> {
        match self {
            Function::Coalesce | Function::Least | Function::Greatest | Function::NullIf | Function::Abs => {
                arguments.iter().find_map(Expr::kind)
            }
            Function::Length => Some(FieldType::Integer),
            Function::Power => Some(FieldType::Number),
            Function::BusinessDayEnd => Some(FieldType::Time),
            Function::StartsWith | Function::Contains | Function::RegexpLike | Function::ReopenedWithin => {
                Some(FieldType::Boolean)
            }
            Function::Lower
            | Function::Upper
            | Function::Trim
            | Function::Concat
            | Function::Left
            | Function::Right
            | Function::Lpad
            | Function::SplitPart
            | Function::Replace
            | Function::RegexpReplace => Some(FieldType::Text),
        }
    }
}
