//! The paths of a projection or an update as one tree: paths that share a beginning share its nodes.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::ast::{Path, Step, Symbols};
use super::names::BoundNames;

/// A node: the step that leads to it. A tree's nodes are stored parent before children; a node's descendants are the
/// nodes after it up to `end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub step: Step,
    /// Index behind the node's last descendant.
    pub end: u16,
    /// Index of the path that ends here. A node where none ends has children.
    pub leaf: Option<u16>,
}

/// Paths that neither overlap nor conflict, as a tree. The top level is in the order the paths first appear in the
/// text; below it names are in byte order and indexes ascend.
#[derive(Clone, Default, Debug)]
pub(super) struct PathTree {
    nodes: SmallVec<[Node; 4]>,
}

impl PathTree {
    /// The tree of `paths`, or DynamoDB's refusal of a pair that overlaps (one is the other or lies inside it) or
    /// conflicts (one takes for a list what the other takes for a map).
    pub fn new(paths: &[Path], symbols: &Symbols, names: &BoundNames) -> Result<Self, String> {
        if let Some(flat) = Self::flat(paths, symbols, names) {
            return Ok(flat);
        }
        let steps = |index: u16| symbols.steps(paths[usize::from(index)]);
        let mut order: SmallVec<[u16; 8]> = (0..position(paths.len())).collect();
        order.sort_by(|left, right| compare(symbols, names, steps(*left), steps(*right)));
        // In this order a path is followed at once by those inside it, and what is inside a map by what is inside
        // a list of the same path, so neighbours tell of every clash.
        if order.windows(2).any(|pair| clash(symbols, names, steps(pair[0]), steps(pair[1])).is_some()) {
            return Err(clash_text(paths, symbols, names));
        }
        order_by_appearance(&mut order, |left, right| {
            names.same_step(symbols, steps(left)[0], steps(right)[0])
        });

        let mut tree = Self::default();
        let mut open = SmallVec::<[u16; 8]>::new();
        let mut before: &[Step] = &[];
        for index in order {
            let path = steps(index);
            let shared =
                before.iter().zip(path).take_while(|(left, right)| names.same_step(symbols, **left, **right));
            tree.close(&mut open, shared.count());
            for step in &path[open.len()..] {
                open.push(position(tree.nodes.len()));
                tree.nodes.push(Node { step: *step, end: 0, leaf: None });
            }
            let last = tree.nodes.last_mut().expect("invariant: a path adds at least its last step");
            last.leaf = Some(index);
            before = path;
        }
        tree.close(&mut open, 0);
        Ok(tree)
    }

    /// The tree of a few different top-level attributes, which is what most expressions ask for: no sorting.
    fn flat(paths: &[Path], symbols: &Symbols, names: &BoundNames) -> Option<Self> {
        const PATHS_MAX: usize = 8;
        if paths.len() > PATHS_MAX {
            return None;
        }
        let mut tree = Self::default();
        for (index, path) in (0_u16..).zip(paths) {
            let [step] = *symbols.steps(*path) else { return None };
            if tree.nodes.iter().any(|node| names.same_step(symbols, node.step, step)) {
                return None;
            }
            tree.nodes.push(Node { step, end: index + 1, leaf: Some(index) });
        }
        Some(tree)
    }

    /// The children of the node at `parent`, or the top level for none, each with its index.
    pub fn children(&self, parent: Option<u16>) -> impl Iterator<Item = (u16, Node)> + '_ {
        let (mut at, end) = match parent {
            None => (0, position(self.nodes.len())),
            Some(index) => (index + 1, self.nodes[usize::from(index)].end),
        };
        std::iter::from_fn(move || {
            let node = *(at < end).then(|| &self.nodes[usize::from(at)])?;
            Some((std::mem::replace(&mut at, node.end), node))
        })
    }

    /// Ends the open nodes but the first `keep`.
    fn close(&mut self, open: &mut SmallVec<[u16; 8]>, keep: usize) {
        let end = position(self.nodes.len());
        for index in open.drain(keep..) {
            self.nodes[usize::from(index)].end = end;
        }
    }
}

fn position(index: usize) -> u16 {
    u16::try_from(index).expect("invariant: 4096 bytes make fewer than 65536 steps")
}

/// Byte order of names, names before indexes, indexes by number, a path before those inside it.
fn compare(symbols: &Symbols, names: &BoundNames, left: &[Step], right: &[Step]) -> Ordering {
    for (left, right) in left.iter().zip(right) {
        let order = match (left, right) {
            (Step::Index(left), Step::Index(right)) => left.cmp(right),
            (Step::Index(_), _) => Ordering::Greater,
            (_, Step::Index(_)) => Ordering::Less,
            _ => names.name(symbols, *left).cmp(&names.name(symbols, *right)),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len())
}

/// How two paths cannot stand together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clash {
    Overlap,
    Conflict,
}

fn clash(symbols: &Symbols, names: &BoundNames, left: &[Step], right: &[Step]) -> Option<Clash> {
    for (left, right) in left.iter().zip(right) {
        if !names.same_step(symbols, *left, *right) {
            let kinds_differ = matches!(left, Step::Index(_)) != matches!(right, Step::Index(_));
            return kinds_differ.then_some(Clash::Conflict);
        }
    }
    Some(Clash::Overlap)
}

/// The refusal of paths of which some pair clashes: the first overlap in the order of the text, else the first
/// conflict.
fn clash_text(paths: &[Path], symbols: &Symbols, names: &BoundNames) -> String {
    let mut conflict = None;
    for (index, two) in paths.iter().enumerate() {
        for one in &paths[..index] {
            match clash(symbols, names, symbols.steps(*one), symbols.steps(*two)) {
                Some(Clash::Overlap) => return pair_text("overlap", symbols, names, *one, *two),
                Some(Clash::Conflict) if conflict.is_none() => conflict = Some((*one, *two)),
                _ => {}
            }
        }
    }
    let (one, two) = conflict.expect("invariant: neighbours clashed");
    pair_text("conflict", symbols, names, one, two)
}

fn pair_text(what: &str, symbols: &Symbols, names: &BoundNames, one: Path, two: Path) -> String {
    let (one, two) = (names.path_text(symbols, one), names.path_text(symbols, two));
    format!(
        "Two document paths {what} with each other; must remove or rewrite one of these paths; path one: {one}, \
         path two: {two}"
    )
}

/// Moves the runs of `order` that share their top-level attribute into the order of their earliest members.
fn order_by_appearance(order: &mut SmallVec<[u16; 8]>, same: impl Fn(u16, u16) -> bool) {
    let mut ranked = SmallVec::<[(u16, u16); 8]>::new();
    let mut start = 0;
    while start < order.len() {
        let run = order[start..].iter().take_while(|index| same(order[start], **index)).count();
        let run = &order[start..start + run];
        let first = run.iter().copied().min().expect("invariant: a run has its first member");
        ranked.extend(run.iter().map(|index| (first, *index)));
        start += run.len();
    }
    ranked.sort_by_key(|(first, _)| *first);
    for (slot, (_, index)) in order.iter_mut().zip(ranked) {
        *slot = index;
    }
}
