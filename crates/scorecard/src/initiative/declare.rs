//! Files → [`Initiative`] and [`Decision`], every problem with its place.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::file::{Located, Problems, Section, read_file, suggest};
use catalogue::metric::{Direction, Metric};
use catalogue::source::SourceText;
use jiff::civil::Date;

use super::{Decision, Initiative, InitiativeStatus, Milestone, shape};
use crate::definition::Definition;

/// The company's own card.
const COMPANY: &str = "company";

/// What files name: metrics and cards that are sound.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Metrics.
    pub catalogue: &'a Catalogue,
    /// Cards by name.
    pub cards: &'a BTreeMap<String, Definition>,
}

/// Reads `initiatives/ID.toml`. `None` where it has errors, which are in `problems`.
pub fn declare_initiative(
    id: &str,
    file: SourceText,
    around: Around<'_>,
    problems: &mut Problems,
) -> Option<Initiative> {
    let before = problems.error_count();
    let initiative =
        read_file(&shape::INITIATIVE, &file, problems, |section, problems| initiative(id, section, around, problems));
    if problems.error_count() > before { None } else { initiative.map(|one| Initiative { file, ..one }) }
}

/// Reads `decisions/ID.toml`. `None` where it has errors, which are in `problems`.
pub fn declare_decision(
    id: &str,
    file: SourceText,
    around: Around<'_>,
    initiatives: &BTreeMap<String, Initiative>,
    problems: &mut Problems,
) -> Option<Decision> {
    let before = problems.error_count();
    let decision = read_file(&shape::DECISION, &file, problems, |section, problems| {
        decision(id, section, around, initiatives, problems)
    });
    if problems.error_count() > before { None } else { decision.map(|one| Decision { file, ..one }) }
}

fn initiative(id: &str, section: &Section<'_>, around: Around<'_>, problems: &mut Problems) -> Option<Initiative> {
    let name = said(section, "name", problems);
    let hypothesis = said(section, "hypothesis", problems);
    let status = section.choice(
        "status",
        &InitiativeStatus::ALL.map(InitiativeStatus::name),
        |text| InitiativeStatus::ALL.into_iter().find(|status| status.name() == text),
        problems,
    );
    let card = declare_card(section, around, problems);
    let kpi = section.required_text("kpi", problems);
    let metric = kpi.as_ref().and_then(|kpi| metric_of(section, kpi, card.as_ref(), around, problems));
    let effect = section.number("effect", problems);
    check_effect(section, effect.as_ref(), metric, problems);
    let objective = objective_of(section, card.as_ref(), problems);
    let owner = section.text("owner", problems).filter(|owner| !owner.value.trim().is_empty());
    if owner.is_none() {
        let help = "owner = \"Head of support\"".to_owned();
        let message = "nobody answers for the initiative";
        problems.warning(section.file, section.span.clone(), "missing_owner", message, help);
    }
    let cost = section.number("cost", problems);
    if let Some(cost) = cost.as_ref().filter(|cost| cost.value < 0.0) {
        let message = format!("a cost of {} is negative", cost.value);
        problems.error(section.file, cost.span.clone(), "wrong_value", message, "0 or more".to_owned());
    }
    let start = required_date(section, "start", problems);
    let end = section.date("end", problems);
    let (teams, channels) = (section.words("teams", problems), section.words("channels", problems));
    let milestones: Vec<Option<Milestone>> =
        section.sections("milestone", problems).iter().map(|section| milestone(section, problems)).collect();
    section.finish(problems);
    if let (Some(start), Some(end)) = (&start, &end)
        && end.value < start.value
    {
        let message = format!("the end {} is before the start {}", end.value, start.value);
        problems.error(section.file, end.span.clone(), "wrong_value", message, None);
    }
    for milestone in milestones.iter().flatten() {
        let is_late = end.as_ref().is_some_and(|end| milestone.due > end.value);
        if is_late || start.as_ref().is_some_and(|start| milestone.due < start.value) {
            let message =
                format!("milestone \"{}\" is due outside the initiative, on {}", milestone.name, milestone.due);
            let help = "a day from its start to its end".to_owned();
            problems.warning(section.file, milestone.span.clone(), "odd_milestone", message, help);
        }
    }
    let metric = metric?;
    Some(Initiative {
        id: id.to_owned(),
        name: name?.value,
        hypothesis: hypothesis?.value,
        is_status_written: status.is_some(),
        status: status.map_or(InitiativeStatus::Planned, |status| status.value),
        card: card?.0,
        kpi: kpi?.value,
        metric: metric.id.clone(),
        unit: metric.unit,
        effect: effect.map(|effect| effect.value),
        objective,
        owner: owner.map(|owner| owner.value.trim().to_owned()),
        cost: cost.map(|cost| cost.value),
        start: start?.value,
        end: end.map(|end| end.value),
        teams,
        channels,
        milestones: milestones.into_iter().collect::<Option<_>>()?,
        file: SourceText::default(),
    })
}

