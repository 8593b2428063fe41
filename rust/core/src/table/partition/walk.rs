//! What a split has to know of the items that are stored.

use std::ops::ControlFlow;

use crate::store::{Direction, KeyRange, Read, Space, StoreError};
use crate::table::partition::{SplitRules, Tally};
use crate::value::ItemRef;

/// Walks over what is stored, for splits.
pub(in crate::table) struct Walk<'a> {
    store: &'a dyn Read,
    space: Space,
    failure: Option<StoreError>,
}

impl<'a> Walk<'a> {
    pub(in crate::table) fn new(store: &'a dyn Read, space: Space) -> Self {
        Self { store, space, failure: None }
    }

    /// What is stored in a range of keys.
    pub(in crate::table) fn tally(&mut self, range: KeyRange<'_>) -> Tally {
        let mut tally = Tally::default();
        let walked = self.store.scan(self.space, range, Direction::Forward, &mut |entry| {
            tally.items += 1;
            tally.bytes += ItemRef::trusted(entry.value()).size() as u64;
            ControlFlow::Continue(())
        });
        self.failure = self.failure.take().or(walked.err());
        tally
    }

    /// The key before which `bytes` of a range lie: between two items where `rules` allow it, or two item collections.
    pub(in crate::table) fn middle(
        &self,
        range: KeyRange<'_>,
        bytes: u64,
        rules: SplitRules,
    ) -> Option<Vec<u8>> {
        let mut seen = 0;
        let mut before: Option<[u8; 8]> = None;
        let mut middle = None;
        let inside = rules.sort_key && !rules.local_index;
        // A failure of the store shows in the walk that counts.
        let _ = self.store.scan(self.space, range, Direction::Forward, &mut |entry| {
            let hash: [u8; 8] = entry.key()[..8].try_into().expect("invariant: a key begins with its hash");
            if seen >= bytes {
                if before != Some(hash) {
                    middle = Some(hash.to_vec());
                } else if inside {
                    middle = Some(entry.key().to_vec());
                }
                if middle.is_some() {
                    return ControlFlow::Break(());
                }
            }
            before = Some(hash);
            seen += ItemRef::trusted(entry.value()).size() as u64;
            ControlFlow::Continue(())
        });
        middle
    }

    pub(in crate::table) fn finish(&mut self) -> Result<(), StoreError> {
        self.failure.take().map_or(Ok(()), Err)
    }
}
