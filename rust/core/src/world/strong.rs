//! Global tables with strong consistency: a write has reached another Region before it is answered (facts 7.1).
//!
//! An operation takes no time, so what a Region writes is applied in every Region that it reaches before the answer. A
//! Region that reaches no other one of its table neither writes nor reads strongly; messages may take the way over a
//! third Region.

use std::time::Duration;

use crate::engine::Engine;
use crate::error::Error;
use crate::table::{
    GlobalTableUpdate, GlobalTableVersion, IndexKind, MultiRegionConsistency, ReplicaStatus, ReplicaUpdate,
    Witness, WitnessUpdate, not_found,
};
use crate::world::copy::Copy;
use crate::world::global::{Global, Member};
use crate::world::{Regions, World};

/// Regions of a strongly consistent global table, the witness counted.
const REGIONS: usize = 3;

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

impl World {
    /// Whether there is a strongly consistent global table: every operation is then work for [`World::execute`].
    #[must_use]
    pub fn has_strong(&self) -> bool {
        self.globals.values().any(is_strong)
    }

    /// Makes a table with no items one of a strongly consistent global table, all at once: three replicas, or two and a
    /// witness. The texts are ours.
    pub(super) fn create_strong<R: Regions>(
        &mut self,
        regions: &mut R,
        (name, own): (&str, usize),
        update: &GlobalTableUpdate,
    ) -> Result<(), Error> {
        if self.globals.contains_key(name) {
            return Err(invalid("MultiRegionConsistency of a global table cannot be changed"));
        }
        let witness = match &update.witness {
            None => None,
            Some(WitnessUpdate::Create(region)) => Some(self.other_region(own, region)?),
            Some(WitnessUpdate::Delete(_)) => return Err(invalid("There is no witness to delete")),
        };
        if 1 + update.replicas.len() + usize::from(witness.is_some()) != REGIONS {
            return Err(invalid(
                "A global table with MultiRegionConsistency STRONG has three replicas, or two replicas and a witness",
            ));
        }
        let mut targets = Vec::new();
        for change in &update.replicas {
            let ReplicaUpdate::Create(region, settings) = change else {
                return Err(invalid(
                    "MultiRegionConsistency can only be specified when replicas are created",
                ));
            };
            let target = self.other_region(own, region)?;
            if witness == Some(target) {
                return Err(invalid("A Region cannot be both a replica and the witness"));
            }
            self.check_target(regions, name, (own, target), settings)?;
            targets.push((target, settings));
        }
        regions.visit(own, |engine| check_strong(engine, name))??;
        let mut global = self.begin_global(regions, (name, own), MultiRegionConsistency::Strong)?;
        global.witness = witness
            .map(|region| Witness { region: self.name(region).to_owned(), status: ReplicaStatus::Active });
        for (target, settings) in targets {
            let mut member = Member::new(target, ReplicaStatus::Creating);
            member.settings = settings.clone();
            member.copy = Some(Copy::new(own, 0, self.now));
            global.members.push(member);
        }
        self.globals.insert(name.to_owned(), global);
        self.reach_changed = true;
        Ok(())
    }

    /// Removes all other members of a strongly consistent global table, which go together.
    pub(super) fn dissolve_strong(
        &mut self,
        (name, own): (&str, usize),
        update: &GlobalTableUpdate,
    ) -> Result<(), Error> {
        let mut named = Vec::new();
        for change in &update.replicas {
            let ReplicaUpdate::Delete(region) = change else {
                return Err(invalid(
                    "The members of a global table with MultiRegionConsistency STRONG do not change",
                ));
            };
            named.push(self.other_region(own, region)?);
        }
        let global = self.globals.get_mut(name).ok_or_else(|| not_found(name))?;
        let witness = match (&update.witness, &global.witness) {
            (Some(WitnessUpdate::Delete(region)), Some(witness)) => *region == witness.region,
            (witness, known) => witness.is_none() && known.is_none(),
        };
        let others = global.members.iter().filter(|member| member.region != own);
        let is_whole = others.clone().all(|member| named.contains(&member.region));
        if !witness || !is_whole || others.count() != named.len() {
            return Err(invalid(
                "All other replicas and the witness of a global table with MultiRegionConsistency STRONG are deleted in \
                 one request",
            ));
        }
        global.witness = None;
        for member in global.members.iter_mut().filter(|member| member.region != own) {
            member.status = ReplicaStatus::Deleting;
            member.copy = None;
        }
        Ok(())
    }

