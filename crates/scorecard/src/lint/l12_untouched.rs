//! L12: a card of the template, or definitions of it, that nobody has made their own.

use catalogue::diagnostic::Severity;
use catalogue::metric::Status as DefinitionStatus;

use super::{LintInput, Report, Rule, quoted};

pub(super) const RULE: Rule = Rule {
    id: "L12",
    severity: Severity::Warning,
    is_unfinished: true,
    title: "Untouched template default",
    fix: "go through definitions, parameters and weights, then set status = \"draft\" and have it approved",
    check,
};

/// At most one finding of the card and one of its definitions: on a new card it is every KPI. A KPI that is untouched
/// itself is not told twice.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let untouched = untouched_kpis(input);
    if let Some(first) = untouched.first() {
        let (noun, all) = if untouched.len() == 1 { ("KPI", "it") } else { ("KPIs", "each of them") };
        report.card(format!("nobody has approved the {noun} {} of this card", quoted(&untouched)));
        report.instead(format!(
            "go through parameters, weights and targets, set status = \"draft\" and approve {all}: crosscheck review approve \
             kpi:{card}/{first} --as NAME, or all of the card: crosscheck review approve card:{card} --as NAME",
            card = input.name
        ));
    }
    let definitions = untouched_definitions(input, &untouched);
    if let Some(first) = definitions.first() {
        let (noun, they) = match definitions.len() {
            1 => ("definition", "it is"),
            _ => ("definitions", "they are"),
        };
        report.card(format!("nobody has approved the {noun} of {}: {they} the template's", quoted(&definitions)));
        report.instead(format!(
            "read what each counts, as with `crosscheck kpis {first}`, and approve it: crosscheck review approve metric:{first} --as NAME"
        ));
    }
}

/// The KPIs of a template's card that nobody has approved.
fn untouched_kpis<'a>(input: &LintInput<'a>) -> Vec<&'a str> {
    if input.definition.status != DefinitionStatus::TemplateDefault {
        return Vec::new();
    }
    let is_approved =
        |id: &String| input.reviews.and_then(|reviews| reviews.kpis.get(id)).is_some_and(|review| review.is_approved || review.retired.is_some());
    let untouched = input.definition.kpis.iter().filter(|kpi| !is_approved(&kpi.id));
    untouched.map(|kpi| kpi.id.as_str()).collect()
}

/// The metrics of KPIs and gates whose definition is the template's and has not been approved, each once. Those of `told`
/// KPIs come when the KPIs are done, and the gates' with them.
fn untouched_definitions<'a>(input: &LintInput<'a>, told: &[&str]) -> Vec<&'a str> {
    let kpis = input.definition.kpis.iter();
    let kpis = kpis.filter(|kpi| !told.contains(&kpi.id.as_str())).map(|kpi| &kpi.metric);
    let gates = input.definition.gates.iter().filter(|_| told.is_empty()).map(|gate| &gate.metric);
    // what is out of use is nothing to approve
    let is_settled = |id: &str| {
        input.reviews.is_some_and(|reviews| reviews.definitions.contains(id) || reviews.retired.contains_key(id))
    };
    let mut found: Vec<&str> = Vec::new();
    for metric in kpis.chain(gates).filter_map(|id| input.catalogue.get(id)) {
        let is_untouched = metric.status == DefinitionStatus::TemplateDefault && !is_settled(&metric.id);
        if is_untouched && !found.contains(&metric.id.as_str()) {
            found.push(&metric.id);
        }
    }
    found
}
