//! The figures of a card team by team.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::question::Question;
use model::calendar::DateRange;

use super::{Sources, sheets};
use crate::card::Card;
use crate::definition::Definition;
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::questions::question_of;
use crate::terminal;
use crate::words;

/// The dimension.
const TEAM: &str = "team";

/// The figure of a KPI in each team.
#[derive(Clone, Debug, PartialEq)]
pub struct ByTeam {
    /// Id of the KPI on its card.
    pub kpi: String,
    /// A row a team.
    pub rows: Vec<AnswerRow>,
    /// Names of the teams, by id.
    pub names: BTreeMap<String, String>,
}

/// What is asked for the figures of `definition` over `range` team by team: a question a KPI, none of one whose metric
/// is not among `with_teams`, those that know of teams.
pub fn team_questions(
    definition: &Definition,
    range: &DateRange,
    with_teams: &BTreeSet<String>,
) -> Vec<Option<Question>> {
    let asked = definition.kpis.iter().map(|kpi| {
        let by = vec![TEAM.to_owned()];
        with_teams.contains(&kpi.metric).then(|| Question { by, ..question_of(kpi, range) })
    });
    asked.collect()
}

/// The figures team by team, of answers to [`team_questions`] in their order; of a question that was not asked an empty
/// list. A KPI that is of one team alone, or of none, is left out.
pub fn by_team(definition: &Definition, answers: &[Vec<Answer>]) -> Vec<ByTeam> {
    let found = definition.kpis.iter().zip(answers).filter_map(|(kpi, answers)| {
        let answer = answers.iter().find(|answer| answer.statistic == kpi.statistic)?;
        let rows: Vec<AnswerRow> = answer.rows.iter().filter(|row| row.quality != Quality::NoData).cloned().collect();
        let names = answer.labels.get(TEAM).cloned().unwrap_or_default();
        (rows.len() > 1).then(|| ByTeam { kpi: kpi.id.clone(), rows, names })
    });
    found.collect()
}

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let mut rows = Vec::new();
    for (kpi, teams) in known(sources) {
        rows.push(Row::group(Text::new().strong(kpi.name.as_str())));
        rows.extend(teams.rows.iter().map(|row| {
            Row::plain([
                Cell::text(name(row, teams)),
                figure(row, kpi),
                Cell::text(terminal::margin_of(row.value, (row.low, row.high), kpi.sampled, kpi.unit)),
                n(row),
            ])
        }));
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let columns =
        vec![Column::text("Team", 6), Column::number("Figure"), Column::number("Margin"), Column::number("n")];
    vec![
        Block::heading(1, "Team by team", "teams"),
        Block::paragraph(
            "Teams do different work: before one is held against another, look at the margins and at what they do.",
        ),
        Block::Table(Table { caption: String::new(), columns, rows }),
    ]
}

/// The same for calculating; nothing where there is none.
pub(super) fn table(sources: &Sources<'_>) -> Option<Table> {
    let rows: Vec<Row> = known(sources)
        .flat_map(|(kpi, teams)| {
            teams.rows.iter().map(move |row| {
                Row::plain([
                    Cell::text(kpi.name.as_str()),
                    Cell::text(kpi.id.as_str()),
                    Cell::text(kpi.unit.name()),
                    Cell::text(id(row)),
                    Cell::Date(row.from),
                    Cell::Date(row.to),
                    Cell::figure(row.value, kpi.unit),
                    Cell::figure(row.low, kpi.unit),
                    Cell::figure(row.high, kpi.unit),
                    n(row),
                    Cell::text(words::quality(row.quality)),
                ])
            })
        })
        .collect();
    let heads = ["KPI", "id", "unit", "team", "from", "to", "value", "low", "high", "n", "quality"];
    let is_number = |head: &str| ["from", "to", "value", "low", "high", "n"].contains(&head);
    let columns = heads.map(|head| sheets::column(head, is_number(head)));
    (!rows.is_empty()).then(|| Table { caption: String::new(), columns: columns.to_vec(), rows })
}

/// Each KPI with its teams.
fn known<'a>(sources: &Sources<'a>) -> impl Iterator<Item = (&'a Card, &'a ByTeam)> {
    let (card, teams) = (sources.card, sources.teams);
    teams.iter().filter_map(|of| Some((card.kpis.iter().find(|kpi| kpi.id == of.kpi)?, of)))
}

/// The team as files have it.
fn id(row: &AnswerRow) -> String {
    row.by.get(TEAM).cloned().flatten().unwrap_or_else(|| "no team".to_owned())
}

/// The team as people know it.
fn name(row: &AnswerRow, teams: &ByTeam) -> String {
    let id = id(row);
    words::named(&id, teams.names.get(&id).map(String::as_str))
}

/// A figure that can be shown stays a number; of too few it is how many, of too few people that it is withheld.
fn figure(row: &AnswerRow, kpi: &Card) -> Cell {
    match row.value {
        Some(value) => Cell::Figure(value, kpi.unit),
        None if row.quality == Quality::Suppressed => {
            Cell::text(terminal::too_few(row.numerator, row.denominator, row.n, kpi.unit))
        }
        None => Cell::text(words::quality(row.quality)),
    }
}

fn n(row: &AnswerRow) -> Cell {
    if row.quality == Quality::Withheld { Cell::Empty } else { Cell::Count(row.n) }
}
