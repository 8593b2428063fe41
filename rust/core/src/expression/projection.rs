//! Projections: the parts of an item that a request asks for.

use triomphe::Arc;

use super::ast::{Path, ProjectionTree, Step, Symbols};
use super::binder::Binder;
use super::operand::Scope;
use super::path_tree::{Node, PathTree};
use crate::value::{Encoder, Item, ItemRef, ValueRef, View};

/// A bound `ProjectionExpression` or `AttributesToGet`, or the paths an update touches.
#[derive(Clone, Debug)]
pub struct Projection {
    symbols: Arc<Symbols>,
    scope: Scope,
    tree: PathTree,
}

impl Projection {
    pub(super) fn bind(tree: &ProjectionTree, binder: &mut Binder<'_>) -> Result<Self, String> {
        let symbols = tree.symbols.clone();
        let mut scope = Scope::default();
        scope.bind_names(&symbols, binder)?;
        let paths = PathTree::new(&symbols.paths, &symbols, &scope.names)?;
        Ok(Self { symbols, scope, tree: paths })
    }

    /// The paths that an update touches. The scope is the update's, so that its names are held once.
    pub(super) fn of_targets(symbols: Arc<Symbols>, scope: Scope, targets: &[Path]) -> Result<Self, String> {
        let tree = PathTree::new(targets, &symbols, &scope.names)?;
        Ok(Self { symbols, scope, tree })
    }

    /// The item reduced to these paths. Paths the item does not have are left out, with everything above them that
    /// would be empty; elements of a list move together, in the order of their indexes (Alternator's measured
    /// `test_projection_expression`).
    #[must_use]
    pub fn project(&self, item: ItemRef<'_>) -> Item {
        let mut encoder = Encoder::item();
        for (index, node) in self.tree.children(None) {
            let name = self.name(node);
            if let Some(value) = item.get(name)
                && self.reaches(index, node, value)
            {
                encoder.name(name);
                self.write(&mut encoder, index, node, value);
            }
        }
        encoder.finish_item()
    }

    /// The top-level attributes the paths start at, each once, in the order of the text.
    pub fn top_level_names(&self) -> impl Iterator<Item = &str> {
        self.tree.children(None).map(|(_, node)| self.name(node))
    }

    /// Those of [`Projection::top_level_names`] of which only a part is asked for.
    pub fn nested_names(&self) -> impl Iterator<Item = &str> {
        let nested = self.tree.children(None).filter(|(_, node)| node.leaf.is_none());
        nested.map(|(_, node)| self.name(node))
    }

    pub(super) fn tree(&self) -> &PathTree {
        &self.tree
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The attribute name of a node whose step is a name.
    pub(super) fn name(&self, node: Node) -> &str {
        self.scope.names.name(&self.symbols, node.step).expect("invariant: the step is a name")
    }

    /// What a node's step leads to from `value`.
    fn step<'v>(&self, node: Node, value: ValueRef<'v>) -> Option<ValueRef<'v>> {
        match (value.view(), node.step) {
            (View::L(list), Step::Index(index)) => list.get(usize::try_from(index).ok()?),
            (View::M(map), Step::Literal(_) | Step::Placeholder(_)) => map.get(self.name(node)),
            _ => None,
        }
    }

    /// Whether any path below the node, whose value this is, leads to something.
    fn reaches(&self, index: u16, node: Node, value: ValueRef<'_>) -> bool {
        node.leaf.is_some()
            || self.tree.children(Some(index)).any(|(child_index, child)| {
                self.step(child, value).is_some_and(|found| self.reaches(child_index, child, found))
            })
    }

    /// Writes the part of a node's value that the paths below it ask for. Paths have at most 32 steps, so neither
    /// this nor [`Projection::reaches`] goes deep.
    fn write(&self, encoder: &mut Encoder, index: u16, node: Node, value: ValueRef<'_>) {
        if node.leaf.is_some() {
            encoder.raw(value);
            return;
        }
        let is_list = matches!(value.view(), View::L(_));
        if is_list {
            encoder.begin_list();
        } else {
            encoder.begin_map();
        }
        for (child_index, child) in self.tree.children(Some(index)) {
            if let Some(found) = self.step(child, value)
                && self.reaches(child_index, child, found)
            {
                if !is_list {
                    encoder.name(self.name(child));
                }
                self.write(encoder, child_index, child, found);
            }
        }
        if is_list {
            encoder.end_list();
        } else {
            encoder.end_map();
        }
    }
}

#[cfg(test)]
mod tests;
