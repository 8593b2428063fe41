//! Global tables of version 2017.11.29: tables that exist join, and leave as they are (facts 7.6).

use std::collections::btree_map::Entry;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::{Error, GlobalTableFault};
use crate::request::constraint::Violations;
use crate::request::global::{
    CreateGlobalTable, GlobalTableDescription, GlobalTableOutput, LegacyReplicaUpdate, ReplicaSummary,
    UpdateGlobalTable, global_table_not_found,
};
use crate::table::throughput::Kind;
use crate::table::{
    Definition, GlobalTableVersion, MultiRegionConsistency, NewIndex, NewIndexes, ReplicaStatus, State,
    StreamView, Table,
};
use crate::world::global::{Global, Legacy, Member, PRUNE_PAUSE};
use crate::world::link::{FAILURE_PAUSE, Link, THROTTLE_PAUSE};
use crate::world::replica_update::check_table;
use crate::world::{Regions, World};

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

/// What is asked of a table that joins.
struct Joining {
    definition: Definition,
    indexes: NewIndexes,
    stream: Option<StreamView>,
    items: u64,
}

impl World {
    /// CreateGlobalTable.
    pub(super) fn create_legacy<R: Regions>(
        &mut self,
        regions: &mut R,
        own: usize,
        request: &CreateGlobalTable,
    ) -> Result<GlobalTableOutput, Error> {
        let name = request.name();
        let given: Vec<&str> = request.regions().iter().map(String::as_str).collect();
        let members = self.known_regions(&given, |number| format!("replicationGroup.{number}.member"))?;
        if self.globals.contains_key(name) {
            return Err(Error::GlobalTable(
                GlobalTableFault::AlreadyExists,
                format!("Global table already exists: Global table with name: '{name}' already exists."),
            ));
        }
        self.check_joining(regions, (name, own), &members)?;
        let mut global = Global::new(GlobalTableVersion::V2017, MultiRegionConsistency::Eventual);
        let (created, stamps_from) = (self.now, Timestamp::default());
        global.legacy = Some(Legacy { created, settles_at: None, stamps_from });
        self.join_legacy(regions, (name, &mut global), &members)?;
        self.globals.insert(name.to_owned(), global);
        self.describe_legacy(regions, name)
    }

    /// UpdateGlobalTable.
    pub(super) fn update_legacy<R: Regions>(
        &mut self,
        regions: &mut R,
        own: usize,
        request: &UpdateGlobalTable,
    ) -> Result<GlobalTableOutput, Error> {
        let name = request.name();
        let global = self.legacy(name).ok_or_else(|| global_table_not_found(name))?;
        let given: Vec<&str> = request.updates().iter().map(LegacyReplicaUpdate::region).collect();
        let at = self.known_regions(&given, |number| format!("replicaUpdates.{number}.member"))?;
        let (mut joining, mut leaving) = (Vec::new(), Vec::new());
        for (update, region) in request.updates().iter().zip(at) {
            let is_member = global.member(region).is_some();
            match update {
                LegacyReplicaUpdate::Create(region) if is_member => return Err(replica_exists(region)),
                LegacyReplicaUpdate::Delete(region) if !is_member => return Err(replica_not_found(region)),
                LegacyReplicaUpdate::Create(_) => joining.push(region),
                LegacyReplicaUpdate::Delete(_) => leaving.push(region),
            }
        }
        if !joining.is_empty() {
            let stay = global.members.iter().map(|member| member.region);
            let all: Vec<usize> =
                stay.filter(|region| !leaving.contains(region)).chain(joining.clone()).collect();
            self.check_joining(regions, (name, own), &all)?;
        }
        let mut global = self.globals.remove(name).expect("invariant: it was found above");
        for region in leaving {
            if let Some(member) = global.member_mut(region) {
                member.status = ReplicaStatus::Deleting;
            }
        }
        let joined = self.join_legacy(regions, (name, &mut global), &joining);
        self.globals.insert(name.to_owned(), global);
        joined?;
        self.describe_legacy(regions, name)
    }

