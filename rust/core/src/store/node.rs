//! The nodes of the B-tree: shared, and copied when one that a snapshot also holds is about to change.

use std::ops::{Bound, ControlFlow};

use smallvec::SmallVec;
use triomphe::Arc;

use super::key_array::{Assured, CAPACITY, KeyArray, common_length};
use super::prefetch::prefetch;
use super::{Direction, Entry};

/// Two neighbours are merged when what they hold together leaves a quarter of a node free, so that the next
/// insertions do not split it again.
const MERGED_MAX: usize = CAPACITY * 3 / 4;

const CANDIDATES_MAX: usize = 2;

/// A node of the tree. All leaves lie at one depth.
#[derive(Clone)]
pub(super) enum Node {
    /// Entries in key order.
    Leaf(Arc<KeyArray>),
    /// Children in key order, with separators between them.
    Inner(Arc<Inner>),
}

/// An inner node. Child `i` holds keys from separator `i - 1` (inclusive) to separator `i` (exclusive).
#[derive(Clone)]
pub(super) struct Inner {
    /// Entries with an empty value: the shortest keys that tell two children apart.
    separators: KeyArray,
    children: SmallVec<[Node; CAPACITY + 1]>,
}

/// What a put did to a node.
pub(super) enum Put {
    /// The key was there; its entry is replaced.
    Replaced,
    /// The key is new.
    Inserted,
    /// The key is new, and the node gave its upper part, which begins at the separator, to a new neighbour.
    Split(Entry, Node),
}

impl Node {
    /// The root of a tree of one entry.
    pub(super) fn leaf(entry: Entry) -> Self {
        Self::Leaf(Arc::new(root_keys(entry)))
    }

    /// The root above a root that was split.
    pub(super) fn root(left: Self, separator: Entry, right: Self) -> Self {
        let mut inner =
            Inner { separators: root_keys(separator), children: SmallVec::from_iter([left, right]) };
        inner.assure(0);
        inner.assure(1);
        Self::Inner(Arc::new(inner))
    }

    /// The entry at a key.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Entry> {
        let mut node = self;
        loop {
            match node {
                Self::Leaf(keys) => return keys.find(key).ok().map(|index| &keys.entries()[index]),
                Self::Inner(inner) => {
                    node = &inner.children[inner.child_of(key)];
                    node.prefetch();
                }
            }
        }
    }

    /// Asks for the memory that a search of this node reads.
    #[inline]
    fn prefetch(&self) {
        match self {
            Self::Leaf(keys) => prefetch(&**keys),
            Self::Inner(inner) => {
                inner.separators.prefetch_heads();
                prefetch(&inner.children);
            }
        }
    }

    /// Puts an entry below this node.
    pub(super) fn put(&mut self, entry: Entry) -> Put {
        match self {
            Self::Leaf(keys) => put_in_leaf(Arc::make_mut(keys), entry),
            Self::Inner(inner) => Arc::make_mut(inner).put(entry),
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
        let inner = match self {
            Self::Inner(inner) => inner,
            Self::Leaf(keys) => {
                let inside = keys.entries().get(keys.start(lower)..keys.end(upper)).unwrap_or_default();
                return visit_entries(inside, direction, visit);
            }
        };
        let first = bound_key(lower).map_or(0, |key| inner.child_of(key));
        let last = bound_key(upper).map_or(inner.children.len() - 1, |key| inner.child_of(key));
        // Only the outermost children see the bounds; those between lie inside as a whole.
        let mut descend = |index: usize| {
            let lower = if index == first { lower } else { Bound::Unbounded };
            let upper = if index == last { upper } else { Bound::Unbounded };
            inner.children[index].prefetch();
            inner.children[index].visit(lower, upper, direction, visit)
        };
        match direction {
            Direction::Forward => (first..=last).try_for_each(&mut descend),
            Direction::Backward => (first..=last).rev().try_for_each(&mut descend),
        }
    }

    /// The only child of an inner node that lost all others: the tree may drop this level.
    pub(super) fn only_child(&self) -> Option<&Self> {
        match self {
            Self::Inner(inner) if inner.children.len() == 1 => inner.children.first(),
            _ => None,
        }
    }

    /// Whether this is a leaf without entries.
    pub(super) fn is_empty_leaf(&self) -> bool {
        matches!(self, Self::Leaf(keys) if keys.len() == 0)
    }

    fn keys(&self) -> &KeyArray {
        match self {
            Self::Leaf(keys) => keys,
            Self::Inner(inner) => &inner.separators,
        }
    }

    fn keys_mut(&mut self) -> &mut KeyArray {
        match self {
            Self::Leaf(keys) => Arc::make_mut(keys),
            Self::Inner(inner) => &mut Arc::make_mut(inner).separators,
        }
    }
}

impl Inner {
    #[cfg(test)]
    pub(super) fn separators(&self) -> &KeyArray {
        &self.separators
    }

    pub(super) fn children(&self) -> &[Node] {
        &self.children
    }

