//! Reading encoded values in place.

use std::fmt;

use super::layout::{self, CONTAINER_SIZE, ELEMENT_SIZE};
use super::{AttributeValue, EntryName, Map, Number, Type, Value, ValueWord};

/// One encoded value, borrowed: its tag and its payload.
#[derive(Clone, Copy)]
pub struct ValueRef<'a>(&'a [u8]);

/// A value by its type.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// String.
    S(&'a str),
    /// Number.
    N(Number),
    /// Binary.
    B(&'a [u8]),
    /// String set; its elements are of type S.
    Ss(SetRef<'a>),
    /// Number set; its elements are of type N.
    Ns(SetRef<'a>),
    /// Binary set; its elements are of type B.
    Bs(SetRef<'a>),
    /// List.
    L(ListRef<'a>),
    /// Map.
    M(MapRef<'a>),
    /// Boolean.
    Bool(bool),
    /// Null.
    Null,
}

impl<'a> ValueRef<'a> {
    /// The value of bytes an [`Encoder`](super::Encoder) wrote, or that were checked.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Tag and payload.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The payload: a string's UTF-8, a binary's bytes, a number's stored form; a container's count and content.
    /// For a door that checks text again itself, or knows a number by its bytes, this is cheaper than a view.
    #[inline]
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        let start = layout::header_length(self.0);
        debug_assert_eq!(
            layout::payload_range(self.0),
            start..self.0.len(),
            "a value borrows its bytes alone"
        );
        &self.0[start..]
    }

    /// Its word.
    #[inline]
    #[must_use]
    pub fn word(&self) -> ValueWord {
        ValueWord::of_first(self.0, self.0.len())
    }

    /// The type.
    #[inline]
    #[must_use]
    pub fn type_(&self) -> Type {
        layout::type_of(self.0[0]).expect("invariant: an encoded value begins with a tag")
    }

    /// Whether it is a list, a map or a set.
    #[inline]
    pub(super) fn is_container(&self) -> bool {
        (layout::LIST..=layout::BINARY_SET).contains(&self.0[0])
    }

    /// The value by its type. Allocates nothing; checks a string's UTF-8, copies a number.
    #[must_use]
    pub fn view(&self) -> View<'a> {
        let payload = self.payload();
        match self.type_() {
            Type::S => View::S(utf8(payload)),
            Type::N => View::N(Number::trusted(payload)),
            Type::B => View::B(payload),
            Type::Ss => View::Ss(SetRef(ListRef::new(payload))),
            Type::Ns => View::Ns(SetRef(ListRef::new(payload))),
            Type::Bs => View::Bs(SetRef(ListRef::new(payload))),
            Type::L => View::L(ListRef::new(payload)),
            Type::M => View::M(MapRef::new(payload)),
            Type::Bool => View::Bool(self.0[0] == layout::TRUE),
            Type::Null => View::Null,
        }
    }

    /// The bytes DynamoDB charges for this value (facts 1.3). Walks into containers.
    #[must_use]
    pub fn size(&self) -> usize {
        match self.type_() {
            Type::S | Type::B => self.payload().len(),
            Type::N => Number::size_of(self.payload()),
            Type::Bool | Type::Null => 1,
            Type::Ss | Type::Ns | Type::Bs => {
                ListRef::new(self.payload()).iter().map(|element| element.size()).sum()
            }
            Type::L => {
                let elements = ListRef::new(self.payload()).iter();
                CONTAINER_SIZE + elements.map(|element| element.size() + ELEMENT_SIZE).sum::<usize>()
            }
            Type::M => {
                let entries = MapRef::new(self.payload()).iter();
                let entry_size =
                    |(name, value): (&str, ValueRef<'_>)| name.len() + value.size() + ELEMENT_SIZE;
                CONTAINER_SIZE + entries.map(entry_size).sum::<usize>()
            }
        }
    }

    /// How many lists and maps stand inside each other: 0 for a scalar or set, 1 for a list of scalars.
    #[must_use]
    pub fn depth(&self) -> usize {
        let deepest = match self.view() {
            View::L(list) => list.iter().map(|element| element.depth()).max(),
            View::M(map) => map.iter().map(|(_, value)| value.depth()).max(),
            _ => return 0,
        };
        1 + deepest.unwrap_or(0)
    }

    /// The owned tree.
    #[must_use]
    pub fn to_value(&self) -> AttributeValue {
        match self.view() {
            View::S(text) => AttributeValue::S(text.to_owned()),
            View::N(number) => AttributeValue::N(number),
            View::B(bytes) => AttributeValue::B(bytes.to_vec()),
            View::Ss(set) => {
                AttributeValue::Ss(set.iter().map(|each| utf8(each.payload()).to_owned()).collect())
            }
            View::Ns(set) => {
                AttributeValue::Ns(set.iter().map(|each| Number::trusted(each.payload())).collect())
            }
            View::Bs(set) => AttributeValue::Bs(set.iter().map(|each| each.payload().to_vec()).collect()),
            View::L(list) => AttributeValue::L(list.iter().map(|each| each.to_value()).collect()),
            View::M(map) => AttributeValue::M(map.to_map()),
            View::Bool(flag) => AttributeValue::Bool(flag),
            View::Null => AttributeValue::Null,
        }
    }

    /// An owned copy of the encoded bytes.
    #[must_use]
    pub fn to_owned(&self) -> Value {
        Value::from_encoded(self.0)
    }
}

impl fmt::Debug for ValueRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(formatter)
    }
}

/// The text of bytes that were checked when they came in.
pub(super) fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("invariant: encoded text is UTF-8")
}

/// The elements of an encoded list.
#[derive(Clone, Copy)]
pub struct ListRef<'a> {
    elements: &'a [u8],
    count: usize,
}

impl<'a> ListRef<'a> {
    fn new(payload: &'a [u8]) -> Self {
        let (count, used) = layout::varint(payload);
        Self { elements: &payload[used..], count }
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The element at a position counted from 0. Skips the elements before it, each at the cost of its tag.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<ValueRef<'a>> {
        self.iter().nth(position)
    }

    /// The elements in order.
    #[must_use]
    pub fn iter(&self) -> Elements<'a> {
        Elements { rest: self.elements, count: self.count }
    }
}

