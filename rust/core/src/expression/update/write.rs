//! The updated item, written from the old one: what no path touches is copied as it is encoded.

use smallvec::SmallVec;

use super::Update;
use super::value::{Outcome, Outcomes};
use crate::expression::ast::Step;
use crate::expression::path_tree::Node;
use crate::value::{Encoder, Item, ItemRef, ListRef, ValueRef, View};

/// The nodes below one node, with their indexes, that are still to be met in the item.
struct Pending<'u> {
    nodes: SmallVec<[Option<(u16, Node)>; 4]>,
    /// Names and where their nodes are, in the order of the names. Empty for a few nodes, which are looked through.
    by_name: Vec<(&'u str, usize)>,
}

impl<'u> Pending<'u> {
    const LOOKED_THROUGH_MAX: usize = 16;

    /// The children of a node, which stand below something that has names.
    fn new(update: &'u Update, parent: Option<u16>) -> Self {
        let nodes: SmallVec<[_; 4]> = update.targets.tree().children(parent).map(Some).collect();
        let mut by_name = Vec::new();
        if nodes.len() > Self::LOOKED_THROUGH_MAX {
            let names = nodes.iter().flatten().map(|(_, node)| update.targets.name(*node));
            by_name = names.enumerate().map(|(position, name)| (name, position)).collect();
            by_name.sort_unstable();
        }
        Self { nodes, by_name }
    }

    /// The node of that name, which then is no longer pending.
    fn take(&mut self, update: &Update, name: &str) -> Option<(u16, Node)> {
        let position = if self.by_name.is_empty() {
            self.nodes.iter().position(|node| node.is_some_and(|(_, node)| update.targets.name(node) == name))
        } else {
            let found = self.by_name.binary_search_by_key(&name, |(name, _)| name);
            found.ok().map(|found| self.by_name[found].1)
        };
        self.nodes[position?].take()
    }
}

impl Update {
    pub(super) fn write(&self, item: ItemRef<'_>, outcomes: &Outcomes<'_>) -> Item {
        let mut encoder = Encoder::item();
        self.write_entries(&mut encoder, item.iter(), Pending::new(self, None), outcomes);
        encoder.finish_item()
    }

    /// Writes the entries of the item or of a map, changed where paths lead, and then those that are new.
    fn write_entries<'v>(
        &self,
        encoder: &mut Encoder,
        entries: impl Iterator<Item = (&'v str, ValueRef<'v>)>,
        mut pending: Pending<'_>,
        outcomes: &Outcomes<'_>,
    ) {
        for (name, value) in entries {
            let Some((index, node)) = pending.take(self, name) else {
                encoder.name(name);
                encoder.raw(value);
                continue;
            };
            match node.leaf.map(|leaf| &outcomes[usize::from(leaf)]) {
                Some(Outcome::Remove) => {}
                outcome => {
                    encoder.name(name);
                    self.write_value(encoder, index, outcome, value, outcomes);
                }
            }
        }
        for (_, node) in pending.nodes.into_iter().flatten() {
            if let Some(Outcome::Write(written)) = node.leaf.map(|leaf| &outcomes[usize::from(leaf)]) {
                encoder.name(self.targets.name(node));
                encoder.raw(written.as_ref());
            }
        }
    }

    /// Writes what becomes of a value at a node: an action's outcome, or the value with changes below the node.
    fn write_value(
        &self,
        encoder: &mut Encoder,
        index: u16,
        outcome: Option<&Outcome<'_>>,
        value: ValueRef<'_>,
        outcomes: &Outcomes<'_>,
    ) {
        match (outcome, value.view()) {
            (Some(Outcome::Write(written)), _) => encoder.raw(written.as_ref()),
            (None, View::M(map)) => {
                encoder.begin_map();
                self.write_entries(encoder, map.iter(), Pending::new(self, Some(index)), outcomes);
                encoder.end_map();
            }
            (None, View::L(list)) => {
                encoder.begin_list();
                self.write_elements(encoder, list, index, outcomes);
                encoder.end_list();
            }
            // Nothing to delete from, or a removal that leads nowhere.
            _ => encoder.raw(value),
        }
    }

    /// Writes a list's elements. Indexes are those of the old list, whatever is removed before them; elements set
    /// beyond its end follow it in the order of their indexes, without gaps.
    fn write_elements(&self, encoder: &mut Encoder, list: ListRef<'_>, parent: u16, outcomes: &Outcomes<'_>) {
        let mut nodes = self.targets.tree().children(Some(parent)).peekable();
        for (position, value) in list.iter().enumerate() {
            let here =
                |(_, node): &(u16, Node)| matches!(node.step, Step::Index(at) if at as usize == position);
            let Some((index, node)) = nodes.next_if(here) else {
                encoder.raw(value);
                continue;
            };
            match node.leaf.map(|leaf| &outcomes[usize::from(leaf)]) {
                Some(Outcome::Remove) => {}
                outcome => self.write_value(encoder, index, outcome, value, outcomes),
            }
        }
        for (_, node) in nodes {
            if let Some(Outcome::Write(written)) = node.leaf.map(|leaf| &outcomes[usize::from(leaf)]) {
                encoder.raw(written.as_ref());
            }
        }
    }
}
