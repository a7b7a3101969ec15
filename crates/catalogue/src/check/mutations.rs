//! Every definition is told apart from its neighbours by its own examples: another default, a clause left out, a
//! comparison turned round or moved by its edge, and at least one example must fail.

use std::ops::Range;

use model::{Attributes, FieldType};

use super::run;
use crate::dictionary::DEFAULTS;
use crate::expression::Value;
use crate::file::Problems;
use crate::metric::{Metric, Parameter, declare};
use crate::source::SourceText;
use crate::{Catalogue, plan};

/// Changes that make no difference, with the reason: metric, change as the test words it.
const EQUIVALENT: &[(&str, &str, &str)] = &[
    ("csat_t2b", "satisfied_from = -1", "whatever is not above 0 takes the boxes of the scale"),
    ("employee_satisfaction", "satisfied_from = -1", "whatever is not above 0 takes the boxes of the scale"),
    ("enps", "invited = -1", "a number that is not above 1 is none that is known"),
    ("enps", "invited = 1", "a number that is not above 1 is none that is known"),
    ("dsat_rate", "dissatisfied_to = -1", "whatever is not above 0 takes the boxes of the scale"),
    ("contacts_handled", "old_days = -1", "none is younger than no days"),
    ("first_orders", "old_months = -1", "none is younger than no months"),
    ("fcr", "planned_issues = \"another\"", "a name of people's own; no row has that one"),
];

/// A definition that differs in one place.
struct Mutation {
    what: String,
    place: Range<usize>,
    text: String,
}

#[test]
fn examples_tell_every_definition_from_its_mutations() {
    let (mut survivors, mut tried) = (Vec::new(), 0);
    let mut unused: Vec<_> = EQUIVALENT.to_vec();
    for (path, text) in DEFAULTS {
        let metric = read(path, text);
        let found = mutations(&metric, text);
        let has_rule =
            metric.measure.population.is_some() || metric.parameters.iter().any(|parameter| is_own(&metric, parameter));
        assert!(!found.is_empty() || !has_rule, "{path} has nothing to change");
        for Mutation { what, place, text: instead } in found {
            tried += 1;
            let mutant = read(path, &format!("{}{instead}{}", &text[..place.start], &text[place.end..]));
            // an example is planned from the catalogue, so the mutant must be in it
            let catalogue = Catalogue::load(std::slice::from_ref(&mutant.file), &mut Problems::default());
            let holds =
                mutant.examples.iter().all(|example| run(&mutant, example, &catalogue, &Attributes::new()).is_empty());
            let known = unused.iter().position(|(id, change, _)| *id == metric.id && *change == what);
            match (holds, known) {
                (true, Some(known)) => drop(unused.remove(known)),
                (true, None) => survivors.push(format!("{}: {what}", metric.id)),
                (false, _) => {}
            }
        }
    }
    assert!(survivors.is_empty(), "{} of {tried} are not noticed:\n{}", survivors.len(), survivors.join("\n"));
    assert!(tried > 400, "{tried} mutations");
    assert_eq!(unused, [], "exceptions that are none");
}

/// A mutation must be a definition: what does not even parse proves nothing about the examples.
fn read(path: &str, text: &str) -> Metric {
    let mut problems = Problems::default();
    let metric = declare(SourceText { path: path.to_owned(), text: text.to_owned() }, &mut problems);
    let Some(metric) = metric else { panic!("{path}: {:?}", problems.into_sorted()) };
    if metric.measure.table.is_some() {
        let resolved = plan::resolve(&metric, &metric.defaults(), &Attributes::new(), &mut problems);
        assert!(resolved.is_some(), "{path}: {:?}", problems.into_sorted());
    }
    metric
}

/// A parameter that a derived metric only hands on is told apart by the examples of the input.
fn is_own(metric: &Metric, parameter: &Parameter) -> bool {
    let name = format!("${}", parameter.name);
    metric.measure.table.is_some() || metric.measure.parts.values().any(|part| part.value.contains(&name))
}

fn mutations(metric: &Metric, text: &str) -> Vec<Mutation> {
    let measure = &metric.measure;
    let mut all: Vec<Mutation> = metric
        .parameters
        .iter()
        .filter(|parameter| is_own(metric, parameter))
        .flat_map(|parameter| of_default(parameter, text))
        .collect();
    let named = [("population", &measure.population), ("at", &measure.at), ("matures", &measure.matures)];
    let named = named.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?)));
    for (name, part) in named.chain(measure.parts.iter().map(|(name, part)| (*name, part))) {
        // a name that is filled in from a parameter, as `clock = "$clock"`, is no expression
        if text[part.span.clone()].trim_matches('"').starts_with('$') && !text[part.span.clone()].contains(' ') {
            continue;
        }
        all.extend(without_clauses(name, text, &part.span));
        all.extend(other_comparisons(name, text, &part.span));
    }
    all
}

