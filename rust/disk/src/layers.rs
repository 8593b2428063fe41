//! What a store reads: layers in memory above tables on disk.

use std::ops::ControlFlow;
use std::sync::Arc;

use dynacore::store::{Direction, Entry, Found, KeyRange, Read, Sequence, Space, StoreError};

use crate::layer::{Answer, Layer, ReadLayer};
use crate::merge::{Cursor, merge};
use crate::tables::{Tables, Walk};

/// What is read: the newest first.
pub(crate) struct Layers {
    pub(crate) active: Layer,
    /// What the active layer holds: the commits behind this one, in the segments from this one on.
    pub(crate) active_from: (u64, Sequence),
    /// The segment that is written.
    pub(crate) segment: u64,
    /// The layer that is being moved to the tables.
    pub(crate) frozen: Option<FrozenLayer>,
    pub(crate) tables: Arc<Tables>,
    /// Whether what a failed log did not make safe was taken back.
    pub(crate) is_rolled_back: bool,
    /// Why nothing can be read.
    pub(crate) unreadable: Option<StoreError>,
}

/// A layer that is being moved to the tables.
pub(crate) struct FrozenLayer {
    pub(crate) layer: Arc<Layer>,
    pub(crate) sequence: Sequence,
    pub(crate) from: (u64, Sequence),
}

impl Layers {
    /// Nothing but tables, which hold what was committed before the segment and the sequence.
    pub(crate) fn new(tables: Arc<Tables>, from: (u64, Sequence)) -> Self {
        Self {
            active: Layer::default(),
            active_from: from,
            segment: from.0,
            frozen: None,
            tables,
            is_rolled_back: false,
            unreadable: None,
        }
    }
}

impl Read for Layers {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        Ok(self.find(space, key)?.entry)
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        // A put goes to the active layer, whichever layer has the entry.
        let (mut answer, place) = self.active.ask(space, key)?;
        if let (Answer::Unknown, Some(frozen)) = (&answer, &self.frozen) {
            answer = frozen.layer.ask(space, key)?.0;
        }
        let entry = match answer {
            Answer::Entry(entry) => Some(entry),
            Answer::Absent => None,
            Answer::Unknown => self.tables.get(None, space, key)?,
        };
        Ok(Found { entry, place })
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let frozen = self.frozen.as_ref().map(|frozen| frozen.layer.as_ref());
        let layers: [Option<&dyn ReadLayer>; 2] =
            [Some(&self.active), frozen.map(|layer| layer as &dyn ReadLayer)];
        scan_layers(layers, (&self.tables, None), (space, range, direction), visit)
    }
}

/// Scans layers, the newest first, and the tables below them, unless a layer hides what is below it.
pub(crate) fn scan_layers(
    layers: [Option<&dyn ReadLayer>; 2],
    (tables, view): (&Tables, Option<&fjall::Snapshot>),
    (space, range, direction): (Space, KeyRange<'_>, Direction),
    visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let mut cursors = Vec::with_capacity(2);
    let mut is_hidden = false;
    for layer in layers.into_iter().flatten() {
        if !is_hidden {
            cursors.push(Cursor::new(layer, space, range, direction));
            is_hidden = layer.hides(space);
        }
    }
    let mut below = Walk::new(tables, view, (space, range, direction), !is_hidden);
    merge(&mut cursors, &mut || below.next(), direction, visit)
}
