//! `reopened_within`: whether a ticket was opened again in time and for long enough, told by the text in which facts
//! keep its reopenings. Most tickets have none, so only the others are read.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, AsArray, BooleanArray, BooleanBufferBuilder, StringArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use model::{Millis, reopenings};

/// Whether one of the `reopenings` came within `window` and stayed open for longer than `thank_you`.
pub(super) fn reopened_within(reopenings: Expr, window: Expr, thank_you: Expr) -> Expr {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        Arc::new(ScalarUDF::new_from_impl(ReopenedWithin { signature: Signature::user_defined(Volatility::Immutable) }))
    });
    FUNCTION.call(vec![reopenings, window, thank_you])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ReopenedWithin {
    signature: Signature,
}

impl ScalarUDFImpl for ReopenedWithin {
    fn name(&self) -> &str {
        "reopened_within"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Text of whatever form becomes plain text.
    fn coerce_types(&self, _: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![DataType::Utf8, DataType::Int64, DataType::Int64])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [told, windows, thank_yous] = arrays.as_slice() else {
            return exec_err!("reopened_within takes three arguments");
        };
        let told: &StringArray = told.as_string::<i32>();
        let (windows, thank_yous) = (windows.as_primitive::<Int64Type>(), thank_yous.as_primitive::<Int64Type>());
        let nulls = NullBuffer::union(windows.nulls(), thank_yous.nulls());
        let mut reopened = BooleanBufferBuilder::new(told.len());
        reopened.append_n(told.len(), false);
        let mut read = |row: usize| {
            let [window, thank_you] = [windows, thank_yous].map(|lengths| Millis::new(lengths.value(row)));
            reopened.set_bit(row, reopenings::any_within(told.value(row), window, thank_you));
        };
        match told.nulls() {
            Some(known) => known.valid_indices().for_each(&mut read),
            None => (0..told.len()).for_each(&mut read),
        }
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(reopened.finish(), nulls))))
    }
}
