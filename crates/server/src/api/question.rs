//! The query of an address → a question. Names are those of the command's options.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, RawQuery};
use axum::http::request::Parts;
use catalogue::diagnostic::Diagnostic;
use catalogue::file::{Problems, suggest};
use catalogue::question::Question;
use catalogue::source::SourceText;
use engine::Margins;
use model::Instant;
use model::calendar::{Compare, DateRange, Grain, Organisation, resolve_range};

/// Most points a series may have.
const MOST_POINTS: i64 = 1000;

/// What is asked, from options or an address, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Breakdown dimensions.
    pub by: Vec<String>,
    /// Length of a period.
    pub grain: Option<String>,
    /// Named range or `A..B`, both days included.
    pub range: Option<String>,
    /// First day.
    pub from: Option<String>,
    /// Day after the last.
    pub to: Option<String>,
    /// Values of dimensions, as `channel=email`; `channel` alone for rows without one.
    pub only: Vec<String>,
    /// Filter.
    pub filter: Option<String>,
    /// `name=value` pairs.
    pub set: Vec<String>,
    /// Variant.
    pub variant: Option<String>,
    /// `prev`, `year` or `none`.
    pub compare: Option<String>,
    /// `all` or `none`.
    pub margins: Option<String>,
    /// The day whose definition is meant.
    pub as_defined_on: Option<String>,
}

/// Names that may stand in the query of a question's address.
const NAMES: [&str; 12] =
    ["by", "grain", "range", "from", "to", "only", "where", "set", "variant", "compare", "margins", "as_defined_on"];

impl Asked {
    /// Reads the pairs of an address.
    ///
    /// # Errors
    /// Every name that is none of a question.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Asked, Vec<Diagnostic>> {
        let mut asked = Asked::default();
        let mut problems = Problems::default();
        for (name, value) in pairs {
            if value.is_empty() && name != "set" {
                continue;
            }
            match name.as_str() {
                "by" => {
                    asked.by.extend(value.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()))
                }
                "grain" => asked.grain = Some(value),
                "range" => asked.range = Some(value),
                "from" => asked.from = Some(value),
                "to" => asked.to = Some(value),
                "only" => asked.only.push(value),
                "where" => asked.filter = Some(value),
                "set" => asked.set.push(value),
                "variant" => asked.variant = Some(value),
                "compare" => asked.compare = Some(value),
                "margins" => asked.margins = Some(value),
                "as_defined_on" => asked.as_defined_on = Some(value),
                other => complain(
                    "query",
                    other,
                    "unknown_field",
                    format!("`{other}` is not part of a question"),
                    suggest(other, NAMES),
                    &mut problems,
                ),
            }
        }
        if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(asked) }
    }

    /// Refuses everything but `names`: what is not used must not look as if it were.
    ///
    /// # Errors
    /// Every other part that was given.
    pub fn takes(&self, names: &[&str]) -> Result<(), Vec<Diagnostic>> {
        let given = [
            ("by", !self.by.is_empty()),
            ("grain", self.grain.is_some()),
            ("range", self.range.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("only", !self.only.is_empty()),
            ("where", self.filter.is_some()),
            ("set", !self.set.is_empty()),
            ("variant", self.variant.is_some()),
            ("compare", self.compare.is_some()),
            ("margins", self.margins.is_some()),
            ("as_defined_on", self.as_defined_on.is_some()),
        ];
        let mut problems = Problems::default();
        for (name, _) in given.iter().filter(|(name, given)| *given && !names.contains(name)) {
            let help = suggest(name, names.iter().copied());
            complain("query", name, "unknown_field", format!("`{name}` cannot be asked of this"), help, &mut problems);
        }
        if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(()) }
    }

    /// The range of dates asked for; the last 28 days where none is.
    ///
    /// # Errors
    /// A range that cannot be read, or both kinds of range at once.
    pub fn range(&self, now: Instant, organisation: &Organisation) -> Result<DateRange, Vec<Diagnostic>> {
        let mut problems = Problems::default();
        let range = match (&self.range, &self.from, &self.to) {
            (Some(range), None, None) => match resolve_range(range, now, organisation) {
                Ok(range) => Some(range),
                Err(error) => {
                    complain("--range", range, "wrong_range", error.to_string(), None, &mut problems);
                    None
                }
            },
            (None, None, None) => resolve_range("last-28d", now, organisation).ok(),
            (None, Some(from), Some(to)) => {
                match (date("--from", from, &mut problems), date("--to", to, &mut problems)) {
                    (Some(from), Some(to)) => match DateRange::new(from, to) {
                        Ok(range) => Some(range),
                        Err(error) => {
                            complain(
                                "--to",
                                &to.to_string(),
                                "wrong_range",
                                error.to_string(),
                                Some("--to is the day after the last".to_owned()),
                                &mut problems,
                            );
                            None
                        }
                    },
                    _ => None,
                }
            }
            (Some(range), _, _) => {
                complain(
                    "--range",
                    range,
                    "wrong_range",
                    "a range and dates were both given".to_owned(),
                    Some("either --range or --from and --to".to_owned()),
                    &mut problems,
                );
                None
            }
            (None, from, to) => {
                let given = from.as_ref().or(to.as_ref()).cloned().unwrap_or_default();
                complain(
                    "--from",
                    &given,
                    "wrong_range",
                    "--from and --to go together".to_owned(),
                    Some("--to is the day after the last".to_owned()),
                    &mut problems,
                );
                None
            }
        };
        range.ok_or_else(|| problems.into_sorted())
    }

    /// The comparison asked for.
    ///
    /// # Errors
    /// A word that is none.
    pub fn compare(&self) -> Result<Option<Compare>, Vec<Diagnostic>> {
        match self.compare.as_deref() {
            None | Some("none") => Ok(None),
            Some(text) => match Compare::parse(text) {
                Some(compare) => Ok(Some(compare)),
                None => Err(one(
                    "--compare",
                    text,
                    "unknown_value",
                    format!("`{text}` is not a comparison"),
                    suggest(text, ["prev", "year", "none"]),
                )),
            },
        }
    }

    /// Whether quantiles get intervals; they do where nothing is said.
    ///
    /// # Errors
    /// A word that is neither `all` nor `none`.
    pub fn margins(&self) -> Result<Margins, Vec<Diagnostic>> {
        match self.margins.as_deref() {
            None | Some("all") => Ok(Margins::Wanted),
            Some("none") => Ok(Margins::LeftOut),
            Some(text) => Err(one(
                "--margins",
                text,
                "unknown_value",
                format!("`{text}` is not a choice of margins"),
                suggest(text, ["all", "none"]),
            )),
        }
    }

    /// The day whose definition is meant; today's where none is.
    ///
    /// # Errors
    /// What is not a date.
    pub fn as_defined_on(&self) -> Result<Option<jiff::civil::Date>, Vec<Diagnostic>> {
        let Some(text) = &self.as_defined_on else { return Ok(None) };
        let mut problems = Problems::default();
        match date("--as-defined-on", text, &mut problems) {
            Some(date) => Ok(Some(date)),
            None => Err(problems.into_sorted()),
        }
    }

    /// The dimensions that are held to values.
    ///
    /// # Errors
    /// A value without the name of its dimension.
    pub fn only(&self) -> Result<BTreeMap<String, Vec<Option<String>>>, Vec<Diagnostic>> {
        let mut only: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
        let mut problems = Problems::default();
        for text in &self.only {
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.to_owned())),
                None => (text.trim(), None),
            };
            if name.is_empty() {
                let help = Some("as channel=email; channel alone for rows without one".to_owned());
                let message = format!("`{text}` names no dimension");
                complain("--only", text, "wrong_value", message, help, &mut problems);
                continue;
            }
            let values = only.entry(name.to_owned()).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(only) }
    }

    /// The question about `metric`. Where no grain is asked for it is `grain_default`.
    ///
    /// # Errors
    /// Every problem of range, grain, comparison and settings.
    pub fn question(
        &self,
        metric: &str,
        grain_default: Option<Grain>,
        now: Instant,
        organisation: &Organisation,
    ) -> Result<Question, Vec<Diagnostic>> {
        let mut problems = Problems::default();
        let range = self.range(now, organisation).map_err(|found| problems.extend(found)).ok();
        let compare = self.compare().map_err(|found| problems.extend(found)).ok().flatten();
        let grain = match self.grain.as_deref() {
            Some(text) => {
                let grain = Grain::parse(text);
                if grain.is_none() {
                    let valid = Grain::ALL.map(Grain::name);
                    complain(
                        "--grain",
                        text,
                        "unknown_value",
                        format!("`{text}` is not a grain"),
                        suggest(text, valid),
                        &mut problems,
                    );
                }
                grain
            }
            None => grain_default.or_else(|| range.as_ref().map(fitting_grain)),
        };
        let only = self.only().map_err(|found| problems.extend(found)).unwrap_or_default();
        let mut parameters = BTreeMap::new();
        for pair in &self.set {
            match pair.split_once('=') {
                Some((name, value)) => {
                    parameters.insert(name.trim().to_owned(), value.trim().to_owned());
                }
                None => complain(
                    "--set",
                    pair,
                    "wrong_value",
                    format!("`{pair}` sets nothing"),
                    Some("name=value".to_owned()),
                    &mut problems,
                ),
            }
        }
        match (range, grain) {
            (Some(range), Some(grain)) if !problems.has_errors() => Ok(Question {
                metric: metric.to_owned(),
                variant: self.variant.clone(),
                parameters,
                by: self.by.clone(),
                grain,
                range,
                only,
                filter: self.filter.clone(),
                compare,
            }),
            _ => Err(problems.into_sorted()),
        }
    }
}

