//! One table: its definition, its state and what it has consumed.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Read, Space};
use crate::table::changes::{ChangeLog, Changes};
use crate::table::collection::ItemCollections;
use crate::table::contributor_insights::ContributorInsights;
use crate::table::encryption::{Encryption, EncryptionKey};
use crate::table::index::{Index, IndexState, Origin};
use crate::table::kinesis::KinesisDestination;
use crate::table::partition::{PartitionDescription, SplitRules, Tally};
use crate::table::past::Past;
use crate::table::provision::{NewLimits, Provision};
use crate::table::replication::{GlobalTable, Replication, UNTIL_TOLD};
use crate::table::resource_policy::{PolicyDocument, ResourcePolicy};
use crate::table::restore::Restore;
use crate::table::schema::{KeySchema, nested_key};
use crate::table::stream::{LatestStream, StreamView};
use crate::table::table_class::{ClassHistory, TableClass};
use crate::table::tags::Tags;
use crate::table::throughput::{Mode, Throughput};
use crate::table::time_to_live::{ExpiryIndex, TimeToLive};
use crate::table::traffic::Traffic;
use crate::table::vector::VectorIndex;
use crate::table::warm_throughput::WarmThroughput;
use crate::value::{ItemRef, Key};

pub use crate::table::state::{State, TableChange};

/// What CreateTable defines.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The table's name.
    pub name: String,
    /// Its key.
    pub schema: KeySchema,
    /// Its billing mode and throughput.
    pub mode: Mode,
    /// Whether the request named a billing mode, which is when `BillingModeSummary` is shown.
    pub billing_mode_named: bool,
    /// Whether DeleteTable is refused.
    pub deletion_protection: bool,
    /// Its on-demand maximum and warm throughput, as CreateTable gave them.
    pub limits: NewLimits,
    /// Its class, where CreateTable named one.
    pub class: Option<TableClass>,
    /// Its key, as CreateTable gave it.
    pub encryption: EncryptionKey,
    /// Its tags, as CreateTable gave them.
    pub tags: Tags,
    /// Its policy, as CreateTable gave it.
    pub policy: Option<PolicyDocument>,
    /// What its first stream shows, where CreateTable enabled one.
    #[serde(default)]
    pub stream: Option<StreamView>,
}

/// A table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub(in crate::table) definition: Definition,
    pub(in crate::table) arn: String,
    pub(in crate::table) id: String,
    pub(in crate::table) space: Space,
    pub(in crate::table) created: Timestamp,
    pub(in crate::table) state: State,
    pub(in crate::table) provision: Provision,
    /// In the order of the requests that made them, local ones first.
    pub(in crate::table) indexes: Vec<Index>,
    /// In the order of the requests that made them.
    #[serde(default)]
    pub(in crate::table) vector_indexes: Vec<VectorIndex>,
    /// The requests it answered. Not stored: a database that is opened begins its charts anew.
    #[serde(skip)]
    pub(in crate::table) traffic: Box<Traffic>,
    /// Where the table has a local index.
    pub(in crate::table) collections: Option<ItemCollections>,
    /// Where global indexes are delayed, reads may be stale, or there is a stream.
    pub(in crate::table) changes: Option<Box<Changes>>,
    /// Where the agenda of all tables has this one.
    #[serde(skip)]
    pub(in crate::table) scheduled: Option<Timestamp>,
    /// The store failed when a state was to end; it is not asked again before.
    #[serde(skip)]
    pub(in crate::table) retry_at: Option<Timestamp>,
    pub(in crate::table) time_to_live: TimeToLive,
    pub(in crate::table) tags: Tags,
    pub(in crate::table) class: ClassHistory,
    pub(in crate::table) encryption: Encryption,
    pub(in crate::table) policy: ResourcePolicy,
    pub(in crate::table) insights: ContributorInsights,
    /// The stream it has or had last.
    #[serde(default)]
    pub(in crate::table) stream: Option<Box<LatestStream>>,
    /// Where it is one of a global table.
    #[serde(default)]
    pub(in crate::table) replication: Option<Box<Replication>>,
    /// Where its changes go, went or were to go; the latest one first.
    #[serde(default)]
    pub(in crate::table) kinesis: Vec<KinesisDestination>,
    /// When deletion protection was last switched.
    pub(in crate::table) protection_changed: Option<Timestamp>,
    /// Where someone may ask for what the table was.
    #[serde(default)]
    pub(in crate::table) past: Option<Box<Past>>,
    /// Where its items are still being copied.
    #[serde(default)]
    pub(in crate::table) restore: Option<Box<Restore>>,
}

impl Table {
    /// What CreateTable defined, with later changes.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The key schema.
    #[must_use]
    pub fn schema(&self) -> &KeySchema {
        &self.definition.schema
    }

    /// The table's ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// `TableId`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where the table's items are in the store.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// The spaces of its items and of its secondary indexes' entries.
    pub(in crate::table) fn item_spaces(&self) -> impl Iterator<Item = Space> {
        std::iter::once(self.space).chain(self.indexes.iter().map(|index| index.space))
    }