fn decision(
    id: &str,
    section: &Section<'_>,
    around: Around<'_>,
    initiatives: &BTreeMap<String, Initiative>,
    problems: &mut Problems,
) -> Option<Decision> {
    let date = required_date(section, "date", problems);
    let text = said(section, "text", problems);
    if let Some(text) = text.as_ref().filter(|text| !text.value.to_lowercase().contains("because")) {
        let message = "the decision does not say why";
        let help = "\"we chose X because Y\"".to_owned();
        problems.warning(section.file, text.span.clone(), "missing_reason", message, help);
    }
    let decided_by = said(section, "decided_by", problems);
    let card = declare_card(section, around, problems);
    let kpis = section.texts("kpis", problems);
    let metrics: Vec<Option<&Metric>> =
        kpis.iter().map(|kpi| metric_of(section, kpi, card.as_ref(), around, problems)).collect();
    let wanted = section.text("initiative", problems);
    let initiative = wanted.as_ref().and_then(|wanted| {
        let found = initiatives.get(&wanted.value);
        if found.is_none() {
            let message = format!("there is no initiative `{}` without errors", wanted.value);
            let help = suggest(&wanted.value, initiatives.keys().map(String::as_str));
            problems.error(section.file, wanted.span.clone(), "unknown_initiative", message, help);
        }
        found
    });
    let objective = objective_of(section, card.as_ref(), problems);
    if kpis.is_empty() && wanted.is_none() && objective.is_none() {
        let message = "the decision is about nothing";
        let help = "`kpis`, `initiative`, `objective` or several of them".to_owned();
        problems.error(section.file, section.span.clone(), "missing_field", message, help);
    }
    section.finish(problems);
    let metrics: Vec<&Metric> = metrics.into_iter().collect::<Option<_>>()?;
    let mut told: Vec<(String, String)> =
        kpis.iter().zip(metrics).map(|(kpi, metric)| (kpi.value.clone(), metric.id.clone())).collect();
    if told.is_empty() {
        told.extend(initiative.map(|one| (one.kpi.clone(), one.metric.clone())));
    }
    let (kpis, metrics) = told.into_iter().unzip();
    let card = card?.0;
    // an objective is one of a card
    let of_initiative = initiative.filter(|one| one.card == card);
    Some(Decision {
        id: id.to_owned(),
        date: date?.value,
        text: text?.value.trim().to_owned(),
        decided_by: decided_by?.value,
        card,
        kpis,
        metrics,
        initiative: initiative.map(|one| one.id.clone()),
        objective: objective.or_else(|| of_initiative.and_then(|one| one.objective.clone())),
        file: SourceText::default(),
    })
}

fn milestone(section: &Section<'_>, problems: &mut Problems) -> Option<Milestone> {
    let name = said(section, "name", problems);
    let due = required_date(section, "due", problems);
    let done = section.date("done", problems);
    section.finish(problems);
    Some(Milestone {
        name: name?.value,
        due: due?.value,
        done: done.map(|done| done.value),
        span: section.span.clone(),
    })
}

