//! A global table: its members, and the links between them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::table::{
    GlobalTable, GlobalTableVersion, MultiRegionConsistency, Replica, ReplicaSettings, ReplicaStatus, Witness,
};
use crate::world::copy::Copy;
use crate::world::link::Link;

/// From one removal of old versions to the next.
pub(super) const PRUNE_PAUSE: Duration = Duration::from_secs(60);

/// One Region's table.
pub(super) struct Member {
    pub(super) region: usize,
    pub(super) status: ReplicaStatus,
    pub(super) settings: ReplicaSettings,
    /// While it is filled.
    pub(super) copy: Option<Copy>,
}

impl Member {
    pub(super) fn new(region: usize, status: ReplicaStatus) -> Self {
        Self { region, status, settings: ReplicaSettings::default(), copy: None }
    }
}

/// What a global table of version 2017.11.29 has besides.
pub(super) struct Legacy {
    pub(super) created: Timestamp,
    /// When the members that join or leave have done so.
    pub(super) settles_at: Option<Timestamp>,
    /// Writes are not stamped before: a table had no throughput left.
    pub(super) stamps_from: Timestamp,
}

/// See the module.
pub(super) struct Global {
    pub(super) version: GlobalTableVersion,
    pub(super) consistency: MultiRegionConsistency,
    pub(super) legacy: Option<Legacy>,
    /// The one Region whose changes reach the others, where it is no global table but a master with replicas.
    pub(super) master: Option<usize>,
    /// In the order in which they joined.
    pub(super) members: Vec<Member>,
    pub(super) witness: Option<Witness>,
    /// From Region to Region.
    pub(super) links: BTreeMap<(usize, usize), Link>,
    /// The Region that removes the items whose time has passed.
    pub(super) expirer: Option<usize>,
    /// When old versions are removed next.
    pub(super) prunes_at: Option<Timestamp>,
}

impl Global {
    pub(super) fn new(version: GlobalTableVersion, consistency: MultiRegionConsistency) -> Self {
        let (members, links) = (Vec::new(), BTreeMap::new());
        Self {
            version,
            consistency,
            legacy: None,
            master: None,
            members,
            witness: None,
            links,
            expirer: None,
            prunes_at: None,
        }
    }

    pub(super) fn member(&self, region: usize) -> Option<&Member> {
        self.members.iter().find(|member| member.region == region)
    }

    pub(super) fn member_mut(&mut self, region: usize) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.region == region)
    }

    /// As its members describe it; `name` tells a Region's name.
    pub(super) fn describe(&self, name: impl Fn(usize) -> String) -> GlobalTable {
        let replicas = self.members.iter().map(|member| Replica {
            region: name(member.region),
            status: member.status,
            percent: member.copy.as_ref().map(Copy::percent),
            settings: member.settings.clone(),
        });
        GlobalTable {
            version: self.version,
            consistency: self.consistency,
            replicas: replicas.collect(),
            witness: self.witness.clone(),
            is_hidden: self.master.is_some(),
        }
    }

    /// Removes a member with its links.
    pub(super) fn remove(&mut self, region: usize) {
        self.members.retain(|member| member.region != region);
        self.links.retain(|(from, to), _| *from != region && *to != region);
    }

    pub(super) fn drop_messages(&mut self, on: impl Fn(usize, usize) -> bool) {
        for ((from, to), link) in &mut self.links {
            if on(*from, *to) {
                link.drop_messages();
            }
        }
        for member in &mut self.members {
            if let Some(copy) = member.copy.as_mut().filter(|copy| on(copy.source, member.region)) {
                copy.drop_messages();
            }
        }
    }

    /// The last record of a Region that all others have applied.
    pub(super) fn read_everywhere(&self, from: usize) -> u64 {
        let links = self.links.iter().filter(|((source, _), _)| *source == from);
        links.map(|(_, link)| link.applied()).min().unwrap_or(u64::MAX)
    }
}
