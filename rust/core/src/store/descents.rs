//! Looking for many keys at once.

use smallvec::SmallVec;

use super::node::{Node, Route};
use super::place::{Found, Place};
use super::search::Suspect;

/// One key on its way down.
struct Descent<'a> {
    key: &'a [u8],
    node: &'a Node,
    route: Route,
    place: Place,
    suspect: Suspect,
}

/// What [`Node::find`] gives for each key. One search waits for a leaf and then for an entry; here each is asked for,
/// and the other keys have their turn until it is there.
pub(super) fn find_each(root: &Node, keys: &[&[u8]]) -> Vec<Found> {
    let begin = |key| Descent {
        key,
        node: root,
        route: Route::Sure,
        place: Place::UNKNOWN,
        suspect: Suspect::default(),
    };
    let mut descents: SmallVec<[Descent<'_>; 25]> = keys.iter().copied().map(begin).collect();
    // All leaves lie at one depth, so all keys get there in the same turn.
    while let Some(Descent { node: Node::Inner(_), .. }) = descents.first() {
        descents.iter_mut().for_each(Descent::go_down);
    }
    for descent in &mut descents {
        descent.suspect = descent.node.keys().suspect(descent.key);
    }
    // What a key is compared with lies elsewhere once more.
    for descent in &descents {
        if let Some(entry) = descent.node.keys().probable(&descent.suspect) {
            entry.prefetch();
        }
    }
    descents.iter().map(|descent| descent.end(root)).collect()
}

impl Descent<'_> {
    /// Goes to a child.
    #[inline]
    fn go_down(&mut self) {
        let Node::Inner(inner) = self.node else { return };
        let (index, route) = inner.child_of(self.key, self.route);
        (self.node, self.route) = (&inner.children()[index], route);
        self.place.push(index);
        // A search by itself asks for all of a node at once; here there is time to ask for the rest once it is known which
        // part that is.
        match self.node {
            Node::Leaf(keys) => keys.prefetch_for_suspicion(),
            Node::Inner(inner) => inner.separators().prefetch_heads(),
        }
    }

    /// Compares whole keys.
    #[inline]
    fn end(&self, root: &Node) -> Found {
        let leaf = self.node.keys();
        let found = leaf.confirm(self.key, &self.suspect);
        let (entry, place) = match leaf.proven(self.key, found, self.route) {
            Some(found) => leaf.found(found, self.place),
            None => root.find_compared(self.key),
        };
        Found { entry: entry.cloned(), place }
    }
}
