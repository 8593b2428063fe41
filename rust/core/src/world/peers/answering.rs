//! Answers to what other processes ask.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{
    CopiedItem, Outgoing, OutgoingChange, ReplicaStatus, Table, Tables, TimeToLive, not_found,
};
use crate::world::peers::Peering;
use crate::world::peers::image::{key_to_json, to_json};
use crate::world::peers::message::{
    ChangePage, CopiedRecord, DescribeTableInput, DescribeTableOutput, Origin, ReadChangesInput,
    ReadChangesOutput, ReadItemsInput, ReadItemsOutput, Record, RecordVersion, TableChanges, TablePlace,
    from_body, to_body,
};

/// Records or items of one answer.
const PAGE_RECORDS_MAX: usize = 256;
/// Bytes of items of one answer; one item more may be in it.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

impl Peering {
    /// Answers what another process asks. The answer may be told when what was committed up to now is durable.
    ///
    /// # Errors
    /// `UnknownOperationException`, `SerializationException`, `ResourceNotFoundException`, `InternalServerError`.
    pub fn answer(
        &mut self,
        engine: &mut Engine,
        (operation, body): (&str, &[u8]),
        now: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        match operation {
            "ReadChanges" => to_body(&self.read_changes(engine, &from_body(body)?, now)?),
            "DescribeTable" => to_body(&self.describe_table(engine, &from_body(body)?, now)),
            "ReadItems" => to_body(&read_items(engine, &from_body(body)?, now)?),
            _ => Err(Error::UnknownOperation(String::new())),
        }
    }

    fn read_changes(
        &mut self,
        engine: &mut Engine,
        input: &ReadChangesInput,
        now: Timestamp,
    ) -> Result<ReadChangesOutput, Error> {
        self.settle(engine, now)?;
        self.follow_member(engine, input);
        self.settle(engine, now)?;
        let mut tables = Vec::new();
        for name in engine.tables(now).0.replicated() {
            let found = engine.tables_now();
            let global = found.find(&name).and_then(Table::global_table);
            let Some(global) = global.filter(|global| global.replica(&input.region).is_some()).cloned()
            else {
                continue;
            };
            let revision = found.revision(&name).cloned().unwrap_or_default();
            let place = input.tables.iter().find(|place| place.table_name == name);
            let page = match place {
                Some(place) => Some(read_page(engine, (&name, &input.region), place, now)?),
                None => None,
            };
            tables.push(TableChanges { table_name: name, revision, global_table: global, page });
        }
        engine.save()?;
        Ok(ReadChangesOutput { region: self.region.clone(), tables })
    }

    /// Takes note of what a member says of itself: that it has left, or that it cannot be one.
    fn follow_member(&self, engine: &mut Engine, input: &ReadChangesInput) {
        for name in engine.tables_now().replicated() {
            let global = engine.tables_now().find(&name).and_then(Table::global_table);
            let Some(member) = global.and_then(|global| global.replica(&input.region)) else { continue };
            let has_table = input.tables.iter().any(|place| place.table_name == name);
            let status = member.status;
            if input.left.contains(&name) || (status == ReplicaStatus::Deleting && !has_table) {
                self.revise(engine, &name, |global| {
                    global.replicas.retain(|replica| replica.region != input.region);
                });
            } else if input.refused.contains(&name) && status != ReplicaStatus::CreationFailed && !has_table {
                self.set_status(engine, &name, &input.region, ReplicaStatus::CreationFailed);
            }
        }
    }

    fn describe_table(
        &self,
        engine: &mut Engine,
        input: &DescribeTableInput,
        now: Timestamp,
    ) -> DescribeTableOutput {
        let (name, (tables, now)) = (input.table_name.as_str(), engine.tables(now));
        let table = tables.find(name);
        DescribeTableOutput {
            region: self.region.clone(),
            is_there: table.is_some(),
            deletion_protection: table.is_some_and(|table| table.definition().deletion_protection),
            seeding: tables.check_seeding(name, now).err().map(|error| error.message().to_owned()),
            origin: table.and_then(|table| origin(tables, table, input)),
        }
    }
}

/// What a replica of a table is made of, for one of its members.
fn origin(tables: &Tables, table: &Table, input: &DescribeTableInput) -> Option<Origin> {
    let name = input.table_name.as_str();
    let global = table.global_table().filter(|global| global.replica(&input.region).is_some())?;
    let (definition, indexes) = table.replica_definition();
    let time_to_live = tables.time_to_live(name).ok().and_then(TimeToLive::attribute).map(str::to_owned);
    let places = tables.peer_places(name);
    Some(Origin {
        revision: tables.revision(name)?.clone(),
        global_table: global.clone(),
        definition,
        secondary: indexes.secondary,
        vector: indexes.vector,
        time_to_live,
        sequence_number: tables.last_change(name)?,
        setting_number: tables.last_setting(name),
        places: places.map(|(region, place)| (region.clone(), (place.applied, place.setting))).collect(),
    })
}

