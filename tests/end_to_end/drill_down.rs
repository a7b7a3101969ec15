//! The rows behind a figure add up to it: for every metric and variant, over the whole and over every cell of some
//! breakdowns, counted anew from the rows by their own part and amount.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::plan::lacking;
use catalogue::question::{Principal, Question};
use end_to_end::run;
use model::Instant;
use model::calendar::{Grain, resolve_range};
use server::api::rows::{RowBody, RowsAsked, RowsBody, csv_lines};
use server::ask::Reader;
use server::{ServerError, Workspace};
use tokio::runtime::Runtime;

const NOW: &str = "2026-11-03T15:20:00Z";

/// A small organisation, read at a time within its data.
struct Demo {
    _folder: tempfile::TempDir,
    reader: Reader,
    runtime: Runtime,
    now: Instant,
}

impl Demo {
    fn new() -> Demo {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("demo").to_string_lossy().into_owned();
        let options = ["demo", "--tickets", "1500", "--months", "4", "--until", "2026-11-04", "--no-serve"];
        let made = run(Command::new(end_to_end::binary()).args(options).args(["--workspace", &path, "--now", NOW]));
        assert_eq!(made.code, Some(0), "{made:?}");
        let workspace = Workspace::load(Path::new(&path)).expect("a workspace");
        let reader = Reader::open(Arc::new(workspace)).expect("a reader");
        let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
        Demo { _folder: folder, reader, runtime, now: NOW.parse().expect("a time") }
    }

    fn question(&self, metric: &str, variant: Option<&String>, by: &[&str]) -> Question {
        Question {
            metric: metric.to_owned(),
            variant: variant.cloned(),
            parameters: BTreeMap::new(),
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            grain: Grain::Total,
            range: resolve_range("2026-08-03..2026-11-08", self.now, &self.reader.workspace.organisation)
                .expect("a range"),
            only: BTreeMap::new(),
            filter: None,
            compare: None,
        }
    }

    fn ask(&self, question: &Question) -> Vec<Answer> {
        let principal = Principal::local();
        let asked = self.reader.ask(std::slice::from_ref(question), &principal, self.now);
        self.runtime.block_on(asked).expect("an answer").remove(0)
    }

    fn page(&self, question: &Question, asked: &RowsAsked) -> Result<RowsBody, ServerError> {
        self.runtime.block_on(RowsBody::read(&self.reader, question, asked, &Principal::local(), self.now))
    }

    /// Every row, page by page, and the first page's figures.
    fn all(&self, question: &Question, part: &str, sort: &str, limit: usize) -> (RowsBody, Vec<RowBody>) {
        let mut asked = RowsAsked {
            part: Some(part.to_owned()),
            sort: Some(sort.to_owned()),
            limit: Some(limit.to_string()),
            ..RowsAsked::default()
        };
        let mut first = self.page(question, &asked).expect("rows");
        let mut rows = std::mem::take(&mut first.rows);
        asked.after = first.next.clone();
        while asked.after.is_some() {
            let mut page = self.page(question, &asked).expect("rows");
            assert!(!page.rows.is_empty(), "a page after the last");
            rows.append(&mut page.rows);
            asked.after = page.next;
        }
        (first, rows)
    }
}

fn count(rows: &[RowBody], parts: &[&str]) -> f64 {
    rows.iter().filter(|row| parts.contains(&row.part.as_str())).count() as f64
}

/// Thousandths: durations are whole milliseconds, and sums of them exact.
fn thousandths(amounts: impl Iterator<Item = f64>) -> f64 {
    amounts.map(|amount| (amount * 10_000.0).round() as i128).sum::<i128>() as f64 / 10_000.0
}

