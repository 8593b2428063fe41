//! What a store held at some moment.

use std::ops::ControlFlow;
use std::sync::Arc;

use dynacore::store::{Direction, Entry, KeyRange, Read, Space, StoreError};

use crate::layer::{Answer, Layer, ReadLayer, View};
use crate::layers::{Layers, scan_layers};
use crate::tables::Tables;

/// What a store held at some moment.
pub(crate) struct Snapshot {
    active: View,
    frozen: Option<Arc<Layer>>,
    tables: Arc<Tables>,
    view: fjall::Snapshot,
}

impl Snapshot {
    /// What layers hold now.
    pub(crate) fn of(layers: &Layers) -> Self {
        Self {
            active: layers.active.view(),
            frozen: layers.frozen.as_ref().map(|frozen| Arc::clone(&frozen.layer)),
            tables: Arc::clone(&layers.tables),
            view: layers.tables.view(),
        }
    }
}

impl Read for Snapshot {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        let frozen = self.frozen.as_ref().map(|layer| layer.as_ref() as &dyn ReadLayer);
        for layer in [Some(&self.active as &dyn ReadLayer), frozen].into_iter().flatten() {
            match layer.ask(space, key)?.0 {
                Answer::Entry(entry) => return Ok(Some(entry)),
                Answer::Absent => return Ok(None),
                Answer::Unknown => {}
            }
        }
        self.tables.get(Some(&self.view), space, key)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let frozen = self.frozen.as_ref().map(|layer| layer.as_ref() as &dyn ReadLayer);
        let below = (self.tables.as_ref(), Some(&self.view));
        scan_layers([Some(&self.active), frozen], below, (space, range, direction), visit)
    }
}

/// The snapshot of a store that cannot be read.
pub(crate) struct Unreadable(pub(crate) StoreError);

impl Read for Unreadable {
    fn get(&self, _space: Space, _key: &[u8]) -> Result<Option<Entry>, StoreError> {
        Err(self.0.clone())
    }

    fn scan(
        &self,
        _space: Space,
        _range: KeyRange<'_>,
        _direction: Direction,
        _visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Err(self.0.clone())
    }
}