    /// DescribeGlobalTable.
    pub(super) fn describe_legacy<R: Regions>(
        &self,
        regions: &mut R,
        name: &str,
    ) -> Result<GlobalTableOutput, Error> {
        let global = self.legacy(name).ok_or_else(|| global_table_not_found(name))?;
        let legacy = global.legacy.as_ref().expect("invariant: it is of this version");
        let account = regions.visit(0, |engine| engine.settings().account_id.clone())?;
        let replicas = global.members.iter().map(|member| ReplicaSummary {
            region_name: Some(self.name(member.region).to_owned()),
            replica_status: Some(member.status.name()),
        });
        let description = GlobalTableDescription {
            replication_group: Some(replicas.collect()),
            global_table_arn: Some(format!("arn:aws:dynamodb::{account}:global-table/{name}")),
            creation_date_time: Some(legacy.created),
            global_table_status: Some(status(global)),
            global_table_name: Some(name.to_owned()),
        };
        Ok(GlobalTableOutput { global_table_description: Some(description) })
    }

    /// The global table of this name, if it is of version 2017.11.29.
    pub(super) fn legacy(&self, name: &str) -> Option<&Global> {
        self.globals.get(name).filter(|global| global.legacy.is_some())
    }

    /// All of them, in the order of their names, with the Regions of their replicas.
    pub(super) fn legacy_tables(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let legacy = self.globals.iter().filter(|(_, global)| global.legacy.is_some());
        legacy.map(|(name, global)| {
            (name.as_str(), global.members.iter().map(|member| self.name(member.region)).collect())
        })
    }

    /// The positions of Regions; AWS lists those there are to who names another.
    fn known_regions(&self, names: &[&str], path: impl Fn(usize) -> String) -> Result<Vec<usize>, Error> {
        let choices: Vec<(&str, usize)> =
            self.regions.iter().enumerate().map(|(position, each)| (each.name.as_str(), position)).collect();
        let mut violations = Violations::default();
        let found = names.iter().enumerate().filter_map(|(index, name)| {
            violations.choice(&format!("{}.regionName", path(index + 1)), Some(name), &choices)
        });
        let found = found.collect();
        violations.finish().map_err(|error| invalid(error.message()))?;
        Ok(found)
    }

    /// Refuses what is to reach a Region that does not answer, or that nothing passes to.
    pub(super) fn check_reach(&self, own: usize, region: usize) -> Result<(), Error> {
        if self.connects(own, region) {
            return Ok(());
        }
        Err(Error::Internal(format!("The Region {} cannot be reached for now", self.name(region))))
    }

    /// What the tables of all Regions of a global table have to be when one of them joins (API reference,
    /// CreateGlobalTable and UpdateGlobalTable). The texts are ours, but for that of a table that is not there.
    fn check_joining<R: Regions>(
        &self,
        regions: &mut R,
        (name, own): (&str, usize),
        members: &[usize],
    ) -> Result<(), Error> {
        let mut first: Option<(&str, Joining)> = None;
        for &region in members {
            self.check_reach(own, region)?;
            let place = self.name(region);
            let found = regions.visit(region, |engine| joining(engine, name, place, self.now))??;
            if found.stream != Some(StreamView::NewAndOldImages) {
                return Err(invalid(&format!(
                    "Table: '{name}' in region: '{place}' must have a stream with StreamViewType NEW_AND_OLD_IMAGES"
                )));
            }
            if found.items > 0 {
                return Err(invalid(&format!("Table: '{name}' in region: '{place}' must be empty")));
            }
            match &first {
                None => first = Some((place, found)),
                Some((other, known)) => check_same((place, &found), (other, known), name)?,
            }
        }
        Ok(())
    }

