//! DescribeContributorInsights.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::context::Context;
use crate::request::insights_members::check_index_name;
use crate::request::table_name::TableName;
use crate::table::InsightsMode;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeContributorInsightsInput {
        table_name: String = "TableName",
        index_name: String = "IndexName",
    }
}

output_shape! {
    /// Why it could not be switched on.
    pub struct FailureException {
        exception_name: &'static str = "ExceptionName",
        exception_description: &'static str = "ExceptionDescription",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeContributorInsightsOutput {
        table_name: String = "TableName",
        index_name: String = "IndexName",
        contributor_insights_rule_list: Vec<String> = "ContributorInsightsRuleList",
        contributor_insights_status: &'static str = "ContributorInsightsStatus",
        last_update_date_time: Timestamp = "LastUpdateDateTime",
        failure_exception: FailureException = "FailureException",
        contributor_insights_mode: &'static str = "ContributorInsightsMode",
    }
}

/// A DescribeContributorInsights that passed every check that needs no table.
pub struct DescribeContributorInsights {
    table: TableName,
    index: Option<String>,
}

impl DescribeContributorInsights {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeContributorInsightsInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        check_index_name(input.index_name.as_deref())?;
        Ok(Self { table, index: input.index_name })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeContributorInsights.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeContributorInsightsOutput, Error> {
        context.tables.hide_restoring(self.table.name())?;
        let view = context.tables.insights(self.table.name(), self.index.as_deref())?;
        let failure = view.insights.failure().map(|(name, description)| FailureException {
            exception_name: Some(name),
            exception_description: Some(description),
        });
        Ok(DescribeContributorInsightsOutput {
            table_name: Some(view.table.to_owned()),
            index_name: view.index.map(str::to_owned),
            contributor_insights_rule_list: view.rules(),
            contributor_insights_status: Some(view.insights.status()),
            last_update_date_time: view.insights.updated(),
            failure_exception: failure,
            contributor_insights_mode: view.insights.mode().map(InsightsMode::name),
        })
    }
}
