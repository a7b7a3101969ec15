//! `scorecards/NAME.toml` → [`Definition`], every problem with its place.

mod figure;
mod gate;
mod kpi;
mod pair;
pub mod shape;
mod strategy;
pub(crate) mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use catalogue::Catalogue;
use catalogue::diagnostic::{Severity, line_and_column};
use catalogue::file::{Located, Problems, Section, place_in_string, read_file, suggest};
use catalogue::metric::{Metric, Status as DefinitionStatus};
use catalogue::plan::{Plan, dimensions, lacking, plan};
use catalogue::question::Question;
use catalogue::source::SourceText;
use jiff::civil::{Date, Weekday};
use model::Attributes;
use model::calendar::{DateRange, FiscalYear, Grain, Organisation};

use crate::definition::{Definition, FLOOR, Perspective};
use gate::declare_gate;
use kpi::{DeclaredKpi, declare_kpi};
use pair::{declare_left_out, declare_operational, declare_pair};
use strategy::declare_strategy;

/// Weights that add up to what they should within this much do.
const WEIGHT_SLACK: f64 = 0.001;

/// Reads a scorecard file. `None` where it has errors, which are in `problems`; errors of a KPI's target cost it no more
/// than that target. Filters are checked by [`check`], which knows the attributes of the workspace.
pub fn declare(file: SourceText, catalogue: &Catalogue, problems: &mut Problems) -> Option<Definition> {
    let mut own = Problems::default();
    let mut of_targets: Vec<Range<usize>> = Vec::new();
    let definition = read_file(&shape::SCORECARD, &file, &mut own, |section, problems| {
        of_targets = targets(section);
        declare_card(section, catalogue, problems)
    });
    let own = own.into_sorted();
    let is_of_target = |span: &Range<usize>| of_targets.iter().any(|of| of.start <= span.start && span.end <= of.end);
    let costs_the_card = own.iter().any(|problem| {
        problem.severity == Severity::Error && (problem.code == "syntax" || !is_of_target(&problem.span))
    });
    problems.extend(own);
    if costs_the_card {
        return None;
    }
    let name = std::path::Path::new(&file.path).file_stem().map(|name| name.to_string_lossy().into_owned());
    definition.map(|definition| Definition { name: name.unwrap_or_default(), file, ..definition })
}

/// Where the targets of KPIs stand.
fn targets(section: &Section<'_>) -> Vec<Range<usize>> {
    // what is wrong with them is said when they are read
    let mut unsaid = Problems::default();
    let kpis = section.sections("kpi", &mut unsaid);
    kpis.iter().filter_map(|kpi| kpi.span_of("target")).collect()
}

/// Checks what `definition` says of dimensions, its filters and `only`, against the fact tables of a workspace.
pub fn check(
    definition: &Definition,
    catalogue: &Catalogue,
    organisation: &Organisation,
    attributes: &Attributes,
    problems: &mut Problems,
) {
    check_only(definition, catalogue, attributes, problems);
    let of_kpis = definition.kpis.iter().map(|kpi| (&kpi.metric, &kpi.filter));
    // of a KPI's figure it is the KPI's filter, and said there
    let of_gates = definition.gates.iter().filter(|gate| gate.kpi.is_none()).map(|gate| (&gate.metric, &gate.filter));
    for (metric, filter) in of_kpis.chain(of_gates) {
        let Some(filter) = filter else { continue };
        let question = Question { filter: Some(filter.value.clone()), ..probe(metric) };
        for problem in plan(&question, catalogue, organisation, attributes).err().unwrap_or_default() {
            // What is wrong with the metric itself is said where its own file is checked.
            if problem.file == "--where" {
                let span = place_in_string(&definition.file, &filter.span, problem.span);
                problems.error(&definition.file, span, problem.code, problem.message, problem.help);
            }
        }
    }
}

