//! A draft as the text of a card.

use std::collections::BTreeMap;
use std::fmt::Write;

use catalogue::Catalogue;

use super::Wish;
use super::draft::{Draft, DraftKpi};
use super::fit::perspective;
use crate::definition::Cadence;
use crate::lint::maturity_days;
use crate::questions::subject_of;
use crate::target::Suggestion;
use crate::template::{Industry, Named, TemplateGate, templates};

const HEAD: &str = "\
# The company card: the few figures the company steers its customer service by.
#
# It is a template, made of what the company competes on and the records it has. Weights, gates and what wins over what
# are nobody's until somebody here has put in their own, and until then it says so. `crosscheck check` says what is
# missing; `crosscheck target suggest KPI` makes a target of what the figures did so far.
";

/// The text of the card.
pub(super) fn card(
    wish: &Wish,
    industry: Option<&Industry>,
    draft: &Draft,
    weights: &[f64],
    targets: &BTreeMap<String, Suggestion>,
    catalogue: &Catalogue,
) -> String {
    let mut out = HEAD.to_owned();
    notes(&mut out, &draft.notes);
    line(&mut out, "\ntitle", &quoted("Company scorecard"));
    line(&mut out, "value_proposition", &quoted(&draft.value_proposition));
    line(&mut out, "status", &quoted("template_default"));
    line(&mut out, "competes_on", &competes_on(wish));
    if let Some(industry) = industry {
        line(&mut out, "industry", &quoted(&industry.id));
    }
    if !wish.channels.is_empty() {
        line(&mut out, "channels", &list(wish.channels.iter().map(String::as_str)));
    }
    line(&mut out, "level", &quoted("company"));
    out.push_str("\n# What is to be achieved, and what that depends on.\n");
    for objective in &draft.objectives {
        named(&mut out, "objective", objective);
    }
    for factor in &draft.factors {
        named(&mut out, "factor", factor);
    }
    out.push_str(
        "\n# A perspective weighs what its KPIs weigh together; below its floor, 40, the total is capped at 60.\n",
    );
    for (id, weight) in of_perspectives(draft, weights, catalogue) {
        let _ = writeln!(
            out,
            "\n[[perspective]]\nid = {}\nname = {}\nweight = {weight:.2}",
            quoted(&id),
            quoted(name(&id))
        );
    }
    out.push_str(
        "\n# Each KPI is one statistic of one metric, held against a target with a number, a deadline, a baseline and an owner.\n",
    );
    for (kpi, weight) in draft.kpis.iter().zip(weights) {
        write_kpi(&mut out, kpi, *weight, targets.get(&kpi.declared.metric), catalogue);
    }
    if !draft.gates.is_empty() {
        out.push_str(
            "\n# What must hold whatever the total: where it does not, the total is capped at 60 and says so first.\n",
        );
    }
    for gate in &draft.gates {
        write_gate(&mut out, gate, targets);
    }
    if !draft.pairs.is_empty() {
        out.push_str("\n# What wins where two KPIs pull against each other.\n");
    }
    for pair in &draft.pairs {
        let kpis = list(pair.kpis.iter().map(String::as_str));
        let (wins, when) = (quoted(&pair.wins), quoted(&pair.when));
        let _ = writeln!(out, "\n[[pair]]\nkpis = {kpis}\nwins = {wins}\nwhen = {when}");
    }
    if !draft.left_out.is_empty() {
        out.push_str(
            "\n# What the card would have, were there records or a metric for it. Its weight is with the others.\n",
        );
    }
    for left_out in &draft.left_out {
        let _ = writeln!(out, "\n[[left_out]]\nkpi = {}", quoted(&left_out.kpi));
        if !left_out.needs.is_empty() {
            line(&mut out, "needs", &list(left_out.needs.iter().map(|kind| kind.name())));
        }
        line(&mut out, "why", &quoted(&left_out.why));
    }
    out
}

fn notes(out: &mut String, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    out.push_str("#\n# To know before it is approved:\n");
    for note in notes {
        let _ = writeln!(out, "# - {note}");
    }
}

fn competes_on(wish: &Wish) -> String {
    let shares: Vec<String> = templates()
        .iter()
        .filter_map(|template| Some((template, *wish.competes_on.get(&template.id)?)))
        .filter(|(_, share)| *share > 0.0)
        .map(|(template, share)| format!("{} = {share}", template.id))
        .collect();
    match shares.as_slice() {
        [one] => quoted(one.split(' ').next().unwrap_or_default()),
        _ => format!("{{ {} }}", shares.join(", ")),
    }
}

