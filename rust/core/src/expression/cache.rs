//! Trees of recently used texts, so that a request whose expressions were seen before parses nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

use triomphe::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::ast::{ConditionTree, ProjectionTree, UpdateTree};
use super::error::ExpressionError;
use super::parser::{self, Problem};
use super::partiql::Statement;

/// Parsed expressions by kind and text, bounded, shared by all threads.
///
/// A hit costs one hash of the text, one look-up under a mutex, one comparison of the text and one count of an
/// `Arc`; it allocates nothing. Two generations stand in for an eviction order: when the young one is full it
/// becomes the old one and the old one is dropped, and a hit in the old one moves the entry to the young. What is
/// cached is invisible but for speed, so results stay deterministic.
#[derive(Debug)]
pub struct Cache {
    generation_capacity: usize,
    generations: Mutex<Generations>,
}

#[derive(Default, Debug)]
struct Generations {
    young: Generation,
    old: Generation,
}

/// By hash of kind and text. A second text with the same hash replaces the first.
type Generation = HashMap<u64, Entry, BuildHasherDefault<Prehashed>>;

#[derive(Debug)]
struct Entry {
    text: Box<str>,
    tree: Tree,
}

#[derive(Clone, Debug)]
enum Tree {
    Condition(Arc<ConditionTree>),
    Projection(Arc<ProjectionTree>),
    Update(Arc<UpdateTree>),
    Statement(Arc<Statement>),
}

/// The keys are hashes already.
#[derive(Default, Debug)]
struct Prehashed(u64);

impl Hasher for Prehashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("invariant: keys are u64")
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

const CONDITION: u64 = 1;
const PROJECTION: u64 = 2;
const UPDATE: u64 = 3;
const STATEMENT: u64 = 4;

impl Cache {
    /// A cache of at most `capacity` expressions (at least two are kept).
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { generation_capacity: (capacity / 2).max(1), generations: Mutex::default() }
    }

    /// How many expressions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.len() + generations.old.len()
    }

    /// Whether nothing has been cached yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn condition(&self, text: &str) -> Result<Arc<ConditionTree>, Problem> {
        match self
            .tree(CONDITION, text, |text| Ok(Tree::Condition(Arc::new(parser::parse_condition(text)?))))?
        {
            Tree::Condition(tree) => Ok(tree),
            _ => unreachable!("invariant: the kind is part of the key"),
        }
    }

    pub(super) fn projection(&self, text: &str) -> Result<Arc<ProjectionTree>, Problem> {
        match self
            .tree(PROJECTION, text, |text| Ok(Tree::Projection(Arc::new(parser::parse_projection(text)?))))?
        {
            Tree::Projection(tree) => Ok(tree),
            _ => unreachable!("invariant: the kind is part of the key"),
        }
    }

    pub(super) fn update(&self, text: &str) -> Result<Arc<UpdateTree>, Problem> {
        match self.tree(UPDATE, text, |text| Ok(Tree::Update(Arc::new(parser::parse_update(text)?))))? {
            Tree::Update(tree) => Ok(tree),
            _ => unreachable!("invariant: the kind is part of the key"),
        }
    }

    /// The PartiQL statement of a text, parsed only if it is not known.
    ///
    /// # Errors
    /// The text is no statement.
    pub fn statement(&self, text: &str) -> Result<Arc<Statement>, ExpressionError> {
        let parse = |text: &str| match Statement::parse(text) {
            Ok(statement) => Ok(Tree::Statement(Arc::new(statement))),
            Err(error) => Err(error.message().to_owned()),
        };
        match self.tree(STATEMENT, text, parse).map_err(ExpressionError::Request)? {
            Tree::Statement(statement) => Ok(statement),
            _ => unreachable!("invariant: the kind is part of the key"),
        }
    }

    /// The tree of `text`, parsed only if it is not known. Refused texts are not kept. The lock is not held while
    /// parsing.
    fn tree(
        &self,
        kind: u64,
        text: &str,
        parse: impl FnOnce(&str) -> Result<Tree, Problem>,
    ) -> Result<Tree, Problem> {
        let hash = xxh3_64_with_seed(text.as_bytes(), kind);
        if let Some(tree) = self.generations().find(hash, kind, text, self.generation_capacity) {
            return Ok(tree);
        }
        let tree = parse(text)?;
        let entry = Entry { text: text.into(), tree: tree.clone() };
        self.generations().insert(hash, entry, self.generation_capacity);
        Ok(tree)
    }

    /// A poisoned lock is no danger: every change leaves the maps whole.
    fn generations(&self) -> std::sync::MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn find(&mut self, hash: u64, kind: u64, text: &str, capacity: usize) -> Option<Tree> {
        if let Some(entry) = self.young.get(&hash) {
            return entry.matches(kind, text).then(|| entry.tree.clone());
        }
        if !self.old.get(&hash)?.matches(kind, text) {
            return None;
        }
        let entry = self.old.remove(&hash)?;
        let tree = entry.tree.clone();
        self.insert(hash, entry, capacity);
        Some(tree)
    }

    fn insert(&mut self, hash: u64, entry: Entry, capacity: usize) {
        if self.young.len() >= capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, entry);
    }
}

impl Entry {
    fn matches(&self, kind: u64, text: &str) -> bool {
        let same_kind = match self.tree {
            Tree::Condition(_) => kind == CONDITION,
            Tree::Projection(_) => kind == PROJECTION,
            Tree::Update(_) => kind == UPDATE,
            Tree::Statement(_) => kind == STATEMENT,
        };
        same_kind && *self.text == *text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_text_gives_the_same_tree() {
        let cache = Cache::new(8);
        let first = cache.condition("a = :b").unwrap();
        assert!(Arc::ptr_eq(&first, &cache.condition("a = :b").unwrap()));
        assert_eq!(cache.len(), 1);
    }

    #[test]
    fn the_kind_is_part_of_the_key() {
        let cache = Cache::new(8);
        cache.projection("a").unwrap();
        assert!(cache.condition("a").is_err());
        assert!(cache.update("a").is_err());
    }

    #[test]
    fn it_stays_within_its_capacity_and_keeps_what_is_used() {
        let cache = Cache::new(8);
        let kept = cache.projection("kept").unwrap();
        for index in 0..100 {
            cache.projection(&format!("a{index}")).unwrap();
            assert!(Arc::ptr_eq(&kept, &cache.projection("kept").unwrap()));
            assert!(cache.len() <= 8);
        }
    }

    #[test]
    fn refused_texts_are_not_kept() {
        let cache = Cache::new(8);
        assert!(cache.update("nonsense").is_err());
        assert!(cache.is_empty());
    }
}