/// The changes behind a place. That place says what was applied, which is noted.
fn read_page(
    engine: &mut Engine,
    (name, reader): (&str, &str),
    place: &TablePlace,
    now: Timestamp,
) -> Result<ChangePage, Error> {
    let (tables, now) = engine.tables(now);
    note_read(tables, (name, reader), place, now)?;
    let mut page = tables.read_outgoing(name, place.sequence_number, PAGE_RECORDS_MAX)?;
    bound(&mut page);
    let is_end = tables.last_change(name).is_none_or(|last| last <= page.read_up_to);
    let oldest = if is_end { None } else { tables.next_change_at(name, page.read_up_to)? };
    let schema = tables.find(name).ok_or_else(|| not_found(name))?.schema();
    let mut records = Vec::with_capacity(page.changes.len());
    for change in &page.changes {
        records.push(Record {
            sequence_number: change.sequence(),
            version: RecordVersion::new(change.version()),
            keys: key_to_json(schema, change.key())?,
            new_image: change.image().map(to_json).transpose()?,
        });
    }
    let sent = page.changes.iter().map(|change| (change.sequence(), change.at())).collect();
    if let Some(known) = tables.peer_place_mut(name, reader) {
        known.sent = sent;
    }
    Ok(ChangePage {
        records,
        next_sequence_number: page.read_up_to,
        horizon: oldest.unwrap_or(now),
        settings: tables.read_settings(name, place.setting_number),
    })
}

/// Ends a page where it has enough bytes.
fn bound(page: &mut Outgoing) {
    let mut bytes = 0;
    let fits = page.changes.iter().take_while(|change| {
        let before = bytes;
        bytes += change.image().map_or(0, |image| image.as_bytes().len());
        before < PAGE_BYTES_MAX
    });
    let count = fits.count();
    if count < page.changes.len() {
        page.changes.truncate(count);
        page.read_up_to = page.changes.last().map_or(page.read_up_to, OutgoingChange::sequence);
    }
}

/// Takes note of what a reader has applied, measures it, and forgets settings that all have made.
fn note_read(
    tables: &mut Tables,
    (name, reader): (&str, &str),
    place: &TablePlace,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(known) = tables.peer_place_mut(name, reader) else { return Ok(()) };
    known.read = Some(place.sequence_number);
    known.read_setting = Some(place.setting_number);
    let applied = std::mem::take(&mut known.sent);
    let made: Vec<Timestamp> = applied
        .into_iter()
        .filter(|(sequence, _)| *sequence <= place.sequence_number)
        .map(|(_, at)| at)
        .collect();
    if !made.is_empty() {
        let pending = tables.pending_changes(name, place.sequence_number)?;
        tables.note_replicated(name, reader, made.into_iter(), (pending, now));
    }
    let settings = tables.peer_places(name).map(|(_, place)| place.read_setting.unwrap_or_default());
    if let Some(least) = settings.min() {
        tables.forget_settings(name, least);
    }
    Ok(())
}

fn read_items(engine: &mut Engine, input: &ReadItemsInput, now: Timestamp) -> Result<ReadItemsOutput, Error> {
    let (name, (tables, _)) = (input.table_name.as_str(), engine.tables(now));
    let table = tables.find(name).filter(|table| table.is_replicated()).ok_or_else(|| not_found(name))?;
    let schema = table.schema();
    let (mut found, mut is_end) = input.place.read(name, tables, PAGE_RECORDS_MAX)?;
    let mut bytes = 0;
    let fits = found.iter().take_while(|item| {
        let before = bytes;
        bytes += if item.is_deletion() { 0 } else { item.item().as_bytes().len() };
        before < PAGE_BYTES_MAX
    });
    let count = fits.count();
    if count < found.len() {
        found.truncate(count);
        is_end = false;
    }
    let items = found.iter().map(|item| {
        Ok(CopiedRecord {
            version: item.version().map(RecordVersion::new),
            keys: key_to_json(schema, item.key())?,
            image: if item.is_deletion() { None } else { Some(to_json(item.item())?) },
        })
    });
    let items = items.collect::<Result<_, Error>>()?;
    Ok(ReadItemsOutput { items, last: found.last().map(|item| CopiedItem::key(item).to_vec()), is_end })
}
