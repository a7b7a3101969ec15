//! `coalesce` as a function of its own: the engine's exists only as a rewriting to `case` that doubles every argument.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{is_not_null, kernels::zip::zip};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::type_coercion::binary::try_type_union_resolution;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The first of `arguments` (at least one, all of one kind) that is not null.
pub(super) fn coalesce(arguments: Vec<Expr>) -> Expr {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        Arc::new(ScalarUDF::new_from_impl(Coalesce { signature: Signature::user_defined(Volatility::Immutable) }))
    });
    FUNCTION.call(arguments)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Coalesce {
    signature: Signature,
}

impl ScalarUDFImpl for Coalesce {
    fn name(&self) -> &str {
        "first_not_null"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        try_type_union_resolution(types)
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types.first().cloned().unwrap_or(DataType::Null))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut arguments = ColumnarValue::values_to_arrays(&args.args)?.into_iter();
        let Some(mut result): Option<ArrayRef> = arguments.next() else {
            return exec_err!("coalesce needs an argument");
        };
        for next in arguments {
            if result.null_count() == 0 {
                break;
            }
            result = match (result.as_boolean_opt(), next.as_boolean_opt()) {
                (Some(flags), Some(next)) => Arc::new(filled(flags, next)),
                _ => zip(&is_not_null(&result)?, &result, &next)?,
            };
        }
        Ok(ColumnarValue::Array(result))
    }
}

/// `flags` with those of `next` where they are null, of as many rows: a word of bits at a time, where `zip` copies
/// stretch by stretch.
fn filled(flags: &BooleanArray, next: &BooleanArray) -> BooleanArray {
    let Some(known) = flags.nulls().map(|nulls| nulls.inner()) else { return flags.clone() };
    let values = &(flags.values() & known) | &(next.values() & &!known);
    let nulls = next.nulls().map(|nulls| NullBuffer::new(known | nulls.inner()));
    BooleanArray::new(values, nulls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_filled_where_they_are_null() {
        let every = [Some(true), Some(false), None];
        let flags: BooleanArray = every.iter().flat_map(|flag| [*flag; 3]).collect();
        let next: BooleanArray = every.iter().cycle().take(9).copied().collect();
        let expected: BooleanArray = flags.iter().zip(&next).map(|(flag, next)| flag.or(next)).collect();
        assert_eq!(filled(&flags, &next), expected);
        assert_eq!(filled(&flags.slice(2, 5), &next.slice(3, 5)), {
            let pairs = flags.iter().skip(2).take(5).zip(next.iter().skip(3));
            pairs.map(|(flag, next)| flag.or(next)).collect::<BooleanArray>()
        });
        let literal = BooleanArray::from(vec![true; 9]);
        assert_eq!(filled(&flags, &literal).iter().flatten().filter(|flag| *flag).count(), 6);
    }
}
