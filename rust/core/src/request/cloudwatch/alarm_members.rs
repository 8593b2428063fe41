//! What metric alarms and composite alarms are both made with.

use crate::cloudwatch::{AlarmDefinition, Condition, Fault};
use crate::error::Error;
use crate::request::constraint::Violations;

/// Actions of a state at most (API reference).
const ACTIONS_MAX: usize = 5;

/// The members of PutMetricAlarm and PutCompositeAlarm that say the same.
pub struct AlarmMembers {
    /// `AlarmName`.
    pub name: Option<String>,
    /// `AlarmDescription`.
    pub description: Option<String>,
    /// `ActionsEnabled`.
    pub actions_enabled: Option<bool>,
    /// `OKActions`.
    pub ok_actions: Option<Vec<String>>,
    /// `AlarmActions`.
    pub alarm_actions: Option<Vec<String>>,
    /// `InsufficientDataActions`.
    pub insufficient_data_actions: Option<Vec<String>>,
}

impl AlarmMembers {
    /// Checks what each member allows.
    pub fn check(&self, violations: &mut Violations) {
        violations.required("alarmName", self.name.as_ref());
        violations.length("alarmName", self.name.as_deref(), 1, 255);
        violations.length("alarmDescription", self.description.as_deref(), 0, 1_024);
    }
}

/// An alarm with a condition.
///
/// # Errors
/// `InvalidParameterValue` for too many actions.
pub fn define(members: AlarmMembers, condition: Condition) -> Result<AlarmDefinition, Error> {
    let actions = [&members.ok_actions, &members.alarm_actions, &members.insufficient_data_actions];
    if actions.iter().any(|actions| actions.as_ref().is_some_and(|actions| actions.len() > ACTIONS_MAX)) {
        let text = format!("An alarm has at most {ACTIONS_MAX} actions for each state.");
        return Err(Fault::value(text).into());
    }
    Ok(AlarmDefinition {
        name: members.name.unwrap_or_default(),
        description: members.description,
        actions_enabled: members.actions_enabled.unwrap_or(true),
        ok_actions: members.ok_actions.unwrap_or_default(),
        alarm_actions: members.alarm_actions.unwrap_or_default(),
        insufficient_data_actions: members.insufficient_data_actions.unwrap_or_default(),
        condition,
    })
}

/// The values of `AlarmTypes` that there are alarms of.
pub const ALARM_TYPES: [&str; 2] = ["MetricAlarm", "CompositeAlarm"];

/// Which types are asked for: metric alarms where nothing is said (API reference, "DescribeAlarms").
#[must_use]
pub fn alarm_types(given: &[String]) -> [bool; 2] {
    match given {
        [] => [true, false],
        given => ALARM_TYPES.map(|kind| given.iter().any(|given| given == kind)),
    }
}
