//! ListContributorInsights.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::insights_members::ContributorInsightsSummary;
use crate::request::table_name::TableName;
use crate::table::{InsightsView, not_found};
use crate::{input_shape, output_shape};

/// Summaries on a page at most.
const SUMMARIES_MAX: i32 = 100;

input_shape! {
    /// What a caller sends.
    pub struct ListContributorInsightsInput {
        table_name: String = "TableName",
        next_token: String = "NextToken",
        max_results: i32 = "MaxResults",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListContributorInsightsOutput {
        contributor_insights_summaries: Vec<ContributorInsightsSummary> = "ContributorInsightsSummaries",
        next_token: String = "NextToken",
    }
}

/// A ListContributorInsights that passed every check that needs no table.
pub struct ListContributorInsights {
    table: Option<TableName>,
    /// The place of the last summary of the page before.
    behind: Option<String>,
    limit: usize,
}

impl ListContributorInsights {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListContributorInsightsInput) -> Result<Self, Error> {
        let table = input.table_name.map(|name| TableName::new(Some(name))).transpose()?;
        let mut violations = Violations::default();
        violations.at_least("maxResults", input.max_results.map(i64::from), 1);
        violations.at_most("maxResults", input.max_results.map(i64::from), i64::from(SUMMARIES_MAX));
        violations.finish()?;
        let limit = usize::try_from(input.max_results.unwrap_or(SUMMARIES_MAX)).unwrap_or(usize::MAX);
        Ok(Self { table, behind: input.next_token, limit })
    }

    /// Carries the request out. What is switched off is not listed. AWS cuts its pages before that, so that some are
    /// empty; here a page with a token is full.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListContributorInsightsOutput, Error> {
        let table = self.table.as_ref().map(TableName::name);
        if let Some(name) = table.filter(|name| context.tables.find(name).is_none()) {
            return Err(not_found(name));
        }
        let all: Vec<InsightsView<'_>> = context.tables.listed_insights(table).collect();
        let start = self.behind.as_ref().map_or(0, |behind| position_behind(&all, behind));
        let end = all.len().min(start + self.limit);
        let page = &all[start..end];
        let token = page.last().map(place).filter(|_| end < all.len());
        Ok(ListContributorInsightsOutput {
            contributor_insights_summaries: Some(page.iter().map(ContributorInsightsSummary::new).collect()),
            next_token: token,
        })
    }
}

/// Where a summary stands, as a token tells it.
fn place(view: &InsightsView<'_>) -> String {
    format!("{}/{}", view.table, view.index.unwrap_or_default())
}

/// Where the summaries behind a place begin; where the one that stood there is gone, with the next table.
fn position_behind(all: &[InsightsView<'_>], behind: &str) -> usize {
    if let Some(position) = all.iter().position(|view| place(view) == behind) {
        return position + 1;
    }
    // Names have no slash.
    let table = behind.split('/').next().unwrap_or_default();
    all.iter().position(|view| view.table > table).unwrap_or(all.len())
}
