//! `metrics/…/ID.toml` → [`Metric`], every problem with its place.

use std::collections::BTreeMap;

use model::{FactTable, FieldType, Instant, Millis};
use serde_json::{Map, Value as Json};

use super::shape;
use super::{
    Direction, Example, InputDeclaration, Margin, MeasureDeclaration, MeasureKind, Metric, Parameter, Privacy,
    SmallSample, Status, Unit, Variant,
};
use crate::expression::Value;
use crate::file::{Entry, Located, Problems, Section, read_file, suggest};
use crate::plan;
use crate::privacy::LEAST;
use crate::source::SourceText;

/// Reads a metric file. `None` where it has errors, which are in `problems`. Expressions are checked by
/// [`crate::check`].
pub fn declare(file: SourceText, problems: &mut Problems) -> Option<Metric> {
    let before = problems.error_count();
    let metric = read_file(&shape::METRIC, &file, problems, declare_metric);
    if problems.error_count() > before {
        return None;
    }
    metric.map(|metric| Metric { file, ..metric })
}

fn declare_metric(section: &Section<'_>, problems: &mut Problems) -> Option<Metric> {
    let id = section.required_text("id", problems);
    if let Some(id) = &id
        && !is_name(&id.value)
    {
        problems.error(
            section.file,
            id.span.clone(),
            "wrong_name",
            format!("`{}` is not an id", id.value),
            Some("lower-case letters, digits and underscores, a letter first".to_owned()),
        );
    }
    let name = section.required_text("name", problems);
    let meaning = section.required_text("meaning", problems);
    let aliases = section.words("aliases", problems);
    let owner = section.text("owner", problems).map_or_else(String::new, |owner| owner.value);
    let statuses = ["template_default", "draft", "approved", "deprecated"];
    let status =
        section.choice("status", &statuses, parse_status, problems).map_or(Status::Draft, |status| status.value);
    let version = section.integer("version", problems);
    let effective = section.date("effective", problems);
    for key in ["version", "effective", "unit", "direction"] {
        if !section.has(key) {
            section.missing(key, problems);
        }
    }
    let unit = section.choice("unit", &Unit::ALL.map(Unit::name), Unit::parse, problems);
    let least = section.number("least", problems);
    let most = section.number("most", problems);
    let direction = section.choice("direction", &["up", "down", "range"], parse_direction, problems);
    let perspectives = section.words("perspectives", problems);
    let audience = section.words("audience", problems);
    let channels = section.words("channels", problems);
    let counterbalances = section.words("counterbalances", problems);
    let drivers = section.words("drivers", problems);
    let gamed = section.text("gamed", problems).map_or_else(String::new, |gamed| gamed.value);
    let caveats = section.words("caveats", problems);
    let sources = section.words("sources", problems);
    let settling = section.integer("settling_days", problems);
    let settling_days = settling.map_or(0, |days| whole(section, &days, 0..=3660, problems) as u32);

    let parameters: Vec<Parameter> = match section.section("parameters", problems) {
        Some(table) => table.entries().filter_map(|entry| declare_parameter(&entry, problems)).collect(),
        None => Vec::new(),
    };
    let variants = match section.section("variants", problems) {
        Some(table) => table.entries().filter_map(|entry| declare_variant(&entry, &parameters, problems)).collect(),
        None => BTreeMap::new(),
    };
    let measure = match section.section("measure", problems) {
        Some(measure) => declare_measure(&measure, problems),
        None => {
            section.missing("[measure]", problems);
            None
        }
    };
    let roles = match section.section("roles", problems) {
        Some(table) => {
            table.entries().filter_map(|entry| declare_role(&entry, measure.as_ref(), section, problems)).collect()
        }
        None => BTreeMap::new(),
    };
    let margins = [Margin::Wilson, Margin::NetScore, Margin::Mean, Margin::Quantile, Margin::Carried, Margin::None];
    let margin = section.choice(
        "margin",
        &margins.map(Margin::name),
        |text| margins.into_iter().find(|margin| margin.name() == text),
        problems,
    );
    let sampled_of = section.text("sampled_of", problems);
    if let Some(name) = &sampled_of
        && parameters.iter().all(|known| known.name != name.value || known.kind != FieldType::Integer)
    {
        let valid = parameters.iter().filter(|known| known.kind == FieldType::Integer).map(|known| known.name.as_str());
        let message = format!("there is no parameter `{}` that is a whole number", name.value);
        problems.error(section.file, name.span.clone(), "unknown_parameter", message, suggest(&name.value, valid));
    }
    let small_sample = section.section("small_sample", problems).map(|table| declare_small_sample(&table, problems));
    let privacy = section
        .section("privacy", problems)
        .map(|table| declare_privacy(&table, measure.as_ref(), problems))
        .or_else(|| measure.as_ref().and_then(usual_privacy));
    let examples =
        section.sections("example", problems).iter().filter_map(|example| declare_example(example, problems)).collect();
    section.finish(problems);

    let measure = measure?;
    if let Some(most) = &most {
        check_most(section, most, measure.kind, problems);
    }
    if let Some(least) = &least {
        check_least(section, least, most.as_ref(), problems);
    }
    let mut defaults = plan::kind_defaults(measure.kind);
    if measure.kind == MeasureKind::Derived && measure.parts.contains_key("interval") {
        defaults.0 = Margin::Carried;
    }
    if let Some(margin) = &margin
        && margin.value != Margin::None
        && margin.value != defaults.0
    {
        problems.error(
            section.file,
            margin.span.clone(),
            "wrong_margin",
            format!("`{}` is not a margin of a {}", margin.value.name(), measure.kind.name()),
            Some(format!("`{}` or `none`", defaults.0.name())),
        );
    }
    Some(Metric {
        id: id?.value,
        name: name?.value,
        aliases,
        meaning: meaning?.value,
        owner,
        status,
        version: whole(section, &version?, 1..=i64::from(u32::MAX), problems) as u32,
        effective: effective?.value,
        unit: unit?.value,
        least: least.map(|least| least.value),
        most: most.map(|most| most.value),
        direction: direction?.value,
        perspectives,
        audience,
        channels,
        counterbalances,
        drivers,
        gamed,
        caveats,
        sources,
        parameters,
        variants,
        roles,
        measure,
        margin: margin.map_or(defaults.0, |margin| margin.value),
        small_sample: small_sample.unwrap_or(defaults.1),
        privacy,
        sampled_of: sampled_of.map(|name| name.value),
        settling_days,
        examples,
        file: SourceText::default(),
    })
}

