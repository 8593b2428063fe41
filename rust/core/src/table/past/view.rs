//! Reading a table as it was.

use std::ops::{Bound, ControlFlow};

use crate::clock::Timestamp;
use crate::store::{Direction, Entry, KeyRange, Read, StoreError};
use crate::table::past::epoch::Epoch;
use crate::table::past::{Past, record};
use crate::value::{ItemRef, KeyBytes};

/// Records of one item that are passed over before the search jumps ahead instead.
const PASSED_MAX: usize = 16;

/// A part of a table as it was, in the order of keys.
#[derive(Debug)]
pub struct PastPage {
    /// The items, each under its key in the table.
    pub entries: Vec<Entry>,
    /// Where to go on; none where the page is the last. A page may be empty and not the last.
    pub behind: Option<KeyBytes>,
}

/// What happened to an item between two moments.
#[derive(Clone, Debug)]
pub struct PastChange {
    /// Its key in the table.
    pub key: KeyBytes,
    /// The item at the first moment, if there was one.
    pub old: Option<Entry>,
    /// The item at the second moment, if there was one.
    pub new: Option<Entry>,
    /// The second of the last write between the two.
    pub written: Timestamp,
}

/// What a record says of an item: it, or that there was none.
struct Former {
    key: KeyBytes,
    entry: Option<Entry>,
}

