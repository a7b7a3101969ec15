use super::*;
use crate::fixture::{answered, catalogue, named, october};

const COMPANY: &str = r#"title = "Company"
value_proposition = "v"
[[perspective]]
id = "p"
name = "P"
[[kpi]]
metric = "csat_t2b"
perspective = "p"
weight = 0.3
[[kpi]]
metric = "unresolved_backlog"
perspective = "p"
weight = 0.2
[[kpi]]
metric = "first_response_time"
perspective = "p"
weight = 0.3
[[kpi]]
metric = "cost_per_resolution"
perspective = "p"
weight = 0.2
"#;

fn team(name: &str, only: &str) -> Definition {
    let top = format!("title = \"{name}\"\nparent = \"company\"\n{only}\n");
    named(name, &COMPANY.replace("title = \"Company\"\n", &top))
}

fn row(value: Option<f64>, n: u64, parts: Option<(f64, f64)>) -> AnswerRow {
    let (numerator, denominator) = parts.unzip();
    AnswerRow { value, n, numerator, denominator, quality: Quality::Ok, ..AnswerRow::NO_DATA }
}

fn share(numerator: f64, denominator: f64) -> AnswerRow {
    row(Some(100.0 * numerator / denominator), denominator as u64, Some((numerator, denominator)))
}

fn answer(kpi: &Kpi, rows: Vec<AnswerRow>) -> Vec<Answer> {
    vec![answered(&kpi.metric, &kpi.statistic, kpi.unit, rows)]
}

/// The cascade of the KPI `id` over cards of Billing and of Sales.
fn of_cards(id: &str, sales: &str, rows: [AnswerRow; 3]) -> Cascade {
    let company = named("company", COMPANY);
    let (billing, sales) = (team("billing", "only = { team = \"Billing\" }"), team("sales", sales));
    let kpi = company.kpi(id).unwrap();
    let catalogue = catalogue();
    let answers: Vec<Vec<Answer>> = rows.into_iter().map(|row| answer(kpi, vec![row])).collect();
    let cards = [&billing, &sales];
    cascade(&company, kpi, catalogue.get(&kpi.metric).unwrap(), &october(), Parts::Cards(&cards), &answers)
}

const SALES: &str = "only = { team = \"Sales\" }";

/// `cost_per_resolution`, whose line has units.
fn quotient_of_cards(rows: [AnswerRow; 3]) -> Cascade {
    let company = named("company", COMPANY);
    let (billing, sales) = (team("billing", "only = { team = \"Billing\" }"), team("sales", SALES));
    let kpi = company.kpi("cost_per_resolution").unwrap();
    let line_unit = Some(LineUnit { numerator: Some(Unit::Currency), denominator: Some(Unit::Count) });
    let with_line = |answer: Answer| Answer { line_unit, ..answer };
    let answers = rows.map(|row| answer(kpi, vec![row]).into_iter().map(with_line).collect::<Vec<_>>());
    let catalogue = catalogue();
    let metric = catalogue.get(&kpi.metric).unwrap();
    cascade(&company, kpi, metric, &october(), Parts::Cards(&[&billing, &sales]), &answers)
}

#[test]
fn quotients_of_other_figures_add_up_above_and_below_the_line() {
    // 1,234.5 for 300 tickets, of which Billing 800 for 100 and Sales 400.2 for 190: the rest is 34.3 for 10, and no
    // mean of 8 and 2.11; the least n of what it is made of need not add up
    let cost = |amount: f64, tickets: f64, n: u64| row(Some(amount / tickets), n, Some((amount, tickets)));
    let found = quotient_of_cards([cost(1234.5, 300.0, 300), cost(800.0, 100.0, 200), cost(400.2, 190.0, 190)]);
    let rest = found.rest.unwrap();
    assert!((rest.numerator.unwrap() - 34.3).abs() < 1e-9 && rest.denominator == Some(10.0), "{rest:?}");
    assert!((rest.value.unwrap() - 3.43).abs() < 1e-9 && rest.n == 0, "{rest:?}");
    assert_eq!((found.adds_up, found.note, found.times), (true, None, Some(1.0)));
    assert_eq!(
        found.parts.iter().map(|part| part.share).collect::<Vec<_>>(),
        [Some(100.0 / 300.0), Some(190.0 / 300.0)]
    );
    // what it is multiplied by is told by the figures: 1,000 here; nothing is left above the line
    let rate = |above: f64, below: f64| row(Some(1000.0 * above / below), above as u64, Some((above, below)));
    let found = quotient_of_cards([rate(7.0, 900.0), rate(4.0, 300.0), rate(3.0, 500.0)]);
    let rest = found.rest.unwrap();
    assert_eq!(
        (found.times, rest.value, rest.numerator, rest.denominator),
        (Some(1000.0), Some(0.0), Some(0.0), Some(100.0))
    );
    // nothing happened at all: no figure tells the multiple, and none is needed
    let found = quotient_of_cards([rate(0.0, 900.0), rate(0.0, 300.0), rate(0.0, 600.0)]);
    assert_eq!((found.adds_up, found.times, found.rest.unwrap().denominator), (true, None, Some(0.0)));
    // what nobody is said to bear is borne by none of the parts
    let note = Some("of 9 rows it is not known whom they concern".to_owned());
    let unknown = AnswerRow { n: 190, denominator: Some(190.0), quality: Quality::NoData, note, ..AnswerRow::NO_DATA };
    let found = quotient_of_cards([cost(1234.5, 300.0, 300), cost(800.0, 100.0, 200), unknown]);
    let why = "what it is made of is not known of “sales”: of 9 rows it is not known whom they concern";
    assert_eq!((found.adds_up, found.note.as_deref()), (false, Some(why)));
    // a part that may not be shown would follow from the others
    let hidden = AnswerRow { quality: Quality::Suppressed, n: 4, ..AnswerRow::NO_DATA };
    let found = quotient_of_cards([cost(1234.5, 300.0, 300), cost(800.0, 100.0, 200), hidden]);
    assert_eq!(
        (found.adds_up, found.note.as_deref()),
        (false, Some("a figure is not shown, being of too few: what is left would tell it"))
    );
}