    /// Makes tables members, with links from and to the others.
    fn join_legacy<R: Regions>(
        &self,
        regions: &mut R,
        (name, global): (&str, &mut Global),
        joining: &[usize],
    ) -> Result<(), Error> {
        global.members.extend(joining.iter().map(|region| Member::new(*region, ReplicaStatus::Creating)));
        let transition = regions.visit(0, |engine| engine.settings().table_transition)?;
        for &region in joining {
            let described = global.describe(|region| self.name(region).to_owned());
            regions.visit(region, |engine| {
                let (tables, now) = engine.tables(self.now);
                tables.join_global_table(name, described, now)?;
                tables.set_expires(name, true, now);
                Ok::<_, Error>(())
            })??;
        }
        for (from, to) in pairs(&global.members) {
            if let Entry::Vacant(place) = global.links.entry((from, to)) {
                let last = regions.visit(from, |engine| engine.tables_now().last_change(name))?;
                place.insert(Link::new(last.unwrap_or_default()));
            }
        }
        if let Some(legacy) = &mut global.legacy {
            legacy.settles_at = Some(self.now + transition);
        }
        self.announce(name, global, regions)
    }

    /// When something is due that only this version has.
    pub(super) fn next_of_legacy<R: Regions>(
        &self,
        (name, global): (&str, &Global),
        now: Timestamp,
        regions: &mut R,
    ) -> Result<Option<Timestamp>, Error> {
        let Some(legacy) = &global.legacy else { return Ok(None) };
        let mut next = self.settles_at(global);
        let mut note = |at: Timestamp| next = Some(next.map_or(at, |next| next.min(at)));
        for member in global.members.iter().filter(|member| self.is_up(member.region)) {
            let (waits, has_versions) = regions.visit(member.region, |engine| {
                (engine.tables_now().has_unstamped(name), engine.tables_now().has_versions(name))
            })?;
            if waits {
                note(legacy.stamps_from.max(now));
            }
            // With other Regions the links see to it.
            if has_versions && global.links.is_empty() && global.prunes_at.is_none() {
                note(now);
            }
        }
        Ok(next)
    }

    /// When members that join or leave have done so: not while the Region of one that leaves does not answer.
    fn settles_at(&self, global: &Global) -> Option<Timestamp> {
        let waits = |member: &Member| member.status == ReplicaStatus::Deleting && !self.is_up(member.region);
        global.legacy.as_ref()?.settles_at.filter(|_| !global.members.iter().any(waits))
    }

    /// Takes the steps that only this version has. True where something changed.
    pub(super) fn step_legacy<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<bool, Error> {
        if global.legacy.is_none() {
            return Ok(false);
        }
        let is_due = self.settles_at(global).is_some_and(|at| at <= self.now);
        let settled = is_due && self.settle_legacy(name, global, regions)?;
        let now = self.now;
        let mut has_versions = false;
        for member in &global.members {
            let Some(legacy) = global.legacy.as_mut().filter(|legacy| legacy.stamps_from <= now) else {
                break;
            };
            if !self.is_up(member.region) {
                continue;
            }
            let outcome = regions.visit(member.region, |engine| {
                let (tables, now) = engine.tables(now);
                has_versions |= tables.has_versions(name);
                if tables.has_unstamped(name) { tables.stamp(name, now) } else { Ok(()) }
            })?;
            match outcome {
                Err(error) if error.is_throttle() => legacy.stamps_from = now + THROTTLE_PAUSE,
                Err(Error::Internal(_)) => legacy.stamps_from = now + FAILURE_PAUSE,
                // A table that goes needs no stamps.
                Ok(()) | Err(_) => {}
            }
        }
        if has_versions && global.links.is_empty() {
            global.prunes_at.get_or_insert(now + PRUNE_PAUSE);
        }
        Ok(settled)
    }

