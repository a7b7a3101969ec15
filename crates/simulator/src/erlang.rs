//! Service level of a queue whose customers give up: the M/M/n+M queue (Palm, Erlang A). Staffing is planned with it.
//!
//! Formulas: A. Mandelbaum and S. Zeltyn, "Service engineering in action: the Palm/Erlang-A queue" (2007).

/// A queue in one hour; rates a second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Arrivals a second.
    pub(crate) arrivals: f64,
    /// Mean handle time in seconds.
    pub(crate) handle: f64,
    /// Mean patience in seconds.
    pub(crate) patience: f64,
    /// A contact is in time when it is answered within this many seconds.
    pub(crate) within: f64,
}

/// How many places to staff: `below` or one more, the latter with probability `more`, so that the expected service
/// level is the target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Places {
    pub(crate) below: u32,
    pub(crate) more: f64,
}

/// Smallest number of agents, each taking `slots` contacts at once, whose service level reaches `target`.
pub(crate) fn places(load: &Load, slots: u32, target: f64) -> Places {
    if load.arrivals <= 0.0 {
        return Places::default();
    }
    let erlangs = load.arrivals * load.handle;
    // Far below the load nearly everyone waits: nothing to be looked for there.
    let lowest = (erlangs - 3.0 * erlangs.sqrt()).max(0.0).floor() as u32 / slots;
    let mut before = 0.0;
    let mut idle = Idle::default();
    for agents in lowest.max(1).. {
        let level = service_level(load, agents * slots, &mut idle);
        if level >= target {
            let more = if level > before { (target - before) / (level - before) } else { 1.0 };
            return Places { below: agents - 1, more: more.clamp(0.0, 1.0) };
        }
        before = level;
    }
    Places::default()
}

/// `Σ_{j<n} π_j / π_{n−1}`, kept from one n to the next.
#[derive(Clone, Copy, Debug, Default)]
struct Idle {
    servers: u32,
    ratio: f64,
}

/// Probability that a contact is answered, and in time, with `servers` servers.
fn service_level(load: &Load, servers: u32, idle: &mut Idle) -> f64 {
    let erlangs = load.arrivals * load.handle;
    while idle.servers < servers {
        idle.ratio = 1.0 + idle.ratio * f64::from(idle.servers) / erlangs;
        idle.servers += 1;
    }
    let (impatience, capacity) = (1.0 / load.patience, f64::from(servers) / load.handle);
    // Unnormalised density of the wait a patient customer would have.
    let density = |v: f64| libm::exp(load.arrivals / impatience * (1.0 - libm::exp(-impatience * v)) - capacity * v);
    let in_time = integral(0.0, load.within, |v| density(v) * libm::exp(-impatience * v));
    // Beyond its peak the density falls like a Gaussian or an exponential, whichever is faster.
    let peak = if capacity < load.arrivals { libm::log(load.arrivals / capacity) / impatience } else { 0.0 };
    let width = 7.0 / (capacity * impatience).sqrt();
    let excess = capacity - load.arrivals;
    let last = peak + if excess > 0.0 { width.min(40.0 / excess) } else { width };
    let all = integral(0.0, last, density);
    (idle.ratio + load.arrivals * in_time) / (idle.ratio + load.arrivals * all)
}

/// Simpson's rule.
fn integral(from: f64, to: f64, value: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 64;
    let step = (to - from) / f64::from(STEPS);
    let inner: f64 = (1..STEPS).map(|k| value(from + step * f64::from(k)) * if k % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (value(from) + inner + value(to)) * step / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_level_of_known_queues() {
        // exact birth-death chain with matrix exponential: calls an hour, handle, patience, within, servers, level
        for (calls, handle, patience, within, servers, expected) in [
            (2880.0, 60.0, 120.0, 20.0, 50, 0.943_018_954_7),
            (720.0, 240.0, 90.0, 20.0, 50, 0.873_256_473_2),
            (200.0, 180.0, 120.0, 20.0, 11, 0.742_208_984_4),
            (200.0, 180.0, 120.0, 20.0, 12, 0.825_582_644_4),
        ] {
            let load = Load { arrivals: calls / 3600.0, handle, patience, within };
            let level = service_level(&load, servers, &mut Idle::default());
            assert!((level - expected).abs() < 2e-4, "{calls} calls, {servers} servers: {level}, expected {expected}");
        }
    }

    #[test]
    fn places_reach_the_target() {
        // the fourth queue above needs 12 for 80 %
        let load = Load { arrivals: 200.0 / 3600.0, handle: 180.0, patience: 120.0, within: 20.0 };
        let places = places(&load, 1, 0.8);
        assert_eq!(places.below, 11);
        assert!((places.more - (0.8 - 0.742_209) / (0.825_583 - 0.742_209)).abs() < 0.01, "{places:?}");
        let nobody = Load { arrivals: 0.0, ..load };
        assert_eq!(super::places(&nobody, 1, 0.8), Places::default());
        for erlangs in [0.01, 0.3, 3.0, 40.0, 900.0] {
            for slots in [1, 2] {
                let load = Load { arrivals: erlangs / 300.0, handle: 300.0, patience: 240.0, within: 20.0 };
                let places = super::places(&load, slots, 0.8);
                let expected = erlangs / f64::from(slots);
                let agents = f64::from(places.below) + places.more;
                assert!(
                    agents > 0.7 * expected && agents < expected + 2.0 * expected.sqrt() + 1.0,
                    "{erlangs} {places:?}"
                );
            }
        }
    }
}
