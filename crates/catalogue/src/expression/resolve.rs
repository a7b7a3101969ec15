//! Text → typed tree: parsed by `sqlparser`, names and types resolved here, every problem with its place in the text.

use std::collections::BTreeMap;
use std::ops::Range;

use model::FieldType;
use sqlparser::ast::{self, Spanned};

use super::fold::fold;
use super::functions::{FUNCTIONS, VARIADIC, cast_type};
use super::parse::{offset, parse};
use super::types::{castable, common_kind, convert, fits, parse_number, unify};
use super::{Expr, Function, Operator, Value};
use crate::file::suggest;

/// What names mean in an expression.
pub struct Scope<'a> {
    /// Column names with their types.
    pub columns: &'a BTreeMap<String, FieldType>,
    /// Any other name is a text column of a raw file, checked against the file's header later.
    pub raw: bool,
    /// Values of `$name`.
    pub parameters: &'a BTreeMap<String, Value>,
}

/// A problem in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable name of the kind of problem.
    pub code: &'static str,
    /// Bytes of the expression's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be valid.
    pub help: Option<String>,
}

/// Parses and resolves `text`.
///
/// # Errors
/// Every problem found, not only the first.
///
/// ```
/// use std::collections::BTreeMap;
/// use catalogue::expression::{Scope, resolve};
/// let columns = BTreeMap::from([("wait".to_owned(), model::FieldType::Duration)]);
/// let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
/// assert!(resolve("wait <= 20", &scope).is_ok());
/// let problems = resolve("wiat <= 20", &scope).unwrap_err();
/// assert_eq!(problems[0].help.as_deref(), Some("perhaps `wait`"));
/// ```
pub fn resolve(text: &str, scope: &Scope<'_>) -> Result<Expr, Vec<Problem>> {
    let mut resolver = Resolver { text, scope, problems: Vec::new() };
    let parsed = parse(text).map_err(|problem| vec![problem])?;
    let expr = resolver.expr(&parsed);
    match expr {
        Some(expr) if resolver.problems.is_empty() => Ok(fold(expr)),
        _ => Err(resolver.problems),
    }
}

/// Like [`resolve`], and the result must be of type `wanted` (null is of every type; integers become numbers).
///
/// # Errors
/// Every problem found, not only the first.
pub fn resolve_as(text: &str, wanted: FieldType, scope: &Scope<'_>) -> Result<Expr, Vec<Problem>> {
    let expr = resolve(text, scope)?;
    match expr.kind() {
        None => Ok(expr),
        Some(kind) if kind == wanted => Ok(expr),
        Some(FieldType::Integer) if wanted == FieldType::Number => {
            Ok(fold(Expr::Cast { operand: Box::new(expr), to: FieldType::Number }))
        }
        Some(kind) => Err(vec![Problem {
            code: "wrong_type",
            span: 0..text.len(),
            message: format!("this is {}, not {}", kind.name(), wanted.name()),
            help: None,
        }]),
    }
}

struct Resolver<'a> {
    text: &'a str,
    scope: &'a Scope<'a>,
    problems: Vec<Problem>,
}

