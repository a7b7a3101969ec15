//! Privacy by subtraction: of random small organisations everything that can be asked by one dimension, and filters, is
//! asked, of every value of a parameter that picks rows and of a metric whose rows are some of another's, and what follows
//! from the answers is worked out in another way than by the engine's own.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use model::calendar::{Calendars, FiscalYear, Grain, Organisation, Schedule, resolve_range};
use model::{Attribute, Attributes, FieldType, Instant, RecordKind};

use crate::Catalogue;
use crate::answer::{Answer, Moment, Quality};
use crate::evaluate;
use crate::expression::Value;
use crate::file::Problems;
use crate::plan::{Row, plan};
use crate::question::Question;
use crate::source::SourceText;

const METRIC: &str = r#"
id = "content"
name = "Content"
meaning = "share of the content"
version = 1
effective = 2026-01-01
unit = "percent"
direction = "up"
small_sample = { hide_below = 0, low_below = 0 }
[parameters]
about = { type = "text", default = "all", one_of = ["all", "pay", "work"], meaning = "which questions count" }
[measure]
kind = "share"
table = "employee_answer"
at = "wave_at"
population = "$about = 'all' or item = $about"
hit = "value >= 4"
[[example]]
name = "nobody"
expect = { value = "none" }
"#;

/// Team, role, site, the waves answered, and the questions, pay or work: 1, 2, or 3 for both.
type Person = [u8; 5];

/// The questions, as bits, that are asked about by a metric and a value of its parameter.
const ASKED: [(&str, Option<&str>, u8); 4] =
    [("content", None, 3), ("content", Some("pay"), 1), ("content", Some("work"), 2), ("content_with_pay", None, 1)];

/// Both waves and each, with the ranges in which they are.
const RANGES: [(&str, u8); 3] = [("2026", 3), ("2026-01..2026-03", 1), ("2026-04..2026-06", 2)];

struct Desk {
    catalogue: Catalogue,
    organisation: Organisation,
    calendars: Calendars,
    attributes: Attributes,
    now: Instant,
}

impl Desk {
    fn new() -> Desk {
        let file = |id: &str, text: String| SourceText { path: format!("metrics/{id}.toml"), text };
        let of_parameter = |line: &&str| line.starts_with("about =") || *line == "[parameters]";
        let part = METRIC.lines().filter(|line| !of_parameter(line)).map(|line| format!("{line}\n"));
        let part = part.collect::<String>().replace("\"content\"", "\"content_with_pay\"");
        let part = part.replace("$about = 'all' or item = $about", "item = 'pay'");
        let mut problems = Problems::default();
        let catalogue =
            Catalogue::load(&[file("content", METRIC.to_owned()), file("content_with_pay", part)], &mut problems);
        assert!(!problems.has_errors(), "{:?}", problems.into_sorted());
        let site = Attribute { name: "site".to_owned(), kind: FieldType::Text };
        Desk {
            catalogue,
            organisation: Organisation::new("o", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).expect("one"),
            calendars: Calendars::new("always", vec![Schedule::always("always")]).expect("calendars"),
            attributes: BTreeMap::from([(RecordKind::EmployeeAnswer, vec![site])]),
            now: "2027-01-01T00:00:00Z".parse().expect("a time"),
        }
    }

    fn ask(&self, metric: &str, rows: &[Row], by: &[&str], only: &[(&str, u8)], range: &str) -> Answer {
        self.ask_about((metric, None), rows, by, only, range)
    }

    fn ask_about(
        &self,
        (metric, about): (&str, Option<&str>),
        rows: &[Row],
        by: &[&str],
        only: &[(&str, u8)],
        range: &str,
    ) -> Answer {
        let question = Question {
            metric: metric.to_owned(),
            variant: None,
            parameters: about.iter().map(|about| ("about".to_owned(), (*about).to_owned())).collect(),
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            grain: Grain::Total,
            range: resolve_range(range, self.now, &self.organisation).expect("a range"),
            only: only.iter().map(|(name, value)| ((*name).to_owned(), vec![Some(value.to_string())])).collect(),
            filter: None,
            compare: None,
        };
        let plan = plan(&question, &self.catalogue, &self.organisation, &self.attributes).expect("a plan");
        let moment = Moment { now: self.now, watermark: Some(self.now), since: None, judged: None };
        let metric = self.catalogue.get(metric).expect("the metric");
        evaluate::answer(&plan, metric, rows, moment, &self.calendars).remove(0)
    }
}

