//! UpdateTable: throughput, billing mode, stream, indexes; class, key, warm throughput and deletion protection, each alone.

use crate::error::Error;
use crate::input_shape;
use crate::request::capacity_members::{OnDemandThroughput, WarmThroughput};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::encryption_members::{GivenEncryption, SSESpecification};
use crate::request::index_update_members::{GivenUpdate, IndexUpdateInput, index_updates};
use crate::request::key_members::{AttributeDefinitionInput, read_attributes};
use crate::request::replica_members::{GivenGlobalTable, ReplicaUpdateInput, WitnessUpdateInput};
use crate::request::stream_members::{GivenStream, StreamSpecificationInput};
use crate::request::table_class_member::read_table_class;
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::table_name::TableName;
use crate::request::throughput_members::{
    BillingMode, ProvisionedThroughput, THROUGHPUT_ON_DEMAND, read_billing_mode, read_mode,
};
use crate::request::vector_members::{GivenVectorUpdate, VectorIndexUpdateInput};
use crate::table::throughput::Mode;
use crate::table::{
    EncryptionKey, GlobalTableUpdate, IndexUpdate, TableClass, TableUpdate, WarmRequest, not_found,
};

input_shape! {
    /// What a caller sends.
    pub struct UpdateTableInput {
        table_name: String = "TableName",
        billing_mode: String = "BillingMode",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        deletion_protection_enabled: bool = "DeletionProtectionEnabled",
        attribute_definitions: Vec<AttributeDefinitionInput> = "AttributeDefinitions",
        global_secondary_index_updates: Vec<IndexUpdateInput> = "GlobalSecondaryIndexUpdates",
        vector_index_updates: Vec<VectorIndexUpdateInput> = "VectorIndexUpdates",
        sse_specification: SSESpecification = "SSESpecification",
        table_class: String = "TableClass",
        on_demand_throughput: OnDemandThroughput = "OnDemandThroughput",
        warm_throughput: WarmThroughput = "WarmThroughput",
        stream_specification: StreamSpecificationInput = "StreamSpecification",
        replica_updates: Vec<ReplicaUpdateInput> = "ReplicaUpdates",
        multi_region_consistency: String = "MultiRegionConsistency",
        global_table_witness_updates: Vec<WitnessUpdateInput> = "GlobalTableWitnessUpdates",
    }
    refused {
        "DisassociationProtectionEnabled",
        "GlobalTableSettingsReplicationMode",
    }
}

/// The one concern of an UpdateTable (facts 4.4).
enum Concern {
    Update {
        update: TableUpdate,
        /// Whether the request names the billing mode; throughput alone does not change it.
        names_billing_mode: bool,
    },
    Encryption(EncryptionKey),
    Class(TableClass),
    DeletionProtection(bool),
    WarmThroughput(WarmRequest),
    GlobalTable(GlobalTableUpdate),
}

/// An UpdateTable that passed every check that needs no table.
pub struct UpdateTable {
    table: TableName,
    concern: Concern,
}