/// The most that figures come to is more than nothing; of a kind that has a most of its own no more than that.
fn check_most(section: &Section<'_>, most: &Located<f64>, kind: MeasureKind, problems: &mut Problems) {
    let own = matches!(kind, MeasureKind::Share | MeasureKind::NetScore | MeasureKind::StockOlder).then_some(100.0);
    let is_sound = most.value.is_finite() && most.value > 0.0 && own.is_none_or(|own| most.value <= own);
    if !is_sound {
        let message = match own {
            Some(own) if most.value > own => format!("a {} is {own} at most, not {}", kind.name(), most.value),
            _ => format!("figures that are {} at most are none", most.value),
        };
        let help = match own {
            Some(own) => format!("a number above 0 and up to {own}, or no `most`"),
            None => "a number above 0 in the unit of the figures, as 100 of a share in percent".to_owned(),
        };
        problems.error(section.file, most.span.clone(), "wrong_value", message, Some(help));
    }
}

/// The least that figures come to is less than the most.
fn check_least(section: &Section<'_>, least: &Located<f64>, most: Option<&Located<f64>>, problems: &mut Problems) {
    if let Some(most) = most.filter(|most| least.value >= most.value) {
        let message = format!("no figure is {} at least and {} at most", least.value, most.value);
        let help = "a number in the unit of the figures below `most`, as 0 of a score from 0 to 100".to_owned();
        problems.error(section.file, least.span.clone(), "wrong_value", message, Some(help));
    }
}