const DIMENSIONS: [&str; 3] = ["team", "role", "site"];

/// Which person answered which question in which wave.
fn answers(people: &[Person]) -> Vec<(usize, u8, u8)> {
    let of = |(number, person): (usize, &Person)| {
        let [.., waves, items] = *person;
        let all = [(1, 1), (1, 2), (2, 1), (2, 2)];
        all.map(|(wave, item)| (waves & wave > 0 && items & item > 0).then_some((number, wave, item)))
    };
    people.iter().enumerate().flat_map(of).flatten().collect()
}

fn rows(people: &[Person]) -> Vec<Row> {
    let rows = answers(people).into_iter().map(|(number, wave, item)| {
        let person = people[number];
        let at = if wave == 1 { "2026-03-02T00:00:00Z" } else { "2026-06-02T00:00:00Z" };
        let text = |value: String| Value::Text(value);
        BTreeMap::from([
            ("respondent".to_owned(), text(format!("p{number}"))),
            ("wave".to_owned(), text(format!("w{wave}"))),
            ("wave_at".to_owned(), Value::Time(at.parse().expect("a time"))),
            ("answered_at".to_owned(), Value::Time(at.parse().expect("a time"))),
            ("value".to_owned(), Value::Number(50_000)),
            ("item".to_owned(), text(["", "pay", "work"][usize::from(item)].to_owned())),
            ("team".to_owned(), text(person[0].to_string())),
            ("role".to_owned(), text(person[1].to_string())),
            ("attr.site".to_owned(), text(person[2].to_string())),
        ])
    });
    rows.collect()
}

/// The answers of every figure that is given.
fn given(desk: &Desk, people: &[Person]) -> Vec<Vec<f64>> {
    let rows = rows(people);
    let mut all = Vec::new();
    let times = RANGES.iter().flat_map(|range| ASKED.iter().map(move |asked| (*range, *asked)));
    for ((range, waves), (metric, about, items)) in times {
        let mut add = |by: &[&str], only: &[(&str, u8)]| {
            let answer = desk.ask_about((metric, about), &rows, by, only, range);
            for row in answer.rows.iter().filter(|row| row.quality != Quality::Withheld && row.n > 0) {
                let inside = |(number, wave, item): &(usize, u8, u8)| {
                    let is = |name: &str, value: &str| {
                        let place = DIMENSIONS.iter().position(|known| *known == name).expect("a dimension");
                        people[*number][place].to_string() == value
                    };
                    wave & waves > 0
                        && item & items > 0
                        && row.by.iter().all(|(name, value)| value.as_deref().is_some_and(|value| is(name, value)))
                        && only.iter().all(|(name, value)| is(name, &value.to_string()))
                };
                let vector: Vec<f64> =
                    answers(people).iter().map(|answer| f64::from(u8::from(inside(answer)))).collect();
                assert_eq!(vector.iter().sum::<f64>(), row.n as f64, "{row:?}");
                all.push(vector);
            }
        };
        add(&[], &[]);
        for (place, name) in DIMENSIONS.into_iter().enumerate() {
            let other = DIMENSIONS[(place + 1) % 3];
            add(&[name], &[]);
            add(&[name, other], &[]);
            for value in 0..3 {
                add(&[], &[(name, value)]);
                add(&[other], &[(name, value)]);
            }
        }
    }
    // many are asked in several ways
    all.sort_by(|left, right| left.partial_cmp(right).expect("numbers"));
    all.dedup();
    all
}

/// The rank of vectors over some of their places.
fn rank(vectors: &[Vec<f64>], places: &[usize]) -> usize {
    let mut rows: Vec<Vec<f64>> =
        vectors.iter().map(|vector| places.iter().map(|place| vector[*place]).collect()).collect();
    let mut rank = 0;
    for column in 0..places.len() {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column].abs() > 1e-9) else { continue };
        rows.swap(rank, pivot);
        let lead = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(&lead).for_each(|(cell, lead)| *cell -= factor * lead);
        }
        rank += 1;
    }
    rank
}