impl UpdateTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateTableInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        let attributes =
            input.attribute_definitions.map(|attributes| read_attributes(&mut violations, &attributes));
        let billing_mode = read_billing_mode(&mut violations, input.billing_mode.as_deref());
        if let Some(throughput) = &input.provisioned_throughput {
            throughput.check(&mut violations, "provisionedThroughput");
        }
        let indexes =
            numbered(input.global_secondary_index_updates, "globalSecondaryIndexUpdates", |path, update| {
                GivenUpdate::read(&mut violations, path, update)
            });
        let vectors = numbered(input.vector_index_updates, "vectorIndexUpdates", |path, update| {
            GivenVectorUpdate::read(&mut violations, path, update)
        });
        let encryption = input.sse_specification.map(|given| GivenEncryption::read(&mut violations, given));
        let stream = input.stream_specification.map(|given| GivenStream::read(&mut violations, &given));
        let (consistency, witnesses) = (input.multi_region_consistency, input.global_table_witness_updates);
        let global =
            GivenGlobalTable::read(&mut violations, input.replica_updates, consistency.as_deref(), witnesses);
        violations.finish()?;
        let throughput = input.provisioned_throughput.as_ref();
        let class = read_table_class(input.table_class.as_deref())?;
        // Structures without a member count as absent (LAB DDB-TABLE-456).
        let maximum = input.on_demand_throughput.filter(|maximum| maximum.first_member().is_some());
        let warm = input.warm_throughput.map(|warm| warm.request()).filter(|warm| !warm.is_empty());
        let protection = input.deletion_protection_enabled;
        Concerns {
            encryption: encryption.is_some(),
            class: class.is_some(),
            protection: protection.is_some(),
            warm: warm.is_some(),
            replicas: global.is_some(),
            billing_mode: billing_mode.is_some(),
            throughput: throughput.is_some(),
            maximum: maximum.is_some(),
            stream: stream.is_some(),
            indexes: indexes.as_deref(),
            vectors: vectors.as_deref(),
        }
        .check()?;
        let alone = match (encryption, class, protection, warm, global) {
            (Some(encryption), ..) => Some(Concern::Encryption(encryption.key()?)),
            (_, Some(class), ..) => Some(Concern::Class(class)),
            (_, _, Some(protection), ..) => Some(Concern::DeletionProtection(protection)),
            (_, _, _, Some(warm), _) => Some(Concern::WarmThroughput(warm)),
            (.., Some(global)) => Some(Concern::GlobalTable(global.build()?)),
            (None, None, None, None, None) => None,
        };
        if let Some(concern) = alone {
            return Ok(Self { table, concern });
        }
        let changes_mode = billing_mode.is_some() || throughput.is_some();
        let mode = changes_mode.then(|| new_mode(billing_mode, throughput)).transpose()?;
        let maximum = maximum.map(|maximum| maximum.change("table")).transpose()?.unwrap_or_default();
        let indexes = index_updates(indexes.unwrap_or_default(), attributes.as_deref())?;
        let vectors = vectors.unwrap_or_default().into_iter();
        let vectors =
            vectors.map(|update| update.build(attributes.as_deref())).collect::<Result<Vec<_>, _>>()?;
        refuse_with_throughput(&indexes, vectors.is_empty(), billing_mode, throughput)?;
        let stream = stream.map(GivenStream::change).transpose()?;
        let update = TableUpdate { mode, maximum, stream, indexes, vectors };
        Ok(Self { table, concern: Concern::Update { update, names_billing_mode: billing_mode.is_some() } })
    }

    /// The global table it changes, with what it changes of it: that is work for all Regions together.
    #[must_use]
    pub fn global_table(&self) -> Option<(&str, &GlobalTableUpdate)> {
        match &self.concern {
            Concern::GlobalTable(update) => Some((self.table.name(), update)),
            _ => None,
        }
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let (name, now) = (self.table.name(), context.now);
        context.tables.hide_restoring(name)?;
        let mut changes = true;
        let table = match &self.concern {
            Concern::DeletionProtection(protection) => context.tables.protect(name, *protection, now)?,
            Concern::WarmThroughput(asked) => context.tables.raise_warm_throughput(name, *asked, now)?,
            Concern::Encryption(key) => context.tables.encrypt(name, key, now)?,
            Concern::Class(class) => {
                changes = context.tables.change_class(name, *class, now)?;
                context.tables.find(name).ok_or_else(|| not_found(name))?
            }
            Concern::GlobalTable(_) => return Err(alone_in_the_world()),
            Concern::Update { update, names_billing_mode } => {
                if update.mode.is_some() && !names_billing_mode {
                    refuse_on_demand(context, name)?;
                }
                context.tables.update(name, update, now)?
            }
        };
        let description = TableDescription::new(table, now);
        Ok(TableOutput::changed(if changes { description } else { description.updating() }))
    }
}

/// The refusal of an operation on several Regions by a database that is one Region by itself.
pub(in crate::request) fn alone_in_the_world() -> Error {
    Error::validation(
        "This database is one Region by itself and has no others for a global table: open several as a dynacore.World",
    )
}

