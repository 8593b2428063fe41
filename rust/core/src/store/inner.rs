//! The inner nodes of the B-tree: which child a key is in, and how children are split and merged.

use std::ops::{Bound, ControlFlow, Range};

use smallvec::SmallVec;
use triomphe::Arc;

use super::key_array::{Assured, CAPACITY, KeyArray, MERGED_MAX, common_length};
use super::node::{Node, Put, Route};
use super::prefetch::prefetch;
use super::tails::Tails;
use super::{Direction, Entry, leaf};

/// An inner node. Child `i` holds keys from separator `i - 1` (inclusive) to separator `i` (exclusive).
#[derive(Clone)]
#[repr(C)]
pub(super) struct Inner {
    /// Entries with an empty value: the shortest keys that tell two children apart.
    separators: KeyArray,
    tails: Tails,
    children: SmallVec<[Node; CAPACITY + 1]>,
}

impl Inner {
    /// A root above two nodes.
    pub(super) fn root(left: Node, separator: Entry, right: Node) -> Self {
        let separators = KeyArray::of_root(separator);
        let tails = Tails::of(&separators);
        let mut root = Self { separators, tails, children: SmallVec::from_iter([left, right]) };
        root.assure(0);
        root.assure(1);
        root
    }

    pub(super) fn separators(&self) -> &KeyArray {
        &self.separators
    }

    #[cfg(test)]
    pub(super) fn tails(&self) -> &Tails {
        &self.tails
    }

    pub(super) fn children(&self) -> &[Node] {
        &self.children
    }

