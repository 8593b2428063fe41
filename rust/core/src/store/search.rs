//! Where keys are in a sorted array: what heads and tags tell, and then whole keys.

use std::cmp::Ordering;
use std::ops::{Bound, Range};

use super::Entry;
use super::key_array::{KeyArray, head, tag};
use super::node::Route;
use super::place::Place;
use super::prefetch::prefetch;

/// What is known of a key in an array before entries are touched.
#[derive(Clone, Default)]
pub(super) struct Suspect {
    /// The entries that it may be one of, as [`KeyArray::among`] tells.
    among: Range<usize>,
    /// The first of several that has its tag.
    tagged: Option<usize>,
}

impl KeyArray {
    /// Where a key is, or where it would be inserted. That holds for keys that begin with the assured bytes.
    pub(super) fn find(&self, key: &[u8]) -> Result<usize, usize> {
        let among = self.among(key);
        if among.len() > 1
            && let Some(index) = self.find_tagged(key, among.clone())
        {
            return Ok(index);
        }
        self.find_among(key, among)
    }

    /// What a search for a key found, if the route to here does not leave it open that the key is elsewhere.
    #[inline]
    pub(super) fn proven(
        &self,
        key: &[u8],
        found: Result<usize, usize>,
        route: Route,
    ) -> Option<Result<usize, usize>> {
        let is_proven = route != Route::Guessed || found.is_ok_and(|index| self.entries[index].key() == key);
        is_proven.then_some(found)
    }

    /// The entry that a search found and its place below the one of this array. A new key at an end of the array gets
    /// none: it may belong to a neighbour by the time it is put.
    #[inline]
    pub(super) fn found(&self, found: Result<usize, usize>, mut place: Place) -> (Option<&Entry>, Place) {
        let (Ok(index) | Err(index)) = found;
        place.push(index);
        match found {
            Ok(index) => (Some(&self.entries[index]), place),
            Err(index) if (1..self.entries.len()).contains(&index) => (None, place),
            Err(_) => (None, Place::UNKNOWN),
        }
    }

    /// Where a key is or would be inserted, if that is at `index` whatever led here: its own entry is there, or it lies
    /// between two entries, and so no other array can be the one for it. Entries are only touched where heads do not
    /// tell, and then the search that gave the index has just touched them.
    pub(super) fn spot(&self, key: &[u8], index: usize) -> Option<Result<usize, usize>> {
        let entry = self.entries.get(index)?;
        // Of a key that does not begin with what heads leave out they tell nothing.
        if self.skip > 0 && !key.starts_with(&entry.key()[..self.skip]) {
            return None;
        }
        let head = head(key, self.skip);
        let is_before_next = match head.cmp(&self.heads[index]) {
            Ordering::Less => true,
            Ordering::Equal => match key.cmp(entry.key()) {
                Ordering::Less => true,
                Ordering::Equal => return Some(Ok(index)),
                Ordering::Greater => false,
            },
            Ordering::Greater => false,
        };
        let before = index.checked_sub(1).filter(|_| is_before_next)?;
        let is_after = match self.heads[before].cmp(&head) {
            Ordering::Less => true,
            Ordering::Equal => self.entries[before].key() < key,
            Ordering::Greater => false,
        };
        is_after.then_some(Err(index))
    }

    /// What can be said of a key without touching entries; asks for the place of the one that it probably is.
    #[inline]
    pub(super) fn suspect(&self, key: &[u8]) -> Suspect {
        let among = self.among(key);
        let tagged = if among.len() > 1 {
            let wanted = tag(key);
            self.tags[among.clone()].iter().position(|tag| *tag == wanted).map(|offset| among.start + offset)
        } else {
            None
        };
        let suspect = Suspect { among, tagged };
        if let Some(entry) = self.probable(&suspect) {
            prefetch(entry);
        }
        suspect
    }

    /// The entry that a key probably is.
    #[inline]
    pub(super) fn probable(&self, suspect: &Suspect) -> Option<&Entry> {
        self.entries[..suspect.among.end].get(suspect.tagged.unwrap_or(suspect.among.start))
    }

    /// What [`KeyArray::find`] gives, from what was said of the key before.
    #[inline]
    pub(super) fn confirm(&self, key: &[u8], suspect: &Suspect) -> Result<usize, usize> {
        match suspect.tagged {
            Some(index) if self.entries[index].key() == key => Ok(index),
            // Another key has the same tag: there may be a third.
            Some(_) => self.find(key),
            None => self.find_among(key, suspect.among.clone()),
        }
    }