/// Reads the elements of a list, each with its path.
fn numbered<T, G>(given: Option<Vec<T>>, path: &str, mut read: impl FnMut(&str, T) -> G) -> Option<Vec<G>> {
    let numbered = given?.into_iter().enumerate();
    Some(numbered.map(|(index, element)| read(&format!("{path}.{}.member", index + 1), element)).collect())
}

/// Throughput alone does not change the billing mode of an on-demand table.
fn refuse_on_demand(context: &Context<'_>, name: &str) -> Result<(), Error> {
    match context.tables.find(name).map(|table| table.definition().mode) {
        Some(Mode::PayPerRequest) => Err(Error::validation(THROUGHPUT_ON_DEMAND)),
        _ => Ok(()),
    }
}

/// What a request names.
struct Concerns<'a> {
    encryption: bool,
    class: bool,
    protection: bool,
    warm: bool,
    replicas: bool,
    billing_mode: bool,
    throughput: bool,
    maximum: bool,
    stream: bool,
    indexes: Option<&'a [GivenUpdate]>,
    vectors: Option<&'a [GivenVectorUpdate]>,
}

impl Concerns<'_> {
    /// One concern a call (facts 4.4; LAB DDB-TABLE-015, -174, -359, -433).
    fn check(&self) -> Result<(), Error> {
        let lists = [
            ("GlobalSecondaryIndexUpdates", self.indexes.map(<[_]>::len)),
            ("VectorIndexUpdates", self.vectors.map(<[_]>::len)),
        ];
        let has_indexes = lists.iter().any(|(_, length)| length.is_some_and(|length| length > 0));
        let capacity = self.billing_mode || self.throughput || self.maximum;
        let alone = [self.encryption, self.class, self.protection, self.warm, self.replicas];
        let count = alone.iter().filter(|given| **given).count();
        if count == 0 && !capacity && !has_indexes && !self.stream {
            return Err(Error::validation(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
                 GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, \
                 ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, \
                 WarmThroughput or TableClass is required",
            ));
        }
        let invalid = |problem: &str| {
            Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
        };
        if let Some((name, _)) = lists.iter().find(|(_, length)| *length == Some(0)) {
            return invalid(&format!("List of {name} is empty"));
        }
        let creates = self.indexes.is_some_and(|indexes| indexes.iter().any(GivenUpdate::creates));
        if self.warm && creates {
            return invalid("Create global secondary index cannot be specified when updating WarmThroughput");
        }
        if count > 1 || (count == 1 && (capacity || has_indexes || self.stream)) {
            let names = [
                "Server-Side Encryption modification",
                "TableClass modification",
                "DeletionProtection modification",
                "WarmThroughput",
                "Replica modification",
            ];
            let first = alone.iter().zip(names).find(|(given, _)| **given);
            let name = first.map_or("", |(_, name)| name);
            return invalid(&format!("{name} must be the only operation in the request"));
        }
        // LAB's matrix; the text is ours.
        if self.stream && (has_indexes || self.throughput || self.maximum) {
            return invalid(
                "StreamSpecification can only be combined with BillingMode in an UpdateTable request",
            );
        }
        if self.maximum && (has_indexes || (self.throughput && !self.billing_mode)) {
            return invalid(
                "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
            );
        }
        Ok(())
    }
}

/// An index may come or go together with a change of the billing mode, but not with one of the throughput alone.
fn refuse_with_throughput(
    indexes: &[IndexUpdate],
    no_vectors: bool,
    billing_mode: Option<BillingMode>,
    throughput: Option<&ProvisionedThroughput>,
) -> Result<(), Error> {
    let only_updates = indexes.iter().all(|update| matches!(update, IndexUpdate::Update { .. }));
    if only_updates && no_vectors || billing_mode.is_some() || throughput.is_none() {
        return Ok(());
    }
    Err(Error::validation(
        "One or more parameter values were invalid: You cannot create or delete index while updating table IOPS",
    ))
}

fn new_mode(
    billing_mode: Option<BillingMode>,
    throughput: Option<&ProvisionedThroughput>,
) -> Result<Mode, Error> {
    if billing_mode == Some(BillingMode::Provisioned) && throughput.is_none() {
        return Err(Error::validation(
            "One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is \
             PROVISIONED",
        ));
    }
    read_mode(billing_mode, throughput)
}
