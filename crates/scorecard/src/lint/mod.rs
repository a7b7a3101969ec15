//! Lint: what makes a card that can be computed a card that nobody should steer by.
//!
//! A file a rule. Rules that the card alone decides always run; those that need figures run over [`Evidence`], which is
//! asked like anything else ([`questions`]); those that need what people did run over [`Reviews`]. A rule that lacks what
//! it needs says nothing.

mod calibration;
mod conditions;
mod evidence;
mod reviews;

mod b01_weight;
mod b02_agent_level;
mod b03_operational;
mod b04_counters;
mod l01_too_many;
mod l02_too_few;
mod l03_no_counterbalance;
mod l04_unbalanced;
mod l05_no_number;
mod l06_no_deadline;
mod l07_no_owner;
mod l08_no_baseline;
mod l09_not_distinguishable;
mod l10_implausible;
mod l11_stale_review;
mod l12_untouched;
mod l13_no_drivers;
mod l14_vanity;
mod l15_activity;
mod l16_weights;
mod l17_agent_target;
mod l18_selective_sample;
mod l19_double_counting;
mod l20_definitions_differ;
mod l21_no_leading;
mod l22_borrowed_target;
mod l23_biased_sample;
mod l24_uncalibrated;
mod l25_identifiable;
mod l26_wrong_shape;
mod l27_perfect_target;
mod l28_mean_of_means;
mod l29_immature;
mod l30_goalposts;
mod l31_past_deadline;

use std::collections::BTreeMap;
use std::ops::Range;

use catalogue::Catalogue;
use catalogue::diagnostic::{Diagnostic, Severity, line_and_column};
use catalogue::metric::{Metric, Status as DefinitionStatus};
use catalogue::source::SourceText;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::definition::{Definition, Kpi, Target};

pub use calibration::{CALIBRATED_DAYS, Calibration, Scored};
pub(crate) use conditions::chosen_texts;
pub use evidence::{Evidence, KpiEvidence, questions};
pub(crate) use l29_immature::maturity_days;
pub use reviews::{Aim, GateChange, KpiReview, Reviews, TargetChange};

/// What is judged.
#[derive(Clone, Copy)]
pub struct LintInput<'a> {
    /// Name of the card: its file without `.toml`.
    pub name: &'a str,
    /// The card.
    pub definition: &'a Definition,
    /// Every card, by name.
    pub cards: &'a BTreeMap<String, Definition>,
    /// The metrics.
    pub catalogue: &'a Catalogue,
    /// Figures.
    pub evidence: &'a Evidence,
    /// What people did; none where nothing keeps it.
    pub reviews: Option<&'a Reviews>,
    /// Today, in the organisation's zone.
    pub today: Date,
}

impl<'a> LintInput<'a> {
    fn metric(&self, kpi: &Kpi) -> Option<&'a Metric> {
        self.catalogue.get(&kpi.metric)
    }

    /// The KPIs of which it is known what people did, with that.
    fn reviewed(&self) -> impl Iterator<Item = (&'a Kpi, &'a KpiReview)> {
        let reviews = self.reviews;
        self.definition.kpis.iter().filter_map(move |kpi| Some((kpi, reviews?.kpis.get(&kpi.id)?)))
    }
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Identifier, as `L03`.
    pub id: &'static str,
    /// How bad it is on a card that is in force.
    pub severity: Severity,
    /// Whether it is about something a person has yet to fill in: no error before the card is approved.
    pub is_unfinished: bool,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    check: fn(&LintInput<'_>, &mut Report<'_>),
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Identifier of the rule.
    pub rule: String,
    /// How bad it is, on this card as it stands.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: String,
    /// What is wrong here: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub fix: String,
    /// Name of the card.
    pub card: String,
    /// Id of the KPI it is about, where it is about one.
    pub kpi: Option<String>,
    /// File, relative to the workspace.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the file.
    #[serde(skip)]
    pub span: Range<usize>,
}

impl Finding {
    /// As a problem of a file.
    pub fn diagnostic(&self) -> Diagnostic {
        let code = rules().iter().find(|rule| rule.id == self.rule).map_or("lint", |rule| rule.id);
        Diagnostic {
            code,
            severity: self.severity,
            file: self.file.clone(),
            span: self.span.clone(),
            line: self.line,
            column: self.column,
            message: format!("{}: {}", self.title.to_lowercase(), self.message),
            help: Some(self.fix.clone()),
        }
    }
}

