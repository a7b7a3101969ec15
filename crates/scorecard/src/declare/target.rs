//! `target = { … }`: the number, and what makes it one that can be kept.

use catalogue::file::{Located, Problems, Section};
use catalogue::metric::{Direction, MeasureKind, Metric, Unit};

use crate::definition::{Goal, Origin, Target};
use crate::project::Scale;
use crate::words;

/// Reads a target of `metric`, whose figures lie within `scale`. `None` where it has no number, or where the number is
/// wrong.
pub(super) fn declare_target(
    section: &Section<'_>,
    metric: &Metric,
    scale: Scale,
    problems: &mut Problems,
) -> Option<Target> {
    let mut number = |key: &'static str| number(section, key, metric.unit, problems);
    let [value, low, high] = ["value", "low", "high"].map(&mut number);
    let [tolerance, baseline, stretch] = ["tolerance", "baseline", "stretch"].map(&mut number);
    let baseline_n = section.integer("baseline_n", problems);
    let deadline = section.date("deadline", problems);
    let owner = section.text("owner", problems).filter(|owner| !owner.value.trim().is_empty());
    let set_on = section.date("set_on", problems);
    let from = section.choice("from", &["own", "benchmark"], parse_origin, problems);
    section.finish(problems);

    for number in [&value, &low, &high, &baseline, &stretch].into_iter().flatten() {
        check_unit(section, (metric, scale), number, problems);
    }
    if let Some(tolerance) = &tolerance
        && tolerance.value < 0.0
    {
        let message = format!("a tolerance of {} is negative", tolerance.value);
        let help = "how far short of the target is still tolerated, 0 or more".to_owned();
        problems.error(section.file, tolerance.span.clone(), "wrong_tolerance", message, help);
    }
    let baseline_n = baseline_n.and_then(|n| {
        let count = u64::try_from(n.value).ok();
        if count.is_none() {
            let message = format!("a baseline of {} answers, tickets or contacts cannot be", n.value);
            problems.error(section.file, n.span, "wrong_baseline", message, "a count, 0 or more".to_owned());
        }
        count
    });
    if let (Some(set_on), Some(deadline)) = (&set_on, &deadline)
        && deadline.value <= set_on.value
    {
        let message = format!("the deadline {} is not after {}, when it was set", deadline.value, set_on.value);
        problems.error(section.file, deadline.span.clone(), "wrong_deadline", message, None);
    }
    let goal = declare_goal(section, metric, value, low, high, problems)?;
    if let Some(baseline) = &baseline
        && goal.shortfall(baseline.value) <= 0.0
    {
        let message = format!(
            "the baseline {} is not short of the target {}",
            words::figure(Some(baseline.value), metric.unit),
            words::goal(&goal, metric.unit)
        );
        let help = "where things stood when the target was set: there has to be a way to go".to_owned();
        problems.error(section.file, baseline.span.clone(), "wrong_baseline", message, help);
    }
    if let Some(stretch) = &stretch {
        check_stretch(section, metric, &goal, stretch, problems);
    }
    Some(Target {
        goal,
        tolerance: tolerance.map_or(0.0, |tolerance| tolerance.value),
        baseline: baseline.map(|number| number.value),
        baseline_n,
        stretch: stretch.map(|number| number.value),
        deadline: deadline.map(|date| date.value),
        owner: owner.map(|owner| owner.value.trim().to_owned()),
        set_on: set_on.map(|date| date.value),
        from: from.map(|from| from.value),
        span: section.span.clone(),
    })
}

/// The number under `key`, in `unit`. Text is refused, and what it seems to mean is said as it would be written.
pub(super) fn number(
    section: &Section<'_>,
    key: &'static str,
    unit: Unit,
    problems: &mut Problems,
) -> Option<Located<f64>> {
    if !section.is_text(key) {
        return section.number(key, problems);
    }
    let text = section.text(key, problems)?;
    let help = match meant(&text.value, unit) {
        Some(number) => format!("write {key} = {number}: {}", in_words(unit)),
        None => format!("a number alone: {}", in_words(unit)),
    };
    let message = format!("`{key}` is the text \"{}\", not a number", text.value);
    problems.error(section.file, text.span, "wrong_type", message, help);
    None
}

/// What numbers of `unit` are.
fn in_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent => "percent, 0 to 100",
        Unit::Seconds => "seconds",
        Unit::Count => "a count",
        Unit::Points => "points",
        Unit::Score => "a mean on the scale of the answers",
        Unit::Currency => "an amount of money",
    }
}

/// The number of `unit` that people mean by `85%`, `85,5 %`, `2 h`, `90 min`.
fn meant(text: &str, unit: Unit) -> Option<f64> {
    let text = text.trim().trim_start_matches(['≥', '≤', '>', '<', '=', ' ']);
    let end = text.find(|character: char| !character.is_ascii_digit() && !".,".contains(character));
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    let number: f64 = digits.replace(',', ".").parse().ok()?;
    let seconds = match rest.trim() {
        "" => return Some(number),
        "%" | "percent" if unit == Unit::Percent => return Some(number),
        "s" | "sec" | "seconds" => 1.0,
        "m" | "min" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    };
    (unit == Unit::Seconds).then_some(number * seconds)
}

