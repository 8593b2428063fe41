//! One table: its definition, its state and what it has consumed.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, ThrottlingReason};
use crate::store::Space;
use crate::table::capacity::CapacityUnits;
use crate::table::changes::{ChangeLog, Changes};
use crate::table::collection::ItemCollections;
use crate::table::contributor_insights::ContributorInsights;
use crate::table::encryption::{Encryption, EncryptionKey};
use crate::table::index::{Index, IndexChange, IndexState, Origin};
use crate::table::partition::{PartitionDescription, Tally};
use crate::table::provision::{NewLimits, Provision};
use crate::table::resource_policy::{PolicyDocument, ResourcePolicy};
use crate::table::schema::{KeySchema, nested_key};
use crate::table::table_class::{ClassHistory, TableClass};
use crate::table::tags::Tags;
use crate::table::throughput::{Kind, Mode, Throttle, Throughput};
use crate::table::time_to_live::{ExpiryIndex, TimeToLive};
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
    /// Where the table has a local index.
    pub(in crate::table) collections: Option<ItemCollections>,
    /// Where global indexes are delayed or reads may be stale.
    pub(in crate::table) changes: Option<Box<Changes>>,
    /// The store failed when a state was to end; it is not asked again before.
    #[serde(skip)]
    pub(in crate::table) retry_at: Option<Timestamp>,
    pub(in crate::table) time_to_live: TimeToLive,
    pub(in crate::table) tags: Tags,
    pub(in crate::table) class: ClassHistory,
    pub(in crate::table) encryption: Encryption,
    pub(in crate::table) policy: ResourcePolicy,
    pub(in crate::table) insights: ContributorInsights,
    /// When deletion protection was last switched.
    pub(in crate::table) protection_changed: Option<Timestamp>,
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

    /// The spaces of its items and of its indexes' entries.
    pub(in crate::table) fn item_spaces(&self) -> impl Iterator<Item = Space> {
        std::iter::once(self.space).chain(self.indexes.iter().map(|index| index.space))
    }

    /// All spaces that go with it.
    pub(in crate::table) fn spaces(&self) -> impl Iterator<Item = Space> {
        let log = self.changes.as_ref().and_then(|changes| changes.log.as_ref());
        let collections = self.collections.as_ref().map(|collections| collections.space);
        let expiries = self.time_to_live.index().map(ExpiryIndex::space);
        self.item_spaces().chain(collections).chain(log.map(ChangeLog::space)).chain(expiries)
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
            State::Active if self.indexes.iter().any(|index| index.state.occupies_table()) => "UPDATING",
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

    /// When something happens to the table or an index of it by itself.
    pub(in crate::table) fn next_transition(&self) -> Option<Timestamp> {
        if let State::Creating { until } | State::Deleting { until } = self.state {
            return Some(self.retry_at.map_or(until, |retry_at| until.max(retry_at)));
        }
        let indexes = self.indexes.iter().filter_map(Index::until);
        let own = [
            self.state.until(),
            self.provision.warm.until(),
            self.encryption.until(),
            self.insights_until(),
            self.time_to_live.next_event_at(),
        ];
        let next = own.into_iter().flatten().chain(indexes).min();
        next.map(|next| self.retry_at.map_or(next, |retry_at| next.max(retry_at)))
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

    /// Takes capacity for a request on the partition that holds `hash`, or refuses the request.
    ///
    /// # Errors
    /// `ProvisionedThroughputExceededException` with its reason; nothing was taken then.
    pub fn consume(
        &mut self,
        hash: u64,
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let taken = self.provision.consume(hash, kind, units, now);
        taken.map_err(|throttle| throttle.error(vec![self.reason(throttle)]))
    }

    /// Takes capacity for reading an index of the table where `hash` falls: a global one's own, or the table's.
    ///
    /// # Errors
    /// As [`Table::consume`]; a global index is named in the reason.
    pub(in crate::table) fn consume_index_read(
        &mut self,
        position: usize,
        hash: u64,
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let index = &mut self.indexes[position];
        let Some(provision) = index.provision_mut() else {
            return self.consume(hash, Kind::Read, units, now);
        };
        let taken = provision.consume(hash, Kind::Read, units, now);
        taken.map_err(|throttle| throttle.error(vec![index_reason(index, throttle)]))
    }

    /// Takes what a write costs the table and every index it changes, or refuses the write and takes nothing
    /// anywhere: an index that cannot keep up holds back its table (facts 2.7).
    ///
    /// # Errors
    /// `ProvisionedThroughputExceededException` with a reason for each limit that was met.
    pub(in crate::table) fn consume_write(
        &mut self,
        hash: u64,
        units: CapacityUnits,
        changes: &[IndexChange],
        now: Timestamp,
    ) -> Result<(), Error> {
        let local = changes.iter().filter(|change| !self.indexes[change.index].is_global());
        let units = units + local.map(IndexChange::units).sum();
        let mut reasons = Vec::new();
        let mut refused = None;
        if let Err(throttle) = self.provision.check(&[(hash, units)], Kind::Write, now) {
            self.provision.throughput.refuse(Kind::Write, now);
            reasons.push(self.reason(throttle));
            refused = Some(throttle);
        }
        for change in changes {
            let index = &mut self.indexes[change.index];
            let Some(provision) = index.provision_mut() else { continue };
            if let Err(throttle) = provision.check(&change.costs(), Kind::Write, now) {
                provision.throughput.refuse(Kind::Write, now);
                reasons.push(index_reason(index, throttle));
                refused.get_or_insert(throttle);
            }
        }
        if let Some(throttle) = refused {
            return Err(throttle.error(reasons));
        }
        self.provision.charge(hash, Kind::Write, units, now);
        for change in changes {
            let Some(provision) = self.indexes[change.index].provision_mut() else { continue };
            for (hash, units) in change.costs() {
                provision.charge(hash, Kind::Write, units, now);
            }
        }
        Ok(())
    }

    /// Gives back what [`Self::consume_write`] just took.
    pub(in crate::table) fn refund_write(
        &mut self,
        hash: u64,
        units: CapacityUnits,
        changes: &[IndexChange],
        now: Timestamp,
    ) {
        let local = changes.iter().filter(|change| !self.indexes[change.index].is_global());
        self.provision.refund(hash, Kind::Write, units + local.map(IndexChange::units).sum(), now);
        for change in changes {
            let Some(provision) = self.indexes[change.index].provision_mut() else { continue };
            for (hash, units) in change.costs() {
                provision.refund(hash, Kind::Write, units, now);
            }
        }
    }

    /// Counts items and bytes gained or lost by the partition that holds `hash`.
    pub(in crate::table) fn resize(&mut self, hash: u64, items: i64, bytes: i64) {
        self.provision.resize(hash, items, bytes);
    }

    pub(in crate::table) fn reason(&self, throttle: Throttle) -> ThrottlingReason {
        ThrottlingReason { reason: throttle.reason(false).to_owned(), resource: self.arn.clone() }
    }
}

pub(in crate::table) fn index_reason(index: &Index, throttle: Throttle) -> ThrottlingReason {
    ThrottlingReason { reason: throttle.reason(true).to_owned(), resource: index.arn.clone() }
}