    /// All spaces that go with it. Its stream outlives it, and what goes to Kinesis ends before it.
    pub(in crate::table) fn spaces(&self) -> impl Iterator<Item = Space> {
        let log = self.changes.as_ref().and_then(|changes| changes.log.as_ref());
        let collections = self.collections.as_ref().map(|collections| collections.space);
        let expiries = self.time_to_live.index().map(ExpiryIndex::space);
        let vectors = self.vector_indexes.iter().map(|index| index.space);
        let past = self.past.as_ref().map(|past| past.space);
        let replication = self.replication.iter().flat_map(|replication| replication.spaces());
        let others = collections.into_iter().chain(log.map(ChangeLog::space)).chain(expiries);
        self.item_spaces().chain(vectors).chain(others).chain(past).chain(replication)
    }

    /// When the table was made.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Where the table is in its life.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// `TableStatus`: an index that is being allocated or deleted makes an active table show `UPDATING`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.state {
            State::Active if self.index_states().any(|(_, state)| state.occupies_table()) => "UPDATING",
            State::Active if self.global_table().is_some_and(GlobalTable::is_changing) => "UPDATING",
            state => state.name(),
        }
    }

    /// Its throughput.
    #[must_use]
    pub fn throughput(&self) -> &Throughput {
        &self.provision.throughput
    }

    /// Its secondary indexes.
    #[must_use]
    pub fn indexes(&self) -> &[Index] {
        &self.indexes
    }

    /// Whether it has any index, of whatever kind.
    #[inline]
    pub(in crate::table) fn has_indexes(&self) -> bool {
        !self.indexes.is_empty() || !self.vector_indexes.is_empty()
    }

    /// Its vector indexes.
    #[must_use]
    pub fn vector_indexes(&self) -> &[VectorIndex] {
        &self.vector_indexes
    }

    /// The names and states of its secondary and its vector indexes.
    pub(in crate::table) fn index_states(&self) -> impl Iterator<Item = (&str, &IndexState)> {
        let secondary = self.indexes.iter().map(|index| (index.name(), &index.state));
        secondary.chain(self.vector_indexes.iter().map(|index| (index.name(), &index.state)))
    }

    /// When something happens to the table or an index of it by itself.
    pub(in crate::table) fn next_transition(&self) -> Option<Timestamp> {
        self.next_event(true)
    }

    /// Whether what is due is the removal of items alone, which leaves as little for the table's record as other writes
    /// of items do.
    pub(in crate::table) fn only_removes_items(&self, now: Timestamp) -> bool {
        self.time_to_live.removes() && self.next_event(false).is_none_or(|at| at > now)
    }

    /// As [`Table::next_transition`], with what is due of the time to live or without.
    fn next_event(&self, expires: bool) -> Option<Timestamp> {
        if let State::Creating { until } | State::Deleting { until } = self.state {
            return (until != UNTIL_TOLD)
                .then_some(self.retry_at.map_or(until, |retry_at| until.max(retry_at)));
        }
        let indexes = self.indexes.iter().filter_map(Index::until);
        let vectors = self.vector_indexes.iter().filter_map(|index| index.state.until());
        let own = [
            self.state.until(),
            self.provision.warm.until(),
            self.encryption.until(),
            self.insights_until(),
            self.time_to_live.next_event_at().filter(|_| expires && !self.waits_for_expiry()),
            self.kinesis_until(),
            self.past.as_ref().and_then(|past| past.next_event_at()),
        ];
        let provisions = self.indexes.iter().filter_map(Index::provision).chain([&self.provision]);
        let reviews = provisions.filter_map(Provision::next_review);
        let next = own.into_iter().flatten().chain(indexes).chain(vectors).chain(reviews).min();
        next.map(|next| self.retry_at.map_or(next, |retry_at| next.max(retry_at)))
    }

    /// The provisions of the table and of its indexes.
    pub(in crate::table) fn provisions_mut(&mut self) -> impl Iterator<Item = &mut Provision> {
        self.indexes.iter_mut().filter_map(Index::provision_mut).chain([&mut self.provision])
    }

    /// Splits the partitions of the table and its indexes that are to be split, and lets on-demand allowances grow.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub(in crate::table) fn review(&mut self, store: &dyn Read, now: Timestamp) -> Result<(), Error> {
        let local_index = self.indexes.iter().any(|index| !index.is_global());
        let rules = SplitRules { sort_key: self.definition.schema.attributes().count() > 1, local_index };
        self.provision.review(store, self.space, rules, now)?;
        for index in &mut self.indexes {
            let rules = SplitRules { sort_key: !index.definition.keys().sort.is_empty(), local_index: false };
            let space = index.space;
            if let Some(provision) = index.provision_mut() {
                provision.review(store, space, rules, now)?;
            }
        }
        Ok(())
    }

    /// Its warm throughput.
    #[must_use]
    pub fn warm_throughput(&self) -> &WarmThroughput {
        &self.provision.warm
    }

    /// Its tags.
    #[must_use]
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Its class.
    #[must_use]
    pub fn class(&self) -> &ClassHistory {
        &self.class
    }

    /// Its encryption at rest.
    #[must_use]
    pub fn encryption(&self) -> &Encryption {
        &self.encryption
    }

    /// The position of an index that can be read.
    ///
    /// # Errors
    /// `ValidationException` where there is none of that name, or it is not filled yet.
    pub fn readable_index(&self, name: &str) -> Result<usize, Error> {
        let found = self.indexes.iter().position(|index| index.name() == name);
        match found.map(|position| (position, &self.indexes[position].state)) {
            Some((position, IndexState::Active | IndexState::Updating { .. })) => Ok(position),
            Some((_, IndexState::Allocating { .. } | IndexState::Backfilling { .. })) => {
                Err(Error::Validation(format!("Cannot read from backfilling global secondary index: {name}")))
            }
            Some((_, IndexState::Deleting { .. })) | None => {
                Err(Error::Validation(format!("The table does not have the specified index: {name}")))
            }
        }
    }

    /// The position of a vector index that can be searched.
    ///
    /// # Errors
    /// `ValidationException` where there is none of that name, or it is not filled yet.
    pub fn searchable_index(&self, name: &str) -> Result<usize, Error> {
        let found = self.vector_indexes.iter().position(|index| index.name() == name);
        match found.map(|position| (position, &self.vector_indexes[position].state)) {
            Some((position, IndexState::Active | IndexState::Updating { .. })) => Ok(position),
            Some((_, IndexState::Backfilling { .. })) => {
                Err(Error::Validation(format!("Cannot search backfilling vector index: {name}")))
            }
            Some((_, IndexState::Allocating { .. } | IndexState::Deleting { .. })) | None => {
                Err(Error::Validation(format!("The table does not have the specified index: {name}")))
            }
        }
    }

    /// The indexes that writes keep up, with their positions.
    pub(in crate::table) fn kept_indexes(&self) -> impl Iterator<Item = (usize, &Index)> {
        let kept = |index: &Index| !matches!(index.state, IndexState::Deleting { .. });
        self.indexes.iter().enumerate().filter(move |(_, index)| kept(index))
    }

    /// The key of a whole item, as a put gives it, after the item was checked against the table and its indexes.
    ///
    /// # Errors
    /// `ValidationException` from the key schema, or from an index.
    pub fn key_of_item(&self, item: ItemRef<'_>) -> Result<Key, Error> {
        let key = self.schema().key_of_item(item)?;
        self.check_index_keys(item, Origin::Put)?;
        Ok(key)
    }

    /// Checks an item against the key attributes of all indexes. Of several indexes that refuse it, the first by name
    /// is answered, as DynamoDB does (measured by dynoxide's authors, 2026).
    pub(in crate::table) fn check_index_keys(
        &self,
        item: ItemRef<'_>,
        origin: Origin<'_>,
    ) -> Result<(), Error> {
        let mut refusal: Option<(&str, Error)> = None;
        for (_, index) in self.kept_indexes() {
            if refusal.as_ref().is_none_or(|(name, _)| index.name() < *name)
                && let Err(error) = index.definition.check(item, origin)
            {
                refusal = Some((index.name(), error));
            }
        }
        for index in self.vector_indexes.iter().filter(|index| index.is_kept()) {
            if refusal.as_ref().is_none_or(|(name, _)| index.name() < *name)
                && let Err(error) = index.definition.check(item, origin)
            {
                refusal = Some((index.name(), error));
            }
        }
        refusal.map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Refuses paths that go on below a key attribute of the table or of an index; `names` are the top-level names of
    /// such paths.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn refuse_nested<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let mut index_key = None;
        for name in names {
            if self.schema().holds(name) {
                return Err(nested_key("Key", name));
            }
            if index_key.is_none()
                && self.kept_indexes().any(|(_, index)| index.definition.keys().holds(name))
            {
                index_key = Some(name);
            }
        }
        index_key.map_or(Ok(()), |name| Err(nested_key("IndexKey", name)))
    }

    /// Items and bytes, over all partitions. DynamoDB refreshes these about every six hours; here they are exact.
    #[must_use]
    pub fn totals(&self) -> Tally {
        self.provision.totals()
    }

    /// The bytes of an item's collection, where the table has a local index (facts 1.6).
    #[must_use]
    pub fn collection_bytes(&self, key: &Key) -> Option<u64> {
        self.collections.as_ref().map(|collections| collections.size(key))
    }

    /// The table's partitions, or those of a global index, in hash order.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where there is no such index, `ValidationException` for a local one, which has
    /// none of its own.
    pub fn describe_partitions(
        &self,
        index: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<PartitionDescription>, Error> {
        let Some(name) = index else { return Ok(self.provision.describe_partitions(now)) };
        let table = &self.definition.name;
        let index = self.indexes.iter().find(|index| index.name() == name).ok_or_else(|| {
            Error::ResourceNotFound(format!("Requested resource not found: Index {name} for table {table}"))
        })?;
        let provision = index.provision().ok_or_else(|| {
            Error::Validation(format!("A local index is in the partitions of its table: {name}"))
        })?;
        Ok(provision.describe_partitions(now))
    }
}