/// Four people of whom, or of some of whom, something follows: without their answers the figures have a lower rank.
/// `persons` says whose each answer is.
fn revealed(vectors: &[Vec<f64>], persons: &[usize]) -> Option<Vec<usize>> {
    let people = persons.iter().max().map_or(0, |last| last + 1);
    let all: Vec<usize> = (0..persons.len()).collect();
    let full = rank(vectors, &all);
    let mut few = vec![0, 1, 2, 3];
    few.truncate(people);
    loop {
        let others: Vec<usize> = all.iter().copied().filter(|answer| !few.contains(&persons[*answer])).collect();
        if rank(vectors, &others) < full {
            return Some(few);
        }
        // the next combination
        let place = (0..few.len()).rev().find(|place| few[*place] < people - few.len() + place)?;
        few[place] += 1;
        for after in place + 1..few.len() {
            few[after] = few[after - 1] + 1;
        }
    }
}

/// A number below `most`, of a sequence that is always the same.
fn dice(state: &mut u64, most: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % most
}

#[test]
fn differencing() {
    let desk = Desk::new();
    let mut state = 20_261_126;
    let (mut shown, mut naive) = (0, 0);
    for round in 0..60 {
        let count = 3 + dice(&mut state, 15) as usize;
        let people: Vec<Person> = (0..count)
            .map(|_| {
                let team = dice(&mut state, 3) as u8;
                // roles and sites that mostly lie in a team, as departments do, and others that do not
                let role = if round % 2 == 0 && dice(&mut state, 8) > 0 { team / 2 } else { dice(&mut state, 2) as u8 };
                let site = if round % 3 == 0 { team } else { dice(&mut state, 3) as u8 };
                // most answer in both waves
                let waves = if round % 4 == 3 { 1 } else { [1, 2, 3, 3, 3][dice(&mut state, 5) as usize] };
                // most answer both questions
                let items = if round % 5 == 4 { 1 } else { [1, 3, 3, 3, 2][dice(&mut state, 5) as usize] };
                [team, role, site, waves, items]
            })
            .collect();
        let persons: Vec<usize> = answers(&people).iter().map(|(number, ..)| *number).collect();
        let vectors = given(&desk, &people);
        assert_eq!(revealed(&vectors, &persons), None, "{people:?} {vectors:?}");
        shown += vectors.len();
        // hiding cells of fewer than five is not enough
        let mut cells: Vec<Vec<f64>> = vec![vec![1.0; count]];
        for (place, value) in (0..3).flat_map(|place| (0..3).map(move |value| (place, value))) {
            cells.push(people.iter().map(|person| f64::from(u8::from(person[place] == value))).collect());
        }
        cells.retain(|cell| cell.iter().sum::<f64>() >= 5.0);
        naive += usize::from(revealed(&cells, &(0..count).collect::<Vec<usize>>()).is_some());
    }
    assert!(shown > 150, "{shown} figures are given");
    assert!(naive > 20, "{naive} organisations are given away where only small cells are hidden");
}

#[test]
fn what_is_shown_of_a_small_organisation() {
    let desk = Desk::new();
    // 20, 10, 6 and 3: the smallest is hidden, and the next smallest with it, or it were the total minus the rest
    let sizes = [(0, 20), (1, 10), (2, 6), (3, 3)];
    let people: Vec<Person> = sizes.iter().flat_map(|(team, size)| vec![[*team, 0, 0, 1, 1]; *size]).collect();
    let rows = rows(&people);
    let by_team = desk.ask("content", &rows, &["team"], &[], "2026");
    let shown: Vec<(u64, Quality)> = by_team.rows.iter().map(|row| (row.n, row.quality)).collect();
    assert_eq!(shown, [(20, Quality::Ok), (10, Quality::Ok), (0, Quality::Withheld), (0, Quality::Withheld)]);
    let hidden = &by_team.rows[2];
    assert_eq!((hidden.value, hidden.numerator, hidden.denominator, hidden.low), (None, None, None, None));
    assert_eq!(desk.ask("content", &rows, &[], &[], "2026").rows[0].n, 39);
    // a filter is no way round it, nor is everything without it
    for (team, n) in [(0, 20), (2, 0), (3, 0)] {
        assert_eq!(desk.ask("content", &rows, &[], &[("team", team)], "2026").rows[0].n, n, "team {team}");
    }
    // the total of four people is not given either
    assert_eq!(desk.ask("content", &rows[..4], &[], &[], "2026").rows[0].quality, Quality::Withheld);
}

