//! Targets out of a figure's own history: what can be achieved, what would be a stretch, what is ordinary variation.
//!
//! [`questions`] says what to ask; [`suggest`] takes the answers. Where the history cannot carry a target, it refuses,
//! and says how much more there would have to be.

mod round;
mod season;
mod window;

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::metric::{Direction, MeasureKind, Metric, SmallSample, Unit};
use catalogue::question::Question;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use model::calendar::{Compare, DateRange, Grain};

use crate::definition::Goal;
use crate::project::{Scale, begun, is_settled};
use crate::words;
use round::{Steps, nice, nice_beyond, nice_up, nice_within};
pub use window::Window;

/// Whole months with a figure that a target needs at least.
const MONTHS_LEAST: usize = 3;
/// Whole months with a figure that a band needs at least.
const MONTHS_OF_BAND: usize = 8;
/// Months that a band is made of at most.
const MONTHS_IN_BAND: usize = 12;
/// Months of history that are asked for: three years.
const MONTHS: i64 = 36;
/// Yearly changes that a target is never further off than.
pub(crate) const CHANGES: f64 = 3.0;

/// What a figure did so far.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Whole months, the oldest first.
    pub months: Vec<AnswerRow>,
    /// Where it stands, over `window`, compared with a year before.
    pub recent: AnswerRow,
    /// Over what.
    pub window: Window,
}

/// A target made of history.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What can be achieved.
    pub goal: Goal,
    /// What would be more than that; none of a band.
    pub stretch: Option<f64>,
    /// How far short of it is ordinary variation from month to month.
    pub tolerance: f64,
    /// Where things stand, and where the year has seasons would stand at the time of year of the deadline; none where they
    /// are inside a band already.
    pub baseline: Option<f64>,
    /// Sample size of that.
    pub baseline_n: u64,
    /// By when.
    pub deadline: Date,
    /// When it was made.
    pub set_on: Date,
    /// How it came about, a sentence each.
    pub reasons: Vec<String>,
}

impl Suggestion {
    /// The target as a card holds it, without an owner: that is a person's to say. Of how many a baseline is goes with it.
    pub fn toml(&self) -> String {
        let goal = match self.goal {
            Goal::AtLeast(value) | Goal::AtMost(value) => format!("value = {value}"),
            Goal::Between { low, high } => format!("low = {low}, high = {high}"),
        };
        let of = self.baseline_n;
        let baseline = self.baseline.map(|baseline| format!(", baseline = {baseline}, baseline_n = {of}"));
        let baseline = baseline.unwrap_or_default();
        let stretch = self.stretch.map_or_else(String::new, |stretch| format!(", stretch = {stretch}"));
        format!(
            "target = {{ {goal}, tolerance = {}{baseline}{stretch}, deadline = {}, set_on = {}, from = \"own\" }}",
            self.tolerance, self.deadline, self.set_on
        )
    }
}

/// Why no target can be made, and what it would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What it would take.
    pub help: String,
}

/// What is asked for a suggestion: the whole months of three years, and where things stand over `window` against a year
/// before; `subject` says of what.
pub fn questions(subject: &Question, window: Window, today: Date) -> [Question; 2] {
    let month = today.first_of_month();
    let back = |span: Span| month.saturating_sub(span);
    let months = DateRange { from: back(MONTHS.months()), to: month, step: None };
    let (grain, recent) = window.range(today);
    [
        Question { grain: Grain::Month, range: months, compare: None, ..subject.clone() },
        Question { grain, range: recent, compare: Some(Compare::Year), ..subject.clone() },
    ]
}

impl History {
    /// Of the answers to [`questions`] of `metric` over `window`; none where they are not of that statistic.
    pub fn of(
        months: &[Answer],
        recent: &[Answer],
        statistic: &str,
        window: Window,
        metric: &Metric,
    ) -> Option<History> {
        let of = |answers: &[Answer]| answers.iter().find(|answer| answer.statistic == statistic).cloned();
        let counts = matches!(metric.measure.kind, MeasureKind::Count | MeasureKind::Sum) && metric.unit == Unit::Count;
        let recent = window.row(of(recent)?.rows)?;
        let recent = if counts { window.with_chance(recent) } else { recent };
        Some(History { months: of(months)?.rows, recent, window })
    }

    /// Months that have a figure, the oldest first.
    fn known(&self) -> Vec<(&AnswerRow, f64)> {
        self.months.iter().filter_map(|row| Some((row, row.value?))).collect()
    }

