//! The states that eventually consistent reads may still see.
//!
//! A write keeps the entry it replaces, which costs a pointer, as entries are shared. An eventually consistent read
//! then sees, of each item or index entry by itself, any of the states it had within the window, the oldest as likely
//! as the latest: a later read may see an earlier state, and the items of one page may be seen at different moments, as
//! nothing in DynamoDB forbids. What never was is never seen.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::random::Random;
use crate::store::{Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::value::KeyBytes;

/// At which moment a read sees an entry. Moments are numbers of commits: time is too coarse, as many may share one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::table) enum Moment {
    /// Now.
    Latest,
    /// Just before the commit of this number.
    Before(u64),
}

/// What a commit replaces at one key; nothing where it adds the key.
pub(in crate::table) struct Replaced {
    space: Space,
    key: KeyBytes,
    entry: Option<Entry>,
}

/// A state that was.
#[derive(Clone)]
struct Version {
    /// When it was replaced.
    until: Timestamp,
    /// By which commit.
    commit: u64,
    entry: Option<Entry>,
}

/// The former states of one key, the oldest first.
type Versions = VecDeque<Version>;

/// The former states of a table's items and of its index entries, as far back as reads may look.
#[derive(Clone)]
pub(in crate::table) struct History {
    window: Duration,
    commits: u64,
    spaces: BTreeMap<Space, BTreeMap<KeyBytes, Versions>>,
    /// All versions in the order in which they were replaced.
    order: VecDeque<(Timestamp, Space, KeyBytes)>,
}

impl History {
    /// A memory that reaches back for `window`.
    pub(in crate::table) fn new(window: Duration) -> Self {
        Self { window, commits: 0, spaces: BTreeMap::new(), order: VecDeque::new() }
    }

    pub(in crate::table) fn window(&self) -> Duration {
        self.window
    }

    pub(in crate::table) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What a batch that is about to be committed replaces. Its keys differ.
    pub(in crate::table) fn replaced(
        &self,
        writes: &[Write],
        store: &dyn Read,
    ) -> Result<Vec<Replaced>, StoreError> {
        let mut replaced = Vec::with_capacity(writes.len());
        for write in writes {
            let (space, key) = match write {
                Write::Put(space, entry, _) => (*space, KeyBytes::from_slice(entry.key())),
                Write::Delete(space, key) => (*space, key.clone()),
                Write::Clear(_) => continue,
            };
            let entry = store.get(space, &key)?;
            replaced.push(Replaced { space, key, entry });
        }
        Ok(replaced)
    }

    /// Remembers what a commit at `now` replaced, and forgets a little of what is out of reach.
    pub(in crate::table) fn record(&mut self, replaced: Vec<Replaced>, now: Timestamp) {
        self.commits += 1;
        let budget = 2 * replaced.len();
        for Replaced { space, key, entry } in replaced {
            self.order.push_back((now, space, key.clone()));
            let versions = self.spaces.entry(space).or_default().entry(key).or_default();
            versions.push_back(Version { until: now, commit: self.commits, entry });
        }
        self.forget(now, budget);
    }

    /// Forgets up to `count` states that are out of reach; tells whether there are more of them.
    pub(in crate::table) fn forget(&mut self, now: Timestamp, count: usize) -> bool {
        let out_of_reach = |until: Timestamp| until + self.window <= now;
        for _ in 0..count {
            if !self.order.front().is_some_and(|(until, ..)| out_of_reach(*until)) {
                return false;
            }
            let (_, space, key) = self.order.pop_front().expect("invariant: it has a first element");
            // A space that was dropped took its versions along.
            let Some(keys) = self.spaces.get_mut(&space) else { continue };
            if let Some(versions) = keys.get_mut(&key) {
                versions.pop_front();
                if versions.is_empty() {
                    keys.remove(&key);
                }
            }
        }
        self.order.front().is_some_and(|(until, ..)| out_of_reach(*until))
    }

    /// Forgets all of a space that is dropped.
    pub(in crate::table) fn drop_space(&mut self, space: Space) {
        self.spaces.remove(&space);
    }

