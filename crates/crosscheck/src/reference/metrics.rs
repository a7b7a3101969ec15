//! The shipped metrics, a page each.

use std::fmt::Write;

use catalogue::Catalogue;
use catalogue::lineage::lineage;
use catalogue::metric::{Example, Metric, SmallSample, to_json};

use super::{cell, code};

pub fn index(catalogue: &Catalogue) -> String {
    let mut text = "# Metrics\n\n| metric | name | unit | better |\n|---|---|---|---|\n".to_owned();
    for metric in catalogue.metrics() {
        let _ = writeln!(
            text,
            "| [{id}](metrics/{id}.md) | {} | {} | {} |",
            cell(&metric.name),
            metric.unit.name(),
            metric.direction.name(),
            id = metric.id
        );
    }
    text
}

pub fn page(metric: &Metric, catalogue: &Catalogue) -> String {
    let mut text = format!("# {}\n\n`{}`", metric.name, metric.id);
    if !metric.aliases.is_empty() {
        let _ = write!(text, ", also: {}", metric.aliases.join(", "));
    }
    let _ = write!(text, "\n\n{}\n\n## Formula\n\n", metric.meaning.trim());
    text.push_str(&formula(metric));
    text.push_str(&parameters(metric));
    text.push_str(&variants(metric));
    text.push_str(&examples(metric));
    text.push_str(&comes_from(metric, catalogue));
    let mut list = |title: &str, items: &[String]| {
        if !items.is_empty() {
            let _ = write!(text, "\n## {title}\n\n");
            text.extend(items.iter().map(|item| format!("- {item}\n")));
        }
    };
    list("What to know", &metric.caveats);
    list(
        "How it is gamed",
        &Some(metric.gamed.clone()).filter(|gamed| !gamed.is_empty()).into_iter().collect::<Vec<_>>(),
    );
    let linked = |ids: &[String]| -> Vec<String> {
        let link = |id: &String| if catalogue.get(id).is_some() { format!("[{id}]({id}.md)") } else { id.clone() };
        ids.iter().map(link).collect()
    };
    list("Read it beside", &linked(&metric.counterbalances));
    list("What moves it", &linked(&metric.drivers));
    list("Sources", &metric.sources);
    text
}

/// Which fields of records its figures come from.
fn comes_from(metric: &Metric, catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for of in lineage(metric, catalogue) {
        let table = of.table.name();
        let _ = write!(
            text,
            "\n## Where it comes from: [{table}](../facts.md#{table})\n\n| column | used in | carried over from |\n|---|---|---|\n"
        );
        for used in &of.columns {
            let parts: Vec<&str> = used.parts.iter().copied().collect();
            let from: Vec<String> = used
                .from
                .iter()
                .map(|(kind, field)| format!("[{kind}](../records.md#{kind}) `{field}`", kind = kind.name()))
                .collect();
            let from = if from.is_empty() { "worked out by the fold".to_owned() } else { from.join(", ") };
            let _ = writeln!(text, "| {} | {} | {from} |", code(used.column.name), parts.join(", "));
        }
    }
    text
}

pub fn undocumented(catalogue: &Catalogue) -> Vec<String> {
    let mut missing = Vec::new();
    for metric in catalogue.metrics() {
        missing.extend(metric.meaning.trim().is_empty().then(|| metric.id.clone()));
        let parameters = metric.parameters.iter().filter(|one| one.meaning.trim().is_empty()).map(|one| &one.name);
        let variants = metric.variants.iter().filter(|(_, one)| one.meaning.trim().is_empty()).map(|(name, _)| name);
        missing.extend(parameters.chain(variants).map(|name| format!("{}.{name}", metric.id)));
        missing.extend(metric.examples.is_empty().then(|| format!("{} (no example)", metric.id)));
    }
    missing
}

