//! What is steered by: each card with its KPIs, targets, gates, floors and which KPI wins when.

use super::{Book, entry};
use crate::definition::{Definition, Gate, Kpi, Limit, Target};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::score::CAP;
use crate::words;

pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (name, card) in book.cards() {
        blocks.push(Block::heading(2, card.title.as_str(), format!("card-{name}")));
        blocks.push(Block::Paragraph(about(book, card)));
        blocks.push(table(book, name, card));
        blocks.extend(targets(card));
        blocks.extend(gates(book, name, card));
        blocks.extend(pairs(name, card));
        blocks.extend(left_out(book, name, card));
    }
    if !blocks.is_empty() {
        blocks.extend(total());
    }
    blocks
}

fn about(book: &Book<'_>, card: &Definition) -> Text {
    let mut text = Text::from(format!("This is the card of the {}, ", whose(card)));
    text = match card.parent.as_ref().and_then(|parent| Some((parent, book.sources.cards.get(&parent.value)?))) {
        Some((parent, above)) => {
            text.plain("below ").link(above.title.as_str(), format!("card-{}", parent.value)).plain(", ")
        }
        None => text,
    };
    let approved = book.sources.approved_cards.get(&card.name).cloned();
    let standing = approved.unwrap_or_else(|| words::definition_status(card.status).to_owned());
    text.plain(format!("and stands as: {standing}."))
}

fn whose(card: &Definition) -> String {
    let held: Vec<String> = card.only.values().map(|values| values.value.join(" or ")).collect();
    match held.is_empty() {
        true => card.level.name().to_owned(),
        false => format!("{} {}", card.level.name(), held.join(", ")),
    }
}

fn table(book: &Book<'_>, name: &str, card: &Definition) -> Block {
    let mut rows = Vec::new();
    for perspective in &card.perspectives {
        let of_it: Vec<&Kpi> = card.kpis.iter().filter(|kpi| kpi.perspective == perspective.id).collect();
        if of_it.is_empty() {
            continue;
        }
        rows.push(Row::group(Text::new().strong(perspective.name.as_str()).plain(format!(
            ", {} of the card; floor {}",
            words::share(perspective.weight),
            words::written(perspective.floor)
        ))));
        rows.extend(of_it.into_iter().map(|kpi| row(kpi, book.retired(name, kpi))));
    }
    Block::Table(Table {
        caption: String::new(),
        columns: vec![
            Column::text("KPI", 5),
            Column::number("Weight"),
            Column::number("Target"),
            Column::text("By when", 2),
            Column::text("Who answers for it", 3),
            Column::text("Reviewed", 2),
        ],
        rows,
    })
}

/// A KPI with its target; one that was `retired` counts as long as it is on the card, but nobody answers for it.
fn row(kpi: &Kpi, retired: Option<&str>) -> Row {
    let target = kpi.target.as_ref();
    let unset = |words: &str| Cell::Text(Text::new().emphasis(words));
    let name = Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric));
    if let Some(retired) = retired {
        return Row::plain([
            Cell::Text(Text::lines([name, Text::new().emphasis(retired)])),
            Cell::Share(kpi.weight),
            kpi.goal_in_words().map_or(Cell::Empty, Cell::text),
            Cell::Empty,
            Cell::Empty,
            unset("not any more"),
        ]);
    }
    Row::plain([
        Cell::Text(name),
        Cell::Share(kpi.weight),
        kpi.goal_in_words().map_or_else(|| unset("none yet"), Cell::text),
        target.map_or(Cell::Empty, |target| target.deadline.map_or_else(|| unset("no day set"), Cell::Date)),
        target.map_or(Cell::Empty, |target| target.owner.as_ref().map_or_else(|| unset("nobody yet"), Cell::text)),
        Cell::text(kpi.cadence.name()),
    ])
}

/// From where to where, of the KPIs that say it.
fn targets(card: &Definition) -> Option<Block> {
    let set: Vec<(&Kpi, &Target)> = card.kpis.iter().filter_map(|kpi| Some((kpi, kpi.target.as_ref()?))).collect();
    let rows: Vec<Row> = set
        .into_iter()
        .map(|(kpi, target)| {
            let unit = kpi.unit;
            let baseline = target.baseline.map_or_else(String::new, |baseline| {
                let n = target.baseline_n.map_or_else(String::new, |n| format!(" (n {})", words::count(n)));
                format!("{}{n}", words::figure(Some(baseline), unit))
            });
            Row::plain([
                Cell::text(kpi.name.as_str()),
                Cell::text(baseline),
                Cell::text(kpi.goal_in_words().unwrap_or_default()),
                Cell::figure(target.stretch, unit),
                Cell::text(words::width(target.tolerance, unit)),
            ])
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Block::Table(Table {
            caption: "From where to where".to_owned(),
            columns: vec![
                Column::text("KPI", 5),
                Column::number("Baseline (score 0)"),
                Column::number("Target (100)"),
                Column::number("Stretch (120)"),
                Column::number("Tolerated"),
            ],
            rows,
        })
    })
}