fn parse_origin(text: &str) -> Option<Origin> {
    match text {
        "own" => Some(Origin::Own),
        "benchmark" => Some(Origin::Benchmark),
        _ => None,
    }
}

/// A target of `metric` as it would be written.
pub(crate) fn example(metric: &Metric) -> &'static str {
    match (metric.direction, metric.unit) {
        (Direction::Range, _) => "target = { low = …, high = …, tolerance = … }",
        (_, Unit::Seconds) => "target = { value = …, tolerance = … }, in seconds",
        (_, Unit::Percent) => "target = { value = …, tolerance = … }, in percent 0–100",
        (_, Unit::Score) => "target = { value = …, tolerance = … }, on the scale of the answers",
        (_, Unit::Currency) => "target = { value = …, tolerance = … }, in the organisation's currency",
        (_, Unit::Points | Unit::Count) => "target = { value = …, tolerance = … }",
    }
}

/// `value`, or `low` and `high` where neither too much nor too little is good.
fn declare_goal(
    section: &Section<'_>,
    metric: &Metric,
    value: Option<Located<f64>>,
    low: Option<Located<f64>>,
    high: Option<Located<f64>>,
    problems: &mut Problems,
) -> Option<Goal> {
    let is_band = metric.direction == Direction::Range;
    let (out_of_place, wanted) = match is_band {
        true => (vec![&value], "neither more nor less of it is better: its target is a band, `low` and `high`"),
        false => (vec![&low, &high], "there is a better way: its target is one number, `value`"),
    };
    let mut is_sound = true;
    for number in out_of_place.into_iter().flatten() {
        let message = format!("this is not how a target of `{}` is written", metric.id);
        problems.error(section.file, number.span.clone(), "wrong_target", message, wanted.to_owned());
        is_sound = false;
    }
    let goal = match (metric.direction, value, low, high) {
        (Direction::Up, Some(value), _, _) => Goal::AtLeast(value.value),
        (Direction::Down, Some(value), _, _) => Goal::AtMost(value.value),
        (Direction::Range, _, Some(low), Some(high)) if low.value <= high.value => {
            Goal::Between { low: low.value, high: high.value }
        }
        (Direction::Range, _, Some(low), Some(high)) => {
            let message = format!("the band begins at {} and ends at {}", low.value, high.value);
            problems.error(section.file, high.span, "wrong_target", message, "`low` no greater than `high`".to_owned());
            return None;
        }
        (Direction::Range, _, Some(_), None) => {
            section.missing("high", problems);
            return None;
        }
        (Direction::Range, _, None, Some(_)) => {
            section.missing("low", problems);
            return None;
        }
        // that a number is missing is said by lint, that it is none has been said
        _ => return None,
    };
    is_sound.then_some(goal)
}

/// Numbers are in the unit of answers, where that can be told.
pub(super) fn check_unit(
    section: &Section<'_>,
    (metric, scale): (&Metric, Scale),
    number: &Located<f64>,
    problems: &mut Problems,
) {
    let value = number.value;
    // a mean in points may be on any scale
    let any = metric.unit == Unit::Points && metric.measure.kind != MeasureKind::NetScore;
    let least = if any && metric.least.is_none() { f64::NEG_INFINITY } else { scale.low };
    let most = if any && metric.most.is_none() { f64::INFINITY } else { scale.high };
    let what = match metric.unit {
        Unit::Percent => "percent",
        Unit::Seconds => "seconds",
        Unit::Count => "a count",
        Unit::Points => "points",
        Unit::Score => "a mean on the scale of the answers",
        Unit::Currency => "an amount of money",
    };
    let valid = match (least.is_finite(), most.is_finite()) {
        (true, true) => format!("{what}, {least} to {most}"),
        (true, false) => format!("{what}, {least} or more"),
        (false, true) => format!("{what}, {most} at most"),
        (false, false) => what.to_owned(),
    };
    let is_wrong = value < least || value > most;
    let is_odd = metric.unit == Unit::Percent && value > 0.0 && value <= 1.0;
    let message = format!("{value} is not a value of `{}`", metric.id);
    if is_wrong {
        problems.error(section.file, number.span.clone(), "wrong_unit", message, valid);
    } else if is_odd {
        let message = format!("{value} is less than one percent or meant as a share");
        problems.warning(section.file, number.span.clone(), "odd_unit", message, valid);
    }
}

fn check_stretch(section: &Section<'_>, metric: &Metric, goal: &Goal, stretch: &Located<f64>, problems: &mut Problems) {
    let (message, help) = match goal {
        Goal::Between { .. } => ("a band has no stretch".to_owned(), None),
        _ if goal.shortfall(stretch.value) < 0.0 => return,
        _ => (
            format!(
                "the stretch {} is no better than the target {}",
                words::figure(Some(stretch.value), metric.unit),
                words::goal(goal, metric.unit)
            ),
            Some("what would be more than was promised".to_owned()),
        ),
    };
    problems.error(section.file, stretch.span.clone(), "wrong_stretch", message, help);
}