/// A whole number within `valid`; where it is not, that is a problem and the nearest is taken.
fn whole(
    section: &Section<'_>,
    number: &Located<i64>,
    valid: std::ops::RangeInclusive<i64>,
    problems: &mut Problems,
) -> i64 {
    if !valid.contains(&number.value) {
        let message = format!("{} is out of range", number.value);
        let help = Some(format!("from {} to {}", valid.start(), valid.end()));
        problems.error(section.file, number.span.clone(), "wrong_value", message, help);
    }
    number.value.clamp(*valid.start(), *valid.end())
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn parse_status(text: &str) -> Option<Status> {
    Some(match text {
        "template_default" => Status::TemplateDefault,
        "draft" => Status::Draft,
        "approved" => Status::Approved,
        "deprecated" => Status::Deprecated,
        _ => return None,
    })
}

fn parse_direction(text: &str) -> Option<Direction> {
    [Direction::Up, Direction::Down, Direction::Range].into_iter().find(|direction| direction.name() == text)
}

fn declare_parameter(entry: &Entry<'_>, problems: &mut Problems) -> Option<Parameter> {
    let Some(section) = entry.as_section() else {
        entry.mismatch("a table with type, default and meaning", problems);
        return None;
    };
    let names = [FieldType::Text, FieldType::Integer, FieldType::Number, FieldType::Boolean, FieldType::Duration]
        .map(FieldType::name);
    if !section.has("type") {
        section.missing("type", problems);
    }
    let kind = section.choice("type", &names, FieldType::parse, problems);
    let meaning = section.required_text("meaning", problems);
    let one_of = section.has("one_of");
    let known = shape::METRIC.keys("parameters.*").iter().map(|key| key.name);
    let (mut default, mut min) = (None, None);
    let mut choices = Vec::new();
    let kind = kind?.value;
    let has_least = matches!(kind, FieldType::Integer | FieldType::Number | FieldType::Duration);
    for part in section.entries() {
        match part.key.value.as_str() {
            "default" => match from_json(&part.json(), kind) {
                Some(value) => default = Some(value),
                None => part.mismatch(kind.name(), problems),
            },
            "min" => match from_json(&part.json(), kind).filter(|_| has_least) {
                Some(value) => min = Some((value, part.span())),
                None if has_least => part.mismatch(kind.name(), problems),
                None => {
                    let message = format!("{} has no least value", kind.name());
                    let help = Some("an integer, a number or a duration has".to_owned());
                    problems.error(section.file, part.span(), "wrong_type", message, help);
                }
            },
            "one_of" => match part.json() {
                Json::Array(items) => {
                    choices = items.iter().filter_map(|item| from_json(item, kind)).collect();
                    if choices.len() < items.len() {
                        part.mismatch(&format!("a list of {}", kind.name()), problems);
                    }
                }
                _ => part.mismatch("a list", problems),
            },
            other if !known.clone().any(|name| name == other) => problems.error(
                section.file,
                part.key.span.clone(),
                "unknown_field",
                format!("`{other}` is not a field of a parameter"),
                suggest(other, known.clone()),
            ),
            _ => {}
        }
    }
    let Some(default) = default else {
        if !section.has("default") {
            section.missing("default", problems);
        }
        return None;
    };
    if one_of && !choices.contains(&default) {
        problems.error(section.file, section.span.clone(), "wrong_default", "the default is not in `one_of`", None);
    }
    if let Some((_, span)) = min.as_ref().filter(|_| one_of) {
        let message = "`one_of` lists the values; there is no `min` beside it".to_owned();
        problems.error(section.file, span.clone(), "unknown_field", message, None);
    }
    let least = min.map_or_else(|| usual_min(kind, &default), |(min, _)| Some(min)).filter(|_| !one_of);
    let name = entry.key.value.clone();
    let parameter = Parameter { name, kind, default, meaning: meaning?.value, one_of: choices, min: least };
    if !one_of && !parameter.allows(&parameter.default) {
        let help = Some(format!("it takes {}", parameter.takes()));
        problems.error(section.file, section.span.clone(), "wrong_default", "the default is below `min`", help);
    }
    Some(parameter)
}

/// The least value where none is stated: lengths of time and counts begin at 0, or at a default below it.
fn usual_min(kind: FieldType, default: &Value) -> Option<Value> {
    Some(match (kind, default) {
        (FieldType::Duration, Value::Duration(default)) => Value::Duration(Millis::new(default.get().min(0))),
        (FieldType::Integer, Value::Integer(default)) => Value::Integer((*default).min(0)),
        _ => return None,
    })
}

fn declare_variant(entry: &Entry<'_>, parameters: &[Parameter], problems: &mut Problems) -> Option<(String, Variant)> {
    let Some(section) = entry.as_section() else {
        entry.mismatch("a table with meaning and parameters", problems);
        return None;
    };
    let meaning = section.required_text("meaning", problems);
    let mut set = BTreeMap::new();
    for part in section.section("parameters", problems).iter().flat_map(Section::entries) {
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == part.key.value) else {
            problems.error(
                section.file,
                part.key.span.clone(),
                "unknown_parameter",
                format!("there is no parameter `{}`", part.key.value),
                suggest(&part.key.value, parameters.iter().map(|parameter| parameter.name.as_str())),
            );
            continue;
        };
        match from_json(&part.json(), parameter.kind) {
            Some(value) if parameter.allows(&value) => {
                set.insert(parameter.name.clone(), value);
            }
            Some(_) => {
                let (rule, help) = match parameter.one_of.is_empty() {
                    true => ("is below `min`", Some(format!("it takes {}", parameter.takes()))),
                    false => ("is not in `one_of`", None),
                };
                let message = format!("this {rule} of `{}`", parameter.name);
                problems.error(section.file, part.span(), "unknown_value", message, help);
            }
            None => part.mismatch(parameter.kind.name(), problems),
        }
    }
    section.finish(problems);
    Some((entry.key.value.clone(), Variant { meaning: meaning?.value, parameters: set }))
}