/// Holds the rows to the figures of the answer to the same question; how many rows and values were held.
fn check(demo: &Demo, question: &Question, answers: &[Answer], cell: &[AnswerRow]) -> (usize, usize) {
    let (body, rows) = demo.all(question, "all", "at", 1000);
    let what = format!("{} {:?} {:?}", question.metric, question.variant, question.only);
    let figure = &cell[0];
    // a sum of too few would give away what is not shown
    let is_told = figure.quality != Quality::Suppressed || figure.numerator.is_some();
    let numerator = body.numerator.filter(|_| is_told);
    assert_eq!((body.n, numerator, body.denominator), (figure.n, figure.numerator, figure.denominator), "{what}");
    assert_eq!(body.total, rows.len() as u64, "{what}");
    for (part, of) in &body.parts {
        assert_eq!(Some(*of as f64), Some(count(&rows, &[part])), "{what}: {part}");
    }
    let keys: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.system.as_str(), row.id.as_str())).collect();
    assert_eq!(keys.len(), rows.len(), "{what}: a row is listed twice");
    assert!(rows.is_sorted_by_key(|row| row.at), "{what}");
    let amounts = || rows.iter().filter_map(|row| row.amount);
    match body.kind.as_str() {
        "share" | "stock_older" => {
            assert_eq!(Some(count(&rows, &["numerator"])), figure.numerator, "{what}");
            assert_eq!(rows.len() as u64, figure.n, "{what}");
        }
        "ratio" => {
            assert_eq!(Some(count(&rows, &["numerator", "outside"])), figure.numerator, "{what}");
            assert_eq!(Some(count(&rows, &["numerator", "rest"])), figure.denominator, "{what}");
        }
        "net_score" => {
            let net = count(&rows, &["positive"]) - count(&rows, &["negative"]);
            assert_eq!(Some(net).filter(|_| is_told), figure.numerator, "{what}");
            assert_eq!(rows.len() as u64, figure.n, "{what}");
        }
        // of a value, and of a mean over month ends, the amounts add up to what stands above the line
        "cohort" | "stock" if amounts().count() > 0 || figure.denominator.is_some() && body.sums.is_some() => {
            if is_told {
                assert_eq!(Some(thousandths(amounts())), figure.numerator.or(Some(0.0)), "{what}");
            }
        }
        "cohort" => {
            assert_eq!(Some(count(&rows, &["numerator"])), figure.numerator, "{what}");
            assert_eq!(Some(rows.len() as f64), figure.denominator, "{what}");
        }
        "count" | "stock" => {
            assert_eq!(figure.value.or(Some(0.0)), Some(rows.len() as f64), "{what}");
            assert_eq!((body.sums, amounts().count()), (None, 0), "{what}");
        }
        "sum" => {
            assert_eq!(amounts().count() as u64, figure.n, "{what}");
            // none where nothing is loaded, or where a row has no value
            if let Some(value) = figure.value {
                assert_eq!(thousandths(amounts()), value, "{what}");
            }
        }
        "mean" => {
            let weights = thousandths(rows.iter().filter_map(|row| row.weight));
            // of counts of days the sample is what was counted, not the counts
            let sample = if body.table == "daily_count" { weights } else { amounts().count() as f64 };
            assert_eq!(Some(sample), Some(figure.n as f64), "{what}");
            assert_eq!(Some(thousandths(amounts())).filter(|_| is_told), figure.numerator, "{what}");
            assert_eq!(Some(weights), figure.denominator, "{what}");
        }
        "quantile" | "survival" | "stock_age" => {
            assert_eq!(rows.len() as u64, figure.n, "{what}");
            for (answer, cell) in answers.iter().zip(cell) {
                let Some(value) = cell.value else { continue };
                let q = answer.statistic.strip_prefix('p').and_then(|percent| percent.parse::<f64>().ok());
                let q = q.map_or(0.5, |percent| percent / 100.0);
                let found = if body.kind == "survival" { kaplan_meier(&rows, q) } else { type7(&rows, q) };
                assert!(found.is_some_and(|found| (found - value).abs() < 1e-6), "{what}: {found:?} is not {value}");
            }
        }
        other => panic!("{what}: no check for {other}"),
    }
    if let Some(sums) = body.sums {
        assert_eq!(Some(sums.amount), Some(thousandths(amounts())), "{what}");
    }
    (rows.len(), cell.iter().filter(|row| row.value.is_some()).count())
}

