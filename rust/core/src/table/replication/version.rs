//! When and where an item was last written.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::clock::Timestamp;

const TIME_BYTES: usize = 8;

/// When and where an item was last written. Of two versions the one with the later time is later; of one time, the one
/// whose Region's name is greater (AWS does not publish its own rule).
///
/// Versions are compared in the form in which they are stored: `[8: time][name of the Region]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Version(SmallVec<[u8; 24]>);

impl Version {
    /// A version.
    #[must_use]
    pub fn new(at: Timestamp, region: &str) -> Self {
        // The sign is turned, so that the order of the bytes is that of the times.
        let time = at.as_nanos().cast_unsigned() ^ (1 << 63);
        let mut bytes = SmallVec::from_slice(&time.to_be_bytes());
        bytes.extend_from_slice(region.as_bytes());
        Self(bytes)
    }

    /// The version of a write made now on an item that has the version `before`. It is the later one, whatever the
    /// clock says: who writes here has seen what is here.
    #[must_use]
    pub fn next(now: Timestamp, region: &str, before: Option<&Self>) -> Self {
        let version = Self::new(now, region);
        match before {
            Some(before) if *before >= version => {
                Self::new(Timestamp::from_nanos(before.at().as_nanos() + 1), region)
            }
            _ => version,
        }
    }

    /// The version in its stored form.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(SmallVec::from_slice(bytes))
    }

    /// Its stored form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        let mut time = [0; TIME_BYTES];
        for (to, from) in time.iter_mut().zip(&self.0) {
            *to = *from;
        }
        Timestamp::from_nanos((u64::from_be_bytes(time) ^ (1 << 63)).cast_signed())
    }

    /// Where.
    #[must_use]
    pub fn region(&self) -> &str {
        let name = self.0.get(TIME_BYTES..).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: i64) -> Timestamp {
        Timestamp::from_nanos(nanos)
    }

    #[test]
    fn a_later_time_wins_and_then_the_greater_name() {
        let versions = [
            Version::new(at(-1), "us-west-2"),
            Version::new(at(0), "us-west-2"),
            Version::new(at(1), "eu-central-1"),
            Version::new(at(1), "us-east-1"),
            Version::new(at(2), "ap-south-1"),
        ];
        assert!(versions.is_sorted());
        assert_eq!((versions[0].at(), versions[0].region()), (at(-1), "us-west-2"));
    }

    #[test]
    fn who_writes_over_an_item_is_later_though_the_clock_stands() {
        let first = Version::next(at(5), "us-east-1", None);
        let second = Version::next(at(5), "us-east-1", Some(&first));
        let elsewhere = Version::next(at(5), "eu-central-1", Some(&second));
        assert!(first < second && second < elsewhere);
        assert_eq!(Version::next(at(9), "eu-central-1", Some(&elsewhere)).at(), at(9));
    }
}
