//! Members of a global table that come and go.

use crate::engine::Engine;
use crate::error::Error;
use crate::table::{GlobalTable, ReplicaStatus, State, Table, TimeToLive};
use crate::world::copy::Copy;
use crate::world::global::{Global, Member};
use crate::world::link::Link;
use crate::world::replica_scaling::with_scaled_reads;
use crate::world::{Regions, World};

/// What was found of a member's table.
enum Found {
    Serving,
    Going,
    Gone,
}

impl World {
    /// Follows members whose table goes, or went without the world's doing. True where something changed.
    pub(super) fn settle_members<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<bool, Error> {
        let mut is_changed = false;
        let mut gone = Vec::new();
        for member in &mut global.members {
            let is_settled = member.copy.is_some() || member.status == ReplicaStatus::CreationFailed;
            if is_settled || !self.is_up(member.region) {
                continue;
            }
            let is_leaving = member.status == ReplicaStatus::Deleting;
            // A table that leaves a global table of version 2017.11.29 stays.
            let is_removed = is_leaving && global.legacy.is_none();
            let found = regions.visit(member.region, |engine| {
                let (tables, now) = engine.tables(self.now);
                let found = match tables.find(name).filter(|table| table.is_replicated()) {
                    None => Found::Gone,
                    Some(table) if matches!(table.state(), State::Deleting { .. }) => Found::Going,
                    Some(_) => Found::Serving,
                };
                if is_removed && matches!(found, Found::Serving) {
                    tables.delete_replica(name, now);
                }
                found
            })?;
            match found {
                Found::Gone => gone.push(member.region),
                Found::Going if !is_leaving => {
                    member.status = ReplicaStatus::Deleting;
                    is_changed = true;
                }
                Found::Going | Found::Serving => {}
            }
        }
        for region in &gone {
            global.remove(*region);
        }
        Ok(is_changed || !gone.is_empty())
    }

    /// Makes the tables of new replicas and fills them. True where something changed.
    pub(super) fn fill_replicas<R: Regions>(
        &mut self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<bool, Error> {
        let mut is_changed = false;
        for position in 0..global.members.len() {
            let Some(mut copy) = global.members[position].copy.take() else { continue };
            let to = global.members[position].region;
            let is_kept = self.follow_source(global, &mut copy);
            if !is_kept {
                global.members[position].status = ReplicaStatus::CreationFailed;
                is_changed = true;
                continue;
            }
            if !self.connects(copy.source, to) {
                global.members[position].copy = Some(copy);
                continue;
            }
            if !copy.is_made {
                is_changed = true;
                let Ok(time_to_live) = self.make_replica(name, global, (copy.source, to), regions)? else {
                    global.members[position].status = ReplicaStatus::CreationFailed;
                    continue;
                };
                copy.time_to_live = time_to_live;
                // A replica without it is one all the same.
                let _ = self.copy_write_scaling(name, (copy.source, to), regions);
                copy.is_made = true;
            }
            let (percent, is_end) = (copy.percent(), self.fill(name, &mut copy, to, regions)?);
            is_changed |= is_end || percent != copy.percent();
            let member = &mut global.members[position];
            if is_end {
                member.status = ReplicaStatus::Active;
            } else {
                member.copy = Some(copy);
            }
        }
        Ok(is_changed)
    }

    /// Where the source of a copy has left, another member is copied from, from its beginning. False where there is none.
    fn follow_source(&self, global: &Global, copy: &mut Copy) -> bool {
        let serves = |member: &&Member| member.status == ReplicaStatus::Active;
        if global.member(copy.source).as_ref().is_some_and(serves) {
            return true;
        }
        let Some(other) = global.members.iter().find(serves) else { return false };
        let is_made = copy.is_made;
        *copy = Copy::new(other.region, 0, self.now);
        copy.is_made = is_made;
        true
    }

    /// Makes the table of a new replica, and its links: what it is not filled with reaches it through them.
    fn make_replica<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        (source, to): (usize, usize),
        regions: &mut R,
    ) -> Result<Result<Option<String>, Error>, Error> {
        let (origin, position, time_to_live) = regions.visit(source, |engine| {
            let tables = engine.tables_now();
            let origin = tables.find(name).map(Table::replica_definition);
            let time_to_live = tables.time_to_live(name).ok().and_then(TimeToLive::attribute);
            (origin, tables.last_change(name).unwrap_or_default(), time_to_live.map(str::to_owned))
        })?;
        let Some((mut definition, mut indexes)) = origin else {
            return Ok(Err(Error::ResourceNotFound(name.to_owned())));
        };
        let described: GlobalTable = global.describe(|region| self.name(region).to_owned());
        let settings = global.member(to).map(|member| member.settings.clone()).unwrap_or_default();
        settings.apply_to(&mut definition, &mut indexes);
        let make = |engine: &mut Engine| {
            let (tables, now) = engine.tables(self.now);
            tables.create_replica((definition, &indexes), described, now)?;
            Ok(tables.last_change(name).unwrap_or_default())
        };
        let own = match regions.visit(to, make)? {
            Ok(own) => own,
            Err(error) => return Ok(Err(error)),
        };
        let others: Vec<usize> = global.members.iter().map(|member| member.region).collect();
        for other in others.into_iter().filter(|other| *other != to) {
            // What the source has of another Region, it fills the replica with.
            let behind = match global.links.get(&(other, source)) {
                Some(link) => link.applied(),
                None => position,
            };
            if global.master.is_none_or(|master| master == other) {
                global.links.insert((other, to), Link::new(behind));
            }
            if global.master.is_none() {
                global.links.insert((to, other), Link::new(own));
            }
        }
        Ok(Ok(time_to_live))
    }