impl Resolver<'_> {
    fn span(&self, expr: &ast::Expr) -> Range<usize> {
        let span = expr.span();
        if span.start.line == 0 {
            return 0..self.text.len();
        }
        let start = offset(self.text, span.start);
        start..offset(self.text, span.end).max(start)
    }

    fn problem(&mut self, at: &ast::Expr, code: &'static str, message: String, help: Option<String>) {
        let span = self.span(at);
        self.problems.push(Problem { code, span, message, help });
    }

    fn unsupported(&mut self, at: &ast::Expr) -> Option<Expr> {
        self.problem(
            at,
            "unsupported_expression",
            format!("`{at}` is not part of the expression language"),
            Some("valid: columns, constants, $parameters, and or not, comparisons, + - * / %, in, between, like, is null, case, cast and the listed functions".into()),
        );
        None
    }

    fn expr(&mut self, expr: &ast::Expr) -> Option<Expr> {
        match expr {
            ast::Expr::Nested(inner) => self.expr(inner),
            ast::Expr::Identifier(ident) => self.column(expr, ident.value.clone()),
            ast::Expr::CompoundIdentifier(parts) => {
                let name = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
                self.column(expr, name)
            }
            ast::Expr::Value(value) => self.value(expr, &value.value),
            ast::Expr::UnaryOp { op, expr: inner } => self.unary(expr, *op, inner),
            ast::Expr::BinaryOp { left, op, right } => {
                let operands = (self.expr(left), self.expr(right));
                let (Some(left), Some(right)) = operands else { return None };
                let Some(operator) = operator(op) else { return self.unsupported(expr) };
                self.binary(expr, operator, left, right)
            }
            ast::Expr::IsNull(inner) => self.expr(inner).map(is_null),
            ast::Expr::IsNotNull(inner) => self.expr(inner).map(|inner| Expr::Not(Box::new(is_null(inner)))),
            ast::Expr::IsTrue(inner) => self.truth(inner, true, false),
            ast::Expr::IsNotTrue(inner) => self.truth(inner, true, true),
            ast::Expr::IsFalse(inner) => self.truth(inner, false, false),
            ast::Expr::IsNotFalse(inner) => self.truth(inner, false, true),
            ast::Expr::InList { expr: operand, list, negated } => self.in_list(expr, operand, list, *negated),
            ast::Expr::Between { expr: operand, negated, low, high } => {
                let parts = (self.expr(operand), self.expr(low), self.expr(high));
                let (Some(operand), Some(low), Some(high)) = parts else { return None };
                let above = self.binary(expr, Operator::GreaterOrEqual, operand.clone(), low)?;
                let below = self.binary(expr, Operator::LessOrEqual, operand, high)?;
                Some(negate_if(*negated, and(above, below)))
            }
            ast::Expr::Like { negated, any: false, expr: operand, pattern, escape_char: None } => {
                self.like(expr, operand, pattern, false, *negated)
            }
            ast::Expr::ILike { negated, any: false, expr: operand, pattern, escape_char: None } => {
                self.like(expr, operand, pattern, true, *negated)
            }
            ast::Expr::Case { operand, conditions, else_result, .. } => {
                self.case(expr, operand.as_deref(), conditions, else_result.as_deref())
            }
            ast::Expr::Cast { expr: operand, data_type, format: None, .. } => {
                let operand = self.expr(operand);
                let name = data_type.to_string().to_lowercase();
                let Some(to) = cast_type(&name) else {
                    let is_date = ["date", "datetime"].iter().any(|date| name.starts_with(date));
                    let help = match is_date && self.scope.raw {
                        true => Some("dates are times: the column by itself, without a cast, is read by `date_formats` and `zone`".to_owned()),
                        false if is_date => Some("dates are times: `time`".to_owned()),
                        false => suggest(&name, FieldType::ALL.map(FieldType::name)),
                    };
                    self.problem(expr, "unknown_type", format!("`{name}` is not a type"), help);
                    return None;
                };
                self.cast(expr, operand?, to)
            }
            ast::Expr::Trim { trim_where: None, trim_what: None, expr: operand, trim_characters: None } => {
                let operand = self.expr(operand)?;
                self.call(expr, Function::Trim, vec![operand])
            }
            ast::Expr::Function(function) => self.function(expr, function),
            _ => self.unsupported(expr),
        }
    }

    fn column(&mut self, at: &ast::Expr, name: String) -> Option<Expr> {
        if let Some(kind) = self.scope.columns.get(&name) {
            return Some(Expr::Column { name, kind: *kind });
        }
        if self.scope.raw {
            return Some(Expr::Column { name, kind: FieldType::Text });
        }
        let help = suggest(&name, self.scope.columns.keys().map(String::as_str));
        self.problem(at, "unknown_column", format!("there is no column `{name}`"), help);
        None
    }

    fn value(&mut self, at: &ast::Expr, value: &ast::Value) -> Option<Expr> {
        let literal = match value {
            ast::Value::Null => Value::Null,
            ast::Value::Boolean(flag) => Value::Boolean(*flag),
            ast::Value::SingleQuotedString(text) => Value::Text(text.clone()),
            ast::Value::Number(text, _) => match parse_number(text) {
                Some(value) => value,
                None => {
                    self.problem(
                        at,
                        "number_range",
                        format!("`{text}` is too large or has more than four decimals"),
                        None,
                    );
                    return None;
                }
            },
            ast::Value::Placeholder(text) => {
                let name = text.trim_start_matches('$');
                match self.scope.parameters.get(name) {
                    Some(value) => value.clone(),
                    None => {
                        let help = suggest(name, self.scope.parameters.keys().map(String::as_str));
                        self.problem(at, "unknown_parameter", format!("there is no parameter `{name}`"), help);
                        return None;
                    }
                }
            }
            _ => return self.unsupported(at),
        };
        Some(Expr::Literal(literal))
    }

    fn unary(&mut self, at: &ast::Expr, operator: ast::UnaryOperator, inner: &ast::Expr) -> Option<Expr> {
        let operand = self.expr(inner)?;
        match (operator, operand.kind()) {
            (ast::UnaryOperator::Not, Some(FieldType::Boolean) | None) => Some(Expr::Not(Box::new(operand))),
            (ast::UnaryOperator::Minus, Some(FieldType::Integer | FieldType::Number | FieldType::Duration) | None) => {
                Some(Expr::Negate(Box::new(operand)))
            }
            (ast::UnaryOperator::Plus, _) => Some(operand),
            (_, kind) => {
                self.problem(
                    at,
                    "wrong_type",
                    format!("`{operator}` cannot be applied to {}", kind.map_or("null", FieldType::name)),
                    None,
                );
                None
            }
        }
    }

    /// A constant that cannot be read as the type is a mistake; a column's value that cannot is null.
    fn cast(&mut self, at: &ast::Expr, operand: Expr, to: FieldType) -> Option<Expr> {
        if let Some(from) = operand.kind().filter(|from| !castable(*from, to)) {
            self.problem(at, "wrong_type", format!("{} cannot be read as {}", from.name(), to.name()), None);
            return None;
        }
        let written = match &operand {
            Expr::Literal(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let cast = Expr::Cast { operand: Box::new(operand), to };
        if let Some(text) = written
            && super::evaluate(&cast, &|_| Value::Null) == Value::Null
        {
            let help = (to == FieldType::Time).then(|| "a time with its zone, as 2026-03-10T00:00:00Z".to_owned());
            self.problem(at, "wrong_value", format!("`{text}` cannot be read as {}", to.name()), help);
            return None;
        }
        Some(cast)
    }

    /// `x is true` and its relatives, which are never null.
    fn truth(&mut self, inner: &ast::Expr, wanted: bool, negated: bool) -> Option<Expr> {
        let operand = self.expr(inner)?;
        if operand.kind().is_some_and(|kind| kind != FieldType::Boolean) {
            self.problem(inner, "wrong_type", "this is not true or false".into(), None);
            return None;
        }
        let operand = if wanted { operand } else { Expr::Not(Box::new(operand)) };
        let sure =
            Expr::Call { function: Function::Coalesce, arguments: vec![operand, Expr::Literal(Value::Boolean(false))] };
        Some(negate_if(negated, sure))
    }

    fn binary(&mut self, at: &ast::Expr, operator: Operator, left: Expr, right: Expr) -> Option<Expr> {
        use FieldType::{Boolean, Duration, Integer, Number, Time};
        let (left, right) = unify(left, right, operator);
        let kinds = (left.kind(), right.kind());
        let valid = match operator {
            Operator::And | Operator::Or => matches!(kinds, (Some(Boolean) | None, Some(Boolean) | None)),
            Operator::Add | Operator::Subtract => match kinds {
                (Some(Time), Some(Time)) => operator == Operator::Subtract,
                (Some(Time), Some(Duration)) | (None, _) | (_, None) => true,
                (Some(Duration), Some(Time)) => operator == Operator::Add,
                (Some(a), Some(b)) => a == b && matches!(a, Integer | Number | Duration),
            },
            Operator::Multiply => matches!(
                kinds,
                (Some(Integer), Some(Integer))
                    | (Some(Number), Some(Number))
                    | (Some(Duration), Some(Integer))
                    | (Some(Integer), Some(Duration))
                    | (None, _)
                    | (_, None)
            ),
            Operator::Divide => matches!(
                kinds,
                (Some(Integer | Number), Some(Integer | Number))
                    | (Some(Duration), Some(Duration))
                    | (None, _)
                    | (_, None)
            ),
            Operator::Modulo => matches!(kinds, (Some(Integer), Some(Integer)) | (None, _) | (_, None)),
            _ => kinds.0.is_none() || kinds.1.is_none() || kinds.0 == kinds.1,
        };
        if !valid {
            let name = |kind: Option<FieldType>| kind.map_or("null", FieldType::name);
            let help = match kinds {
                (Some(FieldType::Text), Some(other)) | (Some(other), Some(FieldType::Text)) => {
                    Some(format!("cast the text: cast(… as {})", other.name()))
                }
                _ => None,
            };
            self.problem(
                at,
                "wrong_type",
                format!("{} and {} do not go together here", name(kinds.0), name(kinds.1)),
                help,
            );
            return None;
        }
        Some(Expr::Binary { operator, left: Box::new(left), right: Box::new(right) })
    }

    fn in_list(&mut self, at: &ast::Expr, operand: &ast::Expr, list: &[ast::Expr], negated: bool) -> Option<Expr> {
        let resolved = self.expr(operand);
        let items: Vec<Option<Expr>> = list.iter().map(|item| self.expr(item)).collect();
        let items: Vec<Expr> = items.into_iter().collect::<Option<_>>()?;
        // all items and the operand at one type: integers beside decimals are decimals
        let mut operand = resolved?;
        for item in &items {
            operand = unify(operand, item.clone(), Operator::Equal).0;
        }
        let mut values = Vec::new();
        let mut as_or: Option<Expr> = None;
        for item in items {
            let (operand, item) = unify(operand.clone(), item, Operator::Equal);
            match &item {
                Expr::Literal(value) if value.kind() == operand.kind() => values.push(value.clone()),
                _ => {
                    let equal = self.binary(at, Operator::Equal, operand, item)?;
                    as_or = Some(match as_or {
                        Some(earlier) => {
                            Expr::Binary { operator: Operator::Or, left: Box::new(earlier), right: Box::new(equal) }
                        }
                        None => equal,
                    });
                }
            }
        }
        let listed = (!values.is_empty()).then(|| Expr::In { operand: Box::new(operand), list: values });
        let whole = match (listed, as_or) {
            (Some(listed), Some(rest)) => {
                Expr::Binary { operator: Operator::Or, left: Box::new(listed), right: Box::new(rest) }
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Expr::Literal(Value::Boolean(false)),
        };
        Some(negate_if(negated, whole))
    }

    fn like(
        &mut self,
        at: &ast::Expr,
        operand: &ast::Expr,
        pattern: &ast::Expr,
        ignore_case: bool,
        negated: bool,
    ) -> Option<Expr> {
        let parts = (self.expr(operand), self.expr(pattern));
        let (Some(operand), Some(pattern)) = parts else { return None };
        match (operand.kind(), pattern) {
            (Some(FieldType::Text), Expr::Literal(Value::Text(pattern))) => {
                Some(negate_if(negated, Expr::Like { operand: Box::new(operand), pattern, ignore_case }))
            }
            _ => {
                self.problem(
                    at,
                    "wrong_type",
                    "like compares text with a constant pattern".into(),
                    Some("as in name like 'A%'".into()),
                );
                None
            }
        }
    }

    fn case(
        &mut self,
        at: &ast::Expr,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
    ) -> Option<Expr> {
        let operand = match operand {
            Some(operand) => Some(self.expr(operand)?),
            None => None,
        };
        let mut branches = Vec::new();
        for when in conditions {
            let parts = (self.expr(&when.condition), self.expr(&when.result));
            let (Some(condition), Some(result)) = parts else { continue };
            let condition = match &operand {
                Some(operand) => self.binary(at, Operator::Equal, operand.clone(), condition)?,
                None => condition,
            };
            if condition.kind().is_some_and(|kind| kind != FieldType::Boolean) {
                self.problem(&when.condition, "wrong_type", "a condition is true or false".into(), None);
                continue;
            }
            branches.push((condition, result));
        }
        let otherwise = match otherwise {
            Some(otherwise) => Some(self.expr(otherwise)?),
            None => None,
        };
        if branches.len() < conditions.len() {
            return None;
        }
        let kinds: Vec<FieldType> =
            branches.iter().map(|(_, result)| result).chain(&otherwise).filter_map(Expr::kind).collect();
        let kind = common_kind(&kinds);
        let results = branches.iter().map(|(_, result)| result).chain(&otherwise);
        let Some(kind) = kind.filter(|kind| results.clone().all(|result| fits(result, *kind))) else {
            self.problem(at, "wrong_type", "the results of case are of different types".into(), None);
            return None;
        };
        Some(Expr::Case {
            branches: branches.into_iter().map(|(condition, result)| (condition, convert(result, kind))).collect(),
            otherwise: otherwise.map(|otherwise| Box::new(convert(otherwise, kind))),
            kind,
        })
    }

    fn function(&mut self, at: &ast::Expr, function: &ast::Function) -> Option<Expr> {
        let name = function.name.to_string().to_lowercase();
        // a raw row belongs to no schedule
        let here = |function: Function| !(self.scope.raw && function == Function::BusinessDayEnd);
        let valid = || FUNCTIONS.iter().filter(|(_, function, ..)| here(*function)).map(|(known, ..)| *known);
        let Some((_, found, ..)) = FUNCTIONS.iter().find(|(known, function, ..)| *known == name && here(*function))
        else {
            let help = suggest(&name, valid());
            self.problem(at, "unknown_function", format!("there is no function `{name}`"), help);
            return None;
        };
        let ast::FunctionArguments::List(list) = &function.args else { return self.unsupported(at) };
        let plain = function.filter.is_none()
            && function.over.is_none()
            && list.duplicate_treatment.is_none()
            && list.clauses.is_empty();
        if !plain {
            return self.unsupported(at);
        }
        let mut arguments = Vec::new();
        for argument in &list.args {
            let ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(argument)) = argument else {
                return self.unsupported(at);
            };
            arguments.push(self.expr(argument));
        }
        self.call(at, *found, arguments.into_iter().collect::<Option<Vec<_>>>()?)
    }

    fn call(&mut self, at: &ast::Expr, function: Function, mut arguments: Vec<Expr>) -> Option<Expr> {
        let (name, _, fewest, kinds, ..) = FUNCTIONS.iter().find(|(_, known, ..)| *known == function)?;
        let most = if kinds.is_empty() || *fewest == VARIADIC { usize::MAX } else { kinds.len() };
        let fewest = if *fewest == VARIADIC { 1 } else { *fewest };
        if arguments.len() < fewest || arguments.len() > most {
            self.problem(
                at,
                "wrong_arguments",
                format!(
                    "`{name}` takes {}, not {}",
                    if most == usize::MAX { format!("{fewest} or more") } else { most.to_string() },
                    arguments.len()
                ),
                None,
            );
            return None;
        }
        if kinds.is_empty() {
            let found: Vec<FieldType> = arguments.iter().filter_map(Expr::kind).collect();
            let Some(kind) = common_kind(&found).filter(|kind| arguments.iter().all(|argument| fits(argument, *kind)))
            else {
                self.problem(at, "wrong_type", format!("the arguments of `{name}` are of different types"), None);
                return None;
            };
            if function == Function::Abs
                && !matches!(kind, FieldType::Integer | FieldType::Number | FieldType::Duration)
            {
                self.problem(at, "wrong_type", format!("`abs` of {} means nothing", kind.name()), None);
                return None;
            }
            arguments = arguments.into_iter().map(|argument| convert(argument, kind)).collect();
        } else {
            for (index, argument) in arguments.iter_mut().enumerate() {
                let wanted = kinds[index.min(kinds.len() - 1)];
                if fits(argument, wanted) {
                    *argument = convert(std::mem::replace(argument, Expr::Literal(Value::Null)), wanted);
                }
                if argument.kind().is_some_and(|kind| kind != wanted) {
                    let found = argument.kind().map_or("null", FieldType::name);
                    self.problem(
                        at,
                        "wrong_type",
                        format!("argument {} of `{name}` is {found}, not {}", index + 1, wanted.name()),
                        None,
                    );
                    return None;
                }
            }
        }
        if let (Function::RegexpLike | Function::RegexpReplace, Some(Expr::Literal(Value::Text(pattern)))) =
            (function, arguments.get(1))
            && regex::Regex::new(pattern).is_err()
        {
            let message = format!("`{pattern}` is no regular expression");
            self.problem(at, "wrong_value", message, Some("without look-around and back-references".to_owned()));
            return None;
        }
        Some(Expr::Call { function, arguments })
    }
}

fn operator(operator: &ast::BinaryOperator) -> Option<Operator> {
    Some(match operator {
        ast::BinaryOperator::And => Operator::And,
        ast::BinaryOperator::Or => Operator::Or,
        ast::BinaryOperator::Eq => Operator::Equal,
        ast::BinaryOperator::NotEq => Operator::NotEqual,
        ast::BinaryOperator::Lt => Operator::Less,
        ast::BinaryOperator::LtEq => Operator::LessOrEqual,
        ast::BinaryOperator::Gt => Operator::Greater,
        ast::BinaryOperator::GtEq => Operator::GreaterOrEqual,
        ast::BinaryOperator::Plus => Operator::Add,
        ast::BinaryOperator::Minus => Operator::Subtract,
        ast::BinaryOperator::Multiply => Operator::Multiply,
        ast::BinaryOperator::Divide => Operator::Divide,
        ast::BinaryOperator::Modulo => Operator::Modulo,
        _ => return None,
    })
}

fn is_null(operand: Expr) -> Expr {
    Expr::IsNull(Box::new(operand))
}

fn negate_if(negated: bool, expr: Expr) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

pub(super) fn and(left: Expr, right: Expr) -> Expr {
    Expr::Binary { operator: Operator::And, left: Box::new(left), right: Box::new(right) }
}
