//! Where each figure comes from: the definition it was worked out by, who approved it, what it was when its period was closed,
//! and the commands that list the rows behind it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use catalogue::expression::Value;
use catalogue::metric::{Metric, Unit, to_json};

use super::Sources;
use crate::card::Card;
use crate::definition::{Gate, Kpi};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::gate::{CardGate, GateStatus};
use crate::review::{Approval, SinceOf};
use crate::words;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let whole = table(sources);
    let (last, others) = (whole.columns.len() - 1, ..whole.columns.len() - 1);
    let of = |columns: &[Column], cells: &dyn Fn(&[Cell]) -> Vec<Cell>| Table {
        caption: String::new(),
        columns: columns.to_vec(),
        rows: whole.rows.iter().map(|row| Row::plain(cells(&row.cells))).collect(),
    };
    // commands in lines of their own, so that they can be copied
    let commands = [Column::text("KPI or gate", 3), Column::text("Rows behind it", 11)];
    vec![
        Block::heading(1, "Where the figures come from", "trace"),
        Block::Table(of(&whole.columns[others], &|cells| cells[others].to_vec())),
        Block::paragraph("What was counted is listed by a command:"),
        Block::Table(of(&commands, &|cells| vec![cells[0].clone(), cells[last].clone()])),
    ]
}

/// A row a KPI, then one for each gate that is no KPI's.
pub(super) fn table(sources: &Sources<'_>) -> Table {
    let card = sources.card;
    let of_kpi = |(kpi, card): (&Kpi, &Card)| {
        let approval = card.approval.as_ref().map_or_else(|| "not known".to_owned(), Approval::words_on_card);
        row(sources, &card.name, &Asked::from(kpi), approval, closed(sources, &Stood::from(card)))
    };
    let of_gate = |(gate, found): (&Gate, &CardGate)| {
        // it is signed with its card
        let approval = card.approval.as_ref().map_or_else(|| "not known".to_owned(), Approval::words);
        row(sources, &gate.name, &Asked::from(gate), approval, closed(sources, &Stood::from(found)))
    };
    let kpis = sources.definition.kpis.iter().zip(&card.kpis).map(of_kpi);
    let gates = sources.definition.gates.iter().zip(&card.gates).filter(|(gate, _)| gate.kpi.is_none());
    Table {
        caption: String::new(),
        columns: vec![
            Column::text("KPI or gate", 4),
            Column::text("Definition", 5),
            Column::text("Approval, with its target", 6),
            Column::text("Closed", 4),
            Column::text("Rows behind it", 6),
        ],
        rows: kpis.chain(gates.map(of_gate)).collect(),
    }
}

/// What a figure on a card is asked as.
struct Asked<'d> {
    metric: &'d str,
    variant: Option<&'d str>,
    parameters: &'d BTreeMap<String, String>,
    filter: Option<&'d str>,
}

impl<'d> From<&'d Kpi> for Asked<'d> {
    fn from(kpi: &'d Kpi) -> Self {
        let filter = kpi.filter.as_ref().map(|filter| filter.value.as_str());
        Asked { metric: &kpi.metric, variant: kpi.variant.as_deref(), parameters: &kpi.parameters, filter }
    }
}

impl<'d> From<&'d Gate> for Asked<'d> {
    fn from(gate: &'d Gate) -> Self {
        let filter = gate.filter.as_ref().map(|filter| filter.value.as_str());
        Asked { metric: &gate.metric, variant: gate.variant.as_deref(), parameters: &gate.parameters, filter }
    }
}

fn row(sources: &Sources<'_>, name: &str, asked: &Asked<'_>, approval: String, closed: String) -> Row {
    let metric = asked.metric;
    let version = sources.catalogue.get(metric).map(|found| format!(", version {}", found.version));
    let definition = Text::new().code(metric).plain(version.unwrap_or_else(|| ", which has errors".to_owned()));
    let definition = match asked.variant {
        Some(variant) => definition.plain(", ").code(variant),
        None => definition,
    };
    let commands = behind(sources, asked).into_iter().map(|command| Text::new().code(command));
    let commands = Text::join(commands, "; ");
    Row::plain([
        Cell::text(name),
        Cell::Text(definition),
        Cell::text(approval),
        Cell::text(closed),
        Cell::Text(if commands.is_empty() { Text::from("not listed, as it is about staff") } else { commands }),
    ])
}

