//! The service manual and the reports of a workspace, printed: for the command line and the API alike.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::metric::Metric;
use catalogue::plan::dimensions;
use catalogue::question::Principal;
use jiff::civil::Date;
use model::Instant;
use model::calendar::{Compare, DateRange, Grain};
use scorecard::report::{self, ByTeam, DeedSources, Deeds, Due, Kind, Report};
use scorecard::review;
use scorecard::workbook::Sheet;
use scorecard::{Definition, Level, Scorecard};

use crate::ServerError;
use crate::ask::Reader;
use crate::cards::{COMPANY, Over};
use crate::names::Names;
use crate::workspace::Workspace;

/// In which shape a document is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One file for browsers and mail programs.
    Html,
    /// Pages.
    Pdf,
    /// Text for wikis and repositories.
    Markdown,
    /// One sheet: a line a KPI, or a team, an announcement and so on.
    Csv,
    /// Sheets.
    Xlsx,
}

impl Format {
    /// Those of the manual.
    pub const OF_MANUAL: [Format; 3] = [Self::Html, Self::Pdf, Self::Markdown];
    /// Those of reports.
    pub const OF_REPORTS: [Format; 5] = [Self::Html, Self::Pdf, Self::Markdown, Self::Csv, Self::Xlsx];

    /// The name on a command line, in addresses and at the end of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Pdf => "pdf",
            Format::Markdown => "md",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Html => "text/html; charset=utf-8",
            Format::Pdf => "application/pdf",
            Format::Markdown => "text/markdown; charset=utf-8",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Whether it is no text, so that a terminal would choke on it.
    pub fn is_binary(self) -> bool {
        matches!(self, Format::Pdf | Format::Xlsx)
    }
}

/// A document in its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Its shape.
    pub format: Format,
    /// Name of a file for it: letters, digits, `-` and one dot.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What a report is asked over.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportAsked {
    /// Whom it is for.
    pub kind: Kind,
    /// Name of the card; of the kind's own where absent.
    pub card: Option<String>,
    /// The period.
    pub range: DateRange,
    /// What it is compared with.
    pub compare: Option<Compare>,
    /// Values of dimensions it is held to, beside those of the card.
    pub only: BTreeMap<String, Vec<Option<String>>>,
    /// The day whose definitions the figures of the card are worked out by, in place of those in force.
    pub as_defined_on: Option<Date>,
    /// The sheet that is printed as CSV, which holds one; that of the KPIs where absent.
    pub sheet: Option<String>,
}

impl Reader {
    /// The service manual of all cards, or of one and those above it.
    ///
    /// # Errors
    /// There is no such card; the document cannot be printed.
    pub fn manual(&self, card: Option<&str>, format: Format, now: Instant) -> Result<Printed, ServerError> {
        let workspace = &self.workspace;
        let mut cards = workspace.scorecards.clone();
        if let Some(name) = card {
            self.workspace.card(name)?;
            let wanted: Vec<&str> = scorecard::ancestors(&workspace.scorecards, name).chain([name]).collect();
            cards.retain(|known, _| wanted.contains(&known.as_str()));
        }
        let called = self.names(&self.store.snapshot()?)?;
        for card in cards.values_mut() {
            call(card, &called);
        }
        let today = workspace.organisation.today(now);
        let approved = self.approved()?;
        let document = scorecard::manual::manual(&scorecard::manual::Sources {
            organisation: &workspace.organisation,
            catalogue: &workspace.catalogue,
            cards: &cards,
            approved: &approved.metrics,
            approved_cards: &approved.cards,
            retired: &approved.retired_kpis,
            today,
        });
        let bytes = match format {
            Format::Html => press::html(&document).into_bytes(),
            Format::Markdown => press::markdown(&document).into_bytes(),
            Format::Pdf => press::pdf(&document)?,
            Format::Csv | Format::Xlsx => {
                return Err(ServerError::Usage(format!("the manual is text: {}", names(&Format::OF_MANUAL))));
            }
        };
        let of = card.map_or_else(String::new, |card| format!("-{card}"));
        Ok(Printed { format, name: file_name(&format!("service-manual{of}-{today}"), format), bytes })
    }

