use catalogue::file::Problems;
use catalogue::source::SourceText;
use jiff::civil::Weekday;
use model::calendar::FiscalYear;

use super::*;
use crate::fixture;
use crate::initiative::{Around, declare_decision, declare_initiative};
use crate::review::{Event, Recorded, replay};

/// A card of one metric; `head` says whose it is.
fn card(name: &str, head: &str, metric: &str) -> (String, Definition) {
    let text = format!(
        "title = \"{name}\"\n{head}\n[[perspective]]\nid = \"p\"\nname = \"p\"\n[[kpi]]\nmetric = \"{metric}\"\nperspective = \"p\"\nweight = 1.0"
    );
    (name.to_owned(), fixture::named(name, &text))
}

fn cards() -> BTreeMap<String, Definition> {
    let team = |name: &str| format!("level = \"team\"\nparent = \"company\"\nonly = {{ team = [\"{name}\"] }}");
    let cards = [
        card("company", "", "csat_t2b"),
        card("billing", &team("Billing"), "csat_t2b"),
        card("returns", &team("Returns"), "fcr"),
    ];
    cards.into_iter().collect()
}

fn initiatives(cards: &BTreeMap<String, Definition>) -> BTreeMap<String, Initiative> {
    let declared = [
        ("everywhere", "kpi = \"csat_t2b\"\nstatus = \"running\"\nstart = 2026-10-02"),
        ("billing_only", "kpi = \"csat_t2b\"\nstatus = \"planned\"\nteams = [\"Billing\"]\nstart = 2026-12-01"),
        ("over", "kpi = \"csat_t2b\"\nstatus = \"done\"\nstart = 2026-08-01\nend = 2026-09-30"),
        ("ended_since", "kpi = \"csat_t2b\"\nstatus = \"stopped\"\nstart = 2026-08-01\nend = 2026-10-01"),
        ("of_returns", "card = \"returns\"\nkpi = \"fcr\"\nstatus = \"running\"\nstart = 2026-10-01"),
    ];
    let catalogue = fixture::catalogue();
    let around = Around { catalogue: &catalogue, cards };
    let read = declared.into_iter().map(|(id, text)| {
        let text = format!("name = \"{id}\"\nhypothesis = \"if, then, because\"\n{text}");
        let file = SourceText { path: format!("initiatives/{id}.toml"), text };
        let mut problems = Problems::default();
        let found = declare_initiative(id, file, around, &mut problems);
        (id.to_owned(), found.unwrap_or_else(|| panic!("{:?}", problems.into_sorted())))
    });
    read.collect()
}

fn decisions(
    cards: &BTreeMap<String, Definition>,
    initiatives: &BTreeMap<String, Initiative>,
) -> BTreeMap<String, Decision> {
    let declared = [
        ("before", "date = 2026-09-30\nkpis = [\"csat_t2b\"]"),
        ("since", "date = 2026-10-01\nkpis = [\"csat_t2b\"]"),
        ("by_initiative", "date = 2026-10-05\ninitiative = \"billing_only\""),
        ("another_metric", "date = 2026-10-05\nkpis = [\"nps\"]"),
    ];
    let catalogue = fixture::catalogue();
    let read = declared.into_iter().map(|(id, text)| {
        let text = format!("text = \"this because of that\"\ndecided_by = \"Ada\"\n{text}");
        let file = SourceText { path: format!("decisions/{id}.toml"), text };
        let mut problems = Problems::default();
        let around = Around { catalogue: &catalogue, cards };
        let found = declare_decision(id, file, around, initiatives, &mut problems);
        (id.to_owned(), found.unwrap_or_else(|| panic!("{:?}", problems.into_sorted())))
    });
    read.collect()
}