/// The finest grain that is still readable: days up to 13 weeks, weeks up to two years, then months and years.
pub fn fitting_grain(range: &DateRange) -> Grain {
    let days = i64::from((range.to - range.from).get_days());
    match days {
        ..=92 => Grain::Day,
        93..=750 => Grain::Week,
        751..=7300 => Grain::Month,
        days if days / 92 < MOST_POINTS => Grain::Quarter,
        _ => Grain::Year,
    }
}

fn date(option: &str, text: &str, problems: &mut Problems) -> Option<jiff::civil::Date> {
    match text.parse() {
        Ok(date) => Some(date),
        Err(_) => {
            complain(
                option,
                text,
                "wrong_date",
                format!("`{text}` is not a date"),
                Some("as 2026-01-31".to_owned()),
                problems,
            );
            None
        }
    }
}

pub(super) fn complain(
    option: &str,
    text: &str,
    code: &'static str,
    message: String,
    help: Option<String>,
    problems: &mut Problems,
) {
    let file = SourceText { path: option.to_owned(), text: text.to_owned() };
    problems.error(&file, 0..text.len(), code, message, help);
}

fn one(option: &str, text: &str, code: &'static str, message: String, help: Option<String>) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    complain(option, text, code, message, help, &mut problems);
    problems.into_sorted()
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = super::error::ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Asked::from_pairs(pairs(parts, state).await).map_err(Into::into)
    }
}

/// The pairs of an address, decoded.
pub(super) async fn pairs<S: Send + Sync>(parts: &mut Parts, state: &S) -> Vec<(String, String)> {
    let query = RawQuery::from_request_parts(parts, state).await.ok().and_then(|RawQuery(query)| query);
    let query = query.unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
