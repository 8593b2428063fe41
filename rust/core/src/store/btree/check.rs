//! What must hold of every tree, asserted node by node.

use super::super::inner::Inner;
use super::super::node::Node;
use super::Tree;

/// How a tree is built, for tests that care about its memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::store) struct Shape {
    pub(in crate::store) depth: usize,
    pub(in crate::store) leaves: usize,
    pub(in crate::store) entries: usize,
}

impl Tree {
    /// Asserts order, ranges, heads, fill and depth of all nodes, and the count of entries.
    pub(in crate::store) fn check(&self) -> Shape {
        let shape = self.root.as_ref().map_or(Shape::default(), |root| check(root, None, None));
        assert_eq!(shape.entries as u64, self.length, "the counted entries");
        shape
    }
}

/// Checks a node whose keys lie from `lower` (inclusive) to `upper` (exclusive).
fn check(node: &Node, lower: Option<&[u8]>, upper: Option<&[u8]>) -> Shape {
    let shared = match (lower, upper) {
        (Some(lower), Some(upper)) => {
            let length = lower.iter().zip(upper).take_while(|(left, right)| left == right).count();
            &lower[..length]
        }
        _ => &[],
    };
    match node {
        Node::Leaf(keys) => {
            keys.check(shared);
            assert!(keys.len() > 0, "no leaf is empty");
            for entry in keys.entries() {
                assert!(lower.is_none_or(|lower| lower <= entry.key()), "a key below its leaf");
                assert!(upper.is_none_or(|upper| entry.key() < upper), "a key above its leaf");
            }
            Shape { depth: 1, leaves: 1, entries: keys.len() }
        }
        Node::Inner(inner) => {
            inner.separators().check(shared);
            inner.tails().check(inner.separators());
            check_children(inner, lower, upper)
        }
    }
}

fn check_children(inner: &Inner, lower: Option<&[u8]>, upper: Option<&[u8]>) -> Shape {
    let separators = inner.separators().entries();
    assert!(separators.iter().all(|separator| separator.value().is_empty()), "a separator holds no value");
    assert!(inner.children().len() > 1, "a child always has a neighbour");
    assert_eq!(inner.children().len(), separators.len() + 1);
    let mut shape = Shape::default();
    for (index, child) in inner.children().iter().enumerate() {
        let lower = index.checked_sub(1).map_or(lower, |before| Some(separators[before].key()));
        let upper = separators.get(index).map_or(upper, |after| Some(after.key()));
        let child = check(child, lower, upper);
        assert!(index == 0 || shape.depth == child.depth + 1, "all leaves lie at one depth");
        shape.depth = child.depth + 1;
        shape.leaves += child.leaves;
        shape.entries += child.entries;
    }
    shape
}