/// Complaints that have no channel, of which no contact is without one: nothing below the line, and what is above it counts.
#[test]
fn what_has_one_side_only_is_part_of_the_rest() {
    let company = named("company", COMPANY);
    let kpi = company.kpi("cost_per_resolution").unwrap();
    let catalogue = catalogue();
    let metric = catalogue.get(&kpi.metric).unwrap();
    let line_unit = Some(LineUnit::COUNTS);
    let rate = |above: f64, below: f64| row(Some(1000.0 * above / below), above as u64, Some((above, below)));
    let check = |whole: AnswerRow, nobody: Option<f64>, adds_up: bool| {
        let by = |value: Option<&str>| BTreeMap::from([("channel".to_owned(), value.map(str::to_owned))]);
        let parts = vec![
            AnswerRow { by: by(Some("chat")), ..rate(2.0, 105.0) },
            AnswerRow { by: by(Some("email")), ..rate(5.0, 412.0) },
        ];
        let nobody = nobody.map(|above| AnswerRow { by: by(None), ..row(None, 0, Some((above, 0.0))) });
        let answers: Vec<Vec<Answer>> = [vec![whole], parts.into_iter().chain(nobody).collect()]
            .into_iter()
            .map(|rows| answer(kpi, rows).into_iter().map(|answer| Answer { line_unit, ..answer }).collect())
            .collect();
        let found = cascade(&company, kpi, metric, &october(), Parts::Values("channel"), &answers);
        assert_eq!(found.adds_up, adds_up, "{found:?}");
        found.rest
    };
    let rest = check(rate(8.0, 517.0), Some(1.0), true).unwrap();
    assert_eq!((rest.numerator, rest.denominator, rest.value), (Some(1.0), Some(0.0), None));
    check(rate(7.0, 517.0), None, true);
    // contacts by chat and orders by web have a channel each: what is left belongs to none of the rows
    check(rate(8.0, 517.0), None, false);
    check(rate(8.0, 530.0), Some(1.0), false);
}

#[test]
fn shares_add_up_above_and_below_the_line() {
    // 170 of 200, of which Billing 60 of 80 and Sales 90 of 100: the rest is 20 of 20, and no mean of 75 and 90
    let found = of_cards(
        "csat_t2b",
        SALES,
        [share(170.0, 200.0), AnswerRow { low: Some(70.0), high: Some(80.0), ..share(60.0, 80.0) }, share(90.0, 100.0)],
    );
    assert!(found.adds_up && found.note.is_none(), "{found:?}");
    let rest = found.rest.unwrap();
    assert_eq!((rest.value, rest.n, rest.quality), (Some(100.0), 20, Quality::Ok));
    let intervals: Vec<_> = found.parts.iter().map(|part| (part.low, part.high, part.quality)).collect();
    assert_eq!(intervals[0], (Some(70.0), Some(80.0), Quality::Ok));
    assert_eq!((rest.numerator, rest.denominator, rest.share), (Some(20.0), Some(20.0), Some(0.1)));
    let shares: Vec<Option<f64>> = found.parts.iter().map(|part| part.share).collect();
    assert_eq!((shares, found.total.share), (vec![Some(0.4), Some(0.5)], Some(1.0)));
    assert_eq!(found.parts[0].card.as_deref(), Some("billing"));
    // of a part too small to be shown the counts are known
    let few = AnswerRow { value: None, quality: Quality::Suppressed, ..share(3.0, 4.0) };
    let found = of_cards("csat_t2b", SALES, [share(170.0, 200.0), few, share(90.0, 100.0)]);
    assert_eq!(found.rest.and_then(|rest| rest.numerator.zip(rest.denominator)), Some((77.0, 96.0)));
    // nothing is left, and nothing is not 0 %
    let found = of_cards("csat_t2b", SALES, [share(150.0, 180.0), share(60.0, 80.0), share(90.0, 100.0)]);
    assert_eq!(found.rest.map(|rest| (rest.value, rest.n)), Some((None, 0)));
}

