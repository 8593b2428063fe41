//! What a table is set to, as far as a restored table is set to it too.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::catalog::Table;
use crate::table::encryption::EncryptionKey;
use crate::table::index::{Index, IndexKind, IndexState, NewIndex};
use crate::table::on_demand::OnDemandMaximum;
use crate::table::provision::NewLimits;
use crate::table::schema::KeySchema;
use crate::table::stream::StreamView;
use crate::table::throughput::{Mode, Throughput};
use crate::table::vector::NewVectorIndex;

/// An index of a table that is or can be restored.
pub type SourceIndex = NewIndex;

/// A table as a backup tells it, and as a restore makes it again (facts 9.2, LAB DDB-BACKUP-009).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceTable {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// When it was made.
    pub created: Timestamp,
    /// Its key.
    pub schema: KeySchema,
    /// Its billing mode and throughput.
    pub mode: Mode,
    /// Whether its billing mode was named, which is when `BillingModeSummary` is shown.
    pub billing_mode_named: bool,
    /// Its on-demand maximum.
    pub maximum: OnDemandMaximum,
    /// Its indexes that serve, local ones first.
    pub indexes: Vec<SourceIndex>,
    /// Its vector indexes that serve.
    pub vector_indexes: Vec<NewVectorIndex>,
    /// The ARN of its key, where that is not the service's own.
    pub encryption_key: Option<String>,
    /// The attribute of its time to live, where that is on.
    pub time_to_live: Option<String>,
    /// What its stream shows, where it has one.
    pub stream: Option<StreamView>,
}

impl SourceTable {
    /// A table as it is now.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        let definition = &table.definition;
        Self {
            name: definition.name.clone(),
            id: table.id.clone(),
            arn: table.arn.clone(),
            created: table.created,
            schema: definition.schema.clone(),
            mode: definition.mode,
            billing_mode_named: definition.billing_mode_named,
            maximum: table.throughput().maximum(),
            indexes: table.indexes.iter().filter_map(source_index).collect(),
            vector_indexes: served_vector_indexes(table),
            encryption_key: table.encryption.key_arn().map(str::to_owned),
            stream: table.stream().and_then(|stream| stream.view),
            time_to_live: table.time_to_live.index().map(|index| index.attribute().to_owned()),
        }
    }

    /// The key that a restored table has.
    #[must_use]
    pub fn encryption(&self) -> EncryptionKey {
        self.encryption_key.clone().map_or(EncryptionKey::Owned, EncryptionKey::Customer)
    }
}

fn served_vector_indexes(table: &Table) -> Vec<NewVectorIndex> {
    let serving = table.vector_indexes.iter().filter(|index| index.state == IndexState::Active);
    serving.map(|index| index.definition.as_new().clone()).collect()
}

/// An index as a restored table has it; none for one that is coming or going.
fn source_index(index: &Index) -> Option<SourceIndex> {
    if !matches!(index.state, IndexState::Active | IndexState::Updating { .. }) {
        return None;
    }
    let definition = &index.definition;
    let provisioned = |throughput: &Throughput| match throughput.mode() {
        Mode::PayPerRequest => None,
        mode @ Mode::Provisioned { .. } => Some(mode),
    };
    let maximum = index.throughput().map(Throughput::maximum).unwrap_or_default();
    Some(NewIndex {
        name: definition.name().to_owned(),
        kind: definition.kind(),
        keys: definition.keys().clone(),
        projection: definition.projection().clone(),
        mode: index.throughput().filter(|_| definition.kind() == IndexKind::Global).and_then(provisioned),
        limits: NewLimits { maximum, ..NewLimits::default() },
    })
}
