//! PutCompositeAlarm of CloudWatch.

use crate::cloudwatch::{AlarmDefinition, AlarmRule, Condition};
use crate::error::Error;
use crate::input_shape;
use crate::request::cloudwatch::alarm_members::{AlarmMembers, define};
use crate::request::cloudwatch::members::finish;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct PutCompositeAlarmInput {
        actions_enabled: bool = "ActionsEnabled",
        alarm_actions: Vec<String> = "AlarmActions",
        alarm_description: String = "AlarmDescription",
        alarm_name: String = "AlarmName",
        alarm_rule: String = "AlarmRule",
        insufficient_data_actions: Vec<String> = "InsufficientDataActions",
        ok_actions: Vec<String> = "OKActions",
    }
    refused {
        "Tags", "ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod",
        "ActionConfiguration",
    }
}

/// A PutCompositeAlarm that passed its checks.
pub struct PutCompositeAlarm {
    definition: AlarmDefinition,
}

impl PutCompositeAlarm {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: PutCompositeAlarmInput) -> Result<Self, Error> {
        let members = AlarmMembers {
            name: input.alarm_name,
            description: input.alarm_description,
            actions_enabled: input.actions_enabled,
            ok_actions: input.ok_actions,
            alarm_actions: input.alarm_actions,
            insufficient_data_actions: input.insufficient_data_actions,
        };
        let mut violations = Violations::default();
        members.check(&mut violations);
        violations.required("alarmRule", input.alarm_rule.as_ref());
        finish(violations)?;
        let rule = input.alarm_rule.unwrap_or_default();
        AlarmRule::parse(&rule)?;
        Ok(Self { definition: define(members, Condition::Composite(rule))? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutCompositeAlarm.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.watch.put_alarm(self.definition.clone(), context.now)?;
        context.triggers.follow_alarms(context.watch, context.now);
        Ok(EmptyOutput {})
    }
}