/// Each dimension that the card is held to is one of some metric on it; the KPIs of the others have no value.
fn check_only(definition: &Definition, catalogue: &Catalogue, attributes: &Attributes, problems: &mut Problems) {
    let metrics: Vec<&Metric> = definition.kpis.iter().filter_map(|kpi| catalogue.get(&kpi.metric)).collect();
    for (name, values) in &definition.only {
        let lacks = |metric: &&Metric| !lacking(metric, [name], catalogue, attributes).is_empty();
        if metrics.is_empty() || !metrics.iter().all(lacks) {
            continue;
        }
        let valid: BTreeSet<String> =
            metrics.iter().flat_map(|metric| dimensions(metric, catalogue, attributes).into_keys()).collect();
        let message = format!("no metric on the card has a dimension `{}`", name);
        let help = suggest(name, valid.iter().map(String::as_str));
        problems.error(&definition.file, values.span.clone(), "unknown_dimension", message, help);
    }
}

/// A question about `metric` that is only planned, never asked.
pub(crate) fn probe(metric: &str) -> Question {
    Question {
        metric: metric.to_owned(),
        variant: None,
        parameters: BTreeMap::new(),
        by: Vec::new(),
        grain: Grain::Total,
        range: DateRange { from: Date::constant(2026, 1, 1), to: Date::constant(2026, 1, 2), step: None },
        only: BTreeMap::new(),
        filter: None,
        compare: None,
    }
}

/// How `question` is answered, as far as it is the same in every organisation: not its days, and no attributes of one's
/// own. None where it cannot be planned so.
pub(crate) fn planned(question: &Question, catalogue: &Catalogue) -> Option<Plan> {
    let organisation = Organisation::new("any", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).ok()?;
    plan(question, catalogue, &organisation, &Attributes::default()).ok()
}

/// A perspective as written.
struct DeclaredPerspective {
    id: Located<String>,
    name: String,
    weight: Option<Located<f64>>,
    floor: f64,
    span: Range<usize>,
}

fn declare_card(section: &Section<'_>, catalogue: &Catalogue, problems: &mut Problems) -> Option<Definition> {
    let title = section.required_text("title", problems);
    let value_proposition = section.text("value_proposition", problems).filter(|text| !text.value.trim().is_empty());
    if value_proposition.is_none() {
        let message = "`value_proposition` is missing: the card does not say what the company promises its customers";
        problems.warning(section.file, section.span.clone(), "missing_value_proposition", message, None);
    }
    let statuses = ["template_default", "draft", "approved", "deprecated"];
    let status = section.choice("status", &statuses, parse_status, problems);
    let owner = section.text("owner", problems).filter(|owner| !owner.value.trim().is_empty());
    let strategy = declare_strategy(section, problems);
    let perspectives = declare_all(section, "perspective", "[[perspective]]", problems, declare_perspective);
    let kpis = declare_all(section, "kpi", "[[kpi]]", problems, |section, problems| {
        declare_kpi(section, catalogue, &perspectives, &strategy.factors, problems)
    });
    let gates = section.sections("gate", problems);
    let gates: Vec<_> = gates.iter().map(|one| declare_gate(one, catalogue, &kpis, problems)).collect();
    let pairs = section.sections("pair", problems);
    let pairs: Vec<_> = pairs.iter().filter_map(|one| declare_pair(one, &kpis, problems)).collect();
    let operational = section.sections("operational", problems);
    let operational: Vec<_> =
        operational.iter().filter_map(|one| declare_operational(one, catalogue, problems)).collect();
    let left_out = section.sections("left_out", problems);
    let left_out: Vec<_> = left_out.iter().filter_map(|one| declare_left_out(one, problems)).collect();
    section.finish(problems);

    unique(section, "perspective", perspectives.iter().flatten().map(|one| &one.id), problems);
    unique(section, "kpi", kpis.iter().filter_map(|kpi| kpi.id.as_ref()), problems);
    unique(section, "gate", gates.iter().flatten().map(|(id, _)| id), problems);
    for (metric, first) in repeated(operational.iter().map(|(metric, _)| metric)) {
        let (line, _) = line_and_column(&section.file.text, first.span.start);
        let message = format!("there is another [[operational]] of `{}` in line {line}", metric.value);
        problems.error(section.file, metric.span.clone(), "duplicate_id", message, "one for each metric".to_owned());
    }
    for (name, first) in repeated(kpis.iter().filter_map(|kpi| kpi.name.as_ref())) {
        let (line, _) = line_and_column(&section.file.text, first.span.start);
        let message = format!("another KPI is called \"{}\" too, in line {line}", name.value);
        let help = "a `name` of its own, as \"First response time, slowest tenth\"".to_owned();
        problems.warning(section.file, name.span.clone(), "duplicate_name", message, help);
    }
    check_weights(section, &kpis, &perspectives, problems);

    let mut kpis = kpis.into_iter().map(|one| one.kpi).collect::<Option<Vec<_>>>()?;
    // gates have read the baselines there are
    kpis.iter_mut().filter(|kpi| kpi.has_wrong_target).for_each(|kpi| kpi.target = None);
    let sum = |id: &str| kpis.iter().filter(|kpi| kpi.perspective == id).map(|kpi| kpi.weight).sum::<f64>();
    Some(Definition {
        name: String::new(),
        title: title?.value,
        value_proposition: value_proposition.map_or_else(String::new, |text| text.value.trim().to_owned()),
        status: status.map_or(DefinitionStatus::Draft, |status| status.value),
        owner: owner.map(|owner| owner.value.trim().to_owned()),
        competes_on: strategy.competes_on,
        industry: strategy.industry,
        channels: strategy.channels,
        level: strategy.level,
        parent: strategy.parent,
        only: strategy.only,
        objectives: strategy.objectives,
        factors: strategy.factors.into_iter().flatten().map(|(_, factor)| factor).collect(),
        perspectives: perspectives
            .into_iter()
            .flatten()
            .map(|one| Perspective {
                weight: decimal(sum(&one.id.value)),
                id: one.id.value,
                name: one.name,
                floor: one.floor,
                span: one.span,
            })
            .collect(),
        kpis,
        gates: gates.into_iter().flatten().map(|(_, gate)| gate).collect(),
        pairs,
        operational: operational.into_iter().map(|(_, one)| one).collect(),
        left_out,
        file: SourceText::default(),
    })
}