fn sorted(rows: &[RowBody]) -> Vec<(f64, bool)> {
    let mut all: Vec<(f64, bool)> = rows.iter().map(|row| (row.amount.expect("an amount"), row.open)).collect();
    // where an end and a cut fall together the end comes first
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    all
}

/// The value at rank q (n − 1), between neighbours in proportion.
fn type7(rows: &[RowBody], q: f64) -> Option<f64> {
    let all = sorted(rows);
    let place = q * (all.len().checked_sub(1)?) as f64;
    let low = (place + 1e-9).floor();
    let at = |rank: f64| all.get(rank as usize).map(|(amount, _)| *amount);
    let next = at(low + 1.0).or(at(low))?;
    Some(at(low)? + (place - low).max(0.0) * (next - at(low)?))
}

/// The first time at which the share not ended is at most 1 − q.
fn kaplan_meier(rows: &[RowBody], q: f64) -> Option<f64> {
    let all = sorted(rows);
    let mut left = 1.0;
    for (index, (amount, open)) in all.iter().enumerate() {
        let at_risk = (all.len() - index) as f64;
        if !open {
            left *= (at_risk - 1.0) / at_risk;
        }
        let last_of_its_time = all.get(index + 1).is_none_or(|next| next.0 > *amount || next.1 != *open);
        if !open && last_of_its_time && left <= (1.0 - q) * (1.0 + 1e-10) {
            return Some(*amount);
        }
    }
    None
}

#[test]
fn the_rows_behind_every_figure_add_up_to_it() {
    let demo = Demo::new();
    let (mut held, mut listed, mut valued) = (0, 0, 0);
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for metric in demo.reader.workspace.catalogue.metrics() {
        for variant in std::iter::once(None).chain(metric.variants.keys().map(Some)) {
            // nobody is listed
            if metric.privacy.is_some() {
                let refused = demo.page(&demo.question(&metric.id, variant, &[]), &RowsAsked::default());
                let Err(refused) = refused else { panic!("{}: {refused:?}", metric.id) };
                assert!(refused.to_string().contains("is about staff"), "{refused}");
                continue;
            }
            if metric.measure.table.is_none() {
                let refused = demo.page(&demo.question(&metric.id, variant, &[]), &RowsAsked::default());
                let Err(ServerError::Derived { instead, .. }) = refused else { panic!("{}: {refused:?}", metric.id) };
                // those that its parameters make it use
                let inputs = &metric.measure.inputs;
                assert!((1..=inputs.len()).contains(&instead.len()), "{}: {instead:?}", metric.id);
                continue;
            }
            kinds.insert(metric.measure.kind.name());
            for by in [&[][..], &["channel"], &["team", "language"]] {
                let names: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
                let snapshot = demo.reader.store.snapshot().expect("a snapshot");
                let lacks = lacking(metric, &names, &demo.reader.workspace.catalogue, &snapshot.attributes);
                if by.len() == 2 && variant.is_some() || !lacks.is_empty() {
                    continue;
                }
                let question = demo.question(&metric.id, variant, by);
                let answers = demo.ask(&question);
                for number in 0..answers[0].rows.len() {
                    let cell: Vec<AnswerRow> = answers.iter().map(|answer| answer.rows[number].clone()).collect();
                    let only = cell[0].by.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect();
                    let question = Question { by: Vec::new(), only, ..question.clone() };
                    if by.len() == 1 {
                        // held to a value, the answer is the cell of the breakdown
                        let mut alone = demo.ask(&question).remove(0).rows.remove(0);
                        alone.by.clone_from(&cell[0].by);
                        assert_eq!(alone, cell[0], "{question:?}");
                    }
                    let (rows, values) = check(&demo, &question, &answers, &cell);
                    (held, listed, valued) = (held + 1, listed + rows, valued + values);
                }
            }
        }
    }
    println!("{held} figures, {listed} rows, {valued} values");
    assert!(held > 200 && listed > 20_000 && valued > 200, "{held} figures, {listed} rows, {valued} values");
    assert!(kinds.len() >= 9, "{kinds:?}");
}

