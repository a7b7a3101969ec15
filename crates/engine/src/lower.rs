//! Expressions → DataFusion. One tree serves mapping and metrics; here is the only place that gives it to the engine.
//!
//! The meaning is that of [`catalogue::expression::evaluate`], which the tests hold it to: three-valued logic,
//! arithmetic that is null where it overflows or divides by zero, decimals rounded half away from zero, and null
//! where operands are of types that do not go together (which resolving an expression refuses beforehand). A number
//! that was calculated is `Decimal128(38, 4)`, one from a column `Decimal128(18, 4)`.

mod arithmetic;
mod cast;
mod coalesce;
mod power;
mod reopened;

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use catalogue::expression::{Expr, Function, Operator, Value};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::execution::context::ExecutionProps;
use datafusion::functions::core::expr_fn as core;
use datafusion::functions::regex::expr_fn as regex_functions;
use datafusion::functions::string::expr_fn as string;
use datafusion::functions::unicode::expr_fn as unicode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{self as logical, Case, Like, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};
use model::FieldType;

pub(crate) use cast::show;

/// Longest text `lpad` makes, in characters, so that a slip of the pen cannot fill the memory.
const LPAD_MAX: i64 = 10_000;

/// The DataFusion expression that means `expr`. Total: it never panics and never fails.
pub fn lower(expr: &Expr) -> logical::Expr {
    match expr {
        Expr::Column { name, .. } => logical::Expr::Column(Column::new_unqualified(name)),
        Expr::Literal(value) => lit(literal(value)),
        Expr::Not(operand) => match boolean(operand) {
            Some(operand) => logical::Expr::Not(Box::new(operand)),
            None => null(FieldType::Boolean),
        },
        Expr::Negate(operand) => match operand.kind() {
            Some(kind) => arithmetic::negate(lower(operand), kind),
            None => lit(ScalarValue::Null),
        },
        Expr::IsNull(operand) => logical::Expr::IsNull(Box::new(lower_typed(operand, FieldType::Boolean))),
        Expr::Binary { operator, left, right } => binary(*operator, left, right),
        Expr::In { operand, list } => contained(operand, list),
        Expr::Like { operand, pattern, ignore_case } => like(operand, pattern, *ignore_case),
        Expr::Case { branches, otherwise, kind } => case(branches, otherwise.as_deref(), *kind),
        Expr::Call { function, arguments } => call(*function, arguments),
        Expr::Cast { operand, to } => match operand.kind() {
            Some(from) => cast::cast(lower(operand), from, *to),
            None => null(*to),
        },
    }
}

/// `expr`, lowered, with types fitted to `schema` (text may be `Utf8` or `Utf8View` there), ready to be evaluated.
///
/// # Errors
/// When a column is not in `schema`, or is there with a type that does not fit.
pub fn physical(expr: &Expr, schema: &Schema) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = Arc::new(DFSchema::try_from(schema.clone())?);
    let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(Arc::clone(&schema)).build());
    let fitted = simplifier.coerce(lower(expr), &schema)?;
    create_physical_expr(&fitted, &schema, &ExecutionProps::new(), &PhysicalPlanningContext::default())
}

/// The Arrow type of calculated values of `kind`.
fn calculated(kind: FieldType) -> DataType {
    match kind {
        FieldType::Number => DataType::Decimal128(38, 4),
        other => other.arrow(),
    }
}

fn null(kind: FieldType) -> logical::Expr {
    lit(ScalarValue::try_from(&calculated(kind)).unwrap_or(ScalarValue::Null))
}

fn literal(value: &Value) -> ScalarValue {
    match value {
        Value::Null => ScalarValue::Null,
        Value::Text(text) => ScalarValue::Utf8(Some(text.clone())),
        Value::Integer(number) => ScalarValue::Int64(Some(*number)),
        Value::Number(number) => {
            let precision = if number.unsigned_abs() < 10_u128.pow(18) { 18 } else { 38 };
            ScalarValue::Decimal128(Some(*number), precision, 4)
        }
        Value::Boolean(flag) => ScalarValue::Boolean(Some(*flag)),
        Value::Time(at) => ScalarValue::TimestampMicrosecond(Some(at.micros()), Some(Arc::from("UTC"))),
        Value::Duration(length) => ScalarValue::Int64(Some(length.get())),
    }
}

