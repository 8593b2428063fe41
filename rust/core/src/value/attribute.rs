//! The owned tree of an attribute's value, for code that builds or takes values apart away from the hot path.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Number;

/// DynamoDB's ten data types.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Type {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
    /// String set.
    Ss,
    /// Number set.
    Ns,
    /// Binary set.
    Bs,
    /// List.
    L,
    /// Map.
    M,
    /// Boolean.
    Bool,
    /// Null.
    Null,
}

impl Type {
    /// The descriptor on the wire: `S`, `SS`, `BOOL` and so on.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
            Self::L => "L",
            Self::M => "M",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
        }
    }

    /// The type of a descriptor on the wire.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Some(match tag {
            "S" => Self::S,
            "N" => Self::N,
            "B" => Self::B,
            "SS" => Self::Ss,
            "NS" => Self::Ns,
            "BS" => Self::Bs,
            "L" => Self::L,
            "M" => Self::M,
            "BOOL" => Self::Bool,
            "NULL" => Self::Null,
            _ => return None,
        })
    }

    /// The type of a set's elements; `None` for what is no set.
    #[must_use]
    pub fn element(self) -> Option<Self> {
        match self {
            Self::Ss => Some(Self::S),
            Self::Ns => Some(Self::N),
            Self::Bs => Some(Self::B),
            _ => None,
        }
    }

    /// The set whose elements are of this type; `None` for what no set holds.
    #[must_use]
    pub fn set(self) -> Option<Self> {
        match self {
            Self::S => Some(Self::Ss),
            Self::N => Some(Self::Ns),
            Self::B => Some(Self::Bs),
            _ => None,
        }
    }
}

/// An attribute's value as an owned tree.
///
/// Sets are never empty and hold no element twice; whoever builds one sees to that. `==` compares lists and sets
/// element by element and maps by name; [`ValueRef::equals`](super::ValueRef::equals) is DynamoDB's equality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AttributeValue {
    /// String, UTF-8.
    S(String),
    /// Number.
    N(Number),
    /// Binary.
    B(Vec<u8>),
    /// String set.
    Ss(Vec<String>),
    /// Number set.
    Ns(Vec<Number>),
    /// Binary set.
    Bs(Vec<Vec<u8>>),
    /// List.
    L(Vec<AttributeValue>),
    /// Map.
    M(Map),
    /// Boolean.
    Bool(bool),
    /// Null.
    Null,
}

impl AttributeValue {
    /// The type of this value.
    #[must_use]
    pub fn type_(&self) -> Type {
        match self {
            Self::S(_) => Type::S,
            Self::N(_) => Type::N,
            Self::B(_) => Type::B,
            Self::Ss(_) => Type::Ss,
            Self::Ns(_) => Type::Ns,
            Self::Bs(_) => Type::Bs,
            Self::L(_) => Type::L,
            Self::M(_) => Type::M,
            Self::Bool(_) => Type::Bool,
            Self::Null => Type::Null,
        }
    }
}

/// Above this many entries a [`Map`] keeps an index of its names; below it looking through them is faster.
const SCANNED_ENTRIES_MAX: usize = 32;

/// Names with values, in the order they were first inserted. Equality does not look at the order.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(String, AttributeValue)>,
    /// Name to position; present only in a large map, absent after a removal until the next insertion.
    index: Option<BTreeMap<String, usize>>,
}

impl Map {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a value at a name; gives back the value it replaces, whose position it takes.
    pub fn insert(&mut self, name: impl Into<String>, value: AttributeValue) -> Option<AttributeValue> {
        let name = name.into();
        if self.index.is_none() && self.entries.len() > SCANNED_ENTRIES_MAX {
            self.index = Some(self.entries.iter().map(|(name, _)| name.clone()).zip(0..).collect());
        }
        if let Some(position) = self.position(&name) {
            return Some(std::mem::replace(&mut self.entries[position].1, value));
        }
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), self.entries.len());
        }
        self.entries.push((name, value));
        None
    }

    /// Takes a name's value out; what follows keeps its order. Costs as much as the map is long.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        let position = self.position(name)?;
        self.index = None;
        Some(self.entries.remove(position).1)
    }

    /// The value at a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.position(name).map(|position| &self.entries[position].1)
    }

    /// The value at a name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut AttributeValue> {
        self.position(name).map(|position| &mut self.entries[position].1)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &AttributeValue)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A map of entries whose names are known to differ.
    pub(super) fn from_distinct(entries: Vec<(String, AttributeValue)>) -> Self {
        Self { entries, index: None }
    }

    fn sorted_entries(&self) -> Vec<&(String, AttributeValue)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        entries
    }

    fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.entries.iter().position(|(candidate, _)| candidate == name),
        }
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && (self.entries == other.entries || self.sorted_entries() == other.sorted_entries())
    }
}

impl Eq for Map {}

impl<N: Into<String>> FromIterator<(N, AttributeValue)> for Map {
    fn from_iter<I: IntoIterator<Item = (N, AttributeValue)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (name, value) in entries {
            map.insert(name, value);
        }
        map
    }
}

impl IntoIterator for Map {
    type Item = (String, AttributeValue);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
