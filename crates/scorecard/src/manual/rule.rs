//! How a metric is computed: its facts in words, and its expressions as they are written.

use catalogue::lineage::lineage;
use catalogue::metric::{Margin, MeasureKind, Metric, SmallSample};

use super::{Book, entry};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::words;

/// What it counts, when, how sure it is, and what is done with few.
pub(super) fn facts(metric: &Metric) -> Block {
    let measure = &metric.measure;
    let mut rows = vec![row("What kind of figure", Text::from(kind(measure.kind)))];
    if let Some(table) = measure.table {
        rows.push(row("What is counted", Text::from(words::capital(table.meaning()))));
    }
    if let (Some(table), Some(at)) = (measure.table, &measure.at) {
        let column = table.columns().iter().find(|column| column.name == at.value);
        let text = column
            .map_or_else(|| Text::new().code(one_line(&at.value)), |column| Text::from(words::capital(column.meaning)));
        rows.push(row("Counts in the period of", text));
    }
    if !measure.inputs.is_empty() {
        let formula = measure.parts.get("value").map(|value| one_line(&value.value)).unwrap_or_default();
        rows.push(row("Formula", Text::new().code(formula)));
        let inputs =
            measure.inputs.iter().map(|input| Text::new().code(&input.name).plain(" is ").code(&input.metric.value));
        rows.push(row("Made of", Text::join(inputs, ", ")));
    }
    rows.extend(statistics(metric).map(|text| row("Figures", Text::from(words::capital(&text)))));
    let ends = [("At least", metric.least), ("At most", metric.most)];
    rows.extend(
        ends.into_iter().filter_map(|(what, end)| {
            Some(row(what, Text::from(format!("{}.", words::figure(Some(end?), metric.unit)))))
        }),
    );
    rows.push(row("Margin", Text::from(margin(metric.margin))));
    rows.push(row("Of few", Text::from(few(metric.small_sample))));
    if let Some(privacy) = &metric.privacy {
        let broken = match privacy.breakdown_minimum > privacy.minimum {
            true => format!(", of fewer than {} in a breakdown", privacy.breakdown_minimum),
            false => String::new(),
        };
        rows.push(row("Of few people", Text::from(format!("Withheld of fewer than {}{broken}.", privacy.minimum))));
    }
    if metric.settling_days > 0 {
        rows.push(row("Settles", Text::from(format!("{} days after the end of a period.", metric.settling_days))));
    }
    Block::Table(Table { caption: String::new(), columns: vec![Column::text("", 3), Column::text("", 10)], rows })
}

/// What a kind of figure is, for who has never heard of it.
fn kind(kind: MeasureKind) -> &'static str {
    match kind {
        MeasureKind::Share => "A share: of all that counts, how many in a hundred are as the definition says.",
        MeasureKind::Ratio => "A ratio: how many of one thing there are to a hundred of another.",
        MeasureKind::NetScore => {
            "A net score: the percentage of the best answers less the percentage of the worst, from −100 to 100."
        }
        MeasureKind::Mean => "A mean: what everything that counts adds up to, over how many there are.",
        MeasureKind::Sum => "A sum: what everything that counts adds up to.",
        MeasureKind::Count => "A count: how many there are.",
        MeasureKind::Quantile => "Quantiles: put in order, the value that so many in a hundred stay within.",
        MeasureKind::Survival => {
            "Quantiles of the time until something is done. What is still open counts as open, not as if it were not there."
        }
        MeasureKind::Cohort => {
            "A cohort: of those who are there at the start of a period, the share that is kept or lost at its end."
        }
        MeasureKind::Stock => {
            "A stock: how many are open at the end of a period. Stocks of several periods are never added."
        }
        MeasureKind::StockAge => "The age of a stock: how long what is open at the end of a period has been open.",
        MeasureKind::StockOlder => {
            "The old part of a stock: of all that is open at the end of a period, how many in a hundred are overdue."
        }
        MeasureKind::Derived => "A figure made of other figures; there is none where one of them is not known.",
    }
}

fn row(name: &str, text: Text) -> Row {
    Row::plain([Cell::Text(Text::new().strong(name)), Cell::Text(text)])
}

fn margin(margin: Margin) -> &'static str {
    match margin {
        Margin::Wilson => "95 % confidence interval of a share (Wilson); of a change by Newcombe’s method.",
        Margin::NetScore => "95 % confidence interval of a net score (adjusted Wald).",
        Margin::Mean => "95 % confidence interval of a mean (Student’s t).",
        Margin::Quantile => "95 % confidence interval of a quantile, work still open counted as open.",
        Margin::Carried => "95 % confidence interval of one of its parts, carried through the formula.",
        Margin::None => "None: everything is counted.",
    }
}

fn few(rule: SmallSample) -> String {
    match rule {
        SmallSample::Count { hide_below: 0, low_below: 0 } => "Shown and not marked, however few.".to_owned(),
        SmallSample::Count { hide_below, low_below } => {
            format!("Under {hide_below} only how many of how many; under {low_below} marked as few.")
        }
        SmallSample::Quantile { tail, least } => {
            format!("Shown from {least} on, with at least {tail} on either side of the quantile.")
        }
        SmallSample::Ledger { provisional_below } => format!("Under {provisional_below} marked as provisional."),
    }
}

/// An expression on one line.
pub(super) fn one_line(expression: &str) -> String {
    expression.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For analysts: the expressions of every metric of the manual, and the columns they name.
pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    let metrics: Vec<&Metric> = book.kpi_metrics().into_iter().chain(book.operational_metrics()).collect();
    if metrics.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::paragraph(
        "For whoever wants to recompute a figure: the expressions as the definition files have them, over the tables of \
         facts. Words after a $ are the parameters of the metric.",
    )];
    for metric in metrics {
        let measure = &metric.measure;
        let mut rows = Vec::new();
        let named = [
            ("counted at", &measure.at),
            ("judged after, seconds", &measure.matures),
            ("rows that count", &measure.population),
        ];
        for (name, part) in named.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?))) {
            rows.push(row(name, Text::new().code(one_line(&part.value))));
        }
        for (name, part) in &measure.parts {
            rows.push(row(&name.replace('_', " "), Text::new().code(one_line(&part.value))));
        }
        for lineage in lineage(metric, book.sources.catalogue) {
            let columns = lineage.columns.iter().map(|used| used.column.name);
            let columns = columns.collect::<Vec<_>>().join(", ");
            rows.push(row(&format!("columns of {}", lineage.table.name()), Text::new().code(columns)));
        }
        rows.push(row("figures", Text::from(measure.statistics().join(", "))));
        blocks.push(Block::heading(3, metric.name.as_str(), format!("rule-{}", metric.id)));
        blocks.push(Block::Table(Table {
            caption: String::new(),
            columns: vec![Column::text("", 3), Column::text("", 10)],
            rows,
        }));
    }
    blocks
}

/// What several figures of a metric are called.
fn statistics(metric: &Metric) -> Option<String> {
    let names = metric.measure.statistics();
    (names.len() > 1).then(|| {
        names
            .iter()
            .map(|name| entry::statistic(name).unwrap_or_else(|| name.replace('_', " ")))
            .collect::<Vec<_>>()
            .join("; ")
    })
}