    /// A report.
    ///
    /// # Errors
    /// There is no such card, or none of the kind's own; as [`Reader::scorecard`] and [`Reader::as_defined_on`]; the
    /// document cannot be printed.
    pub async fn report(
        &self,
        asked: &ReportAsked,
        format: Format,
        principal: &Principal,
        now: Instant,
    ) -> Result<Printed, ServerError> {
        let (name, definition) = self.card_of(asked)?;
        // what moves its KPIs is not archived with them, and is told as it is now
        let dated = self.as_defined_on(asked.as_defined_on, definition.shown_metrics())?;
        let mut card = dated.monthly(definition, asked, principal, now).await?;
        dated.place_reviews(&mut card, definition)?;
        let moving = match asked.kind {
            Kind::Executive => None,
            Kind::Manager | Kind::Team => report::operational(definition, &self.workspace.catalogue),
        };
        let operational = match &moving {
            Some(moving) => Some(self.monthly(moving, asked, principal, now).await?),
            None => None,
        };
        let teams = match asked.kind {
            Kind::Manager => dated.by_team(definition, asked, principal, now).await?,
            Kind::Executive | Kind::Team => Vec::new(),
        };
        let limit = rows_shown(asked, format);
        let behind = match limit {
            0 => Vec::new(),
            limit => dated.rows_behind(definition, &card, asked, limit, principal, now).await?,
        };
        let deeds = self.deeds(definition, asked, now)?;
        let today = self.workspace.organisation.today(now);
        let sources = report::Sources {
            organisation: &self.workspace.organisation,
            catalogue: &dated.workspace.catalogue,
            definition,
            cards: &self.workspace.scorecards,
            card: &card,
            operational: operational.as_ref(),
            teams: &teams,
            approved: &dated.approved()?.metrics,
            behind: &behind,
            deeds: &deeds,
            due: &self.due(definition, today)?,
            today,
        };
        let made = match asked.kind {
            Kind::Executive => report::executive(&sources),
            Kind::Manager => report::manager(&sources),
            Kind::Team => report::team(&sources),
        };
        let last = asked.range.to.yesterday().unwrap_or(asked.range.to);
        let name = format!("{}-{name}-{}-{last}", asked.kind.name(), asked.range.from);
        Ok(Printed { format, name: file_name(&name, format), bytes: print(&made, format, asked.sheet.as_deref())? })
    }