fn named(out: &mut String, table: &str, named: &Named) {
    let _ = writeln!(out, "\n[[{table}]]\nid = {}\nname = {}", quoted(&named.id), quoted(&named.name));
    if !named.objective.is_empty() {
        line(out, "objective", &quoted(&named.objective));
    }
    if !named.why.is_empty() {
        line(out, "why", &quoted(&named.why));
    }
}

/// Perspectives in the order of their first KPI, with the sum of its KPIs' weights.
fn of_perspectives(draft: &Draft, weights: &[f64], catalogue: &Catalogue) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> = Vec::new();
    for (kpi, weight) in draft.kpis.iter().zip(weights) {
        let id = perspective(kpi, catalogue).unwrap_or_default();
        match found.iter_mut().find(|(known, _)| *known == id) {
            Some((_, sum)) => *sum += weight,
            None => found.push((id, *weight)),
        }
    }
    found
}

/// A perspective's name for people.
fn name(id: &str) -> &str {
    match id {
        "satisfaction" => "Satisfaction",
        "revenue" => "Loyalty and revenue",
        "cost" => "Cost and flow",
        "quality" => "Quality",
        "people" => "People",
        "compliance" => "Compliance",
        other => other,
    }
}

fn write_kpi(out: &mut String, kpi: &DraftKpi, weight: f64, target: Option<&Suggestion>, catalogue: &Catalogue) {
    let declared = &kpi.declared;
    out.push('\n');
    if let Some(note) = &declared.note {
        let _ = writeln!(out, "# {note}");
    }
    let _ = writeln!(out, "[[kpi]]\nmetric = {}", quoted(&declared.metric));
    for (key, value) in [("variant", &kpi.variant), ("statistic", &declared.statistic), ("name", &declared.name)] {
        if let Some(value) = value {
            line(out, key, &quoted(value));
        }
    }
    line(out, "perspective", &quoted(&perspective(kpi, catalogue).unwrap_or_default()));
    line(out, "weight", &format!("{weight:.2}"));
    line(out, "role", &quoted(declared.role.name()));
    line(out, "factor", &quoted(&declared.factor));
    if !kpi.also.is_empty() {
        line(out, "also", &list(kpi.also.iter().map(String::as_str)));
    }
    line(out, "operational", &list(declared.operational.iter().map(String::as_str)));
    // a figure that is not whole after a month is not reviewed each month
    let cadence = Cadence::of_maturity(maturity_days(&subject_of(&declared.metric, kpi.variant.clone()), catalogue));
    if cadence != Cadence::default() {
        line(out, "cadence", &quoted(cadence.name()));
    }
    if !declared.why.is_empty() {
        line(out, "why", &quoted(&declared.why));
    }
    if let Some(target) = target {
        for reason in &target.reasons {
            let _ = writeln!(out, "# {reason}");
        }
        let _ = writeln!(out, "{}", target.toml());
    }
}

/// A gate; one that needs a baseline nobody knows yet as a comment.
fn write_gate(out: &mut String, gate: &TemplateGate, targets: &BTreeMap<String, Suggestion>) {
    let number = |number: &Option<f64>| number.map(|number| number.to_string());
    let keys = [
        ("name", Some(quoted(&gate.name))),
        ("metric", gate.metric.as_deref().map(quoted)),
        ("kpi", gate.kpi.as_deref().map(quoted)),
        ("at_most", number(&gate.at_most)),
        ("at_least", number(&gate.at_least)),
        ("no_worse_than_baseline_by", number(&gate.no_worse_than_baseline_by)),
    ];
    let has_baseline = gate.kpi.as_ref().is_none_or(|kpi| targets.contains_key(kpi));
    let mark = if has_baseline { "" } else { "# " };
    out.push('\n');
    if !has_baseline {
        let kpi = gate.kpi.as_deref().unwrap_or_default();
        let _ = writeln!(out, "# To be put in once `{kpi}` has a baseline:");
    }
    let _ = writeln!(out, "{mark}[[gate]]");
    for (key, value) in keys {
        if let Some(value) = value {
            let _ = writeln!(out, "{mark}{key} = {value}");
        }
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {value}");
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