#[test]
fn counts_add_up_themselves() {
    let count = |count: u64| row(Some(count as f64), count, None);
    let found = of_cards("unresolved_backlog", SALES, [count(90), count(40), count(30)]);
    let rest = found.rest.unwrap();
    assert_eq!((rest.value, rest.n, rest.numerator), (Some(20.0), 20, None));
    assert_eq!(found.parts.iter().map(|part| part.share).collect::<Vec<_>>(), [Some(40.0 / 90.0), Some(30.0 / 90.0)]);
}

/// What is said where nothing adds up.
fn check(id: &str, sales: &str, rows: [AnswerRow; 3], note: &str) {
    let found = of_cards(id, sales, rows);
    assert_eq!((found.note.as_deref(), found.adds_up), (Some(note), false));
    assert!(found.rest.is_none() && found.parts.iter().all(|part| part.share.is_none()), "{found:?}");
    assert_eq!(found.parts.len(), 2);
}

#[test]
fn what_does_not_add_up_says_so() {
    let time = |seconds: f64| row(Some(seconds), 50, None);
    check(
        "first_response_time",
        SALES,
        [time(100.0), time(90.0), time(110.0)],
        "the median of the whole does not follow from those of its parts",
    );
    check(
        "cost_per_resolution",
        SALES,
        [time(5.0), time(4.0), time(6.0)],
        "it is worked out from other figures, which add up each for itself",
    );
    let shares = || [share(170.0, 200.0), share(60.0, 80.0), share(90.0, 100.0)];
    let twice = "“billing” and “sales” may count the same twice: nothing holds them apart";
    check("csat_t2b", "", shares(), twice);
    check("csat_t2b", "only = { team = [\"Sales\", \"Billing\"] }", shares(), twice);
    check("csat_t2b", "only = { channel = \"email\" }", shares(), twice);
    check(
        "csat_t2b",
        SALES,
        [share(170.0, 200.0), AnswerRow { quality: Quality::Withheld, ..AnswerRow::NO_DATA }, share(90.0, 100.0)],
        "a figure is withheld, being about too few people: what is left would tell it",
    );
    check(
        "csat_t2b",
        SALES,
        [share(100.0, 120.0), share(60.0, 80.0), share(90.0, 100.0)],
        "they come to more or less than the whole",
    );
}

#[test]
fn values_of_a_dimension_are_compared_with_the_whole() {
    let company = named("company", COMPANY);
    let kpi = company.kpi("csat_t2b").unwrap();
    let catalogue = catalogue();
    let of = |value: Option<&str>, row: AnswerRow| {
        let by = BTreeMap::from([("team".to_owned(), value.map(str::to_owned))]);
        AnswerRow { by, ..row }
    };
    let found = |rows: Vec<AnswerRow>| {
        let answers = [answer(kpi, vec![share(170.0, 200.0)]), answer(kpi, rows)];
        cascade(&company, kpi, catalogue.get(&kpi.metric).unwrap(), &october(), Parts::Values("team"), &answers)
    };
    let (billing, none) = (of(Some("Billing"), share(60.0, 80.0)), of(None, share(110.0, 120.0)));
    let whole = found(vec![none, billing.clone()]);
    assert!(whole.adds_up, "{whole:?}");
    assert_eq!((whole.by.as_deref(), whole.parts[0].of.as_deref()), (Some("team"), Some("Billing")));
    let rest = whole.rest.unwrap();
    assert_eq!((rest.name.as_str(), rest.numerator, rest.denominator), ("Without team", Some(110.0), Some(120.0)));
    // a breakdown that lost rows is found out
    let lost = found(vec![billing]);
    assert_eq!(lost.note.as_deref(), Some("they come to more or less than the whole"));
}

#[test]
fn what_is_asked() {
    let company = named("company", COMPANY);
    let north = named(
        "north",
        &COMPANY.replace("title = \"Company\"\n", "title = \"North\"\nonly = { team = [\"A\", \"B\"] }\n"),
    );
    let (a, c) = (team("a", "only = { team = \"A\", channel = \"email\" }"), team("c", "only = { team = \"C\" }"));
    let kpi = company.kpi("csat_t2b").unwrap();
    let cards = [&a, &c];
    let asked = cascade_questions(&north, kpi, &october(), Parts::Cards(&cards));
    let some = |value: &str| Some(value.to_owned());
    let held: Vec<Option<Held>> = asked.into_iter().map(|question| question.map(|question| question.only)).collect();
    assert_eq!(
        held,
        [
            Some(BTreeMap::from([("team".to_owned(), vec![some("A"), some("B")])])),
            Some(BTreeMap::from([("channel".to_owned(), vec![some("email")]), ("team".to_owned(), vec![some("A")])])),
            // nothing in common
            None,
        ]
    );
    let asked = cascade_questions(&company, kpi, &october(), Parts::Values("team"));
    assert_eq!(asked[1].as_ref().map(|question| question.by.clone()), Some(vec!["team".to_owned()]));
}
