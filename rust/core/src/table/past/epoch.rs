//! Epochs: the numbers of a table's former states.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The bytes of an epoch in a record's key.
pub(super) const EPOCH_BYTES: usize = 12;

/// A stretch of a table's writes: those of one second, or a part of them where a snapshot was taken within it. The number
/// also stands for the state at the end of the stretch. Time alone would be too coarse, as a snapshot and writes on
/// both sides of it may share one moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(in crate::table) struct Epoch {
    /// Seconds of the clock.
    pub(super) second: i64,
    /// How many snapshots were taken within the second before.
    pub(super) count: u32,
}

impl Epoch {
    /// Before everything.
    pub(super) const FIRST: Self = Self { second: i64::MIN, count: 0 };

    /// The first one of the second in which `now` lies.
    pub(super) fn beginning(now: Timestamp) -> Self {
        Self { second: now.as_whole_seconds(), count: 0 }
    }

    /// The last one that a second can have: its state is that at the second's end.
    pub(super) fn end_of(second: i64) -> Self {
        Self { second, count: u32::MAX }
    }

    /// The one after a snapshot of this one.
    pub(super) fn next(self) -> Self {
        match self.count.checked_add(1).filter(|count| *count < u32::MAX) {
            Some(count) => Self { count, ..self },
            None => Self { second: self.second + 1, count: 0 },
        }
    }

    /// Bytes that sort as epochs do.
    pub(super) fn to_bytes(self) -> [u8; EPOCH_BYTES] {
        let mut bytes = [0; EPOCH_BYTES];
        // With the sign's bit turned, bytes sort as numbers.
        let second = self.second.cast_unsigned() ^ (1 << 63);
        bytes[..8].copy_from_slice(&second.to_be_bytes());
        bytes[8..].copy_from_slice(&self.count.to_be_bytes());
        bytes
    }

    /// The epoch of [`Epoch::to_bytes`].
    pub(super) fn from_bytes(bytes: [u8; EPOCH_BYTES]) -> Self {
        let [second @ .., a, b, c, d] = bytes;
        let second = (u64::from_be_bytes(second) ^ (1 << 63)).cast_signed();
        Self { second, count: u32::from_be_bytes([a, b, c, d]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_sort_as_epochs_do() {
        let epochs = [
            Epoch::FIRST,
            Epoch { second: -1, count: 3 },
            Epoch { second: 0, count: 0 },
            Epoch { second: 7, count: 1 },
            Epoch { second: 7, count: 1 }.next(),
            Epoch::end_of(7),
            Epoch { second: 8, count: 0 },
        ];
        assert!(epochs.windows(2).all(|pair| pair[0] < pair[1] && pair[0].to_bytes() < pair[1].to_bytes()));
        assert!(epochs.iter().all(|epoch| Epoch::from_bytes(epoch.to_bytes()) == *epoch));
        assert!(Epoch::end_of(7).next() > Epoch::end_of(7));
    }
}
