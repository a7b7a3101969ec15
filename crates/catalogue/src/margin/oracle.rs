//! Test vectors of independent packages, from `tests/oracles`.

use serde_json::Value;

use super::Interval;

/// The vectors of a topic.
macro_rules! vectors {
    ($topic:literal) => {
        $crate::margin::oracle::parse(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/oracles/",
            $topic,
            ".json"
        )))
    };
}
pub(super) use vectors;

/// One vector.
pub(super) struct Vector {
    pub id: String,
    pub inputs: Value,
    pub expected: Value,
    tolerance: f64,
}

pub(super) fn parse(text: &str) -> Vec<Vector> {
    let rows: Vec<Value> = serde_json::from_str(text).unwrap();
    assert!(!rows.is_empty());
    let vector = |row: Value| Vector {
        id: row["id"].as_str().unwrap().into(),
        inputs: row["inputs"].clone(),
        expected: row["expected"].clone(),
        tolerance: row["tolerance"].as_f64().unwrap(),
    };
    rows.into_iter().map(vector).collect()
}

impl Vector {
    /// An input count.
    pub fn count(&self, name: &str) -> u64 {
        self.inputs[name].as_u64().unwrap_or_else(|| panic!("{}: no count {name}", self.id))
    }

    /// An input list.
    pub fn list(&self, name: &str) -> Vec<i64> {
        self.inputs[name].as_array().unwrap().iter().map(|value| value.as_i64().unwrap()).collect()
    }

    /// Whether the expected number at `pointer`, as `/p50/type7`, is met: within the vector's tolerance, relative
    /// above 1, as the vectors are printed to ten significant digits.
    pub fn check(&self, pointer: &str, found: f64) {
        let expected = self.expected.pointer(pointer).and_then(Value::as_f64);
        let expected = expected.unwrap_or_else(|| panic!("{}: nothing expected at {pointer}", self.id));
        self.close(pointer, found, expected);
    }

    /// The same for both ends, where the vector is not cut to the possible range `within`.
    pub fn check_interval(&self, pointer: &str, found: Interval, within: (f64, f64)) {
        let end = |index: usize| self.expected.pointer(pointer).unwrap()[index].as_f64().unwrap();
        self.close(pointer, found.low, end(0).max(within.0));
        self.close(pointer, found.high, end(1).min(within.1));
    }

    fn close(&self, pointer: &str, found: f64, expected: f64) {
        let tolerance = self.tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= tolerance, "{}{pointer}: {found} is not {expected}", self.id);
    }
}
