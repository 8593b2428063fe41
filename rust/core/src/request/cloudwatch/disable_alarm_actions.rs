//! DisableAlarmActions of CloudWatch.

use crate::error::Error;
use crate::input_shape;
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct DisableAlarmActionsInput {
        alarm_names: Vec<String> = "AlarmNames",
    }
}

/// A DisableAlarmActions that passed its checks.
pub struct DisableAlarmActions {
    names: Vec<String>,
}

impl DisableAlarmActions {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: DisableAlarmActionsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("alarmNames", input.alarm_names.as_ref());
        finish(violations)?;
        Ok(Self { names: input.alarm_names.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DisableAlarmActions.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.watch.enable_actions(&self.names, false, context.now);
        Ok(EmptyOutput {})
    }
}