/// What `read` makes of each table of `[[key]]`, of which there must be one.
fn declare_all<T>(
    section: &Section<'_>,
    key: &'static str,
    header: &str,
    problems: &mut Problems,
    read: impl Fn(&Section<'_>, &mut Problems) -> T,
) -> Vec<T> {
    if !section.has(key) {
        section.missing(header, problems);
    }
    section.sections(key, problems).iter().map(|section| read(section, problems)).collect()
}

fn parse_status(text: &str) -> Option<DefinitionStatus> {
    Some(match text {
        "template_default" => DefinitionStatus::TemplateDefault,
        "draft" => DefinitionStatus::Draft,
        "approved" => DefinitionStatus::Approved,
        "deprecated" => DefinitionStatus::Deprecated,
        _ => return None,
    })
}

fn declare_perspective(section: &Section<'_>, problems: &mut Problems) -> Option<DeclaredPerspective> {
    let id = section.required_text("id", problems);
    let name = section.required_text("name", problems);
    let weight = declare_weight(section, problems);
    let floor = section.number("floor", problems);
    section.finish(problems);
    if let Some(floor) = floor.as_ref().filter(|floor| !(0.0..=100.0).contains(&floor.value)) {
        let message = format!("a floor of {} is not a score that can be kept", floor.value);
        problems.error(section.file, floor.span.clone(), "wrong_floor", message, "0 to 100, as 40".to_owned());
    }
    let floor = floor.map_or(FLOOR, |floor| floor.value);
    Some(DeclaredPerspective { id: id?, name: name?.value, weight, floor, span: section.span.clone() })
}

/// `weight`, 0–1, where it is there.
fn declare_weight(section: &Section<'_>, problems: &mut Problems) -> Option<Located<f64>> {
    if section.is_text("weight") {
        let text = section.text("weight", problems)?;
        let percent = text.value.trim().trim_end_matches('%').trim().parse::<f64>().ok();
        let help = percent.filter(|percent| (1.0..=100.0).contains(percent)).map_or_else(
            || "0 to 1, as 0.25".to_owned(),
            |percent| format!("write {} for {percent} %", decimal(percent / 100.0)),
        );
        let message = format!("a weight is a share of 1, not the text \"{}\"", text.value);
        problems.error(section.file, text.span, "wrong_type", message, help);
        return None;
    }
    let weight = section.number("weight", problems)?;
    if (0.0..=1.0).contains(&weight.value) {
        return Some(weight);
    }
    let message = format!("a weight of {} is not a share of 1", weight.value);
    let help = match weight.value {
        percent if (1.0..=100.0).contains(&percent) => format!("0 to 1: {} for {percent} %", decimal(percent / 100.0)),
        _ => "0 to 1, as 0.25".to_owned(),
    };
    problems.error(section.file, weight.span, "wrong_weight", message, help);
    None
}

/// Texts that are there before, each with its first place.
fn repeated<'t>(texts: impl Iterator<Item = &'t Located<String>>) -> Vec<(&'t Located<String>, &'t Located<String>)> {
    let mut first: BTreeMap<&str, &Located<String>> = BTreeMap::new();
    texts
        .filter_map(|text| match first.get(text.value.as_str()) {
            Some(before) => Some((text, *before)),
            None => {
                first.insert(&text.value, text);
                None
            }
        })
        .collect()
}