    /// Takes the children out of a node that is about to be dropped.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Node> + '_ {
        self.children.drain(..)
    }

    /// The index of the child in whose range a key lies.
    #[inline]
    fn child_of(&self, key: &[u8]) -> usize {
        let among = self.separators.among(key);
        if among.is_empty() {
            return among.start;
        }
        // Which of these children it is, only the separators between them tell, and they lie elsewhere: all of that
        // is asked for at once.
        let last = among.end.min(among.start + CANDIDATES_MAX);
        for index in among.start..last {
            self.separators.entries()[index].prefetch();
            self.children[index].prefetch();
        }
        self.children[last].prefetch();
        self.separators.find_among(key, among).map_or_else(|index| index, |index| index + 1)
    }

    fn put(&mut self, entry: Entry) -> Put {
        let index = self.child_of(entry.key());
        let (separator, right) = match self.children[index].put(entry) {
            Put::Split(separator, right) => (separator, right),
            done => return done,
        };
        self.separators.insert(index, separator);
        self.children.insert(index + 1, right);
        self.assure(index);
        self.assure(index + 1);
        if self.separators.is_full() { self.split() } else { Put::Inserted }
    }

    /// Gives the upper part to a new neighbour; each part keeps two children or more, so that a sparse child
    /// always has a neighbour.
    fn split(&mut self) -> Put {
        let middle = self.separators.split_point().min(self.separators.len() - 2);
        let separators = self.separators.split_off(middle + 1);
        let separator = self.separators.pop().expect("the lower part keeps the separator that moves up");
        let children = self.children.drain(middle + 1..).collect();
        Put::Split(separator, Node::Inner(Arc::new(Self { separators, children })))
    }

    fn delete(&mut self, key: &[u8]) -> Option<Entry> {
        let index = self.child_of(key);
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
        lower.keys_mut().level(assured);
        upper.keys_mut().level(assured);
        let between = match (lower, upper) {
            (Node::Leaf(lower), Node::Leaf(upper)) => mend_leaves(Arc::make_mut(lower), Arc::make_mut(upper)),
            (Node::Inner(lower), Node::Inner(upper)) => {
                Arc::make_mut(lower).mend_with(separator, Arc::make_mut(upper))
            }
            _ => unreachable!("all leaves lie at one depth"),
        };
        self.separators.remove(left);
        if let Some(separator) = between {
            self.separators.insert(left, separator);
            self.assure(left + 1);
        } else {
            self.children.remove(left + 1);
        }
        self.assure(left);
    }

    /// Merges the node to the right into this one, or evens both out and returns the separator between them.
    fn mend_with(&mut self, separator: Entry, right: &mut Self) -> Option<Entry> {
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

    /// Tells a child what all keys in its range share.
    fn assure(&mut self, index: usize) {
        let assured = self.assured(index, index);
        self.children[index].keys_mut().assure(assured);
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

/// The keys of a root with its first entry. It skips all of that; each insertion takes back what is not shared.
fn root_keys(entry: Entry) -> KeyArray {
    let mut keys = KeyArray::new();
    keys.push(entry);
    keys.assure(Assured::AtLeast(0));
    keys
}

const AHEAD: usize = 8;

fn visit_entries(
    entries: &[Entry],
    direction: Direction,
    visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match direction {
        Direction::Forward => {
            entries.iter().take(AHEAD).for_each(Entry::prefetch);
            for (index, entry) in entries.iter().enumerate() {
                if let Some(later) = entries.get(index + AHEAD) { later.prefetch(); }
                visit(entry)?;
            }
            ControlFlow::Continue(())
        }
        Direction::Backward => entries.iter().rev().try_for_each(visit),
    }
}

fn put_in_leaf(keys: &mut KeyArray, entry: Entry) -> Put {
    match keys.find(entry.key()) {
        Ok(index) => {
            keys.replace(index, entry);
            return Put::Replaced;
        }
        Err(index) => keys.insert(index, entry),
    }
    if !keys.is_full() {
        return Put::Inserted;
    }
    let right = keys.split_off(keys.split_point());
    Put::Split(separator(keys, &right), Node::Leaf(Arc::new(right)))
}

/// Merges the right leaf into the left one, or evens both out and returns the separator between them.
fn mend_leaves(left: &mut KeyArray, right: &mut KeyArray) -> Option<Entry> {
    let (here, there) = (left.len(), right.len());
    if here + there <= MERGED_MAX {
        left.take_first_of(right, there);
        return None;
    }
    if here < there {
        left.take_first_of(right, (there - here) / 2);
    } else {
        right.take_last_of(left, (here - there) / 2);
    }
    Some(separator(left, right))
}

/// The shortest key above every key of the left leaf and not above any of the right one.
fn separator(left: &KeyArray, right: &KeyArray) -> Entry {
    let (Some(below), Some(above)) = (left.entries().last(), right.entries().first()) else {
        unreachable!("a leaf beside another is never empty")
    };
    let length = common_length(below.key(), above.key()) + 1;
    Entry::new(&above.key()[..length], &[])
}

fn bound_key(bound: Bound<&[u8]>) -> Option<&[u8]> {
    match bound {
        Bound::Included(key) | Bound::Excluded(key) => Some(key),
        Bound::Unbounded => None,
    }
}