fn gates(book: &Book<'_>, name: &str, card: &Definition) -> Vec<Block> {
    if card.gates.is_empty() {
        return Vec::new();
    }
    let item = |gate: &Gate| {
        let text = Text::new().strong(gate.name.as_str()).plain(": ").then(book.metric(&gate.metric));
        text.plain(format!(" {}.", limit(gate)))
    };
    vec![
        Block::heading(3, "Gates", format!("gates-{name}")),
        Block::paragraph(format!(
            "Whatever else is good, these must hold. A red gate caps the total at {CAP} and is named before anything else."
        )),
        Block::list(card.gates.iter().map(item)),
    ]
}

/// What must hold, as the end of a sentence.
pub(super) fn limit(gate: &Gate) -> String {
    let figure = |value: f64| words::figure(Some(value), gate.unit);
    match gate.limit {
        Limit::AtMost(most) => format!("must be at most {}", figure(most)),
        Limit::AtLeast(least) => format!("must be at least {}", figure(least)),
        Limit::NoWorseThanBaselineBy { by, baseline } => {
            format!("must not be clearly worse than {} by more than {}", figure(baseline), words::width(by, gate.unit))
        }
    }
}

fn pairs(name: &str, card: &Definition) -> Vec<Block> {
    if card.pairs.is_empty() {
        return Vec::new();
    }
    let kpi = |id: &String| {
        let found = card.kpi(id);
        found.map_or_else(|| Text::new().code(id), |kpi| Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric)))
    };
    let item = |pair: &crate::definition::Pair| {
        let [one, other] = &pair.kpis;
        let text = kpi(one).plain(" against ").then(kpi(other)).plain(": ");
        let wins = card.kpi(&pair.wins).map_or(pair.wins.as_str(), |kpi| kpi.name.as_str());
        let text = text.strong(format!("{wins} wins"));
        text.plain(
            pair.when.as_ref().map_or_else(|| ".".to_owned(), |when| format!(", {}.", when.trim_end_matches('.'))),
        )
    };
    vec![
        Block::heading(3, "Which wins when", format!("pairs-{name}")),
        Block::paragraph(
            "Some KPIs pull against each other, on purpose. Where you cannot have both, this is what we have decided, so \
             that nobody has to guess.",
        ),
        Block::list(card.pairs.iter().map(item)),
    ]
}

fn left_out(book: &Book<'_>, name: &str, card: &Definition) -> Vec<Block> {
    if card.left_out.is_empty() {
        return Vec::new();
    }
    let item = |left_out: &crate::definition::LeftOut| {
        let needs: Vec<String> = left_out.needs.iter().map(|kind| kind.replace('_', " ")).collect();
        let known = book.sources.catalogue.get(&left_out.kpi).map(|metric| metric.name.clone());
        let called = known.unwrap_or_else(|| words::capital(&left_out.kpi.replace('_', " ")));
        let why = match (&left_out.why, needs.is_empty()) {
            (Some(why), _) => why.clone(),
            (None, true) => "not said why".to_owned(),
            (None, false) => format!("needs records of {}", needs.join(", ")),
        };
        Text::new().strong(called).plain(format!(": {why}."))
    };
    vec![
        Block::heading(3, "What we would measure, had we the data", format!("left-out-{name}")),
        Block::list(card.left_out.iter().map(item)),
    ]
}

fn total() -> [Block; 2] {
    [
        Block::heading(2, "How the total is made", "total"),
        Block::list([
            "Each KPI scores 0 at its baseline, 100 at its target and 120 at its stretch, in straight lines between."
                .to_owned(),
            "Within a band it scores 100, and outside 100 falls in a straight line to 0: at its baseline, or where that is \
             not outside of the band at the end of what is tolerated."
                .to_owned(),
            "The total is the mean of the scores by weight. A KPI without figure or target has no score and is left out, \
             as is one without a baseline whose target is no band, and the total says what share of the weight it is \
             over; below half there is no total."
                .to_owned(),
            format!("A perspective below its floor caps the total at {CAP}, and so does a red gate: what is very good in one \
             place does not make up for what is broken in another."),
        ]),
    ]
}
