//! Replication from one master to read replicas, as it was before global tables (facts 7.7).
//!
//! The replicas are plain tables that say nothing of it, and read-only by agreement alone. To promote one is to let it
//! have all of the master's changes and to turn the direction around: an application moves to another Region so.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{GlobalTableVersion, MultiRegionConsistency, ReplicaStatus, Tables, not_found};
use crate::world::copy::Copy;
use crate::world::global::{Global, Member};
use crate::world::link::Link;
use crate::world::{Regions, World};

/// Items that are compared in one step.
const COMPARED_PER_STEP: usize = 1_024;

/// How far a replica is behind its master.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lag {
    /// `CREATING` while it is filled, then `ACTIVE`.
    pub status: &'static str,
    /// Records of the master's log that are not applied.
    pub pending: u64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
}

/// What came of comparing a table in two Regions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// Items that are the same in both.
    pub equal: u64,
    /// Items that differ.
    pub different: u64,
    /// Items that the first Region alone has.
    pub only_first: u64,
    /// Items that the second Region alone has.
    pub only_second: u64,
}

impl World {
    /// Begins to replicate a table from its master to a Region, where its table is made and filled. The master may have
    /// several replicas.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException` where there is a table of that name already,
    /// `ValidationException` for a table that is one of a global table or a replica.
    pub fn replicate<R: Regions>(
        &mut self,
        regions: &mut R,
        name: &str,
        (master, to): (usize, usize),
    ) -> Result<(), Error> {
        let now = self.now;
        let items = regions.visit(master, |engine| {
            let found = engine.tables_now().find(name).map(|table| table.totals().items);
            found.ok_or_else(|| not_found(name))
        })??;
        if regions.visit(to, |engine| engine.tables_now().find(name).is_some())? || master == to {
            return Err(Error::ResourceInUse(format!("Table already exists: {name}")));
        }
        match self.globals.get(name) {
            Some(global) if global.master != Some(master) => {
                return Err(Error::Validation(format!("Only a master has replicas: {name}")));
            }
            Some(_) => {}
            None => {
                let mut global = Global::new(GlobalTableVersion::V2019, MultiRegionConsistency::Eventual);
                global.master = Some(master);
                global.members.push(Member::new(master, ReplicaStatus::Active));
                let described = global.describe(|region| self.name(region).to_owned());
                regions.visit(master, |engine| {
                    let (tables, now) = engine.tables(now);
                    tables.join_global_table(name, described, now)
                })??;
                self.globals.insert(name.to_owned(), global);
            }
        }
        let global = self.globals.get_mut(name).expect("invariant: found or made above");
        let mut member = Member::new(to, ReplicaStatus::Creating);
        member.copy = Some(Copy::new(master, items, now));
        global.members.push(member);
        Ok(())
    }

    fn replica(&self, name: &str, region: usize) -> Result<(&Global, usize, &Member), Error> {
        let none =
            || Error::ResourceNotFound(format!("There is no replica of {name} in {}", self.name(region)));
        let global = self.globals.get(name).ok_or_else(none)?;
        let master = global.master.filter(|master| *master != region).ok_or_else(none)?;
        Ok((global, master, global.member(region).ok_or_else(none)?))
    }