/// What of a card may have been closed.
struct Stood<'c> {
    of: SinceOf,
    id: &'c str,
    has_figure: bool,
    /// What it was, where it is another now.
    then: Option<(Option<f64>, Unit)>,
}

impl<'c> From<&'c Card> for Stood<'c> {
    fn from(card: &'c Card) -> Self {
        let then = card.restated.as_ref().map(|restated| (restated.closed_value, card.unit));
        Stood { of: SinceOf::Kpi, id: &card.id, has_figure: card.value.is_some(), then }
    }
}

impl<'c> From<&'c CardGate> for Stood<'c> {
    fn from(gate: &'c CardGate) -> Self {
        Stood { of: SinceOf::Gate, id: &gate.id, has_figure: gate.status != GateStatus::Unknown, then: None }
    }
}

/// What the figure was when its period was closed.
fn closed(sources: &Sources<'_>, stood: &Stood<'_>) -> String {
    let Some(closed) = &sources.card.closed else { return "not closed".to_owned() };
    let how = if closed.provisional { "provisionally " } else { "" };
    let on = format!("{how}on {} by {}", words::day(closed.on), closed.by);
    if let Some((then, unit)) = stood.then {
        return format!("{on} as {}, restated since", words::figure(then, unit));
    }
    match closed.since(stood.of, stood.id) {
        Some(since) if since.figure => format!("{on}, restated since: {}", since.sentence),
        Some(_) => format!("{on}, judged otherwise since"),
        None if !stood.has_figure => format!("{on}, without a figure"),
        None => format!("{on}, the same now"),
    }
}

/// What an input's parameter is set to: as written, or what the parameter of the figure it is made for is, as `$kind`.
fn handed_on(text: &str, metric: &Metric, asked: &Asked<'_>) -> String {
    let own = text.strip_prefix('$').and_then(|name| {
        let variant = asked.variant.and_then(|variant| metric.variants.get(variant)?.parameters.get(name));
        let default = || metric.parameters.iter().find(|one| one.name == name).map(|one| &one.default);
        let written = |value: &Value| match to_json(value) {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        asked.parameters.get(name).cloned().or_else(|| variant.or_else(default).map(written))
    });
    own.unwrap_or_else(|| text.to_owned())
}

/// The commands that list what was counted: of a figure made of others those of what it is made of, as it has no rows of
/// its own; none of what is about staff, whose rows are not listed.
fn behind(sources: &Sources<'_>, asked: &Asked<'_>) -> Vec<String> {
    let metric = sources.catalogue.get(asked.metric);
    if metric.is_some_and(|metric| metric.privacy.is_some()) {
        return Vec::new();
    }
    let Some(metric) = metric.filter(|metric| !metric.measure.inputs.is_empty()) else {
        return vec![command(sources, asked)];
    };
    let mut commands: Vec<String> = Vec::new();
    for input in &metric.measure.inputs {
        let given = input.parameters.iter().map(|(name, text)| (name.clone(), handed_on(text, metric, asked)));
        let parameters: BTreeMap<String, String> = given.collect();
        let (of, variant) = (input.metric.value.as_str(), input.variant.as_deref());
        let of_input = Asked { metric: of, variant, parameters: &parameters, filter: asked.filter };
        for command in behind(sources, &of_input) {
            if !commands.contains(&command) {
                commands.push(command);
            }
        }
    }
    commands
}

fn command(sources: &Sources<'_>, asked: &Asked<'_>) -> String {
    let quoted = |text: &str| {
        let is_plain = |character: char| character.is_alphanumeric() || "_-=.".contains(character);
        if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    let range = &sources.card.range;
    let mut command = format!("crosscheck rows {} --from {} --to {}", asked.metric, range.from, range.to);
    if let Some(variant) = asked.variant {
        let _ = write!(command, " --variant {}", quoted(variant));
    }
    for (name, value) in asked.parameters {
        let _ = write!(command, " --set {}", quoted(&format!("{name}={value}")));
    }
    for (name, values) in &sources.card.only {
        for value in values {
            let held = value.as_ref().map_or_else(|| name.clone(), |value| format!("{name}={value}"));
            let _ = write!(command, " --only {}", quoted(&held));
        }
    }
    if let Some(filter) = asked.filter {
        let _ = write!(command, " --where {}", quoted(filter));
    }
    if let Some(day) = sources.card.as_defined_on {
        let _ = write!(command, " --as-defined-on {day}");
    }
    command
}
