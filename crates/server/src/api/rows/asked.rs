//! The query of a list of rows: a question, and which of its rows in which order.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use catalogue::diagnostic::Diagnostic;
use catalogue::file::{Problems, suggest};
use catalogue::plan::Plan;
use catalogue::question::Question;
use engine::rows::{Cursor, Part, Sort};
use model::Instant;
use model::calendar::{Grain, Organisation};

use crate::api::error::ApiError;
use crate::api::question::{Asked, complain, pairs};

/// Most rows of a page.
const LIMIT_MAX: usize = 1000;

/// Rows of a page where nothing is said.
const LIMIT_DEFAULT: usize = 100;

/// A list of rows, from options or an address, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsAsked {
    /// The question whose rows they are.
    pub asked: Asked,
    /// Name of a part of the figure, or `all`.
    pub part: Option<String>,
    /// `at`, `-at`, `amount` or `-amount`.
    pub sort: Option<String>,
    /// Rows of a page.
    pub limit: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// `json` or `csv`.
    pub format: Option<String>,
}

/// Which rows, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Parts of the figure.
    pub parts: Vec<Part>,
    /// Order.
    pub sort: Sort,
    /// Rows of a page.
    pub limit: usize,
    /// Where it goes on.
    pub after: Option<Cursor>,
}

impl RowsAsked {
    /// Reads the pairs of an address.
    ///
    /// # Errors
    /// Every name that is none of a list of rows.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<RowsAsked, Vec<Diagnostic>> {
        let mut rows = RowsAsked::default();
        let mut rest = Vec::new();
        for (name, value) in pairs {
            let place = match name.as_str() {
                "part" => &mut rows.part,
                "sort" => &mut rows.sort,
                "limit" => &mut rows.limit,
                "after" => &mut rows.after,
                "format" => &mut rows.format,
                _ => {
                    rest.push((name, value));
                    continue;
                }
            };
            if !value.is_empty() {
                *place = Some(value);
            }
        }
        rows.asked = Asked::from_pairs(rest)?;
        Ok(rows)
    }

    /// The question whose rows are listed: over the whole range, not broken down and not compared.
    ///
    /// # Errors
    /// As [`Asked::question`]; parts of a question that rows do not have.
    pub fn question(
        &self,
        metric: &str,
        now: Instant,
        organisation: &Organisation,
    ) -> Result<Question, Vec<Diagnostic>> {
        self.asked.takes(&["range", "from", "to", "only", "where", "set", "variant", "as_defined_on"])?;
        self.asked.question(metric, Some(Grain::Total), now, organisation)
    }

    /// Whether all rows are wanted as CSV.
    ///
    /// # Errors
    /// A format that is none; parts of a page, which all rows do not have.
    pub fn is_csv(&self) -> Result<bool, Vec<Diagnostic>> {
        let mut problems = Problems::default();
        match self.format.as_deref() {
            None | Some("json") => return Ok(false),
            Some("csv") => {
                for (option, given) in [("--limit", &self.limit), ("--after", &self.after)] {
                    if let Some(text) = given {
                        let message = "pages have this, and as CSV all rows are given".to_owned();
                        complain(option, text, "wrong_value", message, None, &mut problems);
                    }
                }
            }
            Some(other) => {
                let message = format!("`{other}` is not a format");
                complain("--format", other, "unknown_value", message, suggest(other, ["json", "csv"]), &mut problems);
            }
        }
        if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(true) }
    }

    /// Which rows of the figure of `plan`.
    ///
    /// # Errors
    /// Every problem of part, order, limit and place.
    pub fn listing(&self, plan: &Plan, has_amounts: bool) -> Result<Listing, Vec<Diagnostic>> {
        let mut problems = Problems::default();
        let of = Part::of(&plan.measure);
        let parts = match self.part.as_deref() {
            None | Some("all") => of.to_vec(),
            Some(text) => match of.iter().find(|part| part.name() == text) {
                Some(part) => part.listed().to_vec(),
                None => {
                    let message = format!("`{text}` is not a part of `{}`", plan.metric);
                    let help = suggest(text, std::iter::once("all").chain(of.iter().map(|part| part.name())));
                    complain("--part", text, "unknown_value", message, help, &mut problems);
                    Vec::new()
                }
            },
        };
        let orders = Sort::ALL.into_iter().filter(|sort| has_amounts || !sort.by_amount());
        let sort = match self.sort.as_deref() {
            None => Sort::Earliest,
            Some(text) => match orders.clone().find(|sort| sort.name() == text) {
                Some(sort) => sort,
                None => {
                    let known = Sort::ALL.into_iter().any(|sort| sort.name() == text);
                    let message = match known {
                        true => format!("rows of `{}` have no amount", plan.metric),
                        false => format!("`{text}` is not an order"),
                    };
                    let help = suggest(text, orders.map(Sort::name));
                    complain("--sort", text, "unknown_value", message, help, &mut problems);
                    Sort::Earliest
                }
            },
        };
        let limit = match self.limit.as_deref() {
            None => LIMIT_DEFAULT,
            Some(text) => match text.parse::<usize>().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)) {
                Some(limit) => limit,
                None => {
                    let message = format!("`{text}` is not a number of rows");
                    let help = Some("a whole number from 1 to 1000".to_owned());
                    complain("--limit", text, "wrong_value", message, help, &mut problems);
                    LIMIT_DEFAULT
                }
            },
        };
        let after = self.after.as_deref().and_then(|text| {
            let cursor = read_cursor(text).filter(|cursor| cursor.fits(plan.table, sort));
            if cursor.is_none() {
                let message = "this is no place in these rows".to_owned();
                let help = Some("`next` of the page before, in the same order".to_owned());
                complain("--after", text, "wrong_value", message, help, &mut problems);
            }
            cursor
        });
        if problems.has_errors() { Err(problems.into_sorted()) } else { Ok(Listing { parts, sort, limit, after }) }
    }
}

/// A cursor as text that needs no encoding in an address.
pub(super) fn write_cursor(cursor: &Cursor) -> String {
    serde_json::to_vec(cursor).unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_cursor(text: &str) -> Option<Cursor> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes: Option<Vec<u8>> =
        digits.chunks(2).map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()).collect();
    serde_json::from_slice(&bytes?).ok()
}

impl<S: Send + Sync> FromRequestParts<S> for RowsAsked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        RowsAsked::from_pairs(pairs(parts, state).await).map_err(Into::into)
    }
}
