//! Making a new replica and filling it from another process.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{CopyPlace, NewIndexes, retry_pause};
use crate::world::peers::image::arriving;
use crate::world::peers::message::{DescribeTableOutput, Origin, ReadItemsInput, ReadItemsOutput};
use crate::world::peers::{Peering, Step};

impl Peering {
    /// Makes the table of a new replica. What it is not filled with reaches it as changes.
    pub(super) fn make_replica(
        &mut self,
        engine: &mut Engine,
        (source, name): (&str, &str),
        found: DescribeTableOutput,
        now: Timestamp,
    ) -> Result<Step, Error> {
        self.making.remove(name);
        let Some(origin) = found.origin else { return Ok(Step::Idle) };
        let Some(own) = origin.global_table.replica(&self.region) else { return Ok(Step::Idle) };
        let (tables, now) = engine.tables(now);
        if tables.find(name).is_some() {
            return Ok(Step::Idle);
        }
        let Origin { mut definition, secondary, vector, .. } = origin.clone();
        let mut indexes = NewIndexes { secondary, vector };
        own.settings.apply_to(&mut definition, &mut indexes);
        if tables.create_replica((definition, &indexes), origin.global_table.clone(), now).is_err() {
            self.refused.insert(name.to_owned());
            return Ok(Step::Idle);
        }
        tables.revise_global_table(name, &origin.global_table, origin.revision.clone());
        let others: Vec<String> = tables.peer_places(name).map(|(region, _)| region.clone()).collect();
        for other in others {
            let Some(place) = tables.peer_place_mut(name, &other) else { continue };
            if other == source {
                (place.applied, place.setting) = (origin.sequence_number, origin.setting_number);
                place.copy = Some(CopyPlace::default());
                place.time_to_live.clone_from(&origin.time_to_live);
            } else if let Some(behind) = origin.places.get(&other) {
                // What the source has of another Region, it fills the replica with.
                (place.applied, place.setting) = *behind;
            }
        }
        self.settle(engine, now)?;
        Ok(Step::Again)
    }

    /// Puts items into a new replica.
    pub(super) fn absorb_items(
        &mut self,
        engine: &mut Engine,
        (source, input): (&str, &ReadItemsInput),
        found: &ReadItemsOutput,
        now: Timestamp,
    ) -> Result<Step, Error> {
        let (name, (tables, now)) = (input.table_name.as_str(), engine.tables(now));
        let is_expected = |copy: &CopyPlace| *copy == input.place;
        let place = tables.peer_place(name, source);
        if !place.and_then(|place| place.copy.as_ref()).is_some_and(is_expected) {
            return Ok(Step::Idle);
        }
        let Some(schema) = tables.find(name).map(|table| table.schema().clone()) else {
            return Ok(Step::Idle);
        };
        for record in &found.items {
            let images = (&*record.keys, record.image.as_deref());
            let item = arriving(&schema, images, record.version.as_ref())?;
            if let Err(refusal) = tables.apply_arriving(name, (&item, true), now) {
                return Ok(retry_pause(&refusal).map_or(Step::Idle, Step::After));
            }
        }
        let Some(place) = tables.peer_place_mut(name, source) else { return Ok(Step::Idle) };
        let Some(copy) = &mut place.copy else { return Ok(Step::Idle) };
        if copy.advance(found.last.as_deref(), found.is_end) {
            place.copy = None;
            let time_to_live = place.time_to_live.take();
            tables.activate_replica(name, time_to_live.as_deref(), now)?;
            // It came from there.
            tables.take_setting_changes(name);
            self.settle(engine, now)?;
        }
        engine.tables(now).0.keep_peer_place(name, source)?;
        Ok(Step::Again)
    }
}
