//! The nodes of the B-tree: shared, and copied when one that a snapshot also holds is about to change.

use std::ops::{Bound, ControlFlow};

use triomphe::Arc;

use super::hints::Hint;
use super::inner::Inner;
use super::key_array::KeyArray;
use super::leaf;
use super::place::Place;
use super::prefetch::prefetch;
use super::{Direction, Entry};

/// A node of the tree. All leaves lie at one depth.
#[derive(Clone)]
pub(super) enum Node {
    /// Entries in key order.
    Leaf(Arc<KeyArray>),
    /// Children in key order, with separators between them.
    Inner(Arc<Inner>),
}

/// How surely a descent is on the way to the leaf of its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Route {
    /// So far heads alone decided, and they do not err.
    Sure,
    /// Somewhere tails decided. A key that is found was there; one that is not may be elsewhere.
    Guessed,
    /// Separators are compared as a whole.
    Compared,
}

/// What a put did to a node.
pub(super) enum Put {
    /// The key was there; its entry is replaced.
    Replaced,
    /// The key is new.
    Inserted,
    /// The key is new, and the node gave its upper part, which begins at the separator, to a new neighbour.
    Split(Entry, Node),
    /// Nothing: the key is not in the leaf that was guessed.
    Lost(Entry),
}

impl Node {
    /// The root of a tree of one entry.
    pub(super) fn leaf(entry: Entry) -> Self {
        Self::Leaf(Arc::new(KeyArray::of_root(entry)))
    }

    /// The root above a root that was split.
    pub(super) fn root(left: Self, separator: Entry, right: Self) -> Self {
        Self::Inner(Arc::new(Inner::root(left, separator, right)))
    }

    /// The entry at a key, and its place. Where it probably is is asked for while the leaf is waited for.
    pub(super) fn find(&self, key: &[u8], hint: Hint<'_>) -> (Option<&Entry>, Place) {
        let mut place = Place::UNKNOWN;
        let (leaf, route) = self.descend(key, Route::Sure, &mut place);
        hint.prefetch(leaf);
        let found = leaf.find(key);
        match leaf.proven(key, found, route) {
            Some(found) => leaf.found(found, place),
            None => self.find_compared(key),
        }
    }

    /// As [`Node::find`] by whole separators, for a key that is not where a guess led.
    pub(super) fn find_compared(&self, key: &[u8]) -> (Option<&Entry>, Place) {
        let mut place = Place::UNKNOWN;
        let (leaf, _) = self.descend(key, Route::Compared, &mut place);
        leaf.found(leaf.find(key), place)
    }

    /// Where a key is or belongs in the leaf that a path leads to, unless it may belong elsewhere.
    pub(super) fn spot(&self, key: &[u8], path: &[u8]) -> Option<Result<usize, usize>> {
        let (last, path) = path.split_last()?;
        let mut node = self;
        for index in path {
            let Self::Inner(inner) = node else { return None };
            node = inner.children().get(usize::from(*index))?;
        }
        match node {
            Self::Leaf(keys) => keys.spot(key, usize::from(*last)),
            Self::Inner(_) => None,
        }
    }

    /// The leaf in whose range a key lies, and how sure that is.
    #[cfg(test)]
    pub(super) fn leaf_of(&self, key: &[u8], route: Route) -> (&KeyArray, Route) {
        self.descend(key, route, &mut Place::default())
    }

    /// The leaf in whose range a key lies, how sure that is, and the way there.
    #[inline]
    fn descend(&self, key: &[u8], mut route: Route, place: &mut Place) -> (&KeyArray, Route) {
        let mut node = self;
        loop {
            match node {
                Self::Leaf(keys) => return (keys, route),
                Self::Inner(inner) => {
                    let (index, next) = inner.child_of(key, route);
                    place.push(index);
                    node = &inner.children()[index];
                    route = next;
                    node.prefetch();
                }
            }
        }
    }

    /// Asks for the memory that a search of this node reads.
    #[inline]
    pub(super) fn prefetch(&self) {
        match self {
            Self::Leaf(keys) => prefetch(&**keys),
            Self::Inner(inner) => inner.prefetch(),
        }
    }

    /// Puts an entry below this node.
    pub(super) fn put(&mut self, entry: Entry, route: Route) -> Put {
        match self {
            Self::Leaf(keys) => leaf::put(keys, entry, route),
            Self::Inner(inner) => Arc::make_mut(inner).put(entry, route),
        }
    }

    /// Puts an entry along a path to where [`Node::spot`] has found its key.
    pub(super) fn put_at(&mut self, entry: Entry, path: &[u8], found: Result<usize, usize>) -> Put {
        match self {
            Self::Leaf(keys) => leaf::put_found(keys, entry, found),
            Self::Inner(inner) => Arc::make_mut(inner).put_at(entry, path, found),
        }
    }

    /// Removes a key below this node and returns its entry. The node may be left sparse: its parent mends that.
    pub(super) fn delete(&mut self, key: &[u8]) -> Option<Entry> {
        match self {
            Self::Leaf(keys) => {
                let index = keys.find(key).ok()?;
                Some(Arc::make_mut(keys).remove(index))
            }
            Self::Inner(inner) => Arc::make_mut(inner).delete(key),
        }
    }

    /// Visits the entries inside both bounds in order; costs a descent along each bound that is reached.
    pub(super) fn visit(
        &self,
        lower: Bound<&[u8]>,
        upper: Bound<&[u8]>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self {
            Self::Leaf(keys) => leaf::visit(keys, lower, upper, direction, visit),
            Self::Inner(inner) => inner.visit(lower, upper, direction, visit),
        }
    }

    /// The only child of an inner node that lost all others: the tree may drop this level.
    pub(super) fn only_child(&self) -> Option<&Self> {
        match self {
            Self::Inner(inner) if inner.children().len() == 1 => inner.children().first(),
            _ => None,
        }
    }

    /// Whether this is a leaf without entries.
    pub(super) fn is_empty_leaf(&self) -> bool {
        matches!(self, Self::Leaf(keys) if keys.len() == 0)
    }

    /// The entries of a leaf, or the separators of an inner node.
    pub(super) fn keys(&self) -> &KeyArray {
        match self {
            Self::Leaf(keys) => keys,
            Self::Inner(inner) => inner.separators(),
        }
    }

    /// Lets a change of what heads leave out happen to the entries or separators.
    pub(super) fn change_keys(&mut self, change: impl FnOnce(&mut KeyArray)) {
        match self {
            Self::Leaf(keys) => change(Arc::make_mut(keys)),
            Self::Inner(inner) => Arc::make_mut(inner).change_separators(change),
        }
    }
}
