//! GetDashboard of CloudWatch.

use crate::error::Error;
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetDashboardInput {
        dashboard_name: String = "DashboardName",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetDashboardOutput {
        dashboard_arn: String = "DashboardArn",
        dashboard_body: String = "DashboardBody",
        dashboard_name: String = "DashboardName",
    }
}

/// A GetDashboard that passed its checks.
pub struct GetDashboard {
    name: String,
}

impl GetDashboard {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: GetDashboardInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("dashboardName", input.dashboard_name.as_ref());
        finish(violations)?;
        Ok(Self { name: input.dashboard_name.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetDashboard.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetDashboardOutput, Error> {
        let dashboard = context.watch.dashboard(&self.name)?;
        Ok(GetDashboardOutput {
            dashboard_arn: Some(dashboard.arn.clone()),
            dashboard_body: Some(dashboard.body.clone()),
            dashboard_name: Some(dashboard.name.clone()),
        })
    }
}