    /// The card a report is of: the company's for those who steer and lead, a team's for a team.
    fn card_of<'a>(&'a self, asked: &'a ReportAsked) -> Result<(&'a str, &'a Definition), ServerError> {
        if let Some(name) = &asked.card {
            return Ok((name.as_str(), self.workspace.card(name)?));
        }
        if asked.kind != Kind::Team || !asked.only.is_empty() {
            return Ok((COMPANY, self.workspace.card(COMPANY)?));
        }
        let teams = || self.workspace.scorecards.iter().filter(|(_, card)| card.level >= Level::Team);
        let mut found = teams();
        match (found.next(), found.next()) {
            (Some((name, card)), None) => Ok((name.as_str(), card)),
            (None, _) => Err(ServerError::Usage(
                "no card is a team's: hold the company's to one, as with --only team=Billing, or write a card with level = \"team\"".to_owned(),
            )),
            _ => Err(ServerError::Usage(format!("whose report? --card {}", quoted(teams().map(|(name, _)| name))))),
        }
    }

    /// A card over the period of a report, with its trend in months.
    async fn monthly(
        &self,
        definition: &Definition,
        asked: &ReportAsked,
        principal: &Principal,
        now: Instant,
    ) -> Result<Scorecard, ServerError> {
        let (range, compare, only) = (asked.range, asked.compare, asked.only.clone());
        self.build_card(definition, Over { range, compare, trend: Some(Grain::Month), only }, principal, now).await
    }

    /// The KPIs of a card team by team.
    async fn by_team(
        &self,
        definition: &Definition,
        asked: &ReportAsked,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<ByTeam>, ServerError> {
        let catalogue = &self.workspace.catalogue;
        let (cut, attributes) = (self.cut(definition, asked.only.clone())?, self.store.snapshot()?.attributes);
        let has_teams = |metric: &&Metric| dimensions(metric, catalogue, &attributes).contains_key("team");
        let metrics = definition.kpis.iter().filter_map(|kpi| catalogue.get(&kpi.metric));
        let with_teams: BTreeSet<String> = metrics.filter(has_teams).map(|metric| metric.id.clone()).collect();
        let questions = report::team_questions(definition, &asked.range, &with_teams);
        let questions = questions.into_iter().map(|question| question.and_then(|question| cut.question(question)));
        let answers = self.ask_some(questions.collect(), principal, now).await?;
        Ok(report::by_team(definition, &answers))
    }

    /// What people told, said, set going and decided since the period began.
    fn deeds(&self, definition: &Definition, asked: &ReportAsked, now: Instant) -> Result<Deeds, ServerError> {
        let held = scorecard::both(&definition.held_to(), &asked.only);
        let teams: Vec<String> = held.get("team").into_iter().flatten().flatten().cloned().collect();
        let Workspace { organisation, catalogue, scorecards, decisions, .. } = &*self.workspace;
        Ok(report::deeds(&DeedSources {
            organisation,
            catalogue,
            definition,
            cards: scorecards,
            state: &*self.reviewed()?,
            initiatives: &self.workspace.initiatives_at(now),
            decisions,
            teams: &teams,
            since: asked.range.from,
        }))
    }

    /// Reviews and targets of a card whose day is near or past, the longest due first; the definitions that were never
    /// reviewed as one.
    fn due(&self, definition: &Definition, today: Date) -> Result<Vec<Due>, ServerError> {
        let near = today.saturating_add(jiff::Span::new().days(NEAR_DAYS));
        let state = self.reviewed()?;
        let metrics = self.definitions_of(definition);
        let mut items = self.review_items(&state)?;
        items.retain(|item| match (&item.subject.kind, &item.subject.card) {
            (_, Some(card)) => *card == definition.name,
            (review::Kind::Card, None) => item.subject.id == definition.name,
            (review::Kind::Metric, None) => metrics.contains(&item.subject.id),
            _ => false,
        });
        let owner_of = |target: Option<&scorecard::Target>| target.and_then(|target| target.owner.clone());
        let of_review = |due: review::Due| {
            let kpi = definition.kpi(&due.subject.id).filter(|_| due.subject.kind == review::Kind::Kpi);
            let of_metric = self.workspace.catalogue.get(&due.subject.id).map(|metric| metric.owner.clone());
            let of_metric = of_metric.filter(|owner| due.subject.kind == review::Kind::Metric && !owner.is_empty());
            let what = match (due.kind, due.subject.kind) {
                (review::DueKind::Unseen, _) => "nobody has looked at it for long".to_owned(),
                (review::DueKind::Definition, review::Kind::Card) => "yearly review of the card".to_owned(),
                (review::DueKind::Definition, _) => "yearly review of the definition".to_owned(),
                (review::DueKind::Review, _) => format!("{} review", due.cadence.name()),
            };
            let of_card = definition.owner.clone().filter(|_| due.subject.kind == review::Kind::Card);
            let who = kpi.and_then(|kpi| owner_of(kpi.target.as_ref())).or(of_metric).or(of_card);
            Due { name: due.name, what, who, on: due.due, overdue_days: due.overdue_days }
        };
        let reviews = review::due(&items, &state, &self.workspace.organisation, today);
        let is_new = |due: &review::Due| {
            due.kind == review::DueKind::Definition && due.subject.kind == review::Kind::Metric && due.last.is_none()
        };
        let (never, again): (Vec<_>, Vec<_>) = reviews.into_iter().filter(|due| due.due <= near).partition(is_new);
        let mut due: Vec<Due> = again.into_iter().map(of_review).collect();
        let first = never.iter().map(|due| (due.due, due.overdue_days)).min().unwrap_or((today, 0));
        due.extend(Due::never_reviewed(never.len(), first));
        due.extend(definition.kpis.iter().filter_map(|kpi| {
            let on = kpi.target.as_ref()?.deadline.filter(|day| *day <= near)?;
            let overdue_days = on.until(today).ok().map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0));
            let (name, who) = (kpi.name.clone(), owner_of(kpi.target.as_ref()));
            Some(Due { name, what: "target".to_owned(), who, on, overdue_days })
        }));
        due.sort_by(|one, other| (one.on, &one.name, &one.what).cmp(&(other.on, &other.name, &other.what)));
        Ok(due)
    }

    /// Where definitions and cards stand, after the journal, and who approved them.
    fn approved(&self) -> Result<Approved, ServerError> {
        let (state, organisation) = (self.reviewed()?, &self.workspace.organisation);
        let mut approved = Approved::default();
        for item in self.review_items(&state)? {
            let found = review::approval(&state, &item.text, item.second_person, item.written, organisation);
            match item.subject.kind {
                review::Kind::Metric => approved.metrics.insert(item.subject.id, found.words()),
                review::Kind::Card => {
                    approved.cards.insert(item.subject.id, review::standing(item.written, Some(&found)))
                }
                _ if found.status == review::ApprovalStatus::Retired => {
                    approved.retired_kpis.insert(item.subject, found.words_on_card())
                }
                _ => None,
            };
        }
        Ok(approved)
    }
}