    /// The state in which an eventually consistent read at `now` sees a key that holds `latest`.
    pub(in crate::table) fn choose(
        &self,
        (space, key): (Space, &[u8]),
        latest: Option<Entry>,
        random: &mut Random,
        now: Timestamp,
    ) -> Option<Entry> {
        let versions = self.spaces.get(&space).and_then(|keys| keys.get(key));
        let Some(versions) = versions else { return latest };
        match pick(versions, self.window, random, now) {
            None => latest,
            Some(version) => version.entry.clone(),
        }
    }

    /// The state that a key, which holds `latest` now, had at a moment.
    pub(in crate::table) fn at(
        &self,
        (space, key): (Space, &[u8]),
        moment: Moment,
        latest: Option<Entry>,
    ) -> Option<Entry> {
        let Moment::Before(commit) = moment else { return latest };
        let versions = self.spaces.get(&space).and_then(|keys| keys.get(key));
        let version = versions.and_then(|versions| versions.iter().find(|version| version.commit >= commit));
        version.map_or(latest, |version| version.entry.clone())
    }

    /// As [`Read::scan`], each entry in one of the states that it had within the window, with the moment of it. Keys
    /// that the store does not hold any more are visited in their place.
    pub(in crate::table) fn scan(
        &self,
        (store, space): (&dyn Read, Space),
        (range, direction): (KeyRange<'_>, Direction),
        random: &mut Random,
        now: Timestamp,
        visit: &mut dyn FnMut(&Entry, Moment) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let window = self.window;
        let keys = self.spaces.get(&space).filter(|_| !is_empty(range));
        let keys = keys.into_iter().flat_map(|keys| keys.range::<[u8], _>((range.lower, range.upper)));
        let mut remembered: Box<dyn Iterator<Item = (&KeyBytes, &Versions)>> = match direction {
            Direction::Forward => Box::new(keys),
            Direction::Backward => Box::new(keys.rev()),
        };
        let mut next = remembered.next();
        let mut see = |versions: &Versions, latest: Option<&Entry>| match pick(versions, window, random, now)
        {
            None => latest.map_or(ControlFlow::Continue(()), |entry| visit(entry, Moment::Latest)),
            Some(version) => version
                .entry
                .as_ref()
                .map_or(ControlFlow::Continue(()), |entry| visit(entry, Moment::Before(version.commit))),
        };
        let mut flow = ControlFlow::Continue(());
        let unchanged = VecDeque::new();
        store.scan(space, range, direction, &mut |entry| {
            flow = loop {
                let Some((key, versions)) = next else { break see(&unchanged, Some(entry)) };
                match in_walking_order(key, entry.key(), direction) {
                    Ordering::Greater => break see(&unchanged, Some(entry)),
                    Ordering::Equal => {
                        next = remembered.next();
                        break see(versions, Some(entry));
                    }
                    Ordering::Less => {
                        next = remembered.next();
                        if see(versions, None).is_break() {
                            break ControlFlow::Break(());
                        }
                    }
                }
            };
            flow
        })?;
        while let (ControlFlow::Continue(()), Some((_, versions))) = (flow, next) {
            flow = see(versions, None);
            next = remembered.next();
        }
        Ok(())
    }
}

/// One of the states within the window, each as likely; none for the latest.
fn pick<'a>(
    versions: &'a Versions,
    window: Duration,
    random: &mut Random,
    now: Timestamp,
) -> Option<&'a Version> {
    let reached = versions.partition_point(|version| version.until + window <= now);
    let states = versions.len() - reached;
    if states == 0 {
        return None;
    }
    let chosen = random.below(states as u64 + 1) as usize;
    versions.get(reached + chosen)
}

fn in_walking_order(left: &[u8], right: &[u8], direction: Direction) -> Ordering {
    match direction {
        Direction::Forward => left.cmp(right),
        Direction::Backward => right.cmp(left),
    }
}

/// Whether a range can hold no key; a map refuses to be asked for some of those.
fn is_empty(range: KeyRange<'_>) -> bool {
    match (range.lower, range.upper) {
        (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
        (
            Bound::Included(lower) | Bound::Excluded(lower),
            Bound::Included(upper) | Bound::Excluded(upper),
        ) => lower >= upper,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}

#[cfg(test)]
mod tests;
