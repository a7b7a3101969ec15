//! Checks against rules.
//!
//! A contact is checked against several rules, so checks are numbered within it, those of each sampling and of tests
//! apart: the first stands for the contact and carries how many critical rules were broken in it. A rule that was
//! checked twice there is broken once. How grave a breach is that is not said or not understood counts as critical: the
//! rate it lowers is a claim to others.

use std::collections::{BTreeSet, HashMap};

use arrow::record_batch::RecordBatch;

use super::super::column::{Booleans, Row, Text};
use super::super::plain::Plain;
use super::super::table::Table;
use super::super::words::{self, Sampling, Severity};
use super::super::{About, FoldError, Ground, Noted};
use super::{Work, WorkColumns, put_work};
use crate::{FactTable, RecordKind};

/// The checks of one sampling of one contact or ticket.
#[derive(Default)]
struct Series<'a> {
    checks: u32,
    broken: BTreeSet<&'a str>,
}

/// Folds the newest checks into their table.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<RecordBatch, FoldError> {
    let (records, newest) = ground.newest(RecordKind::ComplianceCheck, noted)?;
    let columns = WorkColumns::open(&records, "checked_at")?;
    let at = |row| Work::find(ground, &columns, row).happened_at;
    let mut plain = Plain::read(FactTable::ComplianceCheck, records, &newest, ground.directory, at)?;
    let works: Vec<Work> = plain.rows.iter().map(|row| Work::find(ground, &columns, *row)).collect();
    plain.customers = works.iter().map(Work::customer).collect();

    let rule: Text = records.column("rule")?;
    let severity: Text = records.column("severity")?;
    let sampling: Text = records.column("sampling")?;
    let is_met: Booleans = records.column("is_met")?;
    let is_test: Booleans = records.column("is_test")?;
    let mut samplings = Vec::with_capacity(works.len());
    let mut severities = Vec::with_capacity(works.len());
    let mut tests = Vec::with_capacity(works.len());
    let mut numbers = Vec::with_capacity(works.len());
    let mut series: HashMap<(About, Sampling, bool), Series> = HashMap::new();
    let about = |row: Row| About::new(columns.contact(row), columns.ticket(row), columns.keys.at(row));
    let key = |work: &Work, sampling, is_test| (about(work.row), sampling, is_test);
    for work in &works {
        let row = work.row;
        let sampling = words::read(
            sampling.get(row),
            Sampling::of_check,
            (RecordKind::ComplianceCheck, "sampling"),
            noted.warnings,
        )
        .unwrap_or(Sampling::Targeted);
        let severity =
            words::read(severity.get(row), Severity::parse, (RecordKind::ComplianceCheck, "severity"), noted.warnings)
                .unwrap_or(Severity::Critical);
        let is_test = work.is_test() || is_test.get(row).unwrap_or(false);
        let series = series.entry(key(work, sampling, is_test)).or_default();
        series.checks += 1;
        if severity == Severity::Critical && is_met.get(row) == Some(false) {
            series.broken.insert(rule.required(row));
        }
        numbers.push(series.checks);
        samplings.push(sampling);
        severities.push(severity);
        tests.push(is_test);
    }

    let mut table = Table::new(FactTable::ComplianceCheck, works.len());
    put_work(&mut table, &works, &columns, ground, (RecordKind::ComplianceCheck, noted))?;
    table.text("sampling", samplings.iter().map(|sampling| Some(sampling.name())))?;
    table.text("severity", severities.iter().map(|severity| Some(severity.name())))?;
    table.integers("check", numbers.iter().map(|number| Some((*number).into())));
    let breaches = (0..works.len()).map(|index| {
        let first = numbers[index] == 1;
        let series = series.get(&key(&works[index], samplings[index], tests[index])).filter(|_| first);
        Some(series.map_or(0, |series| series.broken.len() as i64))
    });
    table.integers("critical_breaches", breaches);
    table.booleans("is_test", tests.iter().map(|is_test| Some(*is_test)));
    plain.finish(table, ground.directory, ground.attributes)
}