fn formula(metric: &Metric) -> String {
    let measure = &metric.measure;
    let mut text =
        format!("| | |\n|---|---|\n| kind | [{}](../measures.md#{}) |\n", measure.kind.name(), measure.kind.name());
    let mut row = |name: &str, value: &str| text.push_str(&format!("| {name} | {value} |\n"));
    if let Some(table) = measure.table {
        row("of", &format!("[{}](../facts.md#{})", table.name(), table.name()));
    }
    let named =
        [("counted at", &measure.at), ("judged after, seconds", &measure.matures), ("rows", &measure.population)];
    for (name, part) in named.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?))) {
        row(name, &code(&part.value));
    }
    for (name, part) in &measure.parts {
        row(name, &code(&part.value));
    }
    for input in &measure.inputs {
        row(&code(&input.name), &format!("[{id}]({id}.md)", id = input.metric.value));
    }
    row("figures", &measure.statistics().join(", "));
    row("unit", metric.unit.name());
    if let Some(least) = metric.least {
        row("at least", &least.to_string());
    }
    if let Some(most) = metric.most {
        row("at most", &most.to_string());
    }
    row("better", metric.direction.name());
    for (dimension, column) in &metric.roles {
        row(&format!("`--by {dimension}`"), &code(column));
    }
    row("margin, 95 %", metric.margin.name());
    let few = match metric.small_sample {
        SmallSample::Count { hide_below, low_below } => {
            format!("under {hide_below} only k of n is shown, under {low_below} it is marked as few")
        }
        SmallSample::Quantile { tail, least } => {
            format!("a quantile q needs n·q and n·(1−q) of at least {tail}, and n of at least {least}")
        }
        SmallSample::Ledger { provisional_below } => format!("under {provisional_below} it is marked provisional"),
    };
    row("few rows", &few);
    if let Some(privacy) = &metric.privacy {
        let (least, broken) = (privacy.minimum, privacy.breakdown_minimum);
        let broken = if broken > least { format!(", of fewer than {broken} in a breakdown") } else { String::new() };
        row(
            "few people",
            &format!("withheld of fewer than {least}{broken}, and where so few would follow; rows are not listed"),
        );
    }
    if metric.settling_days > 0 {
        row("settling", &format!("{} days after the end of a period", metric.settling_days));
    }
    row("version", &format!("{}, from {}", metric.version, metric.effective));
    text
}

fn parameters(metric: &Metric) -> String {
    if metric.parameters.is_empty() {
        return String::new();
    }
    let mut text = "\n## Parameters\n\n| parameter | type | default | meaning |\n|---|---|---|---|\n".to_owned();
    for parameter in &metric.parameters {
        let choices: Vec<String> = parameter.one_of.iter().map(|value| code(&to_json(value).to_string())).collect();
        let least = parameter.min.iter().map(|min| format!("from {}", to_json(min)));
        let valid: Vec<String> = if choices.is_empty() { least.collect() } else { choices };
        let valid = if valid.is_empty() { String::new() } else { format!(" ({})", valid.join(", ")) };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {}{valid} |",
            code(&parameter.name),
            parameter.kind.name(),
            code(&to_json(&parameter.default).to_string()),
            cell(&parameter.meaning)
        );
    }
    text
}

fn variants(metric: &Metric) -> String {
    if metric.variants.is_empty() {
        return String::new();
    }
    let mut text = "\n## Variants\n\n| variant | sets | meaning |\n|---|---|---|\n".to_owned();
    for (name, variant) in &metric.variants {
        let set: Vec<String> =
            variant.parameters.iter().map(|(name, value)| code(&format!("{name} = {}", to_json(value)))).collect();
        let _ = writeln!(text, "| {} | {} | {} |", code(name), set.join(", "), cell(&variant.meaning));
    }
    text
}

/// Examples are the edge cases: what each shows, asked how, and the answer.
fn examples(metric: &Metric) -> String {
    let mut text = "\n## Examples and edge cases\n\nEach of them is run by `crosscheck check`; the rows are in the metric's file.\n\n| case | asked | answer |\n|---|---|---|\n".to_owned();
    for example in &metric.examples {
        let answer: Vec<String> =
            example.expect.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
        let _ = writeln!(text, "| {} | {} | {} |", cell(&example.name), asked(example), cell(&answer.join(", ")));
    }
    text
}

fn asked(example: &Example) -> String {
    let variant = example.variant.iter().map(|variant| code(&format!("--variant {variant}")));
    let set = example.parameters.iter().map(|(name, value)| code(&format!("--set {name}={value}")));
    let statistic = example.statistic.iter().cloned();
    variant.chain(set).chain(statistic).collect::<Vec<_>>().join(" ")
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.replace('_', " "))
}