    /// Whether a change passes from one Region to another, over a third one if need be.
    fn reaches(&self, global: &Global, from: usize, to: usize) -> bool {
        let witness = global.witness.as_ref().and_then(|witness| self.position(&witness.region));
        let mut thirds = global.members.iter().map(|member| member.region).chain(witness);
        self.connects(from, to) || thirds.any(|third| self.connects(from, third) && self.connects(third, to))
    }

    /// Brings the members of strongly consistent global tables up to date with each other, as far as they reach each
    /// other, after something was written or the network changed.
    pub(super) fn synchronize<R: Regions>(&mut self, regions: &mut R) -> Result<(), Error> {
        let names: Vec<String> = self
            .globals
            .iter()
            .filter(|(_, global)| is_strong(global))
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let mut global = self.globals.remove(&name).expect("invariant: its name was found above");
            let outcome = self.synchronize_one(&name, &mut global, regions);
            self.globals.insert(name, global);
            outcome?;
        }
        self.reach_changed = false;
        Ok(())
    }

    fn synchronize_one<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<(), Error> {
        let now = self.now;
        let mut links = std::mem::take(&mut global.links);
        for ((from, to), link) in &mut links {
            if !self.reaches(global, *from, *to) {
                continue;
            }
            link.drop_messages();
            loop {
                let read = |engine: &mut Engine| {
                    let tables = engine.tables_now();
                    let last = tables.last_change(name).unwrap_or_default();
                    link.wants(last) && link.read(name, tables, (now, Duration::ZERO)).is_ok()
                };
                if !regions.visit(*from, read)? {
                    break;
                }
                regions.visit(*to, |engine| link.deliver(name, engine.tables(now).0, now))?;
            }
        }
        global.links = links;
        if self.reach_changed {
            let witness = global.witness.as_ref().and_then(|witness| self.position(&witness.region));
            for member in &global.members {
                let mut others = global.members.iter().map(|other| other.region).chain(witness);
                let own = member.region;
                let is_reached = others.any(|other| other != own && self.connects(own, other));
                regions.visit(own, |engine| engine.tables(now).0.set_isolated(name, !is_reached))?;
            }
        }
        Ok(())
    }
}

fn is_strong(global: &Global) -> bool {
    global.consistency == MultiRegionConsistency::Strong
}

/// What a strongly consistent global table does not have.
fn check_strong(engine: &mut Engine, name: &str) -> Result<(), Error> {
    let tables = engine.tables_now();
    let table = tables.find(name).ok_or_else(|| not_found(name))?;
    let refused = |what: &str| Err(invalid(&format!("{what} with MultiRegionConsistency STRONG")));
    if table.totals().items > 0 {
        return refused("A table must be empty to become a global table");
    }
    if table.indexes().iter().any(|index| index.definition().kind() == IndexKind::Local) {
        return refused("Local secondary indexes are not supported");
    }
    if tables.time_to_live(name).is_ok_and(|setting| setting.attribute().is_some()) {
        return refused("Time to live is not supported");
    }
    Ok(())
}

impl World {
    /// Makes a global table of one member.
    pub(super) fn begin_global<R: Regions>(
        &mut self,
        regions: &mut R,
        (name, own): (&str, usize),
        consistency: MultiRegionConsistency,
    ) -> Result<Global, Error> {
        let now = self.now;
        let mut global = Global::new(GlobalTableVersion::V2019, consistency);
        global.members.push(Member::new(own, ReplicaStatus::Active));
        let described = global.describe(|region| self.name(region).to_owned());
        regions.visit(own, |engine| {
            let (tables, now) = engine.tables(now);
            tables.join_global_table(name, described, now)
        })??;
        Ok(global)
    }
}