    /// Of those the ones of a whole month that nothing changes any more.
    fn whole(&self) -> Vec<(&AnswerRow, f64)> {
        let first = begun(self.months.iter().map(|row| row.n > 0 || row.value.is_some()));
        let rest = self.months.iter().enumerate().filter(|(place, _)| Some(*place) != first).map(|(_, row)| row);
        rest.filter(|row| is_settled(row.quality)).filter_map(|row| Some((row, row.value?))).collect()
    }

    /// Of those the ones that are not of a few.
    fn sound(&self) -> Vec<(&AnswerRow, f64)> {
        self.whole().into_iter().filter(|(row, _)| row.quality == Quality::Ok).collect()
    }

    /// Change of where it stands against a year before.
    fn yearly_change(&self) -> Option<f64> {
        self.recent.compare.as_ref()?.change
    }

    /// By how much it moves in a year: from the year before to where it stands, at least as far as chance can move it.
    pub(crate) fn yearly_movement(&self) -> Option<f64> {
        let compare = self.recent.compare.as_ref()?;
        let half = |low: Option<f64>, high: Option<f64>| Some((high? - low?) / 2.0);
        let chance = half(compare.low, compare.high).or_else(|| half(self.recent.low, self.recent.high));
        Some(compare.change?.abs().max(chance.unwrap_or(0.0)))
    }

    /// Half the width of a month's interval, or where there is none the step from month to month: that of the month in
    /// the middle.
    fn variation(&self) -> Option<f64> {
        let known = self.known();
        let half = |row: &AnswerRow| Some((row.high? - row.low?) / 2.0);
        let halves: Vec<f64> = known.iter().filter_map(|(row, _)| half(row)).collect();
        median(halves).or_else(|| median(known.windows(2).map(|pair| (pair[1].1 - pair[0].1).abs()).collect()))
    }
}

/// A target for `metric`, whose figures lie within `scale`, by `deadline`.
///
/// It begins at the baseline: the last 91 days that can be judged, or a month where a longer period would make it larger. Where the year
/// brought a gain, the gain goes on until the deadline; in any case the target lies outside of the baseline's interval, as
/// nobody could tell the two apart otherwise, and no further than three yearly changes, of less than a year that part of
/// them, or half the way to what is possible at all. Where two whole years show a season, it moves baseline and target
/// alike to the time of year of the deadline: what a season brings by itself is no way that was gone. The stretch is
/// half as much again, or the best sound month there was, if that is more. A figure that should be neither high nor low
/// gets the band in which half of its months lay.
///
/// # Errors
/// When the history is too short, too thin or too uncertain, when the deadline is so near that the figure cannot be new by
/// then or cannot get out of its margin, or when it could not be better.
pub fn suggest(
    history: &History,
    metric: &Metric,
    scale: Scale,
    deadline: Date,
    today: Date,
) -> Result<Suggestion, Refusal> {
    if deadline <= today {
        let message = format!("the deadline {deadline} is not after today, {today}");
        return Err(Refusal { message, help: "a day to come, as --deadline 2027-12-31".to_owned() });
    }
    let new_by = history.window.new_by(today);
    if deadline < new_by {
        let message = format!("by {deadline} the figure cannot be new: it is made of {}", history.window.length());
        return Err(Refusal { message, help: format!("a deadline from {new_by} on") });
    }
    let baseline = enough(history, metric, today)?;
    let mut reasons = vec![
        format!(
            "where things stand: {}{}, n = {}, {}",
            words::figure(Some(baseline), metric.unit),
            match (history.recent.low, history.recent.high) {
                (None, None) => String::new(),
                (low, high) => format!(" ({})", words::interval(low, high, metric.unit)),
            },
            words::count(history.recent.n),
            history.window.told(today),
        ) + &unsettled(history.recent.quality),
    ];
    let variation = history.variation().unwrap_or(0.0);
    let made =
        |goal: Goal, stretch: Option<f64>, tolerance: f64, baseline: Option<f64>, reasons: Vec<String>| Suggestion {
            goal,
            stretch,
            tolerance,
            baseline,
            baseline_n: history.recent.n,
            deadline,
            set_on: today,
            reasons,
        };
    let tolerance = nice_up(variation, Steps::of(metric), baseline);
    let unsigned = |by: f64| words::difference(by, metric.unit).trim_start_matches('+').to_owned();
    let sign = match metric.direction {
        Direction::Up => 1.0,
        Direction::Down => -1.0,
        Direction::Range => {
            let (low, high, months) = band(history, metric, today)?;
            let months = if months == MONTHS_IN_BAND { "twelve".to_owned() } else { months.to_string() };
            reasons.push(format!("neither more nor less is better: half of the last {months} months lay in this band"));
            reasons.push(format!("tolerated: {}, as months vary", unsigned(tolerance)));
            let goal = Goal::Between { low, high };
            let outside = (goal.shortfall(baseline) > 0.0).then_some(baseline);
            return Ok(made(goal, None, tolerance, outside.map(tidy), reasons));
        }
    };
    let Reach { target, stretch, stand, told_season, told_stretch } =
        reach(history, metric, (baseline, bound(metric, scale, sign)), sign, (today, deadline), &mut reasons)?;
    reasons.extend(told_season);
    let baseline = tidy(stand);
    let goal = if sign > 0.0 { Goal::AtLeast(target) } else { Goal::AtMost(target) };
    if goal.shortfall(baseline) <= 0.0 {
        return Err(no_way(metric, baseline));
    }
    // whoever is tolerated where they stand today need not move
    let way = goal.shortfall(baseline);
    let (tolerance, told) = match nice_within(way / 2.0, Steps::of(metric), baseline) {
        half if half < tolerance => (half, format!("half of the way at most: months vary by {}", unsigned(tolerance))),
        _ => (tolerance, "as months vary".to_owned()),
    };
    let stretch = (goal.shortfall(stretch) < 0.0).then_some(stretch);
    reasons.extend(stretch.map(|_| told_stretch));
    reasons.push(format!("tolerated: {}, {told}", unsigned(tolerance)));
    Ok(made(goal, stretch, tolerance, Some(baseline), reasons))
}

