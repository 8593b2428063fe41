//! How much is measured: everything, or as little as shows that a bench still runs.

use std::time::Duration;

use criterion::Criterion;

use crate::processor_time::ProcessorTime;

/// What a bench is added to.
pub type Bench = Criterion<ProcessorTime>;

/// Whether numbers are wanted (`cargo bench`) or only proof that the bench works (`cargo test`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scale {
    /// Numbers.
    Measured,
    /// A run of each bench, with little in it.
    Tiny,
}

/// Items in place of more when nothing is measured.
const TINY_COUNT: u64 = 300;

impl Scale {
    /// `count`, or a few.
    #[must_use]
    pub fn of(self, count: u64) -> u64 {
        match self {
            Self::Measured => count,
            Self::Tiny => count.min(TINY_COUNT),
        }
    }
}

/// Runs a bench: `cargo bench` passes `--bench`, `cargo test` does not, and criterion then runs each closure once.
///
/// # Panics
/// When numbers are wanted of a debug build: they would be of no use and look as if they were.
pub fn measure(bench: impl FnOnce(&mut Bench, Scale)) {
    let measured = std::env::args().any(|argument| argument == "--bench");
    assert!(!(measured && cfg!(debug_assertions)), "benchmarks need a release build: cargo bench");
    let scale = if measured { Scale::Measured } else { Scale::Tiny };
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    bench(&mut criterion, scale);
    criterion.final_summary();
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn a_test_run_is_tiny() {
        assert_eq!([Scale::Measured.of(10_000), Scale::Tiny.of(10_000)], [10_000, 300]);
        assert_eq!(Scale::Tiny.of(100), 100);
    }
}