/// What the rule being checked has found.
struct Report<'a> {
    rule: &'a Rule,
    input: &'a LintInput<'a>,
    found: Vec<Finding>,
}

impl Report<'_> {
    /// About a KPI.
    fn kpi(&mut self, kpi: &Kpi, message: impl Into<String>) {
        self.at(&self.input.definition.file, kpi.span.clone(), Some(kpi), message.into());
    }

    /// About the target of a KPI.
    fn target(&mut self, kpi: &Kpi, target: &Target, message: impl Into<String>) {
        self.at(&self.input.definition.file, target.span.clone(), Some(kpi), message.into());
    }

    /// What to do about what was found last, where more can be said than for the rule as a whole.
    fn instead(&mut self, fix: impl Into<String>) {
        if let Some(last) = self.found.last_mut() {
            last.fix = fix.into();
        }
    }

    /// What was found last is no error on any card.
    fn only_a_warning(&mut self) {
        if let Some(last) = self.found.last_mut() {
            last.severity = Severity::Warning;
        }
    }

    /// About what stands at `span` of the card.
    fn place(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.at(&self.input.definition.file, span.clone(), None, message.into());
    }

    /// About the card as a whole.
    fn card(&mut self, message: impl Into<String>) {
        let first = self.input.definition.file.text.find("title").unwrap_or(0);
        self.place(&(first..first), message);
    }

    fn at(&mut self, file: &SourceText, span: Range<usize>, kpi: Option<&Kpi>, message: String) {
        let (line, column) = line_and_column(&file.text, span.start);
        self.found.push(Finding {
            rule: self.rule.id.to_owned(),
            severity: severity(self.rule, self.input.definition.status),
            title: self.rule.title.to_owned(),
            message,
            fix: self.rule.fix.to_owned(),
            card: self.input.name.to_owned(),
            kpi: kpi.map(|kpi| kpi.id.clone()),
            file: file.path.clone(),
            line,
            column,
            span,
        });
    }
}

/// How bad a rule's finding is on a card: nothing on a template is anybody's mistake yet, and what is still to be filled
/// in is none on a draft.
fn severity(rule: &Rule, status: DefinitionStatus) -> Severity {
    match status {
        DefinitionStatus::Approved => rule.severity,
        DefinitionStatus::Draft if !rule.is_unfinished => rule.severity,
        _ => Severity::Warning,
    }
}

/// Every rule, in the order of their ids: those of single KPIs and targets, then those of balance.
pub fn rules() -> &'static [Rule] {
    &[
        l01_too_many::RULE,
        l02_too_few::RULE,
        l03_no_counterbalance::RULE,
        l04_unbalanced::RULE,
        l05_no_number::RULE,
        l06_no_deadline::RULE,
        l07_no_owner::RULE,
        l08_no_baseline::RULE,
        l09_not_distinguishable::RULE,
        l10_implausible::RULE,
        l11_stale_review::RULE,
        l12_untouched::RULE,
        l13_no_drivers::RULE,
        l14_vanity::RULE,
        l15_activity::RULE,
        l16_weights::RULE,
        l17_agent_target::RULE,
        l18_selective_sample::RULE,
        l19_double_counting::RULE,
        l20_definitions_differ::RULE,
        l21_no_leading::RULE,
        l22_borrowed_target::RULE,
        l23_biased_sample::RULE,
        l24_uncalibrated::RULE,
        l25_identifiable::RULE,
        l26_wrong_shape::RULE,
        l27_perfect_target::RULE,
        l28_mean_of_means::RULE,
        l29_immature::RULE,
        l30_goalposts::RULE,
        l31_past_deadline::RULE,
        b01_weight::RULE,
        b02_agent_level::RULE,
        b03_operational::RULE,
        b04_counters::RULE,
    ]
}

/// What every rule finds: errors first, then by rule and place.
pub fn lint(input: &LintInput<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for rule in rules() {
        let mut report = Report { rule, input, found: Vec::new() };
        (rule.check)(input, &mut report);
        found.append(&mut report.found);
    }
    // the sort is stable: rules are in their order already
    found.sort_by_key(|finding| finding.severity);
    found
}

/// Ids in a sentence, each as code.
fn quoted<T: AsRef<str>>(ids: &[T]) -> String {
    crate::words::listed(&ids.iter().map(|id| format!("`{}`", id.as_ref())).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
