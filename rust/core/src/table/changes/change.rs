//! One change of one item as bytes, for whoever keeps changes in an order.
//!
//! ```text
//! value   [8: time][4: key length][4: old length + 1, or 0][1: author][table key][old image][new image]
//! ```
//!
//! The key is the keeper's; its last eight bytes are the change's number, big-endian.

use crate::clock::Timestamp;
use crate::store::{Entry, StoreError};
use crate::table::author::Author;
use crate::value::ItemRef;

pub(super) const HEAD_BYTES: usize = 17;

/// A change of one item: its record, of which the images are parts. Cheap to clone.
#[derive(Clone)]
pub(in crate::table) struct Change {
    record: Entry,
    at: Timestamp,
    author: Author,
    key_end: usize,
    /// Where the old image ends, if there is one.
    old_end: Option<usize>,
}

impl Change {
    /// The record of a change at `now`, under `place`, the keeper's key.
    pub(in crate::table) fn record(
        place: &[u8],
        key: &[u8],
        (old, new): (Option<&Entry>, Option<&Entry>),
        author: Author,
        now: Timestamp,
    ) -> Entry {
        let image = |entry: Option<&Entry>| entry.map_or(0, |entry| entry.value().len());
        let length =
            |bytes: usize| u32::try_from(bytes).expect("invariant: keys and items are far below 4 GiB");
        let mut bytes = Vec::with_capacity(place.len() + HEAD_BYTES + key.len() + image(old) + image(new));
        bytes.extend_from_slice(place);
        bytes.extend_from_slice(&now.as_nanos().to_be_bytes());
        bytes.extend_from_slice(&length(key.len()).to_be_bytes());
        bytes.extend_from_slice(&old.map_or(0, |old| length(old.value().len()) + 1).to_be_bytes());
        bytes.push(author.mark());
        bytes.extend_from_slice(key);
        for image in [old, new].into_iter().flatten() {
            bytes.extend_from_slice(image.value());
        }
        Entry::from_joined(&bytes, place.len())
    }

    /// Reads what [`Change::record`] made.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] for anything else.
    pub(in crate::table) fn decode(record: &Entry) -> Result<Self, StoreError> {
        let corrupted = || StoreError::Corrupted("a record of a table's changes".to_owned());
        let value = record.value();
        let (head, body) = value.split_at_checked(HEAD_BYTES).ok_or_else(corrupted)?;
        let (time, lengths) = head.split_first_chunk::<8>().ok_or_else(corrupted)?;
        let (key, old) = lengths.split_first_chunk::<4>().ok_or_else(corrupted)?;
        let (old, author) = old.split_first_chunk::<4>().ok_or_else(corrupted)?;
        let (key, old) = (u32::from_be_bytes(*key) as usize, u32::from_be_bytes(*old) as usize);
        let change = Self {
            record: record.clone(),
            at: Timestamp::from_nanos(i64::from_be_bytes(*time)),
            author: author.first().and_then(|mark| Author::of_mark(*mark)).ok_or_else(corrupted)?,
            key_end: HEAD_BYTES + key,
            old_end: old.checked_sub(1).map(|old| HEAD_BYTES + key + old),
        };
        let whole = record.key().len() >= size_of::<u64>()
            && key + old.saturating_sub(1) <= body.len()
            && [change.old_image(), change.new_image()]
                .into_iter()
                .flatten()
                .all(|image| !image.as_bytes().is_empty());
        if whole { Ok(change) } else { Err(corrupted()) }
    }

    /// Its place among the changes of its keeper. Numbers rise; some are missing, where a commit failed.
    pub(in crate::table) fn sequence(&self) -> u64 {
        let number =
            self.record.key().last_chunk().expect("invariant: the key was checked when it was decoded");
        u64::from_be_bytes(*number)
    }

    /// When it was committed.
    pub(in crate::table) fn at(&self) -> Timestamp {
        self.at
    }

    /// Who made it.
    pub(in crate::table) fn author(&self) -> Author {
        self.author
    }

    /// The item's key in its table.
    pub(in crate::table) fn key(&self) -> &[u8] {
        &self.record.value()[HEAD_BYTES..self.key_end]
    }

    /// The item before.
    pub(in crate::table) fn old_image(&self) -> Option<ItemRef<'_>> {
        self.old_end.map(|end| ItemRef::trusted(&self.record.value()[self.key_end..end]))
    }

    /// The item after.
    pub(in crate::table) fn new_image(&self) -> Option<ItemRef<'_>> {
        let image = &self.record.value()[self.old_end.unwrap_or(self.key_end)..];
        (!image.is_empty()).then(|| ItemRef::trusted(image))
    }
}
