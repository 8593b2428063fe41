//! Walking over layers and tables as if they were one ordered map.

use std::collections::VecDeque;
use std::ops::{Bound, ControlFlow};

use dynacore::store::{Direction, Entry, KeyRange, Space, StoreError};

use crate::layer::{Change, ReadLayer};

/// Changes a cursor takes from its layer at first; more each time, as a walk that goes on will go on.
const TAKEN_FIRST: usize = 16;
const TAKEN_MAX: usize = 256;

/// A place in a layer's changes.
pub(crate) struct Cursor<'a> {
    layer: &'a dyn ReadLayer,
    space: Space,
    direction: Direction,
    lower: Bound<Vec<u8>>,
    upper: Bound<Vec<u8>>,
    taken: VecDeque<Change>,
    count: usize,
    is_last: bool,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(
        layer: &'a dyn ReadLayer,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
    ) -> Self {
        let (lower, upper) = (range.lower.map(<[u8]>::to_vec), range.upper.map(<[u8]>::to_vec));
        Self {
            layer,
            space,
            direction,
            lower,
            upper,
            taken: VecDeque::new(),
            count: TAKEN_FIRST,
            is_last: false,
        }
    }

    /// The next change, left in its place.
    pub(crate) fn peek(&mut self) -> Result<Option<&Change>, StoreError> {
        if self.taken.is_empty() && !self.is_last {
            let range = KeyRange {
                lower: self.lower.as_ref().map(Vec::as_slice),
                upper: self.upper.as_ref().map(Vec::as_slice),
            };
            let changes = self.layer.changes(self.space, range, self.direction, self.count)?;
            self.is_last = changes.len() < self.count;
            if let (false, Some(last)) = (self.is_last, changes.last()) {
                let bound = Bound::Excluded(last.key().to_vec());
                match self.direction {
                    Direction::Forward => self.lower = bound,
                    Direction::Backward => self.upper = bound,
                }
            }
            self.count = (self.count * 2).min(TAKEN_MAX);
            self.taken = changes.into();
        }
        Ok(self.taken.front())
    }

    /// The change that was looked at.
    pub(crate) fn take(&mut self) -> Option<Change> {
        self.taken.pop_front()
    }
}

/// Visits the entries of layers, the newest first, above `below`, until `visit` breaks. `below` gives its entries in
/// the same direction and is asked for one at a time.
pub(crate) fn merge(
    layers: &mut [Cursor<'_>],
    below: &mut dyn FnMut() -> Result<Option<Entry>, StoreError>,
    direction: Direction,
    visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let before = |left: &[u8], right: &[u8]| match direction {
        Direction::Forward => left < right,
        Direction::Backward => left > right,
    };
    let mut lowest = below()?;
    loop {
        // The first key of all, from the newest layer that has it.
        let mut first: Option<(usize, Vec<u8>)> = None;
        for (position, layer) in layers.iter_mut().enumerate() {
            if let Some(change) = layer.peek()?
                && first.as_ref().is_none_or(|(_, key)| before(change.key(), key))
            {
                first = Some((position, change.key().to_vec()));
            }
        }
        let Some((position, key)) = first else { break };
        while let Some(entry) = lowest.take_if(|entry| before(entry.key(), &key)) {
            if visit(&entry).is_break() {
                return Ok(());
            }
            lowest = below()?;
        }
        if lowest.as_ref().is_some_and(|entry| entry.key() == key) {
            lowest = below()?;
        }
        for layer in &mut layers[position + 1..] {
            if layer.peek()?.is_some_and(|change| change.key() == key) {
                layer.take();
            }
        }
        if let Some(Change::Put(entry)) = layers[position].take()
            && visit(&entry).is_break()
        {
            return Ok(());
        }
    }
    while let Some(entry) = lowest {
        if visit(&entry).is_break() {
            return Ok(());
        }
        lowest = below()?;
    }
    Ok(())
}