/// How many a figure of `metric` needs behind it, to be held against.
pub fn least_sample(metric: &Metric) -> u64 {
    match metric.small_sample {
        SmallSample::Count { low_below, .. } => low_below,
        SmallSample::Quantile { least, .. } => least,
        SmallSample::Ledger { provisional_below } => provisional_below,
    }
}

/// The baseline, where there is enough to make a target of.
fn enough(history: &History, metric: &Metric, today: Date) -> Result<f64, Refusal> {
    let (row, window) = (&history.recent, history.window);
    let refuse = |message: String, help: String| Err(Refusal { message, help });
    let least = least_sample(metric);
    let found = words::count(row.n);
    let value = match row.quality {
        Quality::NoData => {
            let message = format!("`{}` has no figure {}", metric.id, window.all_of_it());
            return refuse(message, window.records(today));
        }
        Quality::Withheld => {
            let message = format!("`{}` is about so few people that it is not told", metric.id);
            return refuse(message, "no target: people would be known by it".to_owned());
        }
        Quality::NotReached => {
            let message = format!("too much is still open for `{}`", metric.id);
            return refuse(message, "a target once the quantile is reached".to_owned());
        }
        _ => row.value,
    };
    let thin = matches!(row.quality, Quality::Suppressed | Quality::LowN) || row.n < least;
    if value.is_none() && !thin {
        let message = format!("`{}` has no value {}, of {found}", metric.id, window.all_of_it());
        return refuse(message, "a target once it has: `crosscheck kpi` says why it has none".to_owned());
    }
    let Some(value) = value.filter(|_| !thin) else {
        let message = format!("`{}` has {found} {}: too few for a baseline", metric.id, window.in_it());
        // when in its month the first record came is not known: at its end, rather than give up too early
        let since = history.months.iter().find(|month| month.n > 0);
        let since = since.map(|month| if month.to < today { month.to } else { month.from });
        return refuse(message, window.until(row.n, least, since, today));
    };
    if let (Some(low), Some(high)) = (row.low, row.high)
        && metric.unit != Unit::Points
        && (high - low) / 2.0 >= value.abs()
    {
        let interval = words::interval(Some(low), Some(high), metric.unit);
        let message = format!("`{}` may be anything within {interval}: its margin is as wide as the figure", metric.id);
        return refuse(message, more_data(history));
    }
    let known = history.known().len();
    if known < MONTHS_LEAST {
        let message = format!("`{}` has {known} whole months of figures: how they vary is not known", metric.id);
        let more = (MONTHS_LEAST - known) as i64;
        let from = today.first_of_month().saturating_add(more.months());
        return refuse(message, format!("at least {MONTHS_LEAST}; from {from} on, if every month has some"));
    }
    Ok(value)
}

/// How far it can go.
struct Reach {
    /// As people would set it.
    target: f64,
    /// As people would set it.
    stretch: f64,
    /// Where things would stand by then, if only the time of year were another.
    stand: f64,
    /// What the season did, as a reason.
    told_season: Option<String>,
    /// How the stretch came about, as a reason.
    told_stretch: String,
}