    fn settle_legacy<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<bool, Error> {
        let mut gone = Vec::new();
        for member in &mut global.members {
            match member.status {
                ReplicaStatus::Creating => member.status = ReplicaStatus::Active,
                ReplicaStatus::Deleting => {
                    let left = regions.visit(member.region, |engine| {
                        let (tables, now) = engine.tables(self.now);
                        let is_going = |table: &Table| matches!(table.state(), State::Deleting { .. });
                        // A table that is deleted is gone by itself.
                        !tables.find(name).is_some_and(is_going)
                            && tables.leave_global_table(name, now).is_ok()
                    })?;
                    gone.extend(left.then_some(member.region));
                }
                _ => {}
            }
        }
        for region in gone {
            global.remove(region);
        }
        if let Some(legacy) = &mut global.legacy {
            legacy.settles_at = None;
        }
        Ok(true)
    }
}

/// `GlobalTableStatus`.
fn status(global: &Global) -> &'static str {
    let all = |status| global.members.iter().all(|member| member.status == status);
    match () {
        () if all(ReplicaStatus::Active) => "ACTIVE",
        () if all(ReplicaStatus::Creating) => "CREATING",
        () if all(ReplicaStatus::Deleting) => "DELETING",
        () => "UPDATING",
    }
}

/// Every member with every other.
fn pairs(members: &[Member]) -> Vec<(usize, usize)> {
    let regions = || members.iter().map(|member| member.region);
    regions().flat_map(|from| regions().filter(move |to| *to != from).map(move |to| (from, to))).collect()
}

/// What is asked of a table in a Region that is to be one of a global table.
fn joining(engine: &mut Engine, name: &str, region: &str, now: Timestamp) -> Result<Joining, Error> {
    let (tables, _) = engine.tables(now);
    let Some(table) = tables.find(name) else {
        let text = format!("Table not found: Table: '{name}' not found in region: '{region}'.");
        return Err(Error::TableNotFound(text));
    };
    check_table(tables, name)?;
    let (definition, indexes) = table.replica_definition();
    let stream = table.stream().and_then(|stream| stream.view);
    Ok(Joining { definition, indexes, stream, items: table.totals().items })
}

/// Two tables that are to be one global table have the same keys and the same write capacity.
fn check_same(
    (region, table): (&str, &Joining),
    (other_region, other): (&str, &Joining),
    name: &str,
) -> Result<(), Error> {
    let writes = |joining: &Joining| joining.definition.mode.units(Kind::Write);
    let keys = |index: &NewIndex| (index.name.clone(), index.kind, index.keys.clone());
    let index_writes = |index: &NewIndex| index.mode.map(|mode| mode.units(Kind::Write));
    let sorted = |joining: &Joining| {
        let mut indexes = joining.indexes.secondary.clone();
        indexes.sort_by(|left, right| left.name.cmp(&right.name));
        indexes
    };
    let (indexes, others) = (sorted(table), sorted(other));
    let problem = match () {
        () if table.definition.schema != other.definition.schema => "key schema",
        () if !indexes.iter().map(keys).eq(others.iter().map(keys)) => "secondary indexes",
        () if writes(table) != writes(other)
            || !indexes.iter().map(index_writes).eq(others.iter().map(index_writes)) =>
        {
            "billing mode and write capacity"
        }
        () => return Ok(()),
    };
    Err(invalid(&format!(
        "Table: '{name}' must have the same {problem} in region: '{region}' as in region: '{other_region}'"
    )))
}

fn replica_exists(region: &str) -> Error {
    Error::GlobalTable(
        GlobalTableFault::ReplicaAlreadyExists,
        format!(
            "Update global table operation failed because one or more replicas are part of the global table already. \
             Please retry the request without these replicas: [{region}]."
        ),
    )
}

/// The text is AWS's for the other version (LAB DDB-TABLE-203).
fn replica_not_found(region: &str) -> Error {
    Error::GlobalTable(
        GlobalTableFault::ReplicaNotFound,
        format!(
            "Update global table operation failed because one or more replicas were not part of the global table. \
             Please retry the request without these replicas: [{region}]."
        ),
    )
}
