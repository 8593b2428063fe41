//! DeleteAlarms of CloudWatch.

use crate::error::Error;
use crate::input_shape;
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct DeleteAlarmsInput {
        alarm_names: Vec<String> = "AlarmNames",
    }
}

/// A DeleteAlarms that passed its checks.
pub struct DeleteAlarms {
    names: Vec<String>,
}

impl DeleteAlarms {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: DeleteAlarmsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("alarmNames", input.alarm_names.as_ref());
        finish(violations)?;
        Ok(Self { names: input.alarm_names.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DeleteAlarms.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.watch.delete_alarms(&self.names, context.now)?;
        Ok(EmptyOutput {})
    }
}
