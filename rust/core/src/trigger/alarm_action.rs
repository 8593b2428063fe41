//! What alarms set off: functions that their actions name, and EventBridge's rules.

use crate::clock::Timestamp;
use crate::cloudwatch::CloudWatch;

use super::function::FunctionName;
use super::rule::Event;
use super::triggers::Triggers;

impl Triggers {
    /// Carries out the actions of the alarms whose states have changed, and gives the changes to the rules.
    ///
    /// An action is carried out where a function of this database has the name at the end of its ARN: Lambda's ARN, or
    /// that of a topic, for which a test puts a function of its own. The history of the alarm tells what was done.
    pub fn follow_alarms(&mut self, watch: &mut CloudWatch, now: Timestamp) {
        for change in watch.take_changes() {
            for action in &change.actions {
                let function = FunctionName::parse(action).filter(|name| self.has_function(name));
                let failure = function.is_none().then_some("No function of that name is known to dynacore.");
                if let Some(function) = function {
                    self.call_with((function, change.lambda_event()), true, now);
                }
                watch.note_action(&change.alarm, action, failure, now);
            }
            self.put_event(&Event {
                source: "aws.cloudwatch".to_owned(),
                detail_type: "CloudWatch Alarm State Change".to_owned(),
                detail: change.detail(),
                resources: vec![change.arn],
                time: change.time,
            });
        }
    }
}
