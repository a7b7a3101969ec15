//! Durations of work some of which is still open: Kaplan and Meier's estimate, open work censored at its age.

use super::{TAIL, Z};

/// Slack, relative, in "S(t) ≤ 1 − q": rounding must not carry a curve that meets 1 − q past it. It is far above the
/// rounding of the product and below the step of any curve of fewer than 10⁹ durations.
const SLACK: f64 = 1e-10;

/// The curve S(t), the share not ended after t, of durations some of which were cut short.
///
/// Censored at t means still open at t; where ends and cuts fall together the end comes first. Times are those of the
/// input, whole and not negative (milliseconds), and results are in their unit.
///
/// Formula: E. L. Kaplan and P. Meier (1958), Journal of the American Statistical Association 53, 457–481.
///
/// ```
/// use catalogue::margin::survival::KaplanMeier;
///
/// // seven tickets solved after hours, three still open after 30 h
/// let (mut ended, mut censored) = ([8, 1, 2, 3, 5, 13, 20], [30, 30, 30]);
/// let curve = KaplanMeier::new(&mut ended, &mut censored);
/// assert_eq!(curve.quantile(0.5), Some(8.0)); // of the seven alone it would be 5
/// assert_eq!(curve.quantile(0.75), None);     // not reached, and never a number
/// ```
#[derive(Clone, Copy, Debug)]
pub struct KaplanMeier<'a> {
    ended: &'a [i64],
    censored: &'a [i64],
}

/// The curve from one end on: the times at which something ended.
struct Step {
    time: i64,
    /// S(time).
    survival: f64,
    /// Greenwood's sum: Σ d ÷ (n (n − d)); without the step that leaves nobody.
    greenwood: f64,
    /// Ended at this time.
    ended: usize,
}

impl<'a> KaplanMeier<'a> {
    /// Sorts the durations of what has ended and of what is still open, in place, and reads them.
    pub fn new(ended: &'a mut [i64], censored: &'a mut [i64]) -> Self {
        ended.sort_unstable();
        censored.sort_unstable();
        KaplanMeier { ended, censored }
    }

    /// The quantile `q`: the smallest t with S(t) ≤ 1 − q; None where the curve does not come down to 1 − q ("not
    /// reached"), where it is empty, or where `q` is not above 0 and at most 1.
    ///
    /// Where S(t) equals 1 − q on a stretch this is its beginning, as in lifelines; R gives its middle. With nothing
    /// censored it is therefore the value at rank ⌈q n⌉ (type 1 of Hyndman and Fan), which may lie below type 7 of
    /// [`quantile`](super::quantile::type7) by up to one gap between neighbouring values: of 1, 2, 3, 4 the
    /// median is 2 here and 2.5 there.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if !(q > 0.0 && q <= 1.0) {
            return None;
        }
        self.steps().find(|step| reached(step.survival, q)).map(|step| step.time as f64)
    }

    /// Ends of the 95 % interval of the quantile `q`: the smallest t at which the lower, and the smallest at which the
    /// upper pointwise limit of S(t) is at most 1 − q. None for an end that is not reached; the lower is reached
    /// wherever the quantile is. None for both unless `q` is between 0 and 1.
    ///
    /// The limits are those of log(−log S) with Greenwood's variance, as in lifelines and in R's `log-log`: S(t) to the
    /// power exp(± z √(Σ d ÷ (n (n − d))) ÷ log S(t)); before the first end both are 1. Where the last d under
    /// observation end together, S is 0 and that formula says nothing: R has no limit there, lifelines takes 0 for
    /// both. Here the lower is 0, and the upper that of the step before times 1 − 0.025^(1/d), the exact limit of a
    /// share where none of d is left, so that one ended ticket alone does not close the interval of a median while six
    /// of one duration do.
    ///
    /// Formula: R. Brookmeyer and J. Crowley (1982), Biometrics 38, 29–41; J. D. Kalbfleisch and R. L. Prentice (1980),
    /// The Statistical Analysis of Failure Time Data, for the transformation.
    pub fn interval(&self, q: f64) -> (Option<f64>, Option<f64>) {
        if !(q > 0.0 && q < 1.0) {
            return (None, None);
        }
        let mut low = None;
        let mut upper_before = 1.0;
        for step in self.steps() {
            let (lower, upper) = step.limits(upper_before);
            if low.is_none() && reached(lower, q) {
                low = Some(step.time as f64);
            }
            if reached(upper, q) {
                return (low, Some(step.time as f64));
            }
            upper_before = upper;
        }
        (low, None)
    }

    /// S(t): the share not ended after `time`, 0–1. None after the last time observed, unless nothing is left then.
    pub fn survival_at(&self, time: i64) -> Option<f64> {
        let survival = self.steps().take_while(|step| step.time <= time).last().map_or(1.0, |step| step.survival);
        (time <= self.last()? || survival <= 0.0).then_some(survival)
    }

    /// Mean of the durations cut at `until`: the area under S from 0 to there. None where S is not known so far.
    pub fn restricted_mean(&self, until: i64) -> Option<f64> {
        self.survival_at(until)?;
        let (mut area, mut from, mut survival) = (0.0, 0, 1.0);
        for step in self.steps().take_while(|step| step.time < until) {
            area += survival * (step.time - from) as f64;
            (from, survival) = (step.time, step.survival);
        }
        Some(area + survival * (until - from) as f64)
    }

    /// Mean duration if ends came at a constant rate: all time observed ÷ ends. None where nothing has ended.
    pub fn exponential_mean(&self) -> Option<f64> {
        let observed: i128 = self.ended.iter().chain(self.censored).map(|time| i128::from(*time)).sum();
        (!self.ended.is_empty()).then(|| observed as f64 / self.ended.len() as f64)
    }

    /// The greatest duration seen.
    fn last(&self) -> Option<i64> {
        self.ended.last().max(self.censored.last()).copied()
    }

    fn steps(&self) -> impl Iterator<Item = Step> + use<'a> {
        let (mut ended, mut censored) = (self.ended, self.censored);
        // S at the last cut and how many were left there: from cut to cut S is a ratio of counts, free of rounding
        let mut base = (1.0, ended.len() + censored.len());
        let (mut survival, mut greenwood) = (1.0, 0.0);
        std::iter::from_fn(move || {
            let time = *ended.first()?;
            let cut = censored.iter().take_while(|cut| **cut < time).count();
            censored = &censored[cut..];
            let at_risk = ended.len() + censored.len();
            if cut > 0 {
                base = (survival, at_risk);
            }
            let now = ended.iter().take_while(|end| **end == time).count();
            ended = &ended[now..];
            let left = at_risk - now;
            survival = base.0 * (left as f64 / base.1 as f64);
            if left > 0 {
                greenwood += now as f64 / (at_risk as f64 * left as f64);
            }
            Some(Step { time, survival, greenwood, ended: now })
        })
    }
}

impl Step {
    /// Lower and upper limit of S here; `before` is the upper limit until here.
    fn limits(&self, before: f64) -> (f64, f64) {
        if self.survival <= 0.0 {
            return (0.0, before * (1.0 - TAIL.powf(1.0 / self.ended as f64)));
        }
        let hazard = -self.survival.ln();
        let spread = Z * self.greenwood.sqrt() / hazard;
        ((-hazard * spread.exp()).exp(), (-hazard * (-spread).exp()).exp())
    }
}

fn reached(survival: f64, q: f64) -> bool {
    survival <= (1.0 - q) * (1.0 + SLACK)
}

#[cfg(test)]
mod tests;