fn declare_measure(section: &Section<'_>, problems: &mut Problems) -> Option<MeasureDeclaration> {
    if !section.has("kind") {
        section.missing("kind", problems);
    }
    let kinds = MeasureKind::ALL;
    let kind = section.choice(
        "kind",
        &kinds.map(MeasureKind::name),
        |text| kinds.into_iter().find(|kind| kind.name() == text),
        problems,
    );
    let kind = kind?.value;
    let derived = kind == MeasureKind::Derived;
    let (mut table, mut population, mut at, mut matures) = (None, None, None, None);
    let mut inputs = Vec::new();
    if derived {
        match section.section("of", problems) {
            Some(of) => inputs = of.entries().filter_map(|entry| declare_input(&entry, problems)).collect(),
            None => section.missing("[measure.of]", problems),
        }
    } else {
        if !section.has("table") {
            section.missing("table", problems);
        }
        table = section.choice("table", &FactTable::ALL.map(FactTable::name), FactTable::parse, problems);
        population = section.text("population", problems);
        at = section.required_text("at", problems);
        matures = section.text("matures", problems);
    }
    let mut parts = BTreeMap::new();
    for part in plan::kind_parts(kind) {
        let text =
            if part.required { section.required_text(part.name, problems) } else { section.text(part.name, problems) };
        if let Some(text) = text {
            parts.insert(part.name, text);
        }
    }
    let mut quantiles = Vec::new();
    if plan::has_quantiles(kind) {
        quantiles = section.numbers("quantiles", problems).map_or_else(|| vec![0.5, 0.9], |numbers| numbers.value);
        if quantiles.is_empty() || quantiles.iter().any(|q| !(*q > 0.0 && *q < 1.0)) {
            problems.error(
                section.file,
                section.span.clone(),
                "wrong_value",
                "quantiles lie between 0 and 1",
                Some("as [0.5, 0.9]".to_owned()),
            );
        }
    }
    section.finish(problems);
    if let Some(table) = table.as_ref().filter(|table| table.value.holds_sums()) {
        let adds_up = kind == MeasureKind::Sum || (kind == MeasureKind::Mean && parts.contains_key("weight"));
        if !adds_up {
            problems.error(
                section.file,
                table.span.clone(),
                "sums_only",
                format!(
                    "`{}` holds counts and sums of days, of which no {} can be made: that takes the single things they were \
                     made of",
                    table.value.name(),
                    kind.name(),
                ),
                Some("`sum`, or `mean` with a weight, which is a sum over a sum".to_owned()),
            );
        }
    }
    if !derived && (table.is_none() || at.is_none()) {
        return None;
    }
    Some(MeasureDeclaration {
        kind,
        table: table.map(|table| table.value),
        at,
        matures,
        inputs,
        population,
        parts,
        quantiles,
        span: section.span.clone(),
    })
}

