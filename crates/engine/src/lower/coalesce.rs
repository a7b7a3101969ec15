//! `coalesce` as a function of its own: the engine's exists only as a rewriting to `case` that doubles every argument.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef};
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
            result = zip(&is_not_null(&result)?, &result, &next)?;
        }
        Ok(ColumnarValue::Array(result))
    }
}
