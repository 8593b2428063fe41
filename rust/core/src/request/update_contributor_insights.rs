//! UpdateContributorInsights.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::insights_members::{ContributorInsightsSummary, check_index_name};
use crate::request::table_name::TableName;
use crate::table::InsightsMode;

input_shape! {
    /// What a caller sends.
    pub struct UpdateContributorInsightsInput {
        table_name: String = "TableName",
        index_name: String = "IndexName",
        contributor_insights_action: String = "ContributorInsightsAction",
        contributor_insights_mode: String = "ContributorInsightsMode",
    }
}

/// An UpdateContributorInsights that passed every check that needs no table.
pub struct UpdateContributorInsights {
    table: TableName,
    index: Option<String>,
    enable: bool,
    mode: Option<InsightsMode>,
}

impl UpdateContributorInsights {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateContributorInsightsInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        let action = input.contributor_insights_action;
        violations.required("contributorInsightsAction", action.as_ref());
        let choices = [("ENABLE", true), ("DISABLE", false)];
        let enable = violations.choice("contributorInsightsAction", action.as_deref(), &choices);
        let mode = violations.choice(
            "contributorInsightsMode",
            input.contributor_insights_mode.as_deref(),
            &InsightsMode::CHOICES,
        );
        violations.finish()?;
        check_index_name(input.index_name.as_deref())?;
        Ok(Self { table, index: input.index_name, enable: enable.unwrap_or_default(), mode })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateContributorInsights.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ContributorInsightsSummary, Error> {
        context.tables.hide_restoring(self.table.name())?;
        let resource = (self.table.name(), self.index.as_deref());
        let view = context.tables.update_insights(resource, self.enable, self.mode, context.now)?;
        Ok(ContributorInsightsSummary::new(&view))
    }
}
