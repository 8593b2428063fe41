//! Document paths, and projections by them.

use super::tree::{Attributes, Tree};

/// A step of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Into a map, or to an attribute.
    Name(String),
    /// Into a list.
    Index(usize),
}

/// A path; its first step is a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path of a top-level attribute.
    #[must_use]
    pub fn attribute(name: &str) -> Self {
        Self(vec![Step::Name(name.to_owned())])
    }

    /// The attribute it starts at.
    #[must_use]
    pub fn top(&self) -> &str {
        match self.0.first() {
            Some(Step::Name(name)) => name,
            _ => "",
        }
    }

    /// What is there.
    #[must_use]
    pub fn find<'i>(&self, item: &'i Attributes) -> Option<&'i Tree> {
        let mut found = item.get(self.top())?;
        for step in &self.0[1..] {
            found = child(found, step)?;
        }
        Some(found)
    }

    /// The path without its last step; none for a top-level attribute.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        (self.0.len() > 1).then(|| Self(self.0[..self.0.len() - 1].to_vec()))
    }

    /// Writes a value, or removes what is there. The parent is there and is of the right type.
    pub fn write(&self, item: &mut Attributes, value: Option<Tree>) {
        let mut map = item;
        let mut steps = self.0.as_slice();
        loop {
            let (Step::Name(name), rest) = (&steps[0], &steps[1..]) else { return };
            if rest.is_empty() {
                match value {
                    Some(value) => drop(map.insert(name.clone(), value)),
                    None => drop(map.remove(name)),
                }
                return;
            }
            match (map.get_mut(name), rest) {
                (Some(Tree::M(inner)), rest) => (map, steps) = (inner, rest),
                (Some(Tree::L(list)), [Step::Index(index)]) => {
                    match value {
                        Some(value) if *index < list.len() => list[*index] = value,
                        Some(value) => list.push(value),
                        None if *index < list.len() => drop(list.remove(*index)),
                        None => {}
                    }
                    return;
                }
                _ => return,
            }
        }
    }
}

fn child<'t>(tree: &'t Tree, step: &Step) -> Option<&'t Tree> {
    match (tree, step) {
        (Tree::M(map), Step::Name(name)) => map.get(name),
        (Tree::L(list), Step::Index(index)) => list.get(*index),
        _ => None,
    }
}

/// The parts of an item that paths lead to.
#[must_use]
pub fn project(item: &Attributes, paths: &[Path]) -> Attributes {
    let all: Vec<&[Step]> = paths.iter().map(|path| path.0.as_slice()).collect();
    match part(&Tree::M(item.clone()), &all) {
        Some(Tree::M(attributes)) => attributes,
        _ => Attributes::new(),
    }
}

fn part(tree: &Tree, paths: &[&[Step]]) -> Option<Tree> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(tree.clone());
    }
    let mut firsts: Vec<&Step> = paths.iter().map(|path| &path[0]).collect();
    firsts.sort();
    firsts.dedup();
    let mut found = Vec::new();
    for first in firsts {
        let below: Vec<&[Step]> =
            paths.iter().filter(|path| path[0] == *first).map(|path| &path[1..]).collect();
        if let Some(inner) = child(tree, first).and_then(|inner| part(inner, &below)) {
            found.push((first, inner));
        }
    }
    if found.is_empty() {
        return None;
    }
    Some(match tree {
        Tree::L(_) => Tree::L(found.into_iter().map(|(_, inner)| inner).collect()),
        _ => Tree::M(
            found
                .into_iter()
                .filter_map(|(step, inner)| match step {
                    Step::Name(name) => Some((name.clone(), inner)),
                    Step::Index(_) => None,
                })
                .collect(),
        ),
    })
}