impl Past {
    /// Up to about `count` items as they were at `at`, behind a key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn page(
        &self,
        store: &dyn Read,
        at: Epoch,
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<PastPage, StoreError> {
        let count = count.max(1);
        let mut latest: Vec<Entry> = Vec::new();
        let range =
            KeyRange { lower: behind.map_or(Bound::Unbounded, Bound::Excluded), upper: Bound::Unbounded };
        store.scan(self.items, range, Direction::Forward, &mut |entry| {
            latest.push(entry.clone());
            if latest.len() < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let mut end = latest.last().filter(|_| latest.len() == count).map(|entry| entry.key().to_vec());
        let (former, is_full) = self.former(store, at, (behind, end.as_deref()), count)?;
        if let Some(last) = former.last().filter(|_| is_full) {
            latest.truncate(latest.partition_point(|entry| entry.key() <= &last.key[..]));
            end = Some(last.key.to_vec());
        }
        Ok(PastPage { entries: merge(latest, former), behind: end.map(|end| KeyBytes::from_slice(&end)) })
    }

    /// What the records say of items behind one key up to another, of `count` items at most; and whether it was those.
    fn former(
        &self,
        store: &dyn Read,
        at: Epoch,
        (behind, end): (Option<&[u8]>, Option<&[u8]>),
        count: usize,
    ) -> Result<(Vec<Former>, bool), StoreError> {
        let mut found: Vec<Former> = Vec::new();
        let mut from =
            behind.map_or(KeyBytes::from_slice(&record::HEAD), |key| record::behind(&record::prefix(key)));
        let until = end.map(|key| record::behind(&record::prefix(key)));
        let upper = || until.as_ref().map_or(Bound::Unbounded, |key| Bound::Included(&key[..]));
        // The item that the last record was of, and whether a record has answered for it.
        let mut item: (KeyBytes, bool) = (KeyBytes::new(), false);
        loop {
            let (mut jump, mut passed, mut failure) = (None, 0, None);
            let range = KeyRange { lower: Bound::Excluded(&from), upper: upper() };
            store.scan(self.space, range, Direction::Forward, &mut |entry| {
                let mut take = || -> Result<ControlFlow<()>, StoreError> {
                    let (prefix, epoch) = record::split(entry.key())?;
                    if item.0[..] != *prefix {
                        if found.len() == count {
                            return Ok(ControlFlow::Break(()));
                        }
                        item = (KeyBytes::from_slice(prefix), false);
                        passed = 0;
                    }
                    if !item.1 && epoch > at {
                        let key = record::table_key(prefix)?;
                        found.push(Former { entry: record::former(&key, entry), key });
                        item.1 = true;
                        return Ok(ControlFlow::Continue(()));
                    }
                    passed += 1;
                    if passed <= PASSED_MAX {
                        return Ok(ControlFlow::Continue(()));
                    }
                    let behind = if item.1 { record::behind(prefix) } else { record::key(prefix, at) };
                    jump = Some(behind);
                    Ok(ControlFlow::Break(()))
                };
                take().unwrap_or_else(|error| {
                    failure = Some(error);
                    ControlFlow::Break(())
                })
            })?;
            if let Some(failure) = failure {
                return Err(failure);
            }
            match jump {
                Some(behind) => from = behind,
                None => break,
            }
        }
        let is_full = found.len() == count;
        Ok((found, is_full))
    }

    /// Up to `count` items that were written after `from` and up to `to`, behind a key, and where to go on. An item that is
    /// the same at both moments is among them where it was something else in between.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn changes(
        &self,
        store: &dyn Read,
        (from, to): (Epoch, Epoch),
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<(Vec<PastChange>, Option<KeyBytes>), StoreError> {
        let (mut changes, mut open): (Vec<PastChange>, Option<Between>) = (Vec::new(), None);
        let start =
            behind.map_or(KeyBytes::from_slice(&record::HEAD), |key| record::behind(&record::prefix(key)));
        let range = KeyRange { lower: Bound::Excluded(&start), upper: Bound::Unbounded };
        let (mut failure, mut is_full) = (None, false);
        store.scan(self.space, range, Direction::Forward, &mut |entry| {
            let mut take = || -> Result<(), StoreError> {
                let (prefix, epoch) = record::split(entry.key())?;
                if open.as_ref().is_some_and(|between| between.prefix[..] != *prefix) {
                    let between = open.take();
                    changes.extend(between.map(|between| between.end(self, store)).transpose()?.flatten());
                    is_full = changes.len() >= count;
                    if is_full {
                        return Ok(());
                    }
                }
                if epoch > from {
                    let between = open.get_or_insert_with(|| Between::new(prefix));
                    between.see(entry, epoch, to)?;
                }
                Ok(())
            };
            failure = take().err();
            if failure.is_some() || is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        if !is_full {
            changes.extend(open.map(|between| between.end(self, store)).transpose()?.flatten());
        }
        let behind = changes.last().filter(|_| is_full).map(|change| change.key.clone());
        Ok((changes, behind))
    }
}

/// An item whose records are being read.
struct Between {
    prefix: KeyBytes,
    /// What it was at the first moment, and the last epoch in which it was written, if it was.
    old: Option<(Option<Entry>, Epoch)>,
    /// What it was at the second moment, where a record says so.
    new: Option<Option<Entry>>,
}

impl Between {
    fn new(prefix: &[u8]) -> Self {
        Self { prefix: KeyBytes::from_slice(prefix), old: None, new: None }
    }

    fn see(&mut self, record: &Entry, epoch: Epoch, to: Epoch) -> Result<(), StoreError> {
        let key = record::table_key(&self.prefix)?;
        if epoch <= to {
            match &mut self.old {
                Some((_, last)) => *last = epoch,
                None => self.old = Some((record::former(&key, record), epoch)),
            }
        } else if self.new.is_none() {
            self.new = Some(record::former(&key, record));
        }
        Ok(())
    }

    fn end(self, past: &Past, store: &dyn Read) -> Result<Option<PastChange>, StoreError> {
        let Some((old, last)) = self.old else { return Ok(None) };
        let key = record::table_key(&self.prefix)?;
        let new = match self.new {
            Some(new) => new,
            None => store.get(past.items, &key)?,
        };
        Ok(Some(PastChange { key, old, new, written: Timestamp::from_seconds(last.second) }))
    }
}

/// The latest items, with what the records say in the place of those they speak of.
fn merge(latest: Vec<Entry>, former: Vec<Former>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(latest.len());
    let mut former = former.into_iter().peekable();
    for entry in latest {
        while let Some(earlier) = former.next_if(|earlier| earlier.key[..] < *entry.key()) {
            entries.extend(earlier.entry);
        }
        match former.next_if(|earlier| earlier.key[..] == *entry.key()) {
            Some(earlier) => entries.extend(earlier.entry),
            None => entries.push(entry),
        }
    }
    entries.extend(former.filter_map(|earlier| earlier.entry));
    entries
}

impl PastChange {
    /// Whether the item is the same at both moments.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let item = |entry: &Option<Entry>| entry.as_ref().map(|entry| entry.value().to_vec());
        item(&self.old) == item(&self.new)
    }

    /// The item at the first moment.
    #[must_use]
    pub fn old_item(&self) -> Option<ItemRef<'_>> {
        self.old.as_ref().map(|entry| ItemRef::trusted(entry.value()))
    }

    /// The item at the second moment.
    #[must_use]
    pub fn new_item(&self) -> Option<ItemRef<'_>> {
        self.new.as_ref().map(|entry| ItemRef::trusted(entry.value()))
    }
}