fn reach(
    history: &History,
    metric: &Metric,
    (baseline, bound): (f64, Option<f64>),
    sign: f64,
    (today, deadline): (Date, Date),
    reasons: &mut Vec<String>,
) -> Result<Reach, Refusal> {
    let unit = metric.unit;
    let no_better = |stand: f64| bound.is_some_and(|bound| sign * (bound - stand) <= 0.0);
    if no_better(baseline) {
        return Err(no_way(metric, baseline));
    }
    let years = f64::from((deadline - today).get_days()) / 365.25;
    let end = if sign > 0.0 { history.recent.high } else { history.recent.low };
    let margin = end.map_or_else(|| history.variation().unwrap_or(0.0), |end| sign * (end - baseline)).max(0.0);
    let mut step = margin;
    match history.yearly_change() {
        Some(change) => {
            let gain = sign * change;
            // going on as in the year before, for as long as there is
            let brought = (gain * years).max(0.0);
            reasons.push(match gain > 0.0 {
                true => format!(
                    "a year before: {}, better; going on like this brings {} by {deadline}{}",
                    words::difference(change, unit),
                    words::difference(sign * brought, unit),
                    if brought < margin { ", less than can be told from today: the target is what can" } else { "" }
                ),
                false => format!(
                    "a year before: {}, no better: the target is no more than can be told from today",
                    words::difference(change, unit)
                ),
            });
            step = step.max(brought).min((CHANGES * change.abs()).max(margin));
            in_time(history, metric, margin, (today, deadline))?;
        }
        None => {
            reasons.push("no figure of a year before: the target is no more than can be told from today".to_owned())
        }
    }
    let days = history.window.range(today).1;
    let (shift, told_season) = season::shift(&history.whole(), (days.from, days.to), deadline, unit);
    let stand = baseline + shift;
    let told_season = told_season.map(|told| match shift.abs() > 0.0 {
        true => format!("{told}: then it would stand at {}, which is the baseline", words::figure(Some(stand), unit)),
        false => told,
    });
    let another_season = |message: String| Refusal { message, help: "a deadline at another time of year".to_owned() };
    if no_better(stand) {
        let then = words::figure(Some(stand), unit);
        return Err(another_season(format!(
            "by the time of year alone `{}` would be at {then} by {deadline}: it could be no better",
            metric.id
        )));
    }
    // never further than this part of the way to what is possible at all
    let limit = |part: f64, value: f64| match bound.map(|bound| stand + part * (bound - stand)) {
        Some(furthest) if sign * (value - furthest) > 0.0 => furthest,
        _ => value,
    };
    let target = limit(0.5, stand + sign * step);
    // it lies beyond what things may be at that time of year
    let end = end.map(|end| end + shift);
    if let (Some(end), Some(bound)) = (end, bound)
        && sign * (target - end) < -1e-9
    {
        let shifted = |end: Option<f64>| end.map(|end| end + shift);
        let message = format!(
            "`{}` may be anything within {}{}: what could be told from it is more than half of the way to {} off",
            metric.id,
            words::interval(shifted(history.recent.low), shifted(history.recent.high), unit),
            if shift.abs() > 0.0 { " by the time of year" } else { "" },
            words::figure(Some(bound), unit)
        );
        return Err(Refusal { message, help: more_data(history) });
    }
    let steps = Steps::of(metric);
    let target = nice_beyond(target, end, steps, sign, bound);
    if let (Some(low), Some(high)) = (history.recent.low, history.recent.high)
        && low < high
        && low <= target
        && target <= high
    {
        return Err(another_season(format!(
            "in the month up to {deadline} `{}` is worse by the time of year: with all it can gain it stays within {}, where \
             it may be today",
            metric.id,
            words::interval(Some(low), Some(high), unit)
        )));
    }
    let further = stand + sign * 1.5 * step.max(sign * (target - stand));
    let best = history.sound().into_iter().max_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)));
    let (stretch, how) = match best.filter(|(_, value)| sign * value > sign * further) {
        Some((month, value)) => {
            let (figure, n) = (words::figure(Some(value), unit), words::count(month.n));
            // n of a month in which nothing was counted would read as one without data
            let of = if month.n == 0 { ", not one in the whole month".to_owned() } else { format!(", n = {n}") };
            (value, format!("as the best month was, {} with {figure}{of}", month.from.strftime("%B %Y")))
        }
        None => (further, "half as far again as the target".to_owned()),
    };
    let limited = limit(0.75, stretch);
    let most = bound.filter(|_| (limited - stretch).abs() > 1e-9);
    let most = most.map_or_else(String::new, |bound| {
        format!(", but no more than three quarters of the way to {}", words::figure(Some(bound), unit))
    });
    Ok(Reach {
        target,
        stretch: nice(limited, steps, sign, bound),
        stand,
        told_season,
        told_stretch: format!("the stretch: {how}{most}"),
    })
}

