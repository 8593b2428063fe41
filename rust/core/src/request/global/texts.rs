//! Exceptions of the operations on global tables, with AWS's texts where they were measured (LAB DDB-GLOBALTABLE-002 and -004,
//! DDB-TABLE-187, -190, -253, -255, -323). Their quotation marks are AWS's own.

use crate::error::{Error, GlobalTableFault};

/// Of DescribeGlobalTable and UpdateGlobalTable.
#[must_use]
pub fn global_table_not_found(name: &str) -> Error {
    let text = format!("Global table not found: Global table with name: '{name}' does not exist.");
    Error::GlobalTable(GlobalTableFault::NotFound, text)
}

/// Of DescribeGlobalTableSettings and UpdateGlobalTableSettings.
#[must_use]
pub fn global_table_of_settings_not_found(name: &str) -> Error {
    Error::GlobalTable(GlobalTableFault::NotFound, does_not_exist(name))
}

/// Of the auto scaling of replicas.
#[must_use]
pub fn replica_scaling_not_found(name: &str) -> Error {
    Error::ResourceNotFound(does_not_exist(name))
}

fn does_not_exist(name: &str) -> String {
    format!("Global table with name: '{name}' does not exist.")
}

/// The refusal of a new global table of version 2017.11.29, which AWS makes none of since 2026.
pub(super) fn version_unsupported() -> Error {
    invalid(
        "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB global tables version \
         2019.11.21, instead of version 2017.11.29 (Legacy).",
    )
}

/// A `ValidationException` with the words that stand before most of them.
pub(super) fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

/// Settings of a global table that cannot be as the request says.
pub(super) fn settings_invalid(name: &str, problem: &str) -> Error {
    Error::Validation(settings_failed(name, problem))
}

/// Why settings of a global table were not changed.
fn settings_failed(name: &str, problem: &str) -> String {
    format!("Failed to update settings for global table with name: ‘{name}’{problem}")
}

/// What settings name does not exist, for the exception that the operation has for it.
#[must_use]
pub fn regions_not_found(name: &str, regions: &[&str]) -> String {
    settings_failed(
        name,
        &format!(" because a replica does not exist in regions: ‘[{}]’.", regions.join(", ")),
    )
}

/// The same of indexes of all replicas.
#[must_use]
pub fn indexes_not_found(name: &str, indexes: &[&str]) -> String {
    settings_failed(
        name,
        &format!(
            " because the global secondary indexes with names: ‘[{}]’ do not exist.",
            indexes.join(", ")
        ),
    )
}

/// The same of an index of one replica.
#[must_use]
pub fn index_not_found(name: &str, index: &str, region: &str) -> String {
    settings_failed(
        name,
        &format!(
            " because a global secondary index with name: ‘{index}’ does not exist in region: ‘{region}’."
        ),
    )
}

/// The refusal of auto scaling where capacity is on demand; `regions` are those of all replicas.
#[must_use]
pub fn billing_is_on_demand(name: &str, regions: &[&str], parameter: &str) -> Error {
    let mut regions: Vec<String> =
        regions.iter().map(|region| format!("'{}'", region.to_ascii_uppercase())).collect();
    regions.sort_unstable();
    Error::Validation(format!(
        "Failed to update global table with name ‘{name}‘. Replicas {} BillingMode is PayPerRequest. You must convert \
         table's BillingMode to PROVISIONED to set parameters: '{parameter}'.",
        regions.join(", ")
    ))
}

/// Quotes names as AWS lists parameters.
fn quoted(parameters: &[&str]) -> String {
    parameters.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

/// Auto scaling settings that lack something.
pub(super) fn parameters_required(name: &str, parameters: &[&str]) -> Error {
    let list = quoted(parameters);
    settings_invalid(
        name,
        &format!(": Parameters {list} are required unless auto scaling is being disabled."),
    )
}

/// Auto scaling settings that say how to scale and to scale no more. The missing colon is AWS's.
pub(super) fn parameters_forbidden(name: &str, parameters: &[&str]) -> Error {
    let list = quoted(parameters);
    Error::Validation(format!(
        "Failed to update settings for global table with name ‘{name}’: Parameters {list} must be left blank when \
         disabling auto scaling."
    ))
}
