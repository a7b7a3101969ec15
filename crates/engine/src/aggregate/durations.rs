//! `durations(ended, open)`: n, how many ended, and value, low and high of each quantile, from exact values.
//!
//! `ended` holds the duration of work that is done, `open` the time so far of work that is not; a row has at most one
//! of them. Without open work quantiles are of type 7 with order-statistic intervals; asked as a survival they are
//! Kaplan–Meier's with log-log limits.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use catalogue::margin::quantile::{order_statistic_ranks, type7};
use catalogue::margin::survival::KaplanMeier;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

/// The aggregate function; its result is a list of floats: n, ended, then value, low, high a quantile, in milliseconds.
#[derive(Debug)]
pub struct Durations {
    quantiles: Vec<f64>,
    survival: bool,
    signature: Signature,
}

impl Durations {
    /// For these quantiles; `survival` as Kaplan–Meier, else type 7 of what has ended.
    pub fn new(quantiles: &[f64], survival: bool) -> Self {
        let signature = Signature::exact(vec![DataType::Int64, DataType::Int64], Volatility::Immutable);
        Durations { quantiles: quantiles.to_vec(), survival, signature }
    }

    fn bits(&self) -> Vec<u64> {
        self.quantiles.iter().map(|q| q.to_bits()).collect()
    }
}

impl PartialEq for Durations {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits() && self.survival == other.survival
    }
}

impl Eq for Durations {}

impl Hash for Durations {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits().hash(state);
        self.survival.hash(state);
    }
}

fn list_field(name: String) -> FieldRef {
    Arc::new(Field::new_list(name, Field::new_list_field(DataType::Int64, true), true))
}

impl AggregateUDFImpl for Durations {
    fn name(&self) -> &str {
        "durations"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true))))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![list_field(format_state_name(args.name, "ended")), list_field(format_state_name(args.name, "open"))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let quantiles = self.quantiles.clone();
        Ok(Box::new(Values { ended: Vec::new(), open: Vec::new(), quantiles, survival: self.survival }))
    }
}

#[derive(Debug)]
struct Values {
    ended: Vec<i64>,
    open: Vec<i64>,
    quantiles: Vec<f64>,
    survival: bool,
}

fn extend(values: &mut Vec<i64>, array: &ArrayRef) {
    let array = array.as_primitive::<Int64Type>();
    if array.null_count() == 0 {
        values.extend_from_slice(array.values());
    } else {
        values.extend(array.iter().flatten());
    }
}

fn extend_lists(values: &mut Vec<i64>, array: &ArrayRef) {
    for list in array.as_list::<i32>().iter().flatten() {
        extend(values, &list);
    }
}

fn list_of<A: Array + 'static>(array: A) -> ScalarValue {
    SingleRowListArrayBuilder::new(Arc::new(array)).build_list_scalar()
}

impl Values {
    fn figures(&mut self) -> Vec<Option<f64>> {
        let ended = self.ended.len();
        let n = if self.survival { ended + self.open.len() } else { ended };
        let mut figures = vec![Some(n as f64), Some(ended as f64)];
        if self.survival {
            let curve = KaplanMeier::new(&mut self.ended, &mut self.open);
            for q in &self.quantiles {
                let (low, high) = curve.interval(*q);
                figures.extend([curve.quantile(*q), low, high]);
            }
            return figures;
        }
        self.ended.sort_unstable();
        for q in &self.quantiles {
            let ranks = order_statistic_ranks(ended, *q);
            let at = |rank: usize| self.ended.get(rank.checked_sub(1)?).map(|value| *value as f64);
            figures.extend([
                type7(&self.ended, *q),
                ranks.and_then(|(low, _)| at(low)),
                ranks.and_then(|(_, high)| at(high)),
            ]);
        }
        figures
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        extend(&mut self.ended, &values[0]);
        extend(&mut self.open, &values[1]);
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        extend_lists(&mut self.ended, &states[0]);
        extend_lists(&mut self.open, &states[1]);
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let take = |values: &mut Vec<i64>| list_of(Int64Array::from(std::mem::take(values)));
        Ok(vec![take(&mut self.ended), take(&mut self.open)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(list_of(arrow::array::Float64Array::from(self.figures())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + (self.ended.capacity() + self.open.capacity()) * size_of::<i64>()
    }
}
