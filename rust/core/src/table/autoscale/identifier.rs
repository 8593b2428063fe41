//! Identifiers: the UUIDs and hexadecimal names the service makes up, from a seed.

use std::fmt::Write as _;

/// A seeded source of identifiers: the same seed gives the same ones in the same order.
///
/// They need to differ, not to be secret: a 64-bit counter run through a mixing function (SplitMix64).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Identifiers {
    state: u64,
}

impl Identifiers {
    pub(super) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A random UUID (version 4), lower case with hyphens.
    pub(super) fn uuid(&mut self) -> String {
        const VERSION: u64 = 0x4000;
        const VARIANT: u64 = 0x8000_0000_0000_0000;
        let (high, low) = (self.next(), self.next());
        let high = (high & !0xF000) | VERSION;
        let low = (low & !(0b11 << 62)) | VARIANT;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }

    /// `digits` hexadecimal digits, lower case.
    pub(super) fn hexadecimal(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            write!(text, "{:016x}", self.next()).expect("invariant: writing to a string succeeds");
        }
        text.truncate(digits);
        text
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_of_version_four_and_follow_the_seed() {
        let (mut one, mut other) = (Identifiers::new(7), Identifiers::new(7));
        for _ in 0..100 {
            let uuid = one.uuid();
            assert_eq!(uuid, other.uuid());
            assert_eq!(uuid.len(), 36);
            assert_eq!(uuid.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        }
        assert_ne!(one.uuid(), Identifiers::new(8).uuid());
        assert_eq!(one.hexadecimal(33).len(), 33);
    }
}
