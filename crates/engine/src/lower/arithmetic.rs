//! Arithmetic that is null where it overflows or divides by zero. The engine's own wraps integers around, widens
//! decimals until they no longer fit, and fails the whole query for one zero.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use catalogue::expression::Operator;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use model::FieldType;

use super::{calculated, null};
use FieldType::{Duration, Integer, Number, Time};

/// `left` and `right` with their types; null where the types do not go together.
pub(super) fn binary(operator: Operator, left: (Expr, FieldType), right: (Expr, FieldType)) -> Expr {
    let kinds = (left.1, right.1);
    let result = match (operator, kinds) {
        (Operator::Add | Operator::Subtract | Operator::Multiply, (Integer, Integer)) => Integer,
        (Operator::Add | Operator::Subtract | Operator::Multiply, (Number, Number)) => Number,
        (Operator::Add | Operator::Subtract, (Duration, Duration)) => Duration,
        (Operator::Add | Operator::Subtract, (Time, Duration)) | (Operator::Add, (Duration, Time)) => Time,
        (Operator::Subtract, (Time, Time)) => Duration,
        (Operator::Multiply, (Duration, Integer) | (Integer, Duration)) => Duration,
        (Operator::Divide, (Integer | Number | Duration, Integer | Number | Duration)) => Number,
        (Operator::Modulo, (Integer, Integer)) => Integer,
        _ => return operator.result(Some(kinds.0), Some(kinds.1)).map_or_else(|| null(Integer), null),
    };
    call(Operation::Binary(operator), vec![left.0, right.0], [kinds.0, kinds.1], result)
}

/// `-operand`; null where the type has none.
pub(super) fn negate(operand: Expr, kind: FieldType) -> Expr {
    match kind {
        Integer | Number | Duration => call(Operation::Negate, vec![operand], [kind, kind], kind),
        _ => null(kind),
    }
}

/// The absolute value, where the type has one.
pub(super) fn absolute(operand: Expr, kind: FieldType) -> Option<Expr> {
    matches!(kind, Integer | Number | Duration).then(|| call(Operation::Absolute, vec![operand], [kind, kind], kind))
}

fn call(operation: Operation, arguments: Vec<Expr>, kinds: [FieldType; 2], result: FieldType) -> Expr {
    let signature = Signature::any(arguments.len(), Volatility::Immutable);
    ScalarUDF::new_from_impl(Arithmetic { operation, kinds, result, signature }).call(arguments)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Binary(Operator),
    Negate,
    Absolute,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Arithmetic {
    operation: Operation,
    kinds: [FieldType; 2],
    result: FieldType,
    signature: Signature,
}

impl ScalarUDFImpl for Arithmetic {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Binary(Operator::Add) => "checked_add",
            Operation::Binary(Operator::Subtract) => "checked_subtract",
            Operation::Binary(Operator::Multiply) => "checked_multiply",
            Operation::Binary(Operator::Divide) => "checked_divide",
            Operation::Binary(_) => "checked_modulo",
            Operation::Negate => "checked_negate",
            Operation::Absolute => "checked_abs",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(calculated(self.result))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?
            .iter()
            .zip(self.kinds)
            .map(|(array, kind)| Ok(arrow::compute::cast(array, &calculated(kind))?))
            .collect::<Result<Vec<_>>>()?;
        let result = match (self.operation, arrays.as_slice()) {
            (Operation::Binary(operator), [left, right]) => self.binary(operator, left, right)?,
            (Operation::Negate, [operand]) if self.result == Number => each::<Decimal128Type>(operand, in_range_neg),
            (Operation::Negate, [operand]) => each::<Int64Type>(operand, i64::checked_neg),
            (Operation::Absolute, [operand]) if self.result == Number => {
                each::<Decimal128Type>(operand, i128::checked_abs)
            }
            (Operation::Absolute, [operand]) if self.result == Duration => {
                each::<Int64Type>(operand, |length| Some(length.saturating_abs()))
            }
            (Operation::Absolute, [operand]) => each::<Int64Type>(operand, i64::checked_abs),
            _ => return exec_err!("{} was given {} arguments", self.name(), arrays.len()),
        };
        Ok(ColumnarValue::Array(result))
    }
}

