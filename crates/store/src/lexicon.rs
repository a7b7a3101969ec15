//! Words of facts: text that repeats is kept by number until it is written, so that facts of all buckets are put away,
//! put together and put in order without it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat, take};
use arrow::datatypes::{DataType, Int32Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use model::FactTable;

/// Different words of a column that are kept; one with more is text from then on.
const WORDS: usize = 64 << 10;

/// Bytes of the words of a column that are kept.
const BYTES: usize = 4 << 20;

type Result<T> = std::result::Result<T, ArrowError>;

/// The words of every column of facts whose text repeats, numbered as they come.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    columns: BTreeMap<(FactTable, usize), Column>,
}

/// The words of a column.
#[derive(Debug, Default)]
struct Column {
    words: Vec<String>,
    numbers: HashMap<String, i32>,
    bytes: usize,
    /// There were too many: what comes now is kept as text.
    is_full: bool,
}

impl Column {
    /// The number of each of `values`; `None` once there are too many.
    fn numbers(&mut self, values: &StringArray) -> Option<Vec<i32>> {
        let mut numbers = Vec::with_capacity(values.len());
        for value in values.iter().map(Option::unwrap_or_default) {
            if self.is_full {
                return None;
            }
            let number = match self.numbers.get(value) {
                Some(number) => *number,
                None => {
                    let number = i32::try_from(self.words.len()).ok()?;
                    self.words.push(value.to_owned());
                    self.numbers.insert(value.to_owned(), number);
                    self.bytes += value.len();
                    self.is_full = self.words.len() >= WORDS || self.bytes >= BYTES;
                    number
                }
            };
            numbers.push(number);
        }
        Some(numbers)
    }
}

impl Lexicon {
    /// Facts with numbers in place of words; as text where a column has too many.
    pub(crate) fn encode(&mut self, table: FactTable, facts: &RecordBatch) -> Result<RecordBatch> {
        let mut fields = Vec::with_capacity(facts.num_columns());
        let mut columns = Vec::with_capacity(facts.num_columns());
        for (index, (field, column)) in facts.schema_ref().fields().iter().zip(facts.columns()).enumerate() {
            let kept: ArrayRef = match column.as_dictionary_opt::<Int32Type>() {
                None => column.clone(),
                Some(coded) => {
                    let words = self.columns.entry((table, index)).or_default();
                    let values = coded.values().as_string_opt::<i32>();
                    match values.and_then(|values| words.numbers(values)) {
                        Some(numbers) => Arc::new(renumbered(coded.keys(), &numbers)),
                        None => cast(column, &DataType::Utf8)?,
                    }
                }
            };
            fields.push(field.as_ref().clone().with_data_type(kept.data_type().clone()));
            columns.push(kept);
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// What facts of a table are put together by, once all are encoded.
    pub(crate) fn decoder(&self, table: FactTable, schema: &SchemaRef) -> Decoder {
        let mut words = Vec::with_capacity(schema.fields().len());
        let fields = schema.fields().iter().enumerate().map(|(index, field)| {
            let column = self.columns.get(&(table, index));
            let kind = match column {
                Some(column) if !column.is_full => {
                    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
                }
                _ => field.data_type().clone(),
            };
            words.push(column.map(|column| Arc::new(StringArray::from_iter_values(&column.words))));
            field.as_ref().clone().with_data_type(kind)
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Decoder { schema, words }
    }
}

/// Numbers for other numbers.
fn renumbered(keys: &Int32Array, numbers: &[i32]) -> Int32Array {
    // a key that is none has whatever number
    let number = |key: &i32| usize::try_from(*key).ok().and_then(|key| numbers.get(key).copied()).unwrap_or(0);
    Int32Array::new(keys.values().iter().map(number).collect(), keys.nulls().cloned())
}

/// The words of the columns of a table.
#[derive(Debug)]
pub(crate) struct Decoder {
    schema: SchemaRef,
    words: Vec<Option<Arc<StringArray>>>,
}

impl Decoder {
    /// The columns of facts: those whose words are all known as dictionaries, other text as text.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Encoded facts as one batch with their words.
    pub(crate) fn concat(&self, batches: &[RecordBatch]) -> Result<RecordBatch> {
        let mut columns = Vec::with_capacity(self.words.len());
        for (index, (field, words)) in self.schema.fields().iter().zip(&self.words).enumerate() {
            let parts = batches.iter().map(|batch| batch.column(index));
            columns.push(match (words, field.data_type()) {
                (Some(words), DataType::Dictionary(..)) => {
                    let numbers = concat(&parts.map(|part| part.as_ref()).collect::<Vec<_>>())?;
                    let numbers = numbers.as_primitive::<Int32Type>().clone();
                    Arc::new(DictionaryArray::<Int32Type>::try_new(numbers, words.clone())?) as ArrayRef
                }
                // numbers from before there were too many words, text from then on
                (Some(words), _) => {
                    let spelled = parts.map(|part| match part.data_type() {
                        DataType::Int32 => take(words.as_ref(), part, None),
                        _ => Ok(part.clone()),
                    });
                    let spelled = spelled.collect::<Result<Vec<_>>>()?;
                    concat(&spelled.iter().map(AsRef::as_ref).collect::<Vec<_>>())?
                }
                (None, _) => concat(&parts.map(|part| part.as_ref()).collect::<Vec<_>>())?,
            });
        }
        RecordBatch::try_new(self.schema.clone(), columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(first: usize, rows: usize) -> RecordBatch {
        let words: Vec<Option<String>> = (first..first + rows)
            .map(|row| (row % 7 != 0).then(|| format!("word {}", row % (1 + first / 2))))
            .collect();
        let coded: DictionaryArray<Int32Type> = words.iter().map(Option::as_deref).collect();
        let own = StringArray::from_iter_values((first..first + rows).map(|row| row.to_string()));
        RecordBatch::try_from_iter_with_nullable([
            ("own", Arc::new(own) as ArrayRef, true),
            ("word", Arc::new(coded) as ArrayRef, true),
        ])
        .unwrap()
    }

    fn spelled(batch: &RecordBatch) -> Vec<(Option<String>, Option<String>)> {
        let text = |index: usize| cast(batch.column(index), &DataType::Utf8).unwrap().as_string::<i32>().clone();
        let (own, word) = (text(0), text(1));
        own.iter().zip(&word).map(|(own, word)| (own.map(str::to_owned), word.map(str::to_owned))).collect()
    }

    #[test]
    fn facts_are_the_same_whether_their_words_are_numbered_or_too_many() {
        // the second and the third batch bring more different words than are kept
        for sizes in [&[10, 0, 500][..], &[100, 200_000, 200_000, 5]] {
            let mut lexicon = Lexicon::default();
            let mut first = 0;
            let (mut given, mut encoded) = (Vec::new(), Vec::new());
            for &rows in sizes {
                let batch = facts(first, rows);
                first += rows;
                given.extend(spelled(&batch));
                encoded.push(lexicon.encode(FactTable::Ticket, &batch).unwrap());
            }
            assert_eq!(*encoded[0].column(1).data_type(), DataType::Int32);
            let plain = DataType::Utf8;
            let schema = Schema::new(
                ["own", "word"].map(|name| arrow::datatypes::Field::new(name, plain.clone(), true)).to_vec(),
            );
            let decoder = lexicon.decoder(FactTable::Ticket, &Arc::new(schema));
            let is_text = *decoder.schema().field(1).data_type() == plain;
            assert_eq!(is_text, first > WORDS);
            assert_eq!(spelled(&decoder.concat(&encoded).unwrap()), given);
        }
    }
}