impl fmt::Debug for ListRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// The elements of an encoded set, in the order they were written; all of one type, none twice, never none.
#[derive(Clone, Copy)]
pub struct SetRef<'a>(ListRef<'a>);

impl<'a> SetRef<'a> {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none; never so for a set that was written by an encoder.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The element at a position counted from 0.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<ValueRef<'a>> {
        self.0.get(position)
    }

    /// The elements.
    #[must_use]
    pub fn iter(&self) -> Elements<'a> {
        self.0.iter()
    }

    /// Whether the set has an element; false for a value of another type. Compares bytes, which for the three
    /// element types is DynamoDB's equality.
    #[must_use]
    pub fn contains(&self, element: ValueRef<'_>) -> bool {
        self.iter().any(|candidate| candidate.as_bytes() == element.as_bytes())
    }
}

impl fmt::Debug for SetRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

/// The entries of an encoded map, or of an item's top level.
#[derive(Clone, Copy)]
pub struct MapRef<'a> {
    entries: &'a [u8],
    count: usize,
}

impl<'a> MapRef<'a> {
    /// The map of a count followed by that many entries.
    #[inline(always)]
    pub(super) fn new(payload: &'a [u8]) -> Self {
        let (count, used) = layout::varint(payload);
        Self { entries: &payload[used..], count }
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The value at a name. Walks the entries before it, each at the cost of its name's and its value's length.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<ValueRef<'a>> {
        layout::find_entry(self.entries, name.as_bytes()).map(ValueRef)
    }

    /// The entries in the order they were written.
    #[must_use]
    pub fn iter(&self) -> Entries<'a> {
        Entries { rest: self.entries, count: self.count }
    }

    /// The entries with the bytes of their names, for whoever knows names by their bytes: the check of their
    /// UTF-8 is left out.
    pub fn byte_entries(&self) -> impl Iterator<Item = (&'a [u8], ValueRef<'a>)> + use<'a> {
        let mut rest = self.entries;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (name, value, after) = layout::split_entry(rest);
            rest = after;
            Some((name, ValueRef(value)))
        })
    }

    /// The entries, for whoever expects their names.
    #[must_use]
    pub fn expected_entries(&self) -> ExpectedEntries<'a> {
        ExpectedEntries { rest: self.entries }
    }

    /// The owned tree.
    #[must_use]
    pub fn to_map(&self) -> Map {
        Map::from_distinct(self.iter().map(|(name, value)| (name.to_owned(), value.to_value())).collect())
    }
}

/// Walks the entries of a map whose names are expected.
pub struct ExpectedEntries<'a> {
    rest: &'a [u8],
}

impl<'a> ExpectedEntries<'a> {
    /// The value of the next entry, if that has this name, with its word; otherwise it stays the next.
    #[inline]
    pub fn next(&mut self, name: &EntryName) -> Option<(ValueRef<'a>, ValueWord)> {
        let bytes = name.strip(self.rest)?;
        let (value, rest) = layout::split_value(bytes);
        self.rest = rest;
        Some((ValueRef(value), ValueWord::of_first(bytes, value.len())))
    }
}

impl fmt::Debug for MapRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// Walks the elements of a list or a set.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
    count: usize,
}

impl<'a> Elements<'a> {
    /// Walks that many encoded values.
    pub(super) fn new(elements: &'a [u8], count: usize) -> Self {
        Self { rest: elements, count }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = ValueRef<'a>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (value, rest) = layout::split_value(self.rest);
        self.rest = rest;
        self.count -= 1;
        Some(ValueRef(value))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

impl ExactSizeIterator for Elements<'_> {}

/// Walks the entries of a map or an item.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    rest: &'a [u8],
    count: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, ValueRef<'a>);
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (name, value, rest) = layout::split_entry(self.rest);
        self.rest = rest;
        self.count -= 1;
        Some((utf8(name), ValueRef(value)))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

impl ExactSizeIterator for Entries<'_> {}