/// Where definitions and cards stand, in words by id, and which KPIs were taken out of use.
#[derive(Default)]
struct Approved {
    metrics: BTreeMap<String, String>,
    cards: BTreeMap<String, String>,
    retired_kpis: BTreeMap<review::Subject, String>,
}

/// How far ahead what is due is told.
const NEAR_DAYS: i32 = 35;

/// Most rows behind a figure that are named in a text.
const ROWS_IN_TEXT: usize = 10;
/// Most rows behind a figure that are lines of a sheet.
const ROWS_IN_SHEET: usize = 1000;
/// The sheet they are in.
const RECORDS: &str = "Records";

/// How many of the rows behind each figure are read for a report in `format`: none where it does not show them.
fn rows_shown(asked: &ReportAsked, format: Format) -> usize {
    let is_records = asked.sheet.as_ref().is_some_and(|sheet| sheet.eq_ignore_ascii_case(RECORDS));
    match format {
        Format::Xlsx => ROWS_IN_SHEET,
        Format::Csv if is_records => ROWS_IN_SHEET,
        Format::Csv => 0,
        // a team's is without where its figures come from
        Format::Html | Format::Pdf | Format::Markdown if asked.kind == Kind::Team => 0,
        Format::Html | Format::Pdf | Format::Markdown => ROWS_IN_TEXT,
    }
}

fn print(report: &Report, format: Format, sheet: Option<&str>) -> Result<Vec<u8>, ServerError> {
    if sheet.is_some() && format != Format::Csv {
        return Err(ServerError::Usage("only CSV is of one sheet; the other formats have them all".to_owned()));
    }
    Ok(match format {
        Format::Html => press::html(&report.document).into_bytes(),
        Format::Markdown => press::markdown(&report.document).into_bytes(),
        Format::Pdf => press::pdf(&report.document)?,
        Format::Xlsx => press::xlsx(&report.workbook)?,
        Format::Csv => press::csv(one_sheet(report, sheet)?).into_bytes(),
    })
}

/// The sheet called `name`, whatever its case; the first where none is named.
fn one_sheet<'r>(report: &'r Report, name: Option<&str>) -> Result<&'r Sheet, ServerError> {
    let sheets = &report.workbook.sheets;
    let found = match name {
        Some(name) => sheets.iter().find(|sheet| sheet.name.eq_ignore_ascii_case(name)),
        None => sheets.first(),
    };
    found.ok_or_else(|| ServerError::NotFound {
        message: format!("the report has no sheet `{}`", name.unwrap_or_default()),
        help: Some(format!("one of {}", quoted(sheets.iter().map(|sheet| &sheet.name)))),
    })
}

/// A name that is one on every system and in every header.
fn file_name(name: &str, format: Format) -> String {
    let plain = name
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || character == '-' { character } else { '_' });
    format!("{}.{}", plain.collect::<String>(), format.name())
}

/// Calls whom a card is held to, and who answers for it and its targets, by name where files have ids.
fn call(card: &mut Definition, names: &Names) {
    for (dimension, held) in &mut card.only {
        held.value.iter_mut().for_each(|id| *id = names.read(dimension, id));
    }
    if let Some(owner) = &mut card.owner {
        *owner = names.read_any(owner);
    }
    for owner in card.kpis.iter_mut().filter_map(|kpi| kpi.target.as_mut()?.owner.as_mut()) {
        *owner = names.read_any(owner);
    }
}

/// `html, pdf or md`.
pub fn names(formats: &[Format]) -> String {
    let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn quoted<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