/// That it can get out of its margin by the deadline, by what three years change at most; of less than a year that part.
fn in_time(history: &History, metric: &Metric, margin: f64, (today, deadline): (Date, Date)) -> Result<(), Refusal> {
    let days = (deadline - today).get_days();
    let part = if days >= 365 { 1.0 } else { f64::from(days) / 365.25 };
    let in_a_year = CHANGES * history.yearly_movement().unwrap_or(0.0);
    let within_reach = in_a_year * part;
    if margin <= within_reach {
        return Ok(());
    }
    let unsigned = |by: f64| words::difference(by, metric.unit).trim_start_matches('+').to_owned();
    let message = format!(
        "by {deadline} `{}` can move by {} at most, three times what it did in a year{}; less than {} cannot be told from today",
        metric.id,
        unsigned(within_reach),
        if part < 1.0 { ", for the part of one there is" } else { "" },
        unsigned(margin)
    );
    let days = (margin / in_a_year * 365.25).ceil();
    let later = (margin <= in_a_year).then(|| today.saturating_add((days as i64).days()));
    let help = later.map_or_else(|| more_data(history), |day| format!("a deadline from {day} on"));
    Err(Refusal { message, help })
}

/// Behind where things stand: why that may change yet, where it may.
fn unsettled(quality: Quality) -> String {
    match quality {
        Quality::Provisional | Quality::Settling => format!(", {}", words::quality(quality)),
        _ => String::new(),
    }
}

fn no_way(metric: &Metric, baseline: f64) -> Refusal {
    let message = format!(
        "`{}` stands at {}: there is no way to go that its figures could tell",
        metric.id,
        words::figure(Some(baseline), metric.unit)
    );
    Refusal { message, help: "a [[gate]] that holds it there, or a target by hand".to_owned() }
}

fn more_data(history: &History) -> String {
    format!("more than {} {}, or a longer wait", words::count(history.recent.n), history.window.in_it())
}

/// What a figure cannot go beyond on the better side.
fn bound(metric: &Metric, scale: Scale, sign: f64) -> Option<f64> {
    match (metric.unit, sign > 0.0) {
        (Unit::Score, false) => Some(scale.low),
        (Unit::Percent | Unit::Points | Unit::Score, true) => Some(scale.high).filter(|high| high.is_finite()),
        (Unit::Points, false) => metric.least,
        (Unit::Percent | Unit::Seconds | Unit::Count | Unit::Currency, false) => Some(0.0),
        _ => None,
    }
}

/// The middle half of the last twelve months, quartiles of type 7, and how many months there are.
fn band(history: &History, metric: &Metric, today: Date) -> Result<(f64, f64, usize), Refusal> {
    let mut values: Vec<f64> = history.sound().iter().rev().take(MONTHS_IN_BAND).map(|(_, value)| *value).collect();
    let months = values.len();
    if months < MONTHS_OF_BAND {
        let message =
            format!("`{}` has {months} sound months: too few for a band in which half of them lay", metric.id);
        let from = today.first_of_month().saturating_add(((MONTHS_OF_BAND - months) as i64).months());
        let help = format!("at least {MONTHS_OF_BAND}, from {from} on, or low and high by hand");
        return Err(Refusal { message, help });
    }
    values.sort_by(f64::total_cmp);
    let at = |quantile: f64| {
        let place = quantile * (values.len().saturating_sub(1)) as f64;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        values[below] + (place - place.floor()) * (values[above] - values[below])
    };
    let steps = Steps::of(metric);
    let (low, high) = (nice(at(0.25), steps, -1.0, None), nice(at(0.75), steps, 1.0, None));
    if high <= low {
        let stood = words::figure(Some(low), metric.unit);
        let message = format!("half of the last {months} months of `{}` were {stood}: a band of no width", metric.id);
        return Err(Refusal { message, help: "low and high by hand: what can still be lived with".to_owned() });
    }
    Ok((low, high, months))
}

/// Two decimals: a baseline is a figure that was read.
fn tidy(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests;