    /// The entries that a key may be one of, by all that can be said without touching them: those whose heads are
    /// equal to its own, and where there is none, the place where it would be inserted.
    #[inline]
    pub(super) fn among(&self, key: &[u8]) -> Range<usize> {
        let length = self.entries.len();
        if self.skip > self.assured {
            match self.side(key) {
                Ordering::Less => return 0..0,
                Ordering::Equal => {}
                Ordering::Greater => return length..length,
            }
        }
        let head = head(key, self.skip);
        let heads = &self.heads[..length];
        let lower = heads.partition_point(|other| *other < head);
        if heads.get(lower) != Some(&head) {
            return lower..lower;
        }
        if heads.get(lower + 1) != Some(&head) {
            return lower..lower + 1;
        }
        lower..lower + heads[lower..].partition_point(|other| *other == head)
    }

    /// Where a key is or would be inserted among the entries that [`KeyArray::among`] gave. Their ends are looked at
    /// first: where all of them are of one partition, the bounds of a query and a writer in key order end there.
    #[inline]
    pub(super) fn find_among(&self, key: &[u8], among: Range<usize>) -> Result<usize, usize> {
        let (mut lower, mut upper) = (among.start, among.end);
        if lower == upper {
            return Err(lower);
        }
        // Only a key that was guessed to be here may be shorter than what is skipped.
        let rest = key.get(self.skip..).unwrap_or_default();
        let order = |index: usize| self.entries[index].key()[self.skip..].cmp(rest);
        self.entries[lower].prefetch();
        self.entries[upper - 1].prefetch();
        match order(lower) {
            Ordering::Less => lower += 1,
            Ordering::Equal => return Ok(lower),
            Ordering::Greater => return Err(lower),
        }
        if lower == upper {
            return Err(upper);
        }
        match order(upper - 1) {
            Ordering::Less => return Err(upper),
            Ordering::Equal => return Ok(upper - 1),
            Ordering::Greater => upper -= 1,
        }
        while lower < upper {
            let middle = lower.midpoint(upper);
            match order(middle) {
                Ordering::Less => lower = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => upper = middle,
            }
        }
        Err(lower)
    }

    /// Where a key is among entries whose heads are equal to its own.
    fn find_tagged(&self, key: &[u8], among: Range<usize>) -> Option<usize> {
        let wanted = tag(key);
        let start = among.start;
        let tags = self.tags[among].iter().enumerate();
        tags.filter(|(_, tag)| **tag == wanted).map(|(offset, _)| start + offset).find(|index| {
            self.entries[*index].prefetch();
            self.entries[*index].key() == key
        })
    }

    /// Whether a key lies before, among or after those that begin with the skipped bytes.
    fn side(&self, key: &[u8]) -> Ordering {
        let Some(first) = self.entries.first() else { return Ordering::Equal };
        key[..self.skip.min(key.len())].cmp(&first.key()[..self.skip])
    }

    /// The entries that the key of a bound may be one of, as [`KeyArray::among`] tells; `unbounded` stands for none.
    pub(super) fn near(&self, bound: Bound<&[u8]>, unbounded: usize) -> Range<usize> {
        match bound {
            Bound::Unbounded => unbounded..unbounded,
            Bound::Included(key) | Bound::Excluded(key) => self.among(key),
        }
    }

    /// The index of the first entry inside a lower bound, from what lies near it.
    pub(super) fn start(&self, lower: Bound<&[u8]>, near: Range<usize>) -> usize {
        match lower {
            Bound::Unbounded => near.start,
            Bound::Included(key) => self.find_among(key, near).unwrap_or_else(|index| index),
            Bound::Excluded(key) => self.find_among(key, near).map_or_else(|index| index, |index| index + 1),
        }
    }

    /// The index after the last entry inside an upper bound, from what lies near it.
    pub(super) fn end(&self, upper: Bound<&[u8]>, near: Range<usize>) -> usize {
        match upper {
            Bound::Unbounded => near.end,
            Bound::Included(key) => self.find_among(key, near).map_or_else(|index| index, |index| index + 1),
            Bound::Excluded(key) => self.find_among(key, near).unwrap_or_else(|index| index),
        }
    }
}