/// `backlog = "unresolved_backlog"`, or a table with metric, statistic, variant and parameters.
fn declare_input(entry: &Entry<'_>, problems: &mut Problems) -> Option<InputDeclaration> {
    let name = entry.key.value.clone();
    if let Some(metric) = entry.as_text() {
        return Some(InputDeclaration { name, metric, statistic: None, variant: None, parameters: BTreeMap::new() });
    }
    let Some(section) = entry.as_section() else {
        entry.mismatch("the id of a metric, or a table with metric, statistic, variant and parameters", problems);
        return None;
    };
    let metric = section.required_text("metric", problems);
    let statistic = section.text("statistic", problems).map(|text| text.value);
    let variant = section.text("variant", problems).map(|text| text.value);
    let parameters = match section.section("parameters", problems) {
        Some(set) => set.entries().map(|part| (part.key.value.clone(), plain_text(&part.json()))).collect(),
        None => BTreeMap::new(),
    };
    section.finish(problems);
    Some(InputDeclaration { name, metric: metric?, statistic, variant, parameters })
}

fn declare_role(
    entry: &Entry<'_>,
    measure: Option<&MeasureDeclaration>,
    section: &Section<'_>,
    problems: &mut Problems,
) -> Option<(String, String)> {
    let Some(column) = entry.as_text() else {
        entry.mismatch("the name of a column", problems);
        return None;
    };
    let columns = measure.and_then(|measure| measure.table).map_or(&[][..], FactTable::columns);
    let found = columns.iter().find(|known| known.name == column.value);
    if measure.is_some() && !found.is_some_and(|found| plan::is_dimension(found.name, found.kind)) {
        let valid = columns.iter().filter(|known| plan::is_dimension(known.name, known.kind));
        let help = suggest(&column.value, valid.map(|known| known.name));
        let (code, message) = match found {
            None => ("unknown_column", format!("there is no column `{}`", column.value)),
            Some(found) => {
                let kind = found.kind.name();
                (
                    "wrong_type",
                    format!("`{}`, {kind}, cannot be broken down by: a role is a column of text", found.name),
                )
            }
        };
        problems.error(section.file, column.span, code, message, help);
        return None;
    }
    Some((entry.key.value.clone(), column.value))
}

fn declare_small_sample(section: &Section<'_>, problems: &mut Problems) -> SmallSample {
    let count = |key, problems: &mut Problems| {
        section.integer(key, problems).map(|count| whole(section, &count, 0..=i64::MAX, problems) as u64)
    };
    let rule = if section.has("tail") {
        SmallSample::Quantile {
            tail: count("tail", problems).unwrap_or(5),
            least: count("least", problems).unwrap_or(20),
        }
    } else if section.has("provisional_below") {
        SmallSample::Ledger { provisional_below: count("provisional_below", problems).unwrap_or(30) }
    } else {
        SmallSample::Count {
            hide_below: count("hide_below", problems).unwrap_or(10),
            low_below: count("low_below", problems).unwrap_or(30),
        }
    };
    section.finish(problems);
    rule
}