impl Arithmetic {
    fn binary(&self, operator: Operator, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
        type I = Int64Type;
        type D = Decimal128Type;
        type T = TimestampMicrosecondType;
        Ok(match (operator, self.kinds) {
            (Operator::Add, [Number, _]) => pairs::<D, D, D>(left, right, |a, b| in_range(a.checked_add(b)?)),
            (Operator::Subtract, [Number, _]) => pairs::<D, D, D>(left, right, |a, b| in_range(a.checked_sub(b)?)),
            (Operator::Multiply, [Number, _]) => {
                pairs::<D, D, D>(left, right, |a, b| in_range(divide_rounded(a.checked_mul(b)?, 10_000)?))
            }
            (Operator::Divide, [a, b]) => {
                let (left, right) = (scaled(left, a)?, scaled(right, b)?);
                pairs::<D, D, D>(&left, &right, |a, b| in_range(divide_rounded(a.checked_mul(10_000)?, b)?))
            }
            (Operator::Add, [Time, _]) => pairs::<T, I, T>(left, right, |at, by| at.checked_add(by.checked_mul(1000)?)),
            (Operator::Add, [_, Time]) => pairs::<I, T, T>(left, right, |by, at| at.checked_add(by.checked_mul(1000)?)),
            (Operator::Subtract, [Time, Time]) => {
                pairs::<T, T, I>(left, right, |a, b| Some(a.checked_sub(b)?.div_euclid(1000)))
            }
            (Operator::Subtract, [Time, _]) => {
                pairs::<T, I, T>(left, right, |at, by| at.checked_sub(by.checked_mul(1000)?))
            }
            (Operator::Add, _) => pairs::<I, I, I>(left, right, i64::checked_add),
            (Operator::Subtract, _) => pairs::<I, I, I>(left, right, i64::checked_sub),
            (Operator::Multiply, _) => pairs::<I, I, I>(left, right, i64::checked_mul),
            (Operator::Modulo, _) => pairs::<I, I, I>(left, right, i64::checked_rem),
            _ => return exec_err!("{operator:?} is no arithmetic"),
        })
    }
}

/// Decimals of one common scale: integers and numbers times 10⁴, durations their milliseconds.
fn scaled(array: &ArrayRef, kind: FieldType) -> Result<ArrayRef> {
    if kind == Number {
        return Ok(Arc::clone(array));
    }
    let factor = if kind == Integer { 10_000 } else { 1 };
    let values = array.as_primitive::<Int64Type>().iter();
    let scaled: PrimitiveArray<Decimal128Type> = values.map(|value| Some(i128::from(value?) * factor)).collect();
    Ok(Arc::new(scaled.with_precision_and_scale(38, 4)?))
}

/// Rounded half away from zero, as SQL's decimals are; `None` for a zero divisor.
fn divide_rounded(a: i128, b: i128) -> Option<i128> {
    let (quotient, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    let up = rest.unsigned_abs() >= b.unsigned_abs() - rest.unsigned_abs();
    Some(if !up {
        quotient
    } else if (a < 0) == (b < 0) {
        quotient + 1
    } else {
        quotient - 1
    })
}

/// What 38 digits hold.
fn in_range(number: i128) -> Option<i128> {
    (number.unsigned_abs() < 10_u128.pow(38)).then_some(number)
}

fn in_range_neg(number: i128) -> Option<i128> {
    number.checked_neg()
}

fn each<T: ArrowPrimitiveType>(array: &ArrayRef, apply: impl Fn(T::Native) -> Option<T::Native>) -> ArrayRef {
    let array = array.as_primitive::<T>();
    let values: PrimitiveArray<T> = array.iter().map(|value| value.and_then(&apply)).collect();
    Arc::new(values.with_data_type(array.data_type().clone()))
}

fn pairs<A: ArrowPrimitiveType, B: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    left: &ArrayRef,
    right: &ArrayRef,
    apply: impl Fn(A::Native, B::Native) -> Option<O::Native>,
) -> ArrayRef {
    let values: PrimitiveArray<O> =
        left.as_primitive::<A>().iter().zip(right.as_primitive::<B>().iter()).map(|(a, b)| apply(a?, b?)).collect();
    let kind = match O::DATA_TYPE {
        DataType::Decimal128(..) => calculated(Number),
        DataType::Timestamp(..) => calculated(Time),
        other => other,
    };
    Arc::new(values.with_data_type(kind))
}
