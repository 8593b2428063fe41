//! Request ids in AWS's form.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use dynacore::random::Random;

/// Characters of a request id (facts 14.2).
const LENGTH: usize = 52;
/// 32 of the 36 characters A-Z and 0-9, so that a character is five bits; the ids seen from AWS use these too.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
const CHARACTERS_A_NUMBER: usize = 12;
/// The two characters of ten bits, the lower bits first: half as many steps as one character at a time.
const PAIRS: [[u8; 2]; 1024] = {
    let mut pairs = [[0; 2]; 1024];
    let mut bits = 0;
    while bits < pairs.len() {
        pairs[bits] = [ALPHABET[bits & 31], ALPHABET[bits >> 5]];
        bits += 1;
    }
    pairs
};

/// The id of a request: 52 characters A-Z and 0-9. Whoever copies it can do so by words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(align(8))]
pub struct RequestId([u8; LENGTH]);

impl RequestId {
    /// Its text, in ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its text.
    ///
    /// # Panics
    /// Never: it is ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("invariant: the alphabet is ASCII")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Gives out request ids: the seed and how many were given before determine each.
pub struct RequestIds {
    seed: u64,
    given: AtomicU64,
}

impl RequestIds {
    /// The ids that `seed` determines.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, given: AtomicU64::new(0) }
    }

    /// The seed of ids that differ from these; each time another.
    pub(crate) fn branch(&self) -> u64 {
        let given = self.given.fetch_add(1, Ordering::Relaxed);
        Random::new(self.seed ^ given.wrapping_mul(0x9FB2_1C65_1E98_DF25)).next_u64()
    }

    /// The next id.
    #[must_use]
    pub fn next(&self) -> RequestId {
        // An odd factor spreads the counter over all 64 bits, so that neighbours share no numbers of the generator.
        let position = self.given.fetch_add(1, Ordering::Relaxed).wrapping_mul(0xD1B5_4A32_D192_ED03);
        let mut random = Random::new(self.seed.wrapping_add(position));
        let mut id = [0; LENGTH];
        for characters in id.chunks_mut(CHARACTERS_A_NUMBER) {
            let mut bits = random.next_u64();
            for pair in characters.chunks_exact_mut(2) {
                pair.copy_from_slice(&PAIRS[(bits & 1023) as usize]);
                bits >>= 10;
            }
        }
        RequestId(id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_have_the_form_of_aws_and_do_not_repeat() {
        let ids = RequestIds::new(7);
        let given: BTreeSet<RequestId> = (0..10_000).map(|_| ids.next()).collect();
        assert_eq!(given.len(), 10_000);
        let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        assert!(given.iter().all(|id| id.as_str().len() == 52 && id.as_str().bytes().all(allowed)));
    }

    #[test]
    fn the_seed_determines_them() {
        let first = RequestIds::new(7).next();
        assert_eq!(first.as_str(), "NE34JCHS1VI7SGPO3QVQS1J82GA2BT2G026DBEASJJ1EBNEAQE8S");
        assert_eq!(RequestIds::new(1).next(), RequestIds::new(1).next());
        assert_ne!(RequestIds::new(1).next(), RequestIds::new(2).next());
    }
}