fn journal() -> State {
    let comment = |text: &str| Event::Comment { text: text.to_owned() };
    let announce = |text: &str| Event::Announce { text: text.to_owned() };
    let done = [
        ("2026-09-30", "metric:csat_t2b", comment("before")),
        // 23:30 on the eve in UTC is the first day in Amsterdam
        ("2026-10-01", "metric:csat_t2b", comment("of the metric")),
        ("2026-10-02", "kpi:company/csat_t2b", comment("above")),
        ("2026-10-03", "target:billing/csat_t2b", comment("own")),
        ("2026-10-04", "kpi:returns/fcr", comment("of another team")),
        ("2026-10-05", "metric:nps", comment("of another metric")),
        ("2026-10-06", "card:company", announce("to all")),
        ("2026-10-07", "card:returns", announce("to another team")),
        ("2026-10-08", "card:company", Event::Acknowledge { announcement: 7 }),
        ("2026-10-09", "initiative:billing_only", announce("of the initiative")),
    ];
    let entries = (1..).zip(done).map(|(number, (day, subject, event))| {
        let (kind, body) = event.parts();
        let eve: Date = day.parse().unwrap();
        Recorded {
            number,
            at: format!("{}T23:30:00Z", eve.yesterday().unwrap()).parse().unwrap(),
            actor: "Bert".to_owned(),
            kind,
            subject: subject.to_owned(),
            body: serde_json::from_str(&body).unwrap(),
            previous: String::new(),
            hash: String::new(),
        }
    });
    replay(&entries.collect::<Vec<_>>())
}

/// Texts of announcements, of comments, ids of initiatives, of decisions.
fn found(name: &str, teams: &[&str]) -> (Deeds, [Vec<String>; 4]) {
    let cards = cards();
    let initiatives = initiatives(&cards);
    let organisation =
        Organisation::new("o", "Europe/Amsterdam", "EUR", Weekday::Monday, FiscalYear::default()).unwrap();
    let teams: Vec<String> = teams.iter().map(|team| (*team).to_owned()).collect();
    let deeds = deeds(&DeedSources {
        organisation: &organisation,
        catalogue: &fixture::catalogue(),
        definition: &cards[name],
        cards: &cards,
        state: &journal(),
        initiatives: &initiatives,
        decisions: &decisions(&cards, &initiatives),
        teams: &teams,
        since: "2026-10-01".parse().unwrap(),
    });
    let told = [
        deeds.announcements.iter().map(|one| one.said.text.clone()).collect(),
        deeds.comments.iter().map(|one| one.text.clone()).collect(),
        deeds.initiatives.iter().map(|one| one.initiative.id.clone()).collect(),
        deeds.decisions.iter().map(|one| one.decision.id.clone()).collect(),
    ];
    (deeds, told)
}

#[test]
fn a_card_is_concerned_with_its_metrics_its_teams_and_the_cards_above_and_below() {
    let check = |name: &str, teams: &[&str], expected: [&[&str]; 4]| {
        assert_eq!(found(name, teams).1, expected.map(|names| names.to_vec()), "{name}");
    };
    check(
        "billing",
        &["Billing"],
        [
            &["to all", "of the initiative"],
            &["of the metric", "above", "own"],
            &["ended_since", "everywhere", "billing_only"],
            &["since", "by_initiative"],
        ],
    );
    // what is under way for the whole company affects this team, though the metric is not on its card
    check(
        "returns",
        &["Returns"],
        [&["to all", "to another team"], &["of another team"], &["ended_since", "of_returns", "everywhere"], &[]],
    );
    check(
        "company",
        &[],
        [
            &["to all", "to another team", "of the initiative"],
            &["of the metric", "above", "own"],
            &["ended_since", "of_returns", "everywhere", "billing_only"],
            &["since", "by_initiative"],
        ],
    );
}

#[test]
fn they_are_called_as_people_call_them() {
    let (deeds, _) = found("billing", &["Billing"]);
    let csat = "Customer satisfaction (top-2-box)";
    let about: Vec<&str> = deeds.comments.iter().map(|one| one.about.as_str()).collect();
    assert_eq!(about, [csat, &format!("{csat} (company)"), &format!("the target of {csat}")]);
    let day = |text: &str| text.parse::<Date>().unwrap();
    assert_eq!(deeds.announcements[0].acknowledged, [("Bert".to_owned(), day("2026-10-08"))]);
    assert_eq!(deeds.announcements[0].said.about, "company");
    assert_eq!(deeds.comments[0].on, day("2026-10-01"));
    assert_eq!(deeds.initiatives[2].about, format!("{csat} (company)"));
}
