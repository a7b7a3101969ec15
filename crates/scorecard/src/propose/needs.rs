//! Which kinds of record a metric needs.

use std::collections::BTreeSet;

use catalogue::Catalogue;
use catalogue::lineage::lineage;
use catalogue::plan::{Measure, Plan};
use catalogue::question::Question;
use model::{FactTable, RecordKind};

use crate::declare::{planned, probe};

/// What a metric needs: of each group one kind will do.
pub(super) type Needs = Vec<Vec<RecordKind>>;

/// What `metric` needs under `variant`; nothing where it cannot be planned, which its own file says.
///
/// A derived metric needs what those of its inputs need that are used under its parameters.
pub(super) fn needs(metric: &str, variant: Option<&str>, catalogue: &Catalogue) -> Needs {
    let question = Question { variant: variant.map(str::to_owned), ..probe(metric) };
    let Some(planned) = planned(&question, catalogue) else { return Vec::new() };
    let mut found = Vec::new();
    gather(&planned, catalogue, &mut found);
    found
}

fn gather(plan: &Plan, catalogue: &Catalogue, found: &mut Needs) {
    let mut need = |group: Vec<RecordKind>| {
        if !found.contains(&group) {
            found.push(group);
        }
    };
    if let Measure::Derived { inputs, .. } = &plan.measure {
        for input in inputs {
            gather(&input.plan, catalogue, found);
        }
        return;
    }
    need(rows_from(plan.table));
    let columns = catalogue.get(&plan.metric).map(|metric| lineage(metric, catalogue)).unwrap_or_default();
    for used in columns.iter().flat_map(|table| &table.columns) {
        if let Some(kind) = worked_out_of(plan.table, used.column.name) {
            need(kind.to_vec());
        }
    }
}

/// The kinds of record of which one is enough for a table to have rows.
fn rows_from(table: FactTable) -> Vec<RecordKind> {
    match table {
        // written requests are tickets, and a contact without legs has one of its own
        FactTable::CustomerContact => vec![RecordKind::Contact, RecordKind::Ticket],
        FactTable::ContactLeg => vec![RecordKind::ContactLeg, RecordKind::Contact],
        _ => table.record_kinds().iter().take(1).copied().collect(),
    }
}

/// The kinds of record that a column of another's rows is worked out of, one of which it needs.
fn worked_out_of(table: FactTable, column: &str) -> Option<&'static [RecordKind]> {
    match (table, column) {
        (FactTable::CustomerContact, "previous_session_gap" | "next_session_gap") => Some(&[RecordKind::Session]),
        (FactTable::CustomerContact, "was_subscribed" | "lost_gap" | "regained_gap") => {
            Some(&[RecordKind::SubscriptionMovement])
        }
        (FactTable::Contact, "random_reviews" | "other_reviews") => Some(&[RecordKind::QualityReview]),
        (FactTable::Session, "next_contact_gap" | "next_contact_any_issue_gap") => {
            Some(&[RecordKind::Contact, RecordKind::Ticket])
        }
        (FactTable::SurveyOffer, "answer_delay") => Some(&[RecordKind::SurveyAnswer]),
        _ => None,
    }
}

/// The kinds of `needs` that are not at hand, the first of each group standing for it.
pub(super) fn missing(needs: &Needs, at_hand: &BTreeSet<RecordKind>) -> Vec<RecordKind> {
    let lacking = needs.iter().filter(|group| !group.iter().any(|kind| at_hand.contains(kind)));
    lacking.filter_map(|group| group.first()).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::catalogue;

    #[test]
    fn a_metric_needs_what_its_tables_are_folded_from() {
        let catalogue = catalogue();
        let check = |metric: &str, variant: Option<&str>, expected: &[&[RecordKind]]| {
            let found = needs(metric, variant, &catalogue);
            assert_eq!(found, expected.iter().map(|group| group.to_vec()).collect::<Vec<_>>(), "{metric} {variant:?}");
        };
        use RecordKind::*;
        check("csat_t2b", None, &[&[SurveyAnswer]]);
        check("first_response_time", None, &[&[Ticket]]);
        check("fcr", None, &[&[Contact, Ticket]]);
        check("aht", None, &[&[ContactLeg, Contact]]);
        check("saves_rate", None, &[&[Contact, Ticket], &[SubscriptionMovement]]);
        check("qa_coverage", None, &[&[Contact], &[QualityReview]]);
        check("csat_response_rate", None, &[&[SurveyOffer], &[SurveyAnswer]]);
        // for each order by default, for each customer by variant
        check("contact_rate", None, &[&[Contact, Ticket], &[Order]]);
        check("contact_rate", Some("per_customer"), &[&[Contact, Ticket], &[SubscriptionMovement]]);
        check("total_cost_to_serve", None, &[&[Cost], &[Refund], &[SubscriptionMovement]]);
        check("total_cost_to_serve", Some("ledger_only"), &[&[Cost], &[SubscriptionMovement]]);
        check("no_such_metric", None, &[]);
    }

    #[test]
    fn every_column_that_another_kind_fills_is_a_column() {
        for (table, column) in [
            (FactTable::CustomerContact, "previous_session_gap"),
            (FactTable::CustomerContact, "next_session_gap"),
            (FactTable::CustomerContact, "was_subscribed"),
            (FactTable::CustomerContact, "lost_gap"),
            (FactTable::CustomerContact, "regained_gap"),
            (FactTable::Contact, "random_reviews"),
            (FactTable::Contact, "other_reviews"),
            (FactTable::Session, "next_contact_gap"),
            (FactTable::Session, "next_contact_any_issue_gap"),
            (FactTable::SurveyOffer, "answer_delay"),
        ] {
            assert!(table.columns().iter().any(|known| known.name == column), "{}.{column}", table.name());
            assert!(worked_out_of(table, column).is_some(), "{column}");
        }
    }
}