/// `[privacy]`. A minimum below the floor is a problem, and the floor is taken.
fn declare_privacy(section: &Section<'_>, measure: Option<&MeasureDeclaration>, problems: &mut Problems) -> Privacy {
    let least = i64::try_from(LEAST).unwrap_or(i64::MAX);
    let minimum = section.integer("minimum", problems);
    let minimum = minimum.map_or(least, |minimum| whole(section, &minimum, least..=1_000_000, problems));
    let breakdown = section.integer("breakdown_minimum", problems);
    let breakdown = breakdown.map_or(minimum, |breakdown| whole(section, &breakdown, minimum..=1_000_000, problems));
    let table = measure.and_then(|measure| measure.table);
    let own = table.and_then(FactTable::people);
    let people = section
        .text("people", problems)
        .or_else(|| own.map(|column| Located { value: column.to_owned(), span: section.span.clone() }));
    let columns = table.map_or(&[][..], FactTable::columns);
    let names = |column: &str| columns.iter().any(|known| known.name == column && known.kind == FieldType::Text);
    if let Some(people) =
        people.as_ref().filter(|people| own.is_some_and(|own| own != people.value) || !names(&people.value))
    {
        let message = format!("`{}` does not name the people of this table", people.value);
        let valid = columns.iter().filter(|known| known.kind == FieldType::Text).map(|known| known.name);
        let help = own.map(|own| format!("`{own}`")).or_else(|| suggest(&people.value, valid));
        problems.error(section.file, people.span.clone(), "unknown_column", message, help);
    }
    let (among, group) = (section.text("among", problems), section.text("group", problems));
    section.finish(problems);
    Privacy {
        minimum: minimum.max(least) as u64,
        breakdown_minimum: breakdown.max(minimum).max(least) as u64,
        people,
        among,
        group,
    }
}

/// The floor of every metric over staff.
fn usual_privacy(measure: &MeasureDeclaration) -> Option<Privacy> {
    let people = measure.table?.people()?;
    let people = Some(Located { value: people.to_owned(), span: measure.span.clone() });
    Some(Privacy { minimum: LEAST, breakdown_minimum: LEAST, people, among: None, group: None })
}

fn declare_example(section: &Section<'_>, problems: &mut Problems) -> Option<Example> {
    let name = section.required_text("name", problems);
    let variant = section.text("variant", problems).map(|variant| variant.value);
    let statistic = section.text("statistic", problems).map(|statistic| statistic.value);
    let now = match section.text("now", problems) {
        Some(text) => match text.value.parse::<Instant>() {
            Ok(now) => Some(now),
            Err(_) => {
                problems.error(
                    section.file,
                    text.span,
                    "wrong_value",
                    format!("`{}` is not a time", text.value),
                    Some("as 2026-06-01T12:00:00Z".to_owned()),
                );
                None
            }
        },
        None => "2026-12-31T00:00:00Z".parse::<Instant>().ok(),
    };
    let mut rows = Vec::new();
    let mut given = BTreeMap::new();
    let mut expect = Map::new();
    let mut parameters = BTreeMap::new();
    for key in ["rows", "given", "expect", "parameters"] {
        section.has(key);
    }
    for part in section.entries() {
        match (part.key.value.as_str(), part.json()) {
            ("rows", Json::Array(items)) => {
                rows = items
                    .into_iter()
                    .filter_map(|item| match item {
                        Json::Object(row) => Some(row),
                        _ => None,
                    })
                    .collect();
            }
            ("given", Json::Object(figures)) => {
                given = figures.into_iter().filter_map(|(name, figure)| Some((name, figure.as_f64()?))).collect();
            }
            ("expect", Json::Object(cells)) => expect = cells,
            ("parameters", Json::Object(set)) => {
                parameters = set.into_iter().map(|(name, value)| (name, plain_text(&value))).collect();
            }
            ("rows" | "given" | "expect" | "parameters", _) => part.mismatch("a table or list of tables", problems),
            _ => {}
        }
    }
    section.finish(problems);
    if expect.is_empty() {
        section.missing("expect", problems);
    }
    Some(Example {
        name: name?.value,
        given,
        rows,
        variant,
        parameters,
        now: now?,
        statistic,
        expect,
        span: section.span.clone(),
    })
}

/// A JSON scalar as people write it on a command line.
fn plain_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A TOML value as a value of `kind`: durations are numbers of seconds, times are ISO 8601 text.
pub(crate) fn from_json(value: &Json, kind: FieldType) -> Option<Value> {
    Some(match (kind, value) {
        (FieldType::Text, Json::String(text)) => Value::Text(text.clone()),
        (FieldType::Boolean, Json::Bool(flag)) => Value::Boolean(*flag),
        (FieldType::Integer, Json::Number(number)) => Value::Integer(number.as_i64()?),
        (FieldType::Number, Json::Number(number)) => Value::Number((number.as_f64()? * 10_000.0).round() as i128),
        (FieldType::Duration, Json::Number(number)) => {
            Value::Duration(Millis::new((number.as_f64()? * 1000.0).round() as i64))
        }
        (FieldType::Time, Json::String(text)) => Value::Time(text.parse().ok()?),
        _ => return None,
    })
}

