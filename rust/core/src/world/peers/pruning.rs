//! Removing versions that nothing can meet any more, where each process knows only what the others have told it.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{GlobalTable, Table};
use crate::world::peers::Peering;

/// From one removal of old versions to the next.
const PRUNE_PAUSE: Duration = Duration::from_secs(60);

impl Peering {
    /// Removes old versions with their records, when that is due. Nothing that comes from another Region was written
    /// before what that has told, and what it has not applied stays.
    pub(super) fn prune(&mut self, engine: &mut Engine, now: Timestamp) -> Result<(), Error> {
        if self.prunes_at.is_some_and(|at| at > now) {
            return Ok(());
        }
        let is_first = self.prunes_at.is_none();
        self.prunes_at = Some(now + PRUNE_PAUSE);
        if is_first {
            return Ok(());
        }
        for name in engine.tables(now).0.replicated() {
            let (tables, now) = engine.tables(now);
            let is_changing =
                tables.find(&name).and_then(Table::global_table).is_none_or(GlobalTable::is_changing);
            let told = tables.peer_places(&name).map(|(_, place)| Some((place.horizon?, place.read?)));
            let told: Option<Vec<(Timestamp, u64)>> = told.collect();
            let Some(told) = told.filter(|told| !told.is_empty() && !is_changing) else { continue };
            let before = told.iter().map(|(horizon, _)| *horizon).min().unwrap_or(now).min(now);
            let read = told.iter().map(|(_, read)| *read).min().unwrap_or_default();
            // How far each has come is stored before what that makes needless goes: who would apply a change again
            // must still find the later version.
            let others: Vec<String> = tables.peer_places(&name).map(|(region, _)| region.clone()).collect();
            for other in &others {
                tables.keep_peer_place(&name, other)?;
            }
            tables.raise_version_floor(&name, before);
            engine.save()?;
            while engine.tables(now).0.prune_versions(&name, before, read)? {}
        }
        Ok(())
    }
}