    /// Takes the children out of a node that is about to be dropped.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Node> + '_ {
        self.children.drain(..)
    }

    /// Asks for the memory in which a child is looked for.
    #[inline]
    pub(super) fn prefetch(&self) {
        self.separators.prefetch_heads();
        prefetch(&self.tails);
        prefetch(&self.children);
    }

    /// Asks for the memory in which the children of a range are looked for.
    #[inline]
    fn prefetch_for_range(&self) {
        prefetch(&self.separators);
        prefetch(&self.children);
    }

    /// Changes what heads leave out; tails depend on it.
    pub(super) fn change_separators(&mut self, change: impl FnOnce(&mut KeyArray)) {
        let skip = self.separators.skip();
        change(&mut self.separators);
        if self.separators.skip() != skip {
            self.tails = Tails::of(&self.separators);
        }
    }

    /// The index of the child in whose range a key lies, and how sure the way is with it.
    #[inline]
    pub(super) fn child_of(&self, key: &[u8], route: Route) -> (usize, Route) {
        let among = self.separators.among(key);
        if among.is_empty() {
            return (among.start, route);
        }
        if route == Route::Compared {
            return (self.compare(key, among), route);
        }
        (self.tails.position(key, among), Route::Guessed)
    }

    /// As [`Inner::child_of`] by whole separators.
    fn exact_child_of(&self, key: &[u8]) -> usize {
        self.child_of(key, Route::Compared).0
    }

    /// As [`Inner::exact_child_of`] for a lower bound, which is mostly the begin of an item collection: then the leftmost
    /// of the children in question is the one, and it is asked for while separators are still compared.
    fn first_child_of(&self, key: &[u8]) -> usize {
        let among = self.separators.among(key);
        self.children[among.start].prefetch();
        if among.is_empty() { among.start } else { self.compare(key, among) }
    }

    fn compare(&self, key: &[u8], among: Range<usize>) -> usize {
        self.separators.find_among(key, among).map_or_else(|index| index, |index| index + 1)
    }

    pub(super) fn put(&mut self, entry: Entry, route: Route) -> Put {
        let (index, route) = self.child_of(entry.key(), route);
        let put = self.children[index].put(entry, route);
        self.accept(index, put)
    }

    /// As [`Inner::put`] along a path that leads to where the key was found.
    pub(super) fn put_at(&mut self, entry: Entry, path: &[u8], found: Result<usize, usize>) -> Put {
        let (index, path) = path.split_first().expect("a path has an index for each level");
        let index = usize::from(*index);
        let put = self.children[index].put_at(entry, path, found);
        self.accept(index, put)
    }

    /// Takes in what a child has given away, if it has.
    fn accept(&mut self, index: usize, put: Put) -> Put {
        let (separator, right) = match put {
            Put::Split(separator, right) => (separator, right),
            done => return done,
        };
        self.insert_separator(index, separator);
        self.children.insert(index + 1, right);
        self.assure(index);
        self.assure(index + 1);
        if self.separators.is_full() { self.split() } else { Put::Inserted }
    }

    fn insert_separator(&mut self, index: usize, separator: Entry) {
        let skip = self.separators.skip();
        self.separators.insert(index, separator);
        if self.separators.skip() == skip {
            self.tails.insert(&self.separators, index);
        } else {
            self.tails = Tails::of(&self.separators);
        }
    }

    /// Gives the upper part to a new neighbour; each part keeps two children or more, so that a sparse child
    /// always has a neighbour.
    fn split(&mut self) -> Put {
        let middle = self.separators.split_point().min(self.separators.len() - 2);
        let separators = self.separators.split_off(middle + 1);
        let separator = self.separators.pop().expect("the lower part keeps the separator that moves up");
        let children = self.children.drain(middle + 1..).collect();
        let tails = Tails::of(&separators);
        self.tails = Tails::of(&self.separators);
        Put::Split(separator, Node::Inner(Arc::new(Self { separators, tails, children })))
    }

    pub(super) fn delete(&mut self, key: &[u8]) -> Option<Entry> {
        let index = self.exact_child_of(key);
        let removed = self.children[index].delete(key)?;
        if self.children[index].keys().is_sparse() {
            self.mend(index);
        }
        Some(removed)
    }

    /// Merges a sparse child with a neighbour, or shares out evenly what the two hold.
    fn mend(&mut self, index: usize) {
        let left = index.saturating_sub(1);
        // Entries may now pass from one to the other: both may only skip what all keys of the two share.
        let (Assured::Exactly(assured) | Assured::AtLeast(assured)) = self.assured(left, left + 1);
        let separator = self.separators.entries()[left].clone();
        let (lower, upper) = self.children.split_at_mut(left + 1);
        let (lower, upper) = (&mut lower[left], &mut upper[0]);
        lower.change_keys(|keys| keys.level(assured));
        upper.change_keys(|keys| keys.level(assured));
        let between = match (lower, upper) {
            (Node::Leaf(lower), Node::Leaf(upper)) => leaf::mend(Arc::make_mut(lower), Arc::make_mut(upper)),
            (Node::Inner(lower), Node::Inner(upper)) => {
                Arc::make_mut(lower).mend_with(separator, Arc::make_mut(upper))
            }
            _ => unreachable!("all leaves lie at one depth"),
        };
        self.separators.remove(left);
        self.tails.remove(left);
        if let Some(separator) = between {
            self.insert_separator(left, separator);
            self.assure(left + 1);
        } else {
            self.children.remove(left + 1);
        }
        self.assure(left);
    }

    /// Merges the node to the right into this one, or evens both out and returns the separator between them.
    fn mend_with(&mut self, separator: Entry, right: &mut Self) -> Option<Entry> {
        let between = self.share_with(separator, right);
        self.tails = Tails::of(&self.separators);
        right.tails = Tails::of(&right.separators);
        between
    }

    fn share_with(&mut self, separator: Entry, right: &mut Self) -> Option<Entry> {
        let (here, there) = (self.separators.len(), right.separators.len());
        if here + 1 + there <= MERGED_MAX {
            self.separators.push(separator);
            self.separators.take_first_of(&mut right.separators, there);
            self.children.extend(right.children.drain(..));
            return None;
        }
        // Moving n children moves n - 1 separators; the one between goes down and another comes up.
        let between = if here < there {
            let moved = (there - here) / 2;
            self.separators.push(separator);
            self.separators.take_first_of(&mut right.separators, moved - 1);
            self.children.extend(right.children.drain(..moved));
            right.separators.remove(0)
        } else {
            let moved = (here - there) / 2;
            right.separators.insert(0, separator);
            right.separators.take_last_of(&mut self.separators, moved - 1);
            let kept = self.children.len() - moved;
            right.children.insert_many(0, self.children.drain(kept..));
            self.separators.pop().expect("a node that gives children away has separators left")
        };
        Some(between)
    }

    /// Visits the entries inside both bounds in order.
    pub(super) fn visit(
        &self,
        lower: Bound<&[u8]>,
        upper: Bound<&[u8]>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let first = bound_key(lower).map_or(0, |key| self.first_child_of(key));
        let last = bound_key(upper).map_or(self.children.len() - 1, |key| self.exact_child_of(key));
        // Only the outermost children see the bounds; those between lie inside as a whole.
        let mut descend = |index: usize| {
            let lower = if index == first { lower } else { Bound::Unbounded };
            let upper = if index == last { upper } else { Bound::Unbounded };
            match &self.children[index] {
                Node::Inner(inner) => inner.prefetch_for_range(),
                leaf => leaf.prefetch(),
            }
            self.children[index].visit(lower, upper, direction, visit)
        };
        match direction {
            Direction::Forward => (first..=last).try_for_each(&mut descend),
            Direction::Backward => (first..=last).rev().try_for_each(&mut descend),
        }
    }

    /// Tells a child what all keys in its range share.
    fn assure(&mut self, index: usize) {
        let assured = self.assured(index, index);
        self.children[index].change_keys(|keys| keys.assure(assured));
    }

    /// What is shared by all keys that may lie in the children `first..=last`: what the separators around them
    /// share, or what all keys here share where there is none on one side.
    fn assured(&self, first: usize, last: usize) -> Assured {
        let separators = self.separators.entries();
        match (first.checked_sub(1), separators.get(last)) {
            (Some(before), Some(after)) => {
                Assured::Exactly(common_length(separators[before].key(), after.key()))
            }
            _ => Assured::AtLeast(self.separators.assured()),
        }
    }
}

fn bound_key(bound: Bound<&[u8]>) -> Option<&[u8]> {
    match bound {
        Bound::Included(key) | Bound::Excluded(key) => Some(key),
        Bound::Unbounded => None,
    }
}