/// Whether `wanted` is one of `ids` of the card. One that could not be read, which is none, may be the one.
fn check_known<'i>(
    section: &Section<'_>,
    (what, code): (&str, &'static str),
    wanted: &Located<String>,
    ids: impl Iterator<Item = Option<&'i str>>,
    problems: &mut Problems,
) {
    let Some(ids) = ids.collect::<Option<Vec<&str>>>() else { return };
    if !ids.contains(&wanted.value.as_str()) {
        let message = format!("there is no {what} `{}` on this card", wanted.value);
        problems.error(section.file, wanted.span.clone(), code, message, suggest(&wanted.value, ids));
    }
}

/// Each of `ids` is there once.
fn unique<'t>(
    section: &Section<'_>,
    what: &str,
    ids: impl Iterator<Item = &'t Located<String>>,
    problems: &mut Problems,
) {
    for (id, first) in repeated(ids) {
        duplicate(section, what, id, first, problems);
    }
}

fn duplicate(
    section: &Section<'_>,
    what: &str,
    id: &Located<String>,
    first: &Located<String>,
    problems: &mut Problems,
) {
    let (line, _) = line_and_column(&section.file.text, first.span.start);
    let message = format!("there is another {what} `{}` in line {line}", id.value);
    problems.error(
        section.file,
        id.span.clone(),
        "duplicate_id",
        message,
        format!("an `id` of its own for each {what}"),
    );
}

/// The weights of the KPIs add up to 1, and to the weight of each perspective that has one.
fn check_weights(
    section: &Section<'_>,
    kpis: &[DeclaredKpi],
    perspectives: &[Option<DeclaredPerspective>],
    problems: &mut Problems,
) {
    // One missing weight makes every sum wrong: it has been said, and is enough.
    let weights: Option<Vec<(&str, &Located<f64>)>> =
        kpis.iter().map(|kpi| kpi.perspective.as_deref().zip(kpi.weight.as_ref())).collect();
    let Some(weights) = weights else { return };
    let Some((_, last)) = weights.last() else { return };
    let sum: f64 = weights.iter().map(|(_, weight)| weight.value).sum();
    if (sum - 1.0).abs() > WEIGHT_SLACK + 1e-9 {
        let message = format!("the weights of the KPIs add up to {}, not 1", decimal(sum));
        let all: Vec<String> = weights.iter().map(|(_, weight)| weight.value.to_string()).collect();
        problems.error(section.file, last.span.clone(), "weights", message, format!("now {}", all.join(" + ")));
    }
    for perspective in perspectives.iter().flatten() {
        let id = &perspective.id;
        let own: Vec<f64> = weights.iter().filter(|(of, _)| *of == id.value).map(|(_, weight)| weight.value).collect();
        let sum: f64 = own.iter().sum();
        match &perspective.weight {
            _ if own.is_empty() => {
                let message = format!("no KPI is of perspective `{}`", id.value);
                problems.warning(section.file, id.span.clone(), "empty_perspective", message, None);
            }
            Some(weight) if (weight.value - sum).abs() > WEIGHT_SLACK + 1e-9 => {
                let message =
                    format!("perspective `{}` weighs {}, its KPIs add up to {}", id.value, weight.value, decimal(sum));
                let help = format!("{}, or no weight here: it is the sum of its KPIs' weights", decimal(sum));
                problems.error(section.file, weight.span.clone(), "weights", message, help);
            }
            _ => {}
        }
    }
}

/// A sum of weights without the dust of binary fractions: .1 + .2 is .3.
fn decimal(sum: f64) -> f64 {
    (sum * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests;
