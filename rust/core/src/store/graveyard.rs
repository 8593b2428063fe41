//! Trees that were dropped whole and are taken apart a little at a time.

use triomphe::Arc;

use super::node::Node;

/// Nodes nobody can reach any more. Freeing a tree costs as much as it has entries, so each later commit pays a
/// bounded part and none of them waits for a table of millions.
#[derive(Default)]
pub(super) struct Graveyard {
    nodes: Vec<Node>,
}

impl Graveyard {
    /// Takes over a tree.
    pub(super) fn bury(&mut self, root: Node) {
        self.nodes.push(root);
    }

    /// Whether everything is freed.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Frees about `budget` entries. What a snapshot still holds is left to it.
    pub(super) fn reclaim(&mut self, mut budget: usize) {
        while budget > 0
            && let Some(node) = self.nodes.pop()
        {
            match node {
                Node::Leaf(mut leaf) => {
                    let Some(keys) = Arc::get_mut(&mut leaf) else { continue };
                    let freed = keys.len().min(budget);
                    keys.truncate(keys.len() - freed);
                    budget -= freed;
                    if keys.len() > 0 {
                        self.nodes.push(Node::Leaf(leaf));
                    }
                }
                Node::Inner(mut inner) => {
                    let Some(inner) = Arc::get_mut(&mut inner) else { continue };
                    budget = budget.saturating_sub(inner.children().len());
                    self.nodes.extend(inner.drain());
                }
            }
        }
        if self.nodes.is_empty() {
            self.nodes = Vec::new();
        }
    }
}
