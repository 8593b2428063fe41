//! Dictionaries of items that had the same attributes, to be copied.

use dynacore::value::{EntryName, MapRef};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::names::Names;

/// How many shapes are kept at most: one for each slot.
const SLOTS: usize = 64;

/// A dictionary of more entries than this has grown on the way: it starts with room for five.
const UNGROWN_MAX: usize = 5;

/// Items of other shapes that a shape of use outlives.
const CREDIT_MAX: u8 = 16;

/// An item with more attributes is not kept, so that the table stays small.
const ENTRIES_MAX: usize = 64;

/// A bounded table of shapes: which names in which order.
///
/// Items of a table mostly have the same attributes. A dictionary that is filled one by one grows twice until it
/// holds twelve; a copy of one that has the names already has its size and their places.
pub struct Shapes {
    slots: [Option<Box<Shape>>; SLOTS],
}

/// A place in the table.
#[derive(Clone, Copy)]
pub struct Slot(usize);

/// The names of an item in order, and a dictionary that has them with `None` for each value.
pub struct Shape {
    /// How many items of other shapes it may still meet in its slot before it makes room.
    credit: u8,
    names: Vec<(EntryName, Py<PyString>)>,
    blank: Py<PyDict>,
}

impl Shapes {
    /// An empty table.
    pub fn new() -> Self {
        Self { slots: [const { None }; SLOTS] }
    }

    /// Takes out the shape that an item may have, to be given back with [`Shapes::settle`].
    pub fn take(&mut self, slot: Slot, map: MapRef<'_>) -> Option<Box<Shape>> {
        let slot = &mut self.slots[slot.0];
        if slot.as_ref()?.names.len() == map.len() { slot.take() } else { None }
    }

    /// Gives back the shape that was taken for an item, if one was, and whether it `fits`. Where it does not, the
    /// item's own is made for the next one like it, unless the other was of use lately.
    ///
    /// # Errors
    /// What Python raises when it cannot make an object.
    pub fn settle(
        &mut self,
        py: Python<'_>,
        (slot, map): (Slot, MapRef<'_>),
        (taken, fits): (Option<Box<Shape>>, bool),
        names: &mut Names,
    ) -> PyResult<()> {
        let slot = &mut self.slots[slot.0];
        if taken.is_some() {
            *slot = taken;
        }
        match slot {
            Some(shape) if fits => shape.credit = CREDIT_MAX,
            Some(shape) if shape.credit > 0 => shape.credit -= 1,
            _ => *slot = Some(Shape::of(py, map, names)?),
        }
        Ok(())
    }
}

impl Slot {
    /// Where the shape of an item would be, if it is worth keeping.
    pub fn of(map: MapRef<'_>) -> Option<Self> {
        if !(UNGROWN_MAX + 1..=ENTRIES_MAX).contains(&map.len()) {
            return None;
        }
        let (first, _) = map.byte_entries().next()?;
        let start = first.iter().take(4).fold(0, |start, byte| start * 31 + usize::from(*byte));
        Some(Self((start + map.len()) % SLOTS))
    }
}

impl Shape {
    fn of(py: Python<'_>, map: MapRef<'_>, names: &mut Names) -> PyResult<Box<Self>> {
        let blank = PyDict::new(py);
        let mut kept = Vec::with_capacity(map.len());
        for (name, _) in map.byte_entries() {
            let text = names.get(py, name)?;
            blank.set_item(text, py.None())?;
            kept.push((EntryName::new(name), text.clone().unbind()));
        }
        Ok(Box::new(Self { credit: 0, names: kept, blank: blank.unbind() }))
    }

    /// A dictionary with all names.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn blank<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.blank.bind(py).copy()
    }

    /// The names, as items have them and as Python has them.
    pub fn names<'a, 'py: 'a>(
        &'a self,
        py: Python<'py>,
    ) -> impl Iterator<Item = (&'a EntryName, &'a Bound<'py, PyString>)> {
        self.names.iter().map(move |(name, text)| (name, text.bind(py)))
    }
}
