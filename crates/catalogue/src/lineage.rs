//! Lineage: which columns of facts a metric uses, and the fields of records these are folded from.

use std::collections::{BTreeMap, BTreeSet};

use model::{FactTable, Field, RecordKind};

use crate::Catalogue;
use crate::metric::Metric;

/// What a metric uses of one table of facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Lineage {
    /// The table.
    pub table: FactTable,
    /// The columns used, in the table's order.
    pub columns: Vec<Used>,
}

/// A column that a metric uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    /// The column.
    pub column: &'static Field,
    /// The parts of the measure that name it, as `population`, `at` or `hit`.
    pub parts: BTreeSet<&'static str>,
    /// The fields of records of the same name that it is carried over from; none where it is worked out in the fold.
    pub from: Vec<(RecordKind, &'static str)>,
}

/// The lineage of `metric`: one a table, of a derived metric those of its inputs.
///
/// ```
/// use catalogue::{Catalogue, file::Problems, lineage::lineage};
/// let catalogue = Catalogue::load(&[], &mut Problems::default());
/// let found = lineage(catalogue.get("csat_t2b").unwrap(), &catalogue);
/// assert_eq!(found[0].table.name(), "survey_answer");
/// let value = found[0].columns.iter().find(|used| used.column.name == "value").unwrap();
/// assert!(value.parts.contains("hit"));
/// assert_eq!(value.from[0].1, "value");
/// ```
pub fn lineage(metric: &Metric, catalogue: &Catalogue) -> Vec<Lineage> {
    let mut tables: BTreeMap<FactTable, BTreeMap<&'static str, BTreeSet<&'static str>>> = BTreeMap::new();
    gather(metric, catalogue, &mut Vec::new(), &mut tables);
    let lineage = |(table, used): (FactTable, BTreeMap<&'static str, BTreeSet<&'static str>>)| {
        let column = |column: &'static Field| {
            Some(Used { column, parts: used.get(column.name)?.clone(), from: fields(table, column) })
        };
        Lineage { table, columns: table.columns().iter().filter_map(column).collect() }
    };
    tables.into_iter().map(lineage).collect()
}

fn gather(
    metric: &Metric,
    catalogue: &Catalogue,
    above: &mut Vec<String>,
    tables: &mut BTreeMap<FactTable, BTreeMap<&'static str, BTreeSet<&'static str>>>,
) {
    // a definition made of itself is refused elsewhere
    if above.contains(&metric.id) {
        return;
    }
    above.push(metric.id.clone());
    let measure = &metric.measure;
    match measure.table {
        Some(table) => {
            let used = tables.entry(table).or_default();
            let own = [("population", &measure.population), ("at", &measure.at)];
            let own = own.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?)));
            for (part, text) in own.chain(measure.parts.iter().map(|(name, text)| (*name, text))) {
                for column in table.columns().iter().filter(|column| names(&text.value, column.name)) {
                    used.entry(column.name).or_default().insert(part);
                }
            }
        }
        None => {
            for input in &measure.inputs {
                if let Ok(input) = catalogue.find(&input.metric.value) {
                    gather(input, catalogue, above, tables);
                }
            }
        }
    }
    above.pop();
}

/// Whether an expression names a column: as a word of its own, outside of quotes and no parameter.
fn names(expression: &str, column: &str) -> bool {
    let mut is_quoted = false;
    let mut word = String::new();
    let mut before = ' ';
    for character in expression.chars().chain([' ']) {
        if !is_quoted && (character.is_ascii_alphanumeric() || matches!(character, '_' | '.')) {
            word.push(character);
            continue;
        }
        if word == column && before != '$' {
            return true;
        }
        word.clear();
        before = character;
        if character == '\'' {
            is_quoted = !is_quoted;
        }
    }
    false
}

/// The fields that a column is carried over from: those of its name, and for an id of the table's own rows the record's.
fn fields(table: FactTable, column: &Field) -> Vec<(RecordKind, &'static str)> {
    let of_customer = column.name.strip_prefix("customer_").filter(|name| *name != "id" && *name != "system");
    let mut found = Vec::new();
    for kind in table.record_kinds() {
        let field = kind.fields().iter().find(|field| field.name == column.name && field.kind == column.kind);
        found.extend(field.map(|field| (*kind, field.name)));
    }
    if let Some(name) = of_customer {
        let field = RecordKind::Customer.fields().iter().find(|field| field.name == name);
        found.extend(field.map(|field| (RecordKind::Customer, field.name)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Problems;

    #[test]
    fn words_are_columns_unless_quoted_or_parameters() {
        for (expression, column, expected) in [
            ("not is_test and value >= 4", "value", true),
            ("instrument = 'value'", "value", false),
            ("$value > 1", "value", false),
            ("values > 1", "value", false),
            ("coalesce(value,0)", "value", true),
            ("instrument = 'it' and value", "value", true),
        ] {
            assert_eq!(names(expression, column), expected, "{expression}");
        }
    }

    /// Every shipped metric over facts uses columns, and a derived one those of its inputs.
    #[test]
    fn every_shipped_metric_has_a_lineage() {
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        for metric in catalogue.metrics() {
            let found = lineage(metric, &catalogue);
            assert!(!found.is_empty() && found.iter().all(|one| !one.columns.is_empty()), "{}", metric.id);
            if let Some(table) = metric.measure.table {
                assert_eq!(found.iter().map(|one| one.table).collect::<Vec<_>>(), [table], "{}", metric.id);
            }
        }
        let tables = |id: &str| {
            let metric = catalogue.get(id).expect("a metric");
            lineage(metric, &catalogue).iter().map(|one| one.table.name()).collect::<Vec<_>>()
        };
        assert_eq!(tables("cost_per_contact"), ["customer_contact", "cost"]);
    }
}
