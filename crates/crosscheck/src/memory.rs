//! The allocator, and how long it keeps what is given back.

use std::ffi::{c_int, c_long};

/// The system's own keeps what reading has given back, which the fold that follows then has not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc 3, in milliseconds; the bindings have no name for it.
const PURGE_DELAY: c_int = 15;
/// Longer than a card over ten million tickets takes, and short beside the time a server idles.
const SERVING: c_long = 10_000;

/// Keeps memory that an answer gave back for the next answer: the columns of one are as large as those of another,
/// and taking their pages from the system anew is a tenth of a card's time. An import gives back within a second, for its peak.
#[expect(unsafe_code, reason = "the allocator's settings have no safe binding; the call writes one number of its own")]
pub fn keep_between_answers() {
    // SAFETY: `mi_option_set` takes any option below its last and any number; it is made for being called at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, SERVING) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A version of the allocator that orders its options otherwise has another default here.
    #[test]
    #[expect(unsafe_code, reason = "reads a setting of the allocator")]
    fn the_option_is_the_delay() {
        // SAFETY: reads one number.
        let delay = || unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert_eq!(delay(), 1000, "mimalloc 3 gives back after a second");
        keep_between_answers();
        assert_eq!(delay(), SERVING);
    }
}
