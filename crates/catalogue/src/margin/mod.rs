//! Margins: 95 % confidence intervals, a file a method. Pure functions of counts, moments or durations.
//!
//! | figure | interval |
//! |---|---|
//! | share of rows | [`wilson`]; [`newcombe`] for a difference |
//! | share of rows, for claims that must hold | [`clopper_pearson`], [`at_least`] |
//! | net promoter score | [`nps::default`] |
//! | count | [`garwood`] |
//! | mean | [`mean_t`] |
//! | quantile | [`quantile::order_statistic_ranks`] |
//! | quantile with open work | [`survival::KaplanMeier::interval`] |
//! | difference of any two figures with intervals | [`mover`] |
//!
//! An absent interval is never zero width: where a method has no answer, it gives none.

mod difference;
mod exact;
mod mean;
pub mod nps;
#[cfg(test)]
mod oracle;
mod poisson;
mod proportion;
pub mod quantile;
pub mod survival;

pub use difference::mover;
pub use exact::{at_least, clopper_pearson};
pub use mean::mean_t;
pub use poisson::garwood;
pub use proportion::{newcombe, wilson};

/// The 97.5 % point of the standard normal distribution: 95 % of it lies within ± this.
pub const Z: f64 = 1.959_963_984_540_054;

/// What a 95 % interval leaves out on each side.
pub(crate) const TAIL: f64 = 0.025;

/// A 95 % confidence interval, in the unit of the figure it belongs to; `low` ≤ `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Both ends times `factor`, which is not negative: 100 makes percent of fractions.
    pub fn scaled(self, factor: f64) -> Interval {
        Interval { low: self.low * factor, high: self.high * factor }
    }

    /// Half the width, for "± 0.7 pp".
    pub fn half_width(self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal};

    use super::*;

    #[test]
    fn the_normal_point_belongs_to_the_tail() {
        let normal = Normal::new(0.0, 1.0).unwrap();
        assert!((normal.inverse_cdf(1.0 - TAIL) - Z).abs() < 1e-14);
        assert!((normal.sf(Z) - TAIL).abs() < 1e-11);
    }

    #[test]
    fn an_interval_in_percent() {
        let share = Interval { low: 0.25, high: 0.75 }.scaled(100.0);
        assert_eq!((share, share.half_width()), (Interval { low: 25.0, high: 75.0 }, 25.0));
    }
}
