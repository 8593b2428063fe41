//! The large mappings of this process.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Mappings that are remembered. Each is larger than the ones before, by an eighth or more, so few hold all memory.
const MAPPINGS_MAX: usize = 1_024;

/// A list that only grows, read without a lock: whoever asks must not allocate.
pub struct Mappings {
    count: AtomicUsize,
    /// The first address of each and the one behind it; zeros where it is not known yet.
    bounds: [(AtomicUsize, AtomicUsize); MAPPINGS_MAX],
}

impl Mappings {
    /// None.
    pub const fn new() -> Self {
        Self {
            count: AtomicUsize::new(0),
            bounds: [const { (AtomicUsize::new(0), AtomicUsize::new(0)) }; MAPPINGS_MAX],
        }
    }

    /// Adds a mapping; false where there is no room for it.
    pub fn add(&self, start: usize, length: usize) -> bool {
        let position = self.count.fetch_add(1, Ordering::Relaxed);
        let Some((first, end)) = self.bounds.get(position) else {
            self.count.store(MAPPINGS_MAX, Ordering::Relaxed);
            return false;
        };
        first.store(start, Ordering::Relaxed);
        end.store(start + length, Ordering::Release);
        true
    }

    /// Whether an address is in one of them.
    pub fn hold(&self, address: usize) -> bool {
        let known = self.count.load(Ordering::Relaxed).min(MAPPINGS_MAX);
        self.bounds[..known].iter().any(|(first, end)| {
            address < end.load(Ordering::Acquire) && first.load(Ordering::Relaxed) <= address
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{MAPPINGS_MAX, Mappings};

    #[test]
    fn knows_what_lies_in_a_mapping() {
        let mappings = Mappings::new();
        assert!(!mappings.hold(0));
        assert!(mappings.add(4096, 8192) && mappings.add(65536, 4096));
        let held =
            [0, 4095, 4096, 12287, 12288, 65535, 65536, 69631, 69632].map(|address| mappings.hold(address));
        assert_eq!(held, [false, false, true, true, false, false, true, true, false]);
    }

    #[test]
    fn one_too_many_is_not_remembered() {
        let mappings = Mappings::new();
        assert!((1..=MAPPINGS_MAX).all(|start| mappings.add(start * 10, 1)));
        for start in MAPPINGS_MAX + 1..MAPPINGS_MAX + 9 {
            assert!(!mappings.add(start * 10, 1));
            assert!(!mappings.hold(start * 10));
        }
        assert!(mappings.hold(MAPPINGS_MAX * 10));
    }
}
