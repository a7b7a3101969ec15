//! `power`, as the plain evaluator works it out: over decimals of four places, rounded to four.

use std::sync::{Arc, LazyLock};

use arrow::array::{AsArray, Decimal128Array};
use arrow::datatypes::{DataType, Decimal128Type};
use catalogue::expression;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

const NUMBER: DataType = DataType::Decimal128(38, 4);

/// `base` to the power of `exponent`.
pub(super) fn power(base: Expr, exponent: Expr) -> Expr {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        Arc::new(ScalarUDF::new_from_impl(Power { signature: Signature::user_defined(Volatility::Immutable) }))
    });
    FUNCTION.call(vec![base, exponent])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Power {
    signature: Signature,
}

impl ScalarUDFImpl for Power {
    fn name(&self) -> &str {
        "power_of_decimals"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Numbers of columns have fewer digits than those worked out.
    fn coerce_types(&self, _: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![NUMBER, NUMBER])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(NUMBER)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [bases, exponents] = arrays.as_slice() else {
            return exec_err!("power takes two arguments");
        };
        let (bases, exponents) = (bases.as_primitive::<Decimal128Type>(), exponents.as_primitive::<Decimal128Type>());
        let both = bases.iter().zip(exponents);
        let powers: Decimal128Array = both.map(|(base, exponent)| expression::power(base?, exponent?)).collect();
        Ok(ColumnarValue::Array(Arc::new(powers.with_data_type(NUMBER))))
    }
}