/// A value given on the command line or in an address.
pub(crate) fn from_text(text: &str, kind: FieldType) -> Option<Value> {
    Some(match kind {
        FieldType::Text => Value::Text(text.to_owned()),
        FieldType::Boolean => Value::Boolean(text.parse().ok()?),
        FieldType::Integer => Value::Integer(text.parse().ok()?),
        FieldType::Number => {
            from_json(&Json::from(text.parse::<f64>().ok().filter(|number| number.is_finite())?), kind)?
        }
        FieldType::Duration => {
            from_json(&Json::from(text.parse::<f64>().ok().filter(|number| number.is_finite())?), kind)?
        }
        FieldType::Time => Value::Time(text.parse().ok()?),
    })
}

/// A value as JSON for answers: durations in seconds.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::from(text.clone()),
        Value::Integer(number) => Json::from(*number),
        Value::Number(number) => Json::from(*number as f64 / 10_000.0),
        Value::Boolean(flag) => Json::from(*flag),
        Value::Time(at) => Json::from(at.to_string()),
        Value::Duration(length) => {
            if length.get() % 1000 == 0 {
                Json::from(length.get() / 1000)
            } else {
                Json::from(length.seconds())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_above_nothing_and_no_more_than_the_kind_has() {
        let check = |shipped: &str, most: &str, expected: &[&str]| {
            let (_, text) = crate::DEFAULTS.iter().find(|(path, _)| path.ends_with(shipped)).unwrap();
            let text = text.replace("\nmost = 100\n", "\n");
            let text = text.replacen("\ndirection", &format!("\nmost = {most}\ndirection"), 1);
            let line = text.lines().position(|line| line.starts_with("most")).unwrap() + 1;
            let mut problems = Problems::default();
            let metric = declare(SourceText { path: "m.toml".to_owned(), text }, &mut problems);
            let found: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
            let expected: Vec<String> = expected.iter().map(|told| format!("m.toml:{line}:8: {told}")).collect();
            assert_eq!(found, expected);
            assert_eq!(metric.map(|metric| metric.most), expected.is_empty().then(|| most.parse().ok()));
        };
        let ratio = "a number above 0 in the unit of the figures, as 100 of a share in percent";
        check("/service_level.toml", "100", &[]);
        check("/service_level.toml", "150.5", &[]);
        check("/service_level.toml", "0", &[&format!("figures that are 0 at most are none ({ratio})")]);
        check("/service_level.toml", "-1", &[&format!("figures that are -1 at most are none ({ratio})")]);
        check("/csat_t2b.toml", "90", &[]);
        let share = "a number above 0 and up to 100, or no `most`";
        check("/csat_t2b.toml", "101", &[&format!("a share is 100 at most, not 101 ({share})")]);
    }

    #[test]
    fn the_least_is_below_the_most() {
        let check = |least: &str, expected: Option<&str>| {
            let (_, text) = crate::DEFAULTS.iter().find(|(path, _)| path.ends_with("/quality_score.toml")).unwrap();
            assert!(text.contains("\nleast = 0\nmost = 100\n"));
            let text = text.replace("\nleast = 0\n", &format!("\nleast = {least}\n"));
            let mut problems = Problems::default();
            let metric = declare(SourceText { path: "m.toml".to_owned(), text }, &mut problems);
            let found: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
            let help = "a number in the unit of the figures below `most`, as 0 of a score from 0 to 100";
            assert_eq!(found, expected.map(|told| format!("{told} ({help})")).into_iter().collect::<Vec<_>>());
            assert_eq!(metric.map(|metric| metric.least), expected.is_none().then(|| least.parse().ok()));
        };
        check("0", None);
        check("-20.5", None);
        let line = crate::DEFAULTS.iter().find(|(path, _)| path.ends_with("/quality_score.toml")).unwrap().1;
        let line = line.lines().position(|line| line.starts_with("least")).unwrap() + 1;
        check("100", Some(&format!("m.toml:{line}:9: no figure is 100 at least and 100 at most")));
    }
}