/// Text that says something.
fn said(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Option<Located<String>> {
    let found = section.required_text(key, problems)?;
    if found.value.trim().is_empty() {
        problems.error(section.file, found.span, "missing_field", format!("`{key}` says nothing"), None);
        return None;
    }
    Some(found)
}

fn required_date(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Option<Located<Date>> {
    if !section.has(key) {
        section.missing(key, problems);
    }
    section.date(key, problems)
}

/// The name of the card, and the card where it is there; a company without a card of its own needs none.
fn declare_card<'a>(
    section: &Section<'_>,
    around: Around<'a>,
    problems: &mut Problems,
) -> Option<(String, Option<&'a Definition>)> {
    let Some(wanted) = section.text("card", problems) else {
        return Some((COMPANY.to_owned(), around.cards.get(COMPANY)));
    };
    let found = around.cards.get(&wanted.value);
    if found.is_none() {
        let message = format!("there is no card `{}` without errors", wanted.value);
        let help = suggest(&wanted.value, around.cards.keys().map(String::as_str));
        problems.error(section.file, wanted.span, "unknown_card", message, help);
        return None;
    }
    Some((wanted.value, found))
}

/// The objective of the card that is served, by its id.
fn objective_of(
    section: &Section<'_>,
    card: Option<&(String, Option<&Definition>)>,
    problems: &mut Problems,
) -> Option<String> {
    let objective = section.text("objective", problems)?;
    if let Some((name, Some(card))) = card
        && card.objectives.iter().all(|one| one.id != objective.value)
    {
        let message = format!("there is no objective `{}` on the card `{name}`", objective.value);
        let help = suggest(&objective.value, card.objectives.iter().map(|one| one.id.as_str()));
        problems.error(section.file, objective.span, "unknown_objective", message, help);
    }
    Some(objective.value)
}

/// The metric of a KPI on the card, or that of this id.
fn metric_of<'a>(
    section: &Section<'_>,
    wanted: &Located<String>,
    card: Option<&(String, Option<&Definition>)>,
    around: Around<'a>,
    problems: &mut Problems,
) -> Option<&'a Metric> {
    let (name, card) = card?;
    let kpis = || card.iter().flat_map(|card| &card.kpis);
    let on_card = kpis().find(|kpi| kpi.id == wanted.value);
    let id = on_card.map_or(wanted.value.as_str(), |kpi| kpi.metric.as_str());
    let metric = around.catalogue.get(id);
    if metric.is_none() {
        let (message, help) = match around.catalogue.withdrawn(id) {
            Some(file) => (format!("the definition of `{id}` in {file} has errors"), None),
            None => {
                let metrics = around.catalogue.metrics().map(|metric| metric.id.as_str());
                let help = suggest(&wanted.value, kpis().map(|kpi| kpi.id.as_str()).chain(metrics));
                (format!("`{}` is neither a KPI of the card `{name}` nor a metric", wanted.value), help)
            }
        };
        problems.error(section.file, wanted.span.clone(), "unknown_kpi", message, help);
    }
    metric
}

/// An effect that is none, or for the worse, is hardly what is meant.
fn check_effect(
    section: &Section<'_>,
    effect: Option<&Located<f64>>,
    metric: Option<&Metric>,
    problems: &mut Problems,
) {
    let Some(effect) = effect else {
        let message = "the initiative does not say by how much the figure should move";
        let help = "effect = 3, in the unit of the metric".to_owned();
        problems.warning(section.file, section.span.clone(), "missing_effect", message, help);
        return;
    };
    let is_worse = metric.is_some_and(|metric| match metric.direction {
        Direction::Up => effect.value <= 0.0,
        Direction::Down => effect.value >= 0.0,
        Direction::Range => effect.value.abs() <= 0.0,
    });
    if let Some(metric) = metric.filter(|_| is_worse) {
        let message = format!("an effect of {} makes `{}` no better", effect.value, metric.id);
        let help = if metric.direction == Direction::Down { "less is better: as -3" } else { "more is better: as 3" };
        problems.warning(section.file, effect.span.clone(), "odd_effect", message, help.to_owned());
    }
}
