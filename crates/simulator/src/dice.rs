//! Seeded chance. Every part of the organisation draws from a stream of its own, so that more calls do not change
//! what customers answer in surveys. Logarithms come from `libm`, so that every machine draws the same.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Who draws.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Stream {
    Arrivals = 1,
    Staffing,
    Conversations,
    Work,
    Opinions,
    People,
    Staff,
    Duty,
    Quality,
    Complaints,
    Portal,
    Billing,
    Shop,
    Sales,
    Partner,
    StaffSurvey,
    Escalations,
    Invitations,
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    source: ChaCha8Rng,
    spare: Option<f64>,
}

impl Dice {
    /// The stream of `seed` that belongs to `stream`.
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(stream as u64);
        Dice { source, spare: None }
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.source.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform among 0 … `n` − 1; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.source.next_u64()) * n as u128) >> 64) as usize
    }

    /// Uniform among `low` … `high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// Exponential.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Standard normal, by Marsaglia's polar method.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (u, v) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                let factor = (-2.0 * libm::log(s) / s).sqrt();
                self.spare = Some(v * factor);
                return u * factor;
            }
        }
    }

    /// Log-normal with this median; `sigma` is the deviation of its logarithm.
    pub(crate) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// `value` rounded up or down so that its mean is kept.
    pub(crate) fn round(&mut self, value: f64) -> usize {
        let whole = value.max(0.0).floor();
        whole as usize + usize::from(self.chance(value - whole))
    }

    /// An index, in proportion to `weights`; the last one where all are zero.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut rest = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            rest -= weight;
            if rest < 0.0 {
                return index;
            }
        }
        weights.len().saturating_sub(1)
    }
}

/// A well-mixed function of two numbers, for attributes that are computed again instead of kept (SplitMix64).
pub(crate) fn mix(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The `part`-th 16 bits of a mixed number as a fraction in [0, 1).
pub(crate) fn fraction(mixed: u64, part: u32) -> f64 {
    ((mixed >> (16 * (part % 4))) & 0xFFFF) as f64 / 65_536.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_have_their_moments() {
        let n = 200_000;
        let mut dice = Dice::new(7, Stream::Work);
        let mut check = |name: &str, expected: f64, tolerance: f64, draw: &mut dyn FnMut(&mut Dice) -> f64| {
            let mean = (0..n).map(|_| draw(&mut dice)).sum::<f64>() / f64::from(n);
            assert!((mean - expected).abs() < tolerance, "{name}: {mean}, expected {expected}");
        };
        check("unit", 0.5, 0.003, &mut Dice::unit);
        check("chance", 0.3, 0.004, &mut |d| f64::from(u8::from(d.chance(0.3))));
        check("below", 4.5, 0.03, &mut |d| d.below(10) as f64);
        check("between", 3.0, 0.01, &mut |d| d.between(2, 4) as f64);
        check("exponential", 40.0, 0.5, &mut |d| d.exponential(40.0));
        check("normal", 0.0, 0.01, &mut Dice::normal);
        check("normal squared", 1.0, 0.02, &mut |d| d.normal().powi(2));
        // exp(mu + sigma² / 2) with median e^mu = 10
        check("lognormal", 10.0 * 0.125f64.exp(), 0.1, &mut |d| d.lognormal(10.0, 0.5));
        check("round", 2.3, 0.005, &mut |d| d.round(2.3) as f64);
        check("weighted", 1.25, 0.01, &mut |d| d.weighted(&[1.0, 1.0, 2.0]) as f64);
    }

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |seed, stream| Dice::new(seed, stream).unit().to_bits();
        assert_eq!(draw(1, Stream::Work), draw(1, Stream::Work));
        assert_ne!(draw(1, Stream::Work), draw(2, Stream::Work));
        assert_ne!(draw(1, Stream::Work), draw(1, Stream::Opinions));
        assert_eq!(Dice::new(1, Stream::Work).below(0), 0);
    }
}
