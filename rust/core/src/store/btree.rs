//! A copy-on-write B-tree: cloning it is free and the clones share all nodes until one of them changes.

use std::ops::ControlFlow;

use super::hints::Hints;
use super::node::{Node, Put, Route};
use super::place::{Found, Place};
use super::{Direction, Entry, KeyRange, descents};

/// An ordered map of entries. A clone is a snapshot: a later change copies the nodes on its path that both still
/// share, and none when no clone is alive.
#[derive(Clone, Default)]
pub(super) struct Tree {
    root: Option<Node>,
    length: u64,
    hints: Hints,
}

impl Tree {
    /// The number of entries.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// The root, for taking the tree apart.
    pub(super) fn into_root(self) -> Option<Node> {
        self.root
    }

    /// The entry at a key.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.find_entry(key).0
    }

    /// The entry at a key with its place.
    pub(super) fn find(&self, key: &[u8]) -> Found {
        let (entry, place) = self.find_entry(key);
        Found { entry: entry.cloned(), place }
    }

    fn find_entry(&self, key: &[u8]) -> (Option<&Entry>, Place) {
        let Some(root) = &self.root else { return Default::default() };
        let hint = self.hints.of(key, self.length);
        let (entry, place) = root.find(key, hint);
        if let Some(entry) = entry {
            hint.learn(entry);
        }
        (entry, place)
    }

    /// What [`Tree::find`] gives for each key; the memory that they are in is waited for together.
    pub(super) fn find_each(&self, keys: &[&[u8]]) -> Vec<Found> {
        // They wait together anyway; but who writes these keys next finds what is to be learned at hand.
        for key in keys {
            self.hints.of(key, self.length);
        }
        match &self.root {
            Some(root) => descents::find_each(root, keys),
            None => keys.iter().map(|key| self.find(key)).collect(),
        }
    }

    /// Puts an entry, replacing what its key held.
    pub(super) fn put(&mut self, entry: Entry) {
        self.hints.learn(&entry, self.length);
        let Some(root) = &mut self.root else {
            self.root = Some(Node::leaf(entry));
            self.length = 1;
            return;
        };
        let put = match root.put(entry, Route::Sure) {
            Put::Lost(entry) => root.put(entry, Route::Compared),
            done => done,
        };
        self.accept(put);
    }

    /// As [`Tree::put`], without looking for the key where the place still is that of it.
    pub(super) fn put_at(&mut self, entry: Entry, place: Place) {
        if let Some(root) = &mut self.root
            && let Some(found) = root.spot(entry.key(), place.path())
        {
            self.hints.learn(&entry, self.length);
            let put = root.put_at(entry, place.path(), found);
            self.accept(put);
        } else {
            self.put(entry);
        }
    }

    /// Counts what was put, and grows where the root was split.
    fn accept(&mut self, put: Put) {
        match put {
            Put::Replaced => return,
            Put::Inserted => {}
            Put::Split(separator, right) => {
                let left = self.root.take().expect("the root that was split");
                self.root = Some(Node::root(left, separator, right));
            }
            Put::Lost(_) => unreachable!("whole separators lead to one leaf"),
        }
        self.length += 1;
    }

    /// Removes a key; returns the entry it held.
    pub(super) fn delete(&mut self, key: &[u8]) -> Option<Entry> {
        let root = self.root.as_mut()?;
        let removed = root.delete(key)?;
        self.length -= 1;
        self.hints.shrink(self.length);
        if let Some(child) = root.only_child().cloned() {
            self.root = Some(child);
        } else if root.is_empty_leaf() {
            self.root = None;
        }
        Some(removed)
    }

    /// Visits the entries of a range until `visit` breaks.
    pub(super) fn scan(
        &self,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) {
        if let Some(root) = &self.root {
            // A break only ends the scan; there is nobody else to tell.
            let _ = root.visit(range.lower, range.upper, direction, visit);
        }
    }
}

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;