    /// Takes the step of a copy that is due. True once it is complete.
    fn fill<R: Regions>(
        &mut self,
        name: &str,
        copy: &mut Copy,
        to: usize,
        regions: &mut R,
    ) -> Result<bool, Error> {
        let now = self.now;
        if copy.has_arrived(now) {
            let deliver = |engine: &mut Engine| {
                let (tables, now) = engine.tables(now);
                let is_end = copy.deliver(name, tables, now)?;
                if is_end {
                    tables.activate_replica(name, copy.time_to_live.as_deref(), now)?;
                }
                Ok(is_end)
            };
            let outcome: Result<bool, Error> = regions.visit(to, deliver)?;
            match outcome {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(_) => copy.put_off(now),
            }
        }
        if copy.wants(now) {
            let (pace, delay) = (self.copied_per_second, self.network.next_delay(copy.source, to));
            let source = copy.source;
            let read = |engine: &mut Engine| copy.read(name, engine.tables_now(), pace, (now, delay));
            if regions.visit(source, read)?.is_err() {
                copy.put_off(now);
            }
        }
        Ok(false)
    }

    /// The Region that is to remove the items whose time has passed: the first that serves.
    ///
    /// In version 2017.11.29 each does it by its own setting, and none is chosen.
    pub(super) fn expirer(&self, global: &Global) -> Option<usize> {
        if global.legacy.is_some() {
            return None;
        }
        let serves = |member: &&Member| {
            let may = global.master.is_none_or(|master| master == member.region);
            member.status == ReplicaStatus::Active && self.is_up(member.region) && may
        };
        global.members.iter().find(serves).map(|member| member.region)
    }

    /// Says which Region removes the items whose time has passed.
    pub(super) fn choose_expirer<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<(), Error> {
        let chosen = self.expirer(global);
        if chosen == global.expirer {
            return Ok(());
        }
        global.expirer = chosen;
        for member in &global.members {
            let expires = chosen == Some(member.region);
            regions.visit(member.region, |engine| {
                let (tables, now) = engine.tables(self.now);
                tables.set_expires(name, expires, now);
            })?;
        }
        Ok(())
    }

    /// Sends the changes of settings there are, and makes those that have arrived.
    pub(super) fn exchange_settings<R: Regions>(
        &mut self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<(), Error> {
        let now = self.now;
        for member in &global.members {
            let take = |engine: &mut Engine| engine.tables(now).0.take_setting_changes(name);
            if !self.is_up(member.region) {
                continue;
            }
            for change in regions.visit(member.region, take)? {
                for ((from, to), link) in &mut global.links {
                    if *from == member.region {
                        let delay = self.network.next_delay(*from, *to);
                        link.send_setting(change.clone(), now + delay);
                    }
                }
            }
        }
        let own: Vec<_> =
            global.members.iter().map(|member| (member.region, member.settings.clone())).collect();
        for ((from, to), link) in &mut global.links {
            if !self.connects(*from, *to) || link.next_setting().is_none_or(|at| at > now) {
                continue;
            }
            let own = own.iter().find(|(region, _)| region == to).map(|(_, settings)| settings.clone());
            let own = own.unwrap_or_default();
            regions.visit(*to, |engine| {
                let own = with_scaled_reads(engine, name, own);
                link.deliver_settings(name, &own, engine.tables(now).0, now);
            })?;
        }
        Ok(())
    }

    /// Ends a global table of which one Region is left. True where it is gone.
    pub(super) fn dissolve<R: Regions>(
        &self,
        name: &str,
        global: &Global,
        regions: &mut R,
    ) -> Result<bool, Error> {
        let [.., last] = global.members.as_slice() else { return Ok(true) };
        if global.members.len() > 1 || global.witness.is_some() || global.legacy.is_some() {
            return Ok(false);
        }
        let left = regions.visit(last.region, |engine| {
            let (tables, now) = engine.tables(self.now);
            tables.leave_global_table(name, now)
        })?;
        Ok(left.is_ok())
    }
}
