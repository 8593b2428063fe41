//! DeleteDashboards of CloudWatch.

use crate::error::Error;
use crate::input_shape;
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct DeleteDashboardsInput {
        dashboard_names: Vec<String> = "DashboardNames",
    }
}

/// A DeleteDashboards that passed its checks.
pub struct DeleteDashboards {
    names: Vec<String>,
}

impl DeleteDashboards {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: DeleteDashboardsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("dashboardNames", input.dashboard_names.as_ref());
        finish(violations)?;
        Ok(Self { names: input.dashboard_names.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DeleteDashboards.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.watch.delete_dashboards(&self.names)?;
        Ok(EmptyOutput {})
    }
}
