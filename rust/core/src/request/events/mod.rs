//! The operations of EventBridge that rules need, on the default event bus.

mod list_rules;
mod members;
mod named_rule;
mod put_events;
mod put_rule;
mod targets;
mod test_event_pattern;

pub use list_rules::{ListRules, ListRulesInput, ListRulesOutput};
pub use members::RuleOutput;
pub use named_rule::{
    DeleteRule, DeleteRuleInput, DescribeRule, DescribeRuleInput, DisableRule, EnableRule, SwitchRuleInput,
};
pub use put_events::{PutEvents, PutEventsInput, PutEventsOutput};
pub use put_rule::{PutRule, PutRuleInput, PutRuleOutput};
pub use targets::{
    ListTargetsByRule, ListTargetsByRuleInput, ListTargetsByRuleOutput, PutTargets, PutTargetsInput,
    RemoveTargets, RemoveTargetsInput, TargetChangeOutput,
};
pub use test_event_pattern::{TestEventPattern, TestEventPatternInput, TestEventPatternOutput};