/// Another default: a threshold a step lower and higher, another choice of a list, another word.
fn of_default(parameter: &Parameter, text: &str) -> Vec<Mutation> {
    let start = text.find(&format!("\n{} = {{ type", parameter.name)).expect("a parameter on a line of its own");
    let at = start + text[start..].find("default = ").expect("a default") + "default = ".len();
    let end = at + text[at..].find(", ").expect("more after the default");
    let others: Vec<String> = match &parameter.default {
        _ if !parameter.one_of.is_empty() => {
            let choices = parameter.one_of.iter().filter(|choice| **choice != parameter.default);
            choices.map(|choice| crate::metric::to_json(choice).to_string()).collect()
        }
        Value::Integer(number) => vec![(number - 1).to_string(), (number + 1).to_string()],
        Value::Number(number) => [-10_000, 10_000].map(|step| ((number + step) / 10_000).to_string()).into(),
        Value::Duration(length) => [-1, 1].map(|step| (length.get() / 1000 + step).to_string()).into(),
        Value::Boolean(flag) => vec![(!flag).to_string()],
        _ if parameter.kind == FieldType::Text => vec!["\"another\"".to_owned()],
        other => panic!("no other default than {other:?}"),
    };
    let instead = |text: String| Mutation { what: format!("{} = {text}", parameter.name), place: at..end, text };
    others.into_iter().map(instead).collect()
}

/// The expression without one of the clauses that `and`, or `or`, joins at its top; a population of one clause without
/// any.
fn without_clauses(name: &str, text: &str, span: &Range<usize>) -> Vec<Mutation> {
    let inner = inside(text, span);
    let expression = &text[inner.clone()];
    let (mut depth, mut cases, mut joints) = (0, 0, vec![]);
    for (word, at) in words(expression) {
        match word {
            "(" => depth += 1,
            ")" => depth -= 1,
            "case" => cases += 1,
            "end" => cases -= 1,
            "and" | "or" if depth == 0 && cases == 0 => joints.push((word, at)),
            _ => {}
        }
    }
    let joint = if joints.iter().any(|(word, _)| *word == "or") { "or" } else { "and" };
    let mut clauses = Vec::new();
    let mut from = 0;
    for (_, cut) in joints.into_iter().filter(|(word, _)| *word == joint) {
        clauses.push(from..cut);
        from = cut + joint.len();
    }
    clauses.push(from..expression.len());
    let without = |dropped: usize| {
        let kept = clauses.iter().enumerate().filter(|(index, _)| *index != dropped);
        kept.map(|(_, clause)| &expression[clause.clone()]).collect::<Vec<_>>().join(joint)
    };
    let mutation = |dropped: usize| Mutation {
        what: format!("{name} without `{}`", one_line(&expression[clauses[dropped].clone()])),
        place: inner.clone(),
        text: if clauses.len() == 1 { "true".to_owned() } else { without(dropped) },
    };
    if clauses.len() == 1 && name != "population" {
        return Vec::new();
    }
    (0..clauses.len()).map(mutation).collect()
}

/// The expression with one of its comparisons the other way round, or with its edge on the other side.
fn other_comparisons(name: &str, text: &str, span: &Range<usize>) -> Vec<Mutation> {
    let inner = inside(text, span);
    let expression = &text[inner.clone()];
    let mut all = Vec::new();
    let mut last = "";
    for (word, at) in words(expression) {
        let previous = std::mem::replace(&mut last, word);
        let others: &[&str] = match word {
            "<=" => &[">=", "<"],
            ">=" => &["<=", ">"],
            "<" => &[">", "<="],
            ">" => &["<", ">="],
            "=" => &["<>"],
            "<>" => &["="],
            "in" if previous != "not" => &["not in"],
            _ => continue,
        };
        let place = inner.start + at..inner.start + at + word.len();
        let after = one_line(&expression[at + word.len()..]);
        let near: String = after.chars().take(30).collect();
        let before: String =
            one_line(&expression[..at]).chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
        all.extend(others.iter().map(|other| Mutation {
            what: format!("{name} `{before} {word} {near}` with `{other}`"),
            place: place.clone(),
            text: (*other).to_owned(),
        }));
    }
    all
}

/// The bytes of a TOML string between its quotes.
fn inside(text: &str, span: &Range<usize>) -> Range<usize> {
    let quotes = if text[span.clone()].starts_with("\"\"\"") { 3 } else { 1 };
    span.start + quotes..span.end - quotes
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names, signs and literals of an expression with their places.
fn words(text: &str) -> Vec<(&str, usize)> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().expect("not at the end");
        let length = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |end| end + 2),
            '<' | '>' | '=' => rest.find(|c| !"<>=".contains(c)).unwrap_or(rest.len()),
            _ if first.is_ascii_alphanumeric() || "_$.".contains(first) => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_$.".contains(c)).unwrap_or(rest.len())
            }
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            all.push((&rest[..length], at));
        }
        at += length;
    }
    all
}