/// `expr` lowered, a null without a type becoming one of `kind`.
fn lower_typed(expr: &Expr, kind: FieldType) -> logical::Expr {
    if expr.kind().is_none() { null(kind) } else { lower(expr) }
}

/// `expr` lowered where it is true or false or the null literal.
fn boolean(expr: &Expr) -> Option<logical::Expr> {
    expr.kind().is_none_or(|kind| kind == FieldType::Boolean).then(|| lower_typed(expr, FieldType::Boolean))
}

fn binary(operator: Operator, left: &Expr, right: &Expr) -> logical::Expr {
    let native = match operator {
        Operator::And | Operator::Or => {
            let operator = if operator == Operator::And { logical::Operator::And } else { logical::Operator::Or };
            return match (boolean(left), boolean(right)) {
                (Some(left), Some(right)) => logical::binary_expr(left, operator, right),
                _ => null(FieldType::Boolean),
            };
        }
        Operator::Equal => logical::Operator::Eq,
        Operator::NotEqual => logical::Operator::NotEq,
        Operator::Less => logical::Operator::Lt,
        Operator::LessOrEqual => logical::Operator::LtEq,
        Operator::Greater => logical::Operator::Gt,
        Operator::GreaterOrEqual => logical::Operator::GtEq,
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => {
            return match (left.kind(), right.kind()) {
                (Some(a), Some(b)) => arithmetic::binary(operator, (lower(left), a), (lower(right), b)),
                (a, b) => operator.result(a, b).map_or_else(|| lit(ScalarValue::Null), null),
            };
        }
    };
    match (left.kind(), right.kind()) {
        (Some(a), Some(b)) if a == b => logical::binary_expr(lower(left), native, lower(right)),
        _ => null(FieldType::Boolean),
    }
}

fn contained(operand: &Expr, list: &[Value]) -> logical::Expr {
    let Some(kind) = operand.kind() else { return null(FieldType::Boolean) };
    let list: Vec<logical::Expr> =
        list.iter().filter(|value| value.kind() == Some(kind)).map(|value| lit(literal(value))).collect();
    let operand = lower(operand);
    if list.is_empty() {
        // `x in ()` is false, but null where x is null
        return when(logical::Expr::IsNotNull(Box::new(operand)), lit(false), None);
    }
    operand.in_list(list, false)
}

fn like(operand: &Expr, pattern: &str, ignore_case: bool) -> logical::Expr {
    if operand.kind() != Some(FieldType::Text) {
        return null(FieldType::Boolean);
    }
    // the engine takes a backslash for an escape; here it is a character like any other
    let pattern = lit(pattern.replace('\\', "\\\\"));
    logical::Expr::Like(Like::new(false, Box::new(lower(operand)), Box::new(pattern), None, ignore_case))
}

fn when(condition: logical::Expr, then: logical::Expr, otherwise: Option<logical::Expr>) -> logical::Expr {
    logical::Expr::Case(Case::new(None, vec![(Box::new(condition), Box::new(then))], otherwise.map(Box::new)))
}

fn case(branches: &[(Expr, Expr)], otherwise: Option<&Expr>, kind: FieldType) -> logical::Expr {
    let otherwise = otherwise.map_or_else(|| null(kind), |otherwise| lower_typed(otherwise, kind));
    let branches: Vec<_> = branches
        .iter()
        .filter_map(|(condition, result)| Some((Box::new(boolean(condition)?), Box::new(lower_typed(result, kind)))))
        .collect();
    if branches.is_empty() {
        return otherwise;
    }
    logical::Expr::Case(Case::new(None, branches, Some(Box::new(otherwise))))
}

fn call(function: Function, arguments: &[Expr]) -> logical::Expr {
    let kind = function.result(arguments);
    checked_call(function, arguments, kind).unwrap_or_else(|| kind.map_or_else(|| lit(ScalarValue::Null), null))
}

