//! What happens in the world as time passes.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{ReplicaStatus, State, Table};
use crate::world::global::{Global, Member, PRUNE_PAUSE};
use crate::world::link::{Applied, Link};
use crate::world::{Regions, World};

/// A bound on the events of one [`World::tick`], as the engine has.
const EVENTS_MAX: usize = 100_000_000;

impl World {
    /// When something happens by itself: in an engine, on the network, to a replica.
    ///
    /// # Errors
    /// `InternalServerError` where an engine was stopped by an earlier error.
    pub fn next_event_at<R: Regions>(&self, regions: &mut R) -> Result<Option<Timestamp>, Error> {
        let mut next: Option<Timestamp> = None;
        let mut note = |at: Option<Timestamp>| next = next.into_iter().chain(at).min();
        // Regions answer requests without the world, so they may be ahead of it. What they left to do leaves them at their
        // time: at the world's it would arrive too early.
        let mut latest = self.now;
        for region in (0..self.regions.len()).filter(|region| self.is_up(*region)) {
            let (at, now) = regions.visit(region, |engine| (engine.next_event_at(), engine.now()))?;
            note(at);
            latest = latest.max(now);
        }
        if self.reach_changed && self.has_strong() {
            note(Some(latest));
        }
        for (name, global) in &self.globals {
            note(self.next_of_global((name, global), latest, regions)?);
        }
        Ok(next)
    }

    /// What is to be done at once is to be done at `now`.
    fn next_of_global<R: Regions>(
        &self,
        (name, global): (&str, &Global),
        now: Timestamp,
        regions: &mut R,
    ) -> Result<Option<Timestamp>, Error> {
        let mut next = global.prunes_at;
        let mut note = |at: Timestamp| next = Some(next.map_or(at, |next| next.min(at)));
        if self.expirer(global) != global.expirer {
            note(now);
        }
        self.next_of_legacy((name, global), now, regions)?.into_iter().for_each(&mut note);
        for member in global.members.iter().filter(|member| self.is_up(member.region)) {
            let (last, is_going) = regions.visit(member.region, |engine| found(engine, name))?;
            if regions.visit(member.region, |engine| has_settings(engine, name))? {
                note(now);
            }
            if let Some(copy) = &member.copy {
                if self.connects(copy.source, member.region) {
                    note(copy.next_event_at());
                }
            } else if last.is_none() || is_news(global, member, is_going) {
                note(now);
            }
            let links = global.links.iter().filter(|((from, _), _)| *from == member.region);
            for (_, link) in links.filter(|((from, to), _)| self.connects(*from, *to)) {
                if last.is_some_and(|last| link.wants(last)) {
                    note(now);
                }
                link.next_arrival().into_iter().chain(link.next_setting()).for_each(&mut note);
            }
        }
        Ok(next)
    }

    /// Lets everything happen that is due until `now`, each at its own time and in order: first what is due in the
    /// Regions, in their order, then between them.
    ///
    /// # Errors
    /// `InternalServerError` when a store failed, the first time it did, or an engine was stopped by an earlier error.
    pub fn tick<R: Regions>(&mut self, regions: &mut R, now: Timestamp) -> Result<(), Error> {
        let mut outcome = Ok(());
        for _ in 0..EVENTS_MAX {
            let Some(next) = self.next_event_at(regions)?.filter(|next| *next <= now) else { break };
            self.now = self.now.max(next);
            outcome = outcome.and(self.step(regions));
        }
        self.now = self.now.max(now);
        outcome
    }

    /// What is due at [`World::now`].
    fn step<R: Regions>(&mut self, regions: &mut R) -> Result<(), Error> {
        let now = self.now;
        let mut outcome = Ok(());
        for region in 0..self.regions.len() {
            if self.is_up(region) {
                let due = |engine: &mut Engine| match engine.next_event_at() {
                    Some(next) if next <= now => engine.tick(now),
                    _ => Ok(()),
                };
                outcome = outcome.and(regions.visit(region, due)?);
            }
        }
        if self.reach_changed && self.has_strong() {
            outcome = outcome.and(self.synchronize(regions));
        }
        let names: Vec<String> = self.globals.keys().cloned().collect();
        for name in names {
            let mut global = self.globals.remove(&name).expect("invariant: its name was found above");
            let stepped = self.step_global(&name, &mut global, regions);
            if stepped.is_err() || !self.dissolve(&name, &global, regions)? {
                self.globals.insert(name, global);
            }
            outcome = outcome.and(stepped);
        }
        outcome
    }

