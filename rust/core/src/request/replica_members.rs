//! `ReplicaUpdates`, `MultiRegionConsistency` and `GlobalTableWitnessUpdates` of UpdateTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::table_class_member::read_table_class;
use crate::table::{
    GlobalTableUpdate, IndexReadCapacity, MultiRegionConsistency, ReplicaSettings, ReplicaUpdate,
    WitnessUpdate,
};

input_shape! {
    /// `ProvisionedThroughputOverride`.
    pub struct ProvisionedThroughputOverride {
        read_capacity_units: i64 = "ReadCapacityUnits",
    }
}

input_shape! {
    /// `OnDemandThroughputOverride`.
    pub struct OnDemandThroughputOverride {
        max_read_request_units: i64 = "MaxReadRequestUnits",
    }
}

input_shape! {
    /// One element of a replica's `GlobalSecondaryIndexes`.
    pub struct ReplicaIndexInput {
        index_name: String = "IndexName",
        provisioned_throughput_override: ProvisionedThroughputOverride = "ProvisionedThroughputOverride",
    }
    refused {
        "OnDemandThroughputOverride",
    }
}

input_shape! {
    /// A `Create` or an `Update`.
    pub struct ReplicaSettingsInput {
        region_name: String = "RegionName",
        kms_master_key_id: String = "KMSMasterKeyId",
        provisioned_throughput_override: ProvisionedThroughputOverride = "ProvisionedThroughputOverride",
        on_demand_throughput_override: OnDemandThroughputOverride = "OnDemandThroughputOverride",
        global_secondary_indexes: Vec<ReplicaIndexInput> = "GlobalSecondaryIndexes",
        table_class_override: String = "TableClassOverride",
    }
}

input_shape! {
    /// A `Delete` of a replica, and a `Create` or `Delete` of a witness.
    pub struct RegionInput {
        region_name: String = "RegionName",
    }
}

input_shape! {
    /// One element of `ReplicaUpdates`.
    pub struct ReplicaUpdateInput {
        create: ReplicaSettingsInput = "Create",
        update: ReplicaSettingsInput = "Update",
        delete: RegionInput = "Delete",
    }
    refused {
        "Disassociate",
    }
}

input_shape! {
    /// One element of `GlobalTableWitnessUpdates`.
    pub struct WitnessUpdateInput {
        create: RegionInput = "Create",
        delete: RegionInput = "Delete",
    }
}

/// What a request says of a global table, after the constraints of the service model.
pub struct GivenGlobalTable {
    replicas: Vec<ReplicaUpdateInput>,
    consistency: Option<MultiRegionConsistency>,
    witnesses: Vec<WitnessUpdateInput>,
}

const CONSISTENCIES: [(&str, MultiRegionConsistency); 2] =
    [("EVENTUAL", MultiRegionConsistency::Eventual), ("STRONG", MultiRegionConsistency::Strong)];

impl GivenGlobalTable {
    /// Reads the three members and notes what the service model does not allow. None where there is none of them.
    pub fn read(
        violations: &mut Violations,
        replicas: Option<Vec<ReplicaUpdateInput>>,
        consistency: Option<&str>,
        witnesses: Option<Vec<WitnessUpdateInput>>,
    ) -> Option<Self> {
        if replicas.is_none() && consistency.is_none() && witnesses.is_none() {
            return None;
        }
        let consistency = violations.choice("multiRegionConsistency", consistency, &CONSISTENCIES);
        let (replicas, witnesses) = (replicas.unwrap_or_default(), witnesses.unwrap_or_default());
        for (index, update) in replicas.iter().enumerate() {
            let path = format!("replicaUpdates.{}.member", index + 1);
            for (action, settings) in [("create", &update.create), ("update", &update.update)] {
                if let Some(settings) = settings {
                    check_settings(violations, &format!("{path}.{action}"), settings);
                }
            }
            if let Some(delete) = &update.delete {
                violations.required(&format!("{path}.delete.regionName"), delete.region_name.as_ref());
            }
        }
        for (index, update) in witnesses.iter().enumerate() {
            let path = format!("globalTableWitnessUpdates.{}.member", index + 1);
            for (action, region) in [("create", &update.create), ("delete", &update.delete)] {
                if let Some(region) = region {
                    violations.required(&format!("{path}.{action}.regionName"), region.region_name.as_ref());
                }
            }
        }
        Some(Self { replicas, consistency, witnesses })
    }

