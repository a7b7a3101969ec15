//! Amounts that are shared out, as a cost among channels and teams. Where the books do not say who bears one, its row has
//! no channel or team: it is part of the total and of none of its parts, which are then not known as wholes. What is
//! divided by such a part would look cheaper than it is.

use std::collections::BTreeSet;

use model::{FactTable, FieldType};

use super::{Measure, Moments, Plan};
use crate::expression::{Expr, Operator};

/// Rows of which it is not known whether a filter over `table` lets them through, since they are shared out to nobody;
/// none where the filter does not ask for that.
pub(super) fn unknown(filter: &Expr, table: FactTable) -> Option<Expr> {
    let shared = table.shared_out();
    let mut asked = BTreeSet::new();
    filter.columns(&mut |name| asked.extend(shared.iter().find(|column| **column == name)));
    let empty = |name: &str| Expr::IsNull(Box::new(Expr::Column { name: name.to_owned(), kind: FieldType::Text }));
    let to_nobody = asked.into_iter().map(empty).reduce(|left, right| super::build::join(Operator::Or, left, right))?;
    Some(super::build::join(Operator::And, to_nobody, Expr::IsNull(Box::new(filter.clone()))))
}

/// What of the cells of an input is shared out to nobody.
pub(super) struct Rest {
    /// Whether each dimension is one that amounts are shared out by.
    is_shared: Vec<bool>,
    /// Period and dimension values of the cells, and how many rows they have.
    cells: Vec<(usize, Vec<Option<String>>, u64)>,
}

impl Rest {
    /// Of the cells of `plan`.
    pub fn of<'a>(plan: &Plan, cells: impl Iterator<Item = (&'a (usize, Vec<Option<String>>), &'a Moments)>) -> Rest {
        let is_shared = shared_places(plan);
        let to_nobody = |by: &[Option<String>]| by.iter().zip(&is_shared).any(|(value, is)| *is && value.is_none());
        let cells = cells.filter_map(|((period, by), moments)| match moments {
            Moments::Sum { n, ledger, .. } if to_nobody(by) => Some((*period, by.clone(), n + ledger.apart)),
            _ => None,
        });
        let cells = cells.collect();
        Rest { is_shared, cells }
    }

    /// How many rows a cell lacks its part of; of the cell of those shared out to nobody all of them, since they belong to
    /// the others.
    pub fn over(&self, period: usize, by: &[Option<String>]) -> u64 {
        let covers = |rest: &[Option<String>]| {
            let mut places = rest.iter().zip(by).zip(&self.is_shared);
            places.all(|((rest, value), is_shared)| rest == value || *is_shared && rest.is_none())
        };
        self.cells.iter().filter(|(of, rest, _)| *of == period && covers(rest)).map(|(.., rows)| rows).sum()
    }
}

/// Which dimensions of a sum are ones that its amounts are shared out by.
fn shared_places(plan: &Plan) -> Vec<bool> {
    let shared = match plan.measure {
        Measure::Sum { .. } => plan.table.shared_out(),
        _ => &[],
    };
    plan.by.iter().map(|dimension| shared.contains(&dimension.column.as_str())).collect()
}

/// What a cell of those shared out to nobody is, in words.
pub(crate) fn note(plan: &Plan, key: &[Option<String>], moments: &Moments) -> Option<String> {
    let Moments::Sum { n: 1.., .. } = moments else { return None };
    let places = shared_places(plan);
    let nobody = plan.by.iter().zip(key).zip(places).filter(|((_, value), is)| *is && value.is_none());
    let names: BTreeSet<&str> = nobody.map(|((dimension, _), _)| dimension.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    (!names.is_empty())
        .then(|| format!("not shared out by {}: part of the others, which are more by it", names.join(" and ")))
}
