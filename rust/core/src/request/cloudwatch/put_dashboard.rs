//! PutDashboard of CloudWatch.

use crate::cloudwatch::Fault;
use crate::error::{CloudWatchFault, Error};
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct PutDashboardInput {
        dashboard_name: String = "DashboardName",
        dashboard_body: String = "DashboardBody",
    }
    refused { "Tags" }
}

output_shape! {
    /// What there is to say about a dashboard.
    pub struct PutDashboardOutput {
        dashboard_validation_messages: Vec<String> = "DashboardValidationMessages",
    }
}

/// A PutDashboard that passed its checks.
pub struct PutDashboard {
    name: String,
    body: String,
}

impl PutDashboard {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: PutDashboardInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("dashboardName", input.dashboard_name.as_ref());
        violations.required("dashboardBody", input.dashboard_body.as_ref());
        finish(violations)?;
        let (name, body) =
            (input.dashboard_name.unwrap_or_default(), input.dashboard_body.unwrap_or_default());
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if name.is_empty() || name.len() > 255 || !name.bytes().all(allowed) {
            let text = format!(
                "The value {name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash \
                 (-) and underscore (_)."
            );
            return Err(Fault::value(text).into());
        }
        // Widgets are not looked into: what they show is the console's.
        let object = serde_json::from_str::<serde_json::Value>(&body).is_ok_and(|value| value.is_object());
        if !object {
            let text = "The field DashboardBody must be a valid JSON object";
            return Err(Fault::new(CloudWatchFault::DashboardInvalid, text).into());
        }
        Ok(Self { name, body })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutDashboard.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<PutDashboardOutput, Error> {
        context.watch.put_dashboard(&self.name, &self.body, context.now);
        Ok(PutDashboardOutput { dashboard_validation_messages: Some(Vec::new()) })
    }
}