    fn step_global<R: Regions>(
        &mut self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<(), Error> {
        let mut is_changed = self.settle_members(name, global, regions)?;
        is_changed |= self.fill_replicas(name, global, regions)?;
        is_changed |= self.follow_reads(name, global, regions)?;
        is_changed |= self.step_legacy(name, global, regions)?;
        self.choose_expirer(name, global, regions)?;
        self.exchange_settings(name, global, regions)?;
        self.exchange(name, global, regions)?;
        if global.prunes_at.is_some_and(|at| at <= self.now) {
            self.prune(name, global, regions)?;
        }
        if is_changed {
            self.announce(name, global, regions)?;
        }
        Ok(())
    }

    /// Delivers what has arrived and sends what there is.
    fn exchange<R: Regions>(
        &mut self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<(), Error> {
        let now = self.now;
        let mut has_versions = false;
        for ((from, to), link) in &mut global.links {
            if !self.connects(*from, *to) {
                continue;
            }
            if link.next_arrival().is_some_and(|at| at <= now) {
                let applied = regions.visit(*to, |engine| link.deliver(name, engine.tables(now).0, now))?;
                has_versions = true;
                self.measure(name, ((*from, *to), link), &applied, regions)?;
            }
            let network = &mut self.network;
            let mut send = |engine: &mut Engine| {
                let tables = engine.tables_now();
                let Some(last) = tables.last_change(name) else { return Ok(()) };
                while link.wants(last) {
                    has_versions = true;
                    link.read(name, tables, (now, network.next_delay(*from, *to)))?;
                }
                Ok(())
            };
            // A store that failed is asked again with the next event.
            let _: Result<(), Error> = regions.visit(*from, &mut send)?;
        }
        if has_versions {
            global.prunes_at.get_or_insert(now + PRUNE_PAUSE);
        }
        Ok(())
    }

    /// Takes the measure of changes that were applied, where they were made.
    fn measure<R: Regions>(
        &self,
        name: &str,
        ((from, to), link): ((usize, usize), &Link),
        applied: &[Applied],
        regions: &mut R,
    ) -> Result<(), Error> {
        if applied.is_empty() {
            return Ok(());
        }
        let (now, receiver) = (self.now, self.name(to));
        regions.visit(from, |engine| {
            let (tables, _) = engine.tables(now);
            let pending = tables.last_change(name).unwrap_or_default().saturating_sub(link.applied());
            let made = applied.iter().map(|change| change.made);
            tables.note_replicated(name, receiver, made, (pending, now));
        })
    }

    /// Removes the versions that nothing under way can meet any more.
    fn prune<R: Regions>(&mut self, name: &str, global: &mut Global, regions: &mut R) -> Result<(), Error> {
        let now = self.now;
        global.prunes_at = Some(now + PRUNE_PAUSE);
        // What is not applied yet in some Region was made after this. A Region's changes are in order, and a change's
        // version is never before it.
        let mut before = now;
        let mut is_idle = true;
        for ((from, _), link) in &global.links {
            let look = |engine: &mut Engine| engine.tables_now().next_change_at(name, link.applied());
            let Ok(oldest) = regions.visit(*from, look)? else { return Ok(()) };
            is_idle &= oldest.is_none();
            before = oldest.map_or(before, |oldest| before.min(oldest));
        }
        // Also where a Region is down: it may act at past times once it is back.
        for member in &global.members {
            let raise =
                |engine: &mut Engine| engine.tables(Timestamp::default()).0.raise_version_floor(name, before);
            regions.visit(member.region, raise)?;
        }
        let is_filling = global.members.iter().any(|member| member.copy.is_some());
        let mut more = false;
        for member in global.members.iter().filter(|member| self.is_up(member.region) && !is_filling) {
            let read = global.read_everywhere(member.region);
            more |= regions.visit(member.region, |engine| {
                engine.tables(now).0.prune_versions(name, before, read).unwrap_or(false)
            })?;
        }
        let idle = is_idle && !more && !is_filling;
        global.prunes_at = (!idle).then(|| if more { now } else { now + PRUNE_PAUSE });
        Ok(())
    }

    /// Tells every member what the global table is now.
    pub(super) fn announce<R: Regions>(
        &self,
        name: &str,
        global: &Global,
        regions: &mut R,
    ) -> Result<(), Error> {
        let described = global.describe(|region| self.name(region).to_owned());
        for member in &global.members {
            regions.visit(member.region, |engine| {
                engine.tables(Timestamp::default()).0.describe_global_table(name, &described);
            })?;
        }
        Ok(())
    }
}

fn has_settings(engine: &mut Engine, name: &str) -> bool {
    engine.tables_now().find(name).is_some_and(Table::has_setting_changes)
}

/// Whether it is not known yet that a member's table goes. One that leaves a global table of version 2017.11.29 stays.
fn is_news(global: &Global, member: &Member, is_going: bool) -> bool {
    let is_leaving = member.status == ReplicaStatus::Deleting;
    if global.legacy.is_some() { is_going && !is_leaving } else { is_going != is_leaving }
}

/// The number of the last change of a table there is, and whether it is being removed.
fn found(engine: &mut Engine, name: &str) -> (Option<u64>, bool) {
    let tables = engine.tables_now();
    let table = tables.find(name).filter(|table| table.is_replicated());
    let is_going = table.is_some_and(|table| matches!(table.state(), State::Deleting { .. }));
    (table.and_then(|_| tables.last_change(name)), is_going)
}
