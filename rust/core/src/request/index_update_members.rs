//! `GlobalSecondaryIndexUpdates` of UpdateTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::capacity_members::{OnDemandThroughput, WarmThroughput};
use crate::request::constraint::Violations;
use crate::request::index_members::{GivenIndex, GlobalIndexInput, check_name};
use crate::request::throughput_members::ProvisionedThroughput;
use crate::table::{IndexCapacity, IndexUpdate, KeyAttribute, WarmRequest};

input_shape! {
    /// An `Update`.
    pub struct UpdateIndexInput {
        index_name: String = "IndexName",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        on_demand_throughput: OnDemandThroughput = "OnDemandThroughput",
        warm_throughput: WarmThroughput = "WarmThroughput",
    }
}

input_shape! {
    /// A `Delete`.
    pub struct DeleteIndexInput {
        index_name: String = "IndexName",
    }
}

input_shape! {
    /// One element of `GlobalSecondaryIndexUpdates`.
    pub struct IndexUpdateInput {
        update: UpdateIndexInput = "Update",
        create: GlobalIndexInput = "Create",
        delete: DeleteIndexInput = "Delete",
    }
}

/// One element, after the constraints of the service model.
pub struct GivenUpdate {
    update: Option<UpdateIndexInput>,
    create: Option<GivenIndex>,
    delete: Option<String>,
}

impl GivenUpdate {
    /// Reads one element.
    pub fn read(violations: &mut Violations, path: &str, input: IndexUpdateInput) -> Self {
        let update = input.update.inspect(|update| {
            let path = format!("{path}.update");
            violations.required(&format!("{path}.indexName"), update.index_name.as_ref());
            check_name(violations, &format!("{path}.indexName"), update.index_name.as_deref());
            let throughput_path = format!("{path}.provisionedThroughput");
            if let Some(throughput) = &update.provisioned_throughput {
                throughput.check(violations, &throughput_path);
            }
        });
        let create =
            input.create.map(|create| GivenIndex::global(violations, &format!("{path}.create"), create));
        let delete = input.delete.map(|delete| {
            let path = format!("{path}.delete.indexName");
            violations.required(&path, delete.index_name.as_ref());
            check_name(violations, &path, delete.index_name.as_deref());
            delete.index_name.unwrap_or_default()
        });
        Self { update, create, delete }
    }

    /// What it changes.
    fn build(self, attributes: Option<&[KeyAttribute]>) -> Result<IndexUpdate, Error> {
        match (self.update, self.create, self.delete) {
            (Some(update), None, None) => changed(update),
            (None, Some(create), None) => create.added(attributes).map(IndexUpdate::Create),
            (None, None, Some(name)) => Ok(IndexUpdate::Delete { name }),
            (None, None, None) => Err(Error::validation(
                "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, \
                 GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
            )),
            _ => Err(Error::validation(
                "One or more parameter values were invalid: Only one global secondary index action is allowed per \
                 GlobalSecondaryIndexUpdate object",
            )),
        }
    }

    /// Whether it makes an index.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.create.is_some()
    }

    fn name(&self) -> Option<&str> {
        let create = self.create.as_ref().map(GivenIndex::name);
        self.update
            .as_ref()
            .and_then(|update| update.index_name.as_deref())
            .or(create)
            .or(self.delete.as_deref())
    }
}

/// What an `Update` changes.
fn changed(update: UpdateIndexInput) -> Result<IndexUpdate, Error> {
    let name = update.index_name.unwrap_or_default();
    let mode = update.provisioned_throughput.map(|throughput| throughput.mode()).transpose()?;
    let what = format!("index : {name}");
    let maximum = update.on_demand_throughput.map(|maximum| maximum.change(&what)).transpose()?;
    let warm = update.warm_throughput.map(|warm| warm.request());
    if warm.is_some_and(WarmRequest::is_empty) {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: WarmThroughput must have at least one of ReadUnitsPerSecond or \
             WriteUnitsPerSecond specified for index: {name}"
        )));
    }
    let (maximum, warm) = (maximum.unwrap_or_default(), warm.unwrap_or_default());
    Ok(IndexUpdate::Update { name, capacity: IndexCapacity { mode, maximum, warm } })
}

/// The changes of a request's elements; each index is named once.
///
/// # Errors
/// `ValidationException`.
pub fn index_updates(
    given: Vec<GivenUpdate>,
    attributes: Option<&[KeyAttribute]>,
) -> Result<Vec<IndexUpdate>, Error> {
    for (index, update) in given.iter().enumerate() {
        let Some(name) = update.name() else { continue };
        if given[..index].iter().any(|earlier| earlier.name() == Some(name)) {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: Only one global secondary index update per index is allowed \
                 simultaneously. Index: {name}"
            )));
        }
    }
    given.into_iter().map(|update| update.build(attributes)).collect()
}