#[test]
fn pages_parts_orders_and_csv_are_of_the_same_rows() {
    let demo = Demo::new();
    for (metric, orders, parts) in [
        ("csat_t2b", &["at", "-at"][..], &["numerator", "rest"][..]),
        ("service_level", &["at", "-at"], &["numerator", "rest", "outside"]),
        ("nps", &["at", "-at"], &["positive", "negative", "neutral"]),
        ("aht", &["at", "-at", "amount", "-amount"], &["counted"]),
        ("csat_mean", &["at", "-at", "amount", "-amount"], &["counted"]),
        ("queue_wait", &["amount"], &["counted"]),
        ("first_response_time", &["at", "-at", "amount", "-amount"], &["ended", "open"]),
        ("unresolved_backlog", &["at", "-at"], &["counted"]),
    ] {
        let question = demo.question(metric, None, &[]);
        let id = |row: &RowBody| (row.system.clone(), row.id.clone());
        let (body, whole) = demo.all(&question, "all", "at", 1000);
        assert!(whole.len() > 20, "{metric}: {}", whole.len());
        let known: BTreeSet<_> = whole.iter().map(id).collect();
        // an odd length, so that the last page is not full
        let limit = whole.len().div_ceil(7).min(1000);
        for order in orders {
            let (_, rows) = demo.all(&question, "all", order, limit);
            assert_eq!(rows.len(), whole.len(), "{metric} {order}");
            assert_eq!(rows.iter().map(id).collect::<BTreeSet<_>>(), known, "{metric} {order}");
            let sorted = match *order {
                "at" => rows.is_sorted_by_key(|row| row.at),
                "-at" => rows.is_sorted_by_key(|row| std::cmp::Reverse(row.at)),
                "amount" => rows.is_sorted_by(|a, b| a.amount <= b.amount),
                _ => rows.is_sorted_by(|a, b| a.amount >= b.amount),
            };
            assert!(sorted, "{metric} {order}");
        }
        let mut together = Vec::new();
        for part in parts {
            let (of_part, rows) = demo.all(&question, part, "at", 1000);
            assert_eq!(of_part.total, rows.len() as u64, "{metric} {part}");
            assert_eq!((of_part.n, &of_part.parts), (body.n, &body.parts), "{metric} {part}");
            together.extend(rows.iter().map(id));
        }
        together.sort();
        together.dedup();
        assert_eq!(together.len(), whole.len(), "{metric}");

        let asked = RowsAsked { format: Some("csv".to_owned()), ..RowsAsked::default() };
        let text = demo.runtime.block_on(async {
            let principal = Principal::local();
            let lines = csv_lines(&demo.reader, &question, &asked, &principal, demo.now);
            let mut lines = std::pin::pin!(lines.await.expect("lines"));
            let mut text = Vec::new();
            while let Some(piece) = futures::StreamExt::next(&mut lines).await {
                text.extend_from_slice(&piece.expect("a piece"));
            }
            text
        });
        let mut reader = csv::Reader::from_reader(text.as_slice());
        assert_eq!(reader.headers().expect("names").iter().take(3).collect::<Vec<_>>(), ["system", "id", "ticket_id"]);
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
        let ids: Vec<_> = records.iter().map(|record| (record[0].to_owned(), record[1].to_owned())).collect();
        assert_eq!(ids, whole.iter().map(id).collect::<Vec<_>>(), "{metric}");
    }
}