    /// What it changes.
    ///
    /// # Errors
    /// `ValidationException`; the texts are ours, after those for global indexes.
    pub fn build(self) -> Result<GlobalTableUpdate, Error> {
        let replicas = self.replicas.into_iter().map(replica_update).collect::<Result<Vec<_>, _>>()?;
        for (index, update) in replicas.iter().enumerate() {
            if replicas[..index].iter().any(|earlier| earlier.region() == update.region()) {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: Only one replica update per Region is allowed \
                     simultaneously. Region: {}",
                    update.region()
                )));
            }
        }
        let mut witnesses = self.witnesses.into_iter().map(witness_update);
        let witness = witnesses.next().transpose()?;
        if witnesses.next().is_some() {
            return invalid("Only one witness update is allowed simultaneously");
        }
        Ok(GlobalTableUpdate { replicas, consistency: self.consistency, witness })
    }
}

fn check_settings(violations: &mut Violations, path: &str, settings: &ReplicaSettingsInput) {
    violations.required(&format!("{path}.regionName"), settings.region_name.as_ref());
    if let Some(throughput) = &settings.provisioned_throughput_override {
        let path = format!("{path}.provisionedThroughputOverride.readCapacityUnits");
        violations.at_least(&path, throughput.read_capacity_units, 1);
    }
    let indexes = settings.global_secondary_indexes.iter().flatten().enumerate();
    for (index, given) in indexes {
        let path = format!("{path}.globalSecondaryIndexes.{}.member", index + 1);
        violations.required(&format!("{path}.indexName"), given.index_name.as_ref());
        violations.length(&format!("{path}.indexName"), given.index_name.as_deref(), 3, 255);
        if let Some(throughput) = &given.provisioned_throughput_override {
            let path = format!("{path}.provisionedThroughputOverride.readCapacityUnits");
            violations.at_least(&path, throughput.read_capacity_units, 1);
        }
    }
}

fn invalid<T>(problem: &str) -> Result<T, Error> {
    Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
}

fn replica_update(given: ReplicaUpdateInput) -> Result<ReplicaUpdate, Error> {
    match (given.create, given.update, given.delete) {
        (Some(create), None, None) => {
            settings(create).map(|(region, own)| ReplicaUpdate::Create(region, own))
        }
        (None, Some(update), None) => {
            settings(update).map(|(region, own)| ReplicaUpdate::Update(region, own))
        }
        (None, None, Some(delete)) => Ok(ReplicaUpdate::Delete(delete.region_name.unwrap_or_default())),
        (None, None, None) => invalid(
            "One of ReplicationGroupUpdate.Create, ReplicationGroupUpdate.Update, ReplicationGroupUpdate.Delete must \
             not be null",
        ),
        _ => invalid("Only one replica action is allowed per ReplicationGroupUpdate object"),
    }
}

fn witness_update(given: WitnessUpdateInput) -> Result<WitnessUpdate, Error> {
    match (given.create, given.delete) {
        (Some(create), None) => Ok(WitnessUpdate::Create(create.region_name.unwrap_or_default())),
        (None, Some(delete)) => Ok(WitnessUpdate::Delete(delete.region_name.unwrap_or_default())),
        _ => invalid("Exactly one action is required per GlobalTableWitnessGroupUpdate object"),
    }
}

fn settings(given: ReplicaSettingsInput) -> Result<(String, ReplicaSettings), Error> {
    let units = |given: Option<ProvisionedThroughputOverride>| {
        given.and_then(|given| given.read_capacity_units).and_then(|units| u64::try_from(units).ok())
    };
    let indexes = given.global_secondary_indexes.unwrap_or_default().into_iter();
    let index_read_units = indexes.filter_map(|index| {
        let read_units = units(index.provisioned_throughput_override)?;
        Some(IndexReadCapacity { index: index.index_name.unwrap_or_default(), read_units })
    });
    let settings = ReplicaSettings {
        key: given.kms_master_key_id,
        read_units: units(given.provisioned_throughput_override),
        on_demand_read_units: given
            .on_demand_throughput_override
            .and_then(|maximum| maximum.max_read_request_units),
        index_read_units: index_read_units.collect(),
        class: read_table_class(given.table_class_override.as_deref())?,
    };
    Ok((given.region_name.unwrap_or_default(), settings))
}