    /// How far a replica is behind.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn lag<R: Regions>(&self, regions: &mut R, name: &str, region: usize) -> Result<Lag, Error> {
        let (global, master, member) = self.replica(name, region)?;
        let applied = global.links.get(&(master, region)).map(Link::applied);
        let (pending, oldest) = match applied {
            None => (0, None),
            Some(applied) => regions.visit(master, |engine| {
                let tables = engine.tables_now();
                let last = tables.last_change(name).unwrap_or_default();
                let oldest = tables.next_change_at(name, applied)?;
                Ok::<_, Error>((last.saturating_sub(applied), oldest))
            })??,
        };
        Ok(Lag { status: member.status.name(), pending, oldest })
    }

    /// Makes a replica the master; the other tables follow it from now on. What the replica has not got of the old
    /// master is refused to be lost, unless `loses` is set.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `ResourceInUseException` while the replica is filled or behind.
    pub fn promote<R: Regions>(
        &mut self,
        regions: &mut R,
        name: &str,
        region: usize,
        loses: bool,
    ) -> Result<(), Error> {
        let lag = self.lag(regions, name, region)?;
        if lag.status != ReplicaStatus::Active.name() {
            return Err(Error::ResourceInUse(format!("The replica is being filled: {name}")));
        }
        if lag.pending > 0 && !loses {
            return Err(Error::ResourceInUse(format!(
                "The replica of {name} has {} changes still to come: stop the writes and wait",
                lag.pending
            )));
        }
        let last =
            regions.visit(region, |engine| engine.tables_now().last_change(name).unwrap_or_default())?;
        let global = self.globals.get_mut(name).expect("invariant: found above");
        global.master = Some(region);
        global.links.clear();
        for member in global.members.iter().filter(|member| member.region != region) {
            global.links.insert((region, member.region), Link::new(last));
        }
        Ok(())
    }

    /// Ends the replication to a Region; its table stays as it is, a table by itself.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn stop_replication<R: Regions>(
        &mut self,
        regions: &mut R,
        name: &str,
        region: usize,
    ) -> Result<(), Error> {
        self.replica(name, region)?;
        let now = self.now;
        let leave = |engine: &mut Engine| {
            let (tables, now) = engine.tables(now);
            tables.activate_replica(name, None, now)?;
            tables.leave_global_table(name, now)
        };
        regions.visit(region, leave)??;
        let global = self.globals.get_mut(name).expect("invariant: found above");
        global.remove(region);
        if let [last] = global.members.as_slice() {
            regions.visit(last.region, leave)??;
            self.globals.remove(name);
        }
        Ok(())
    }

    /// Compares a table in two Regions, item by item.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn compare<R: Regions>(
        &self,
        regions: &mut R,
        name: &str,
        (first, second): (usize, usize),
    ) -> Result<Comparison, Error> {
        let mut comparison = Comparison::default();
        let mut sides = [Side::new(first), Side::new(second)];
        loop {
            for side in &mut sides {
                side.fill(name, regions)?;
            }
            let keys = [&sides[0], &sides[1]].map(|side| side.next().map(|(key, _)| key.to_vec()));
            let order = match keys {
                [None, None] => return Ok(comparison),
                [None, Some(_)] => std::cmp::Ordering::Greater,
                [Some(_), None] => std::cmp::Ordering::Less,
                [Some(one), Some(other)] => one.cmp(&other),
            };
            match order {
                std::cmp::Ordering::Less => comparison.only_first += 1,
                std::cmp::Ordering::Greater => comparison.only_second += 1,
                std::cmp::Ordering::Equal => {
                    let [one, other] = [&sides[0], &sides[1]].map(|side| side.next().map(|(_, item)| item));
                    let is_equal = one.zip(other).is_some_and(|(one, other)| one.equals(&other));
                    comparison.equal += u64::from(is_equal);
                    comparison.different += u64::from(!is_equal);
                }
            }
            for (side, passed) in sides.iter_mut().zip([order.is_le(), order.is_ge()]) {
                side.position += usize::from(passed);
            }
        }
    }
}

/// One of two tables that are compared: the items that are in memory of it.
struct Side {
    region: usize,
    items: Vec<crate::table::CopiedItem>,
    position: usize,
    is_end: bool,
}

impl Side {
    fn new(region: usize) -> Self {
        Self { region, items: Vec::new(), position: 0, is_end: false }
    }

    fn next(&self) -> Option<(&[u8], crate::value::ItemRef<'_>)> {
        self.items.get(self.position).map(|item| (item.key(), item.item()))
    }

    /// Reads on where all that was read has been passed.
    fn fill<R: Regions>(&mut self, name: &str, regions: &mut R) -> Result<(), Error> {
        if self.position < self.items.len() || self.is_end {
            return Ok(());
        }
        let behind = self.items.last().map(|item| item.key().to_vec());
        let read = |tables: &Tables| tables.read_items(name, behind.as_deref(), COMPARED_PER_STEP);
        (self.items, self.is_end) = regions.visit(self.region, |engine| read(engine.tables_now()))??;
        self.position = 0;
        Ok(())
    }
}
