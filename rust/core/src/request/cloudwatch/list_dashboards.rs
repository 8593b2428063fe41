//! ListDashboards of CloudWatch.

use crate::clock::Timestamp;
use crate::cloudwatch::Dashboard;
use crate::error::Error;
use crate::request::cloudwatch::members::page;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListDashboardsInput {
        dashboard_name_prefix: String = "DashboardNamePrefix",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// A dashboard.
    pub struct DashboardEntryOutput {
        dashboard_name: String = "DashboardName",
        dashboard_arn: String = "DashboardArn",
        last_modified: Timestamp = "LastModified",
        size: i64 = "Size",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListDashboardsOutput {
        dashboard_entries: Vec<DashboardEntryOutput> = "DashboardEntries",
        next_token: String = "NextToken",
    }
}

/// Dashboards of a page (API reference).
const DASHBOARDS_A_PAGE: usize = 1_000;

/// A ListDashboards that passed its checks.
pub struct ListDashboards {
    prefix: String,
    token: Option<String>,
}

impl ListDashboards {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: ListDashboardsInput) -> Result<Self, Error> {
        Ok(Self { prefix: input.dashboard_name_prefix.unwrap_or_default(), token: input.next_token })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ListDashboards.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListDashboardsOutput, Error> {
        let wanted = |dashboard: &&Dashboard| dashboard.name.starts_with(self.prefix.as_str());
        let dashboards = context.watch.dashboards().filter(wanted);
        let (dashboards, next_token) = page(dashboards, self.token.as_deref(), DASHBOARDS_A_PAGE)?;
        let entries = dashboards.into_iter().map(|dashboard| DashboardEntryOutput {
            dashboard_name: Some(dashboard.name.clone()),
            dashboard_arn: Some(dashboard.arn.clone()),
            last_modified: Some(dashboard.modified),
            size: i64::try_from(dashboard.body.len()).ok(),
        });
        Ok(ListDashboardsOutput { dashboard_entries: Some(entries.collect()), next_token })
    }
}