#[test]
fn fewer_than_ten_are_not_broken_down() {
    let desk = Desk::new();
    let of = |people: &[Person]| {
        let mut rows = rows(people);
        for row in &mut rows {
            row.insert("instrument".to_owned(), Value::Text("satisfaction".to_owned()));
            row.insert("scale".to_owned(), Value::Text("1-5".to_owned()));
            row.insert("answer_number".to_owned(), Value::Integer(1));
        }
        let total = desk.ask("employee_satisfaction", &rows, &[], &[], "2026").rows[0].n;
        let by = desk.ask("employee_satisfaction", &rows, &["team"], &[], "2026");
        (total, by.rows.iter().map(|row| row.n).collect::<Vec<u64>>())
    };
    assert_eq!(of(&[[0, 0, 0, 1, 1]; 9]), (9, vec![9]), "a team that is everybody follows from the total");
    assert_eq!(of(&[vec![[0, 0, 0, 1, 1]; 5], vec![[1, 0, 0, 1, 1]; 4]].concat()), (9, vec![0, 0]));
    assert_eq!(of(&[vec![[0, 0, 0, 1, 1]; 12], vec![[1, 0, 0, 1, 1]; 9]].concat()), (21, vec![0, 0]));
    assert_eq!(of(&[vec![[0, 0, 0, 1, 1]; 12], vec![[1, 0, 0, 1, 1]; 10]].concat()), (22, vec![12, 10]));
}

/// The codes of the problems of the metric with a line more.
fn problems(from: &str, to: &str) -> Vec<&'static str> {
    let text = METRIC.replace(from, to);
    assert_ne!(text, METRIC);
    let file = SourceText { path: "metrics/content.toml".to_owned(), text };
    let mut problems = Problems::default();
    let catalogue = Catalogue::load(&[file], &mut problems);
    crate::check::check(&catalogue, &BTreeMap::new(), &mut problems);
    problems.into_sorted().iter().map(|problem| problem.code).collect()
}

#[test]
fn the_floor_is_not_lowered() {
    let with = |lines: &str| problems("[measure]", &format!("[privacy]\n{lines}\n[measure]"));
    assert_eq!(with("minimum = 8\nbreakdown_minimum = 20\npeople = \"respondent\""), Vec::<&str>::new());
    assert_eq!(with("minimum = 4"), ["wrong_value"]);
    assert_eq!(with("minimum = 8\nbreakdown_minimum = 7"), ["wrong_value"]);
    assert_eq!(with("people = \"team\""), ["unknown_column"]);
    assert_eq!(with("among = \"value > 1\""), Vec::<&str>::new());
    assert_eq!(with("among = \"respondent = 'p1'\""), ["names_people"]);
    assert_eq!(with("group = \"present\""), ["wrong_value"]);
    assert_eq!(with("group = \"nobody\"").len(), 1);
    assert_eq!(with("of = [\"other\"]"), ["unknown_field"]);
    let population = |text: &str| problems("$about = 'all'", &format!("({text}) and $about = 'all'"));
    assert_eq!(population("team = 'A'"), Vec::<&str>::new());
    assert_eq!(population("starts_with(respondent, 'p1')"), ["names_people"]);
    // and without a word of it the floor is there
    let desk = Desk::new();
    let own = desk.catalogue.get("content").expect("the metric").privacy.as_ref().expect("a floor");
    assert_eq!((own.minimum, own.breakdown_minimum), (5, 5));
    assert!(desk.catalogue.get("csat_t2b").expect("a metric").privacy.is_none());
}