/// `None` where the arguments are of wrong types or number: the value is null.
fn checked_call(function: Function, arguments: &[Expr], kind: Option<FieldType>) -> Option<logical::Expr> {
    let typed = |index: usize, wanted: FieldType| {
        let argument: &Expr = arguments.get(index)?;
        argument.kind().is_none_or(|kind| kind == wanted).then(|| lower_typed(argument, wanted))
    };
    let text = |index: usize| typed(index, FieldType::Text);
    let integer = |index: usize| typed(index, FieldType::Integer);
    let alike = || {
        let all: Option<Vec<_>> = (0..arguments.len()).map(|index| typed(index, kind?)).collect();
        all.filter(|all| !all.is_empty())
    };
    Some(match function {
        Function::Coalesce => coalesce::coalesce(alike()?),
        Function::Least => core::least(alike()?),
        Function::Greatest => core::greatest(alike()?),
        Function::NullIf => {
            let [left, right] = <[_; 2]>::try_from(alike()?).ok()?;
            core::nullif(left, right)
        }
        Function::Abs => arithmetic::absolute(typed(0, kind?)?, kind?)?,
        Function::Lower => string::lower(text(0)?),
        Function::Upper => string::upper(text(0)?),
        Function::Trim => string::btrim(vec![text(0)?]),
        Function::Concat => string::concat((0..arguments.len()).map(text).collect::<Option<Vec<_>>>()?),
        Function::Length => logical::cast(unicode::character_length(text(0)?), DataType::Int64),
        Function::Left => unicode::left(text(0)?, integer(1)?),
        Function::Right => unicode::right(text(0)?, integer(1)?),
        Function::Lpad => unicode::lpad(vec![text(0)?, padded_length(arguments.get(1)?, integer(1)?), text(2)?]),
        Function::SplitPart => {
            // the engine takes 0 for an error and counts a negative part from the end
            let part = integer(2)?;
            let from_one = core::greatest(vec![part.clone(), lit(1_i64)]);
            when(part.gt_eq(lit(1_i64)), string::split_part(text(0)?, text(1)?, from_one), None)
        }
        Function::Replace => string::replace(text(0)?, text(1)?, text(2)?),
        Function::StartsWith => string::starts_with(text(0)?, text(1)?),
        Function::Contains => string::contains(text(0)?, text(1)?),
        Function::Power => power::power(typed(0, FieldType::Number)?, typed(1, FieldType::Number)?),
        Function::ReopenedWithin => {
            let [window, thank_you] = [1, 2].map(|index| typed(index, FieldType::Duration));
            reopened::reopened_within(text(0)?, window?, thank_you?)
        }
        // a plan has made a column of it
        Function::BusinessDayEnd => return None,
        Function::RegexpLike => {
            readable_pattern(arguments.get(1)?)?;
            regex_functions::regexp_like(text(0)?, text(1)?, None)
        }
        Function::RegexpReplace => {
            readable_pattern(arguments.get(1)?)?;
            regex_functions::regexp_replace(text(0)?, text(1)?, text(2)?, Some(lit("g")))
        }
    })
}

/// A length within 0 to the maximum: the engine panics on a column of negative ones and gives all the memory there is
/// to large ones.
fn padded_length(length: &Expr, lowered: logical::Expr) -> logical::Expr {
    if let Expr::Literal(Value::Integer(length)) = length {
        return lit((*length).clamp(0, LPAD_MAX));
    }
    let branches = [(lowered.clone().lt(lit(0_i64)), lit(0_i64)), (lowered.clone().gt(lit(LPAD_MAX)), lit(LPAD_MAX))];
    let branches = branches.map(|(condition, result)| (Box::new(condition), Box::new(result)));
    logical::Expr::Case(Case::new(None, branches.into(), Some(Box::new(lowered))))
}

/// A constant pattern that cannot be read makes null, as in the plain evaluator; the engine would fail the whole query.
fn readable_pattern(pattern: &Expr) -> Option<()> {
    match pattern {
        Expr::Literal(Value::Text(pattern)) => regex::Regex::new(pattern).ok().map(|_| ()),
        _ => Some(()),
    }
}
