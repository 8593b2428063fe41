//! What the operations on Contributor Insights share: the index's name, and how a setting is told.

use crate::error::Error;
use crate::output_shape;
use crate::request::constraint::Violations;
use crate::table::{InsightsMode, InsightsView};

output_shape! {
    /// A setting in a list, and the answer to a change of it.
    pub struct ContributorInsightsSummary {
        table_name: String = "TableName",
        index_name: String = "IndexName",
        contributor_insights_status: &'static str = "ContributorInsightsStatus",
        contributor_insights_mode: &'static str = "ContributorInsightsMode",
    }
}

impl ContributorInsightsSummary {
    /// Tells a setting.
    #[must_use]
    pub fn new(view: &InsightsView<'_>) -> Self {
        Self {
            table_name: Some(view.table.to_owned()),
            index_name: view.index.map(str::to_owned),
            contributor_insights_status: Some(view.insights.status()),
            contributor_insights_mode: view.insights.mode().map(InsightsMode::name),
        }
    }
}

/// Checks `IndexName`; its length has a text of its own.
///
/// # Errors
/// `ValidationException`.
pub fn check_index_name(given: Option<&str>) -> Result<(), Error> {
    let Some(name) = given else { return Ok(()) };
    if !(3..=255).contains(&name.chars().count()) {
        return Err(Error::validation(
            "IndexName must be at least 3 characters long and at most 255 characters long",
        ));
    }
    let mut violations = Violations::default();
    violations.name_pattern("indexName", Some(name));
    violations.finish()
}
