//! SetAlarmState of CloudWatch.

use crate::cloudwatch::{AlarmState, Fault};
use crate::error::{CloudWatchFault, Error};
use crate::input_shape;
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct SetAlarmStateInput {
        alarm_name: String = "AlarmName",
        state_value: String = "StateValue",
        state_reason: String = "StateReason",
        state_reason_data: String = "StateReasonData",
    }
}

/// A SetAlarmState that passed its checks.
pub struct SetAlarmState {
    name: String,
    state: AlarmState,
    reason: String,
    reason_data: Option<String>,
}

impl SetAlarmState {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: SetAlarmStateInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("alarmName", input.alarm_name.as_ref());
        violations.required("stateValue", input.state_value.as_ref());
        violations.required("stateReason", input.state_reason.as_ref());
        violations.length("stateReason", input.state_reason.as_deref(), 0, 1_023);
        let choices = AlarmState::ALL.map(|state| (state.as_str(), state));
        let state = violations.choice("stateValue", input.state_value.as_deref(), &choices);
        finish(violations)?;
        let is_json = |text: &String| serde_json::from_str::<serde_json::Value>(text).is_ok();
        if input.state_reason_data.as_ref().is_some_and(|data| !is_json(data)) {
            return Err(Fault::new(
                CloudWatchFault::InvalidFormat,
                "TextFormat error: StateReasonData is not JSON",
            )
            .into());
        }
        Ok(Self {
            name: input.alarm_name.unwrap_or_default(),
            state: state.expect("an absent state is a violation"),
            reason: input.state_reason.unwrap_or_default(),
            reason_data: input.state_reason_data,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of SetAlarmState.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        let data = self.reason_data.as_deref();
        context.watch.set_alarm_state(&self.name, self.state, &self.reason, data, context.now)?;
        context.triggers.follow_alarms(context.watch, context.now);
        Ok(EmptyOutput {})
    }
}
