//! Joining and leaving a global table.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Write};
use crate::table::catalog::{Definition, State, Table};
use crate::table::index::{Index, NewIndex};
use crate::table::provision::NewLimits;
use crate::table::refusal::not_found;
use crate::table::replication::Replication;
use crate::table::replication::group::{GlobalTable, MultiRegionConsistency, Replica};
use crate::table::replication::log::ReplicationLog;
use crate::table::replication::metrics::ReplicationMetrics;
use crate::table::replication::peers::Peers;
use crate::table::stream::{StreamChange, StreamView};
use crate::table::tables::{NewIndexes, Tables};
use crate::table::tags::Tags;
use crate::table::throughput::Throughput;

/// How long a table cannot be deleted that filled another.
const SEEDING_PAUSE: Duration = Duration::from_secs(24 * 3_600);

/// The end of a state that somebody else ends.
pub(in crate::table) const UNTIL_TOLD: Timestamp = Timestamp::from_nanos(i64::MAX);

impl Table {
    /// The global table it is one of.
    #[must_use]
    pub fn global_table(&self) -> Option<&GlobalTable> {
        self.replication.as_ref().map(|replication| &replication.global).filter(|global| !global.is_hidden)
    }

    /// Whether its changes reach other Regions, or theirs this one.
    #[must_use]
    pub fn is_replicated(&self) -> bool {
        self.replication.is_some()
    }

    /// The replicas of its global table in other Regions.
    pub fn other_replicas(&self) -> impl Iterator<Item = &Replica> {
        let replication = self.replication.as_ref();
        let all = replication.map(|replication| (&replication.region, &replication.global.replicas));
        all.into_iter().flat_map(|(own, replicas)| replicas.iter().filter(move |each| each.region != *own))
    }

    /// What a replica of it is made of: its key, indexes, mode, encryption by the same kind of key and stream. Tags,
    /// policy and deletion protection are each replica's own (facts 7.3).
    #[must_use]
    pub fn replica_definition(&self) -> (Definition, NewIndexes) {
        let definition = Definition {
            deletion_protection: false,
            limits: NewLimits { maximum: self.provision.throughput.maximum(), ..NewLimits::default() },
            tags: Tags::default(),
            policy: None,
            class: None,
            stream: None,
            ..self.definition.clone()
        };
        let vector = self.vector_indexes.iter().map(|index| index.definition.as_new().clone()).collect();
        (definition, NewIndexes { secondary: self.indexes.iter().map(as_new).collect(), vector })
    }
}

fn as_new(index: &Index) -> NewIndex {
    let definition = index.definition();
    NewIndex {
        name: definition.name().to_owned(),
        kind: definition.kind(),
        keys: definition.keys().clone(),
        projection: definition.projection().clone(),
        mode: index.throughput().map(Throughput::mode),
        limits: NewLimits {
            maximum: index.throughput().map(Throughput::maximum).unwrap_or_default(),
            ..NewLimits::default()
        },
    }
}

impl Tables {
    /// Makes a table one of a global table. Its stream is enabled, where it is not (facts 7.3).
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn join_global_table(
        &mut self,
        name: &str,
        global: GlobalTable,
        now: Timestamp,
    ) -> Result<(), Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let has_stream = table.stream.as_ref().is_some_and(|stream| stream.view.is_some());
        if !has_stream && !global.is_hidden && global.consistency == MultiRegionConsistency::Eventual {
            let until = now + self.settings.table_transition;
            self.change_stream(name, StreamChange::Enable(StreamView::NewAndOldImages), (now, until));
        }
        let peers = Peers::new(self.new_space());
        let (versions, log) = (self.new_space(), ReplicationLog::new(self.new_space(), now));
        let region = self.settings.region.clone();
        let table = self.change(name).expect("invariant: found above");
        let replication = Replication {
            region,
            versions,
            global,
            pruned: log.last,
            stamped: log.last,
            log,
            metrics: ReplicationMetrics::default(),
            settings: Vec::new(),
            floor: now,
            expires: false,
            is_isolated: false,
            seeded_at: None,
            peers,
        };
        table.replication = Some(Box::new(replication));
        Ok(())
    }

    /// Makes the table of a new replica, which serves nobody until [`Tables::activate_replica`].
    ///
    /// # Errors
    /// `ResourceInUseException` where the name is taken, `LimitExceededException`.
    pub fn create_replica(
        &mut self,
        (definition, indexes): (Definition, &NewIndexes),
        global: GlobalTable,
        now: Timestamp,
    ) -> Result<(), Error> {
        let name = definition.name.clone();
        self.create(definition, indexes, now)?;
        self.join_global_table(&name, global, now)?;
        let table = self.change(&name).expect("invariant: made above");
        table.state = State::Creating { until: UNTIL_TOLD };
        Ok(())
    }

    /// Takes note that a replica begins to fill another.
    pub fn note_seeding(&mut self, name: &str, now: Timestamp) {
        if let Some(replication) = self.change(name).and_then(|table| table.replication.as_mut()) {
            replication.seeded_at = Some(now);
        }
    }

    /// Refuses to delete a table that filled another within 24 hours. Where tables take no time to change, neither does
    /// this.
    ///
    /// # Errors
    /// `ValidationException`, with AWS's text (its Terraform provider looks for it).
    pub fn check_seeding(&self, name: &str, now: Timestamp) -> Result<(), Error> {
        let replication = self.by_name.get(name).and_then(|table| table.replication.as_ref());
        match replication.and_then(|replication| replication.seeded_at) {
            Some(at) if !self.settings.table_transition.is_zero() && now.since(at) < SEEDING_PAUSE => {
                Err(Error::validation(
                    "Replica cannot be deleted because it has acted as a source region for new replica(s) being added \
                     to the table in the last 24 hours.",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Tells a table what its global table is now.
    pub fn describe_global_table(&mut self, name: &str, global: &GlobalTable) {
        if let Some(replication) = self.by_name.get_mut(name).and_then(|table| table.replication.as_mut()) {
            replication.global = global.clone();
        }
    }

    /// Makes a table one of a single Region again. Its stream stays.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; it is as before then.
    pub fn leave_global_table(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get(name) else { return Ok(()) };
        let Some(replication) = &table.replication else { return Ok(()) };
        let writes = replication.spaces().map(Write::Clear).into_iter().collect();
        self.store.commit(Batch { writes })?;
        if let Some(table) = self.change(name) {
            table.replication = None;
        }
        // What another Region did is done here again.
        self.expect_transition(name, now);
        self.reclaim(now);
        Ok(())
    }

    /// Starts to remove the table of a replica, whatever state it is in.
    pub fn delete_replica(&mut self, name: &str, now: Timestamp) {
        let until = now + self.settings.table_transition;
        let Some(table) = self.change(name) else { return };
        if !matches!(table.state, State::Deleting { .. }) {
            table.state = State::Deleting { until };
            self.end_stream(name, (now, until));
            self.expect_transition(name, until);
        }
    }
}
