//! The operations on one rule: DescribeRule, EnableRule, DisableRule and DeleteRule of EventBridge.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::events::members::{RuleOutput, check_bus, check_name, rule_not_found};
use crate::request::scaling::EmptyOutput;

input_shape! {
    /// What a caller sends to DescribeRule.
    pub struct DescribeRuleInput {
        name: String = "Name",
        event_bus_name: String = "EventBusName",
    }
}

input_shape! {
    /// What a caller sends to EnableRule and DisableRule.
    pub struct SwitchRuleInput {
        name: String = "Name",
        event_bus_name: String = "EventBusName",
    }
}

input_shape! {
    /// What a caller sends to DeleteRule. `Force` is about rules that another service manages; there are none.
    pub struct DeleteRuleInput {
        name: String = "Name",
        event_bus_name: String = "EventBusName",
        force: bool = "Force",
    }
}

/// The name of a rule on the default bus.
fn read(name: Option<String>, bus: Option<&str>) -> Result<String, Error> {
    let mut violations = Violations::default();
    check_name(&mut violations, "name", name.as_deref());
    violations.finish()?;
    check_bus(bus)?;
    Ok(name.unwrap_or_default())
}

/// A DescribeRule that passed its checks.
pub struct DescribeRule {
    name: String,
}

impl DescribeRule {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException`.
    pub fn new(input: DescribeRuleInput) -> Result<Self, Error> {
        Ok(Self { name: read(input.name, input.event_bus_name.as_deref())? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeRule.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<RuleOutput, Error> {
        context.triggers.rule(&self.name).map(RuleOutput::from).ok_or_else(|| rule_not_found(&self.name))
    }
}

/// Declares the two operations that switch a rule.
macro_rules! switch {
    ( $name:ident, $is_enabled:literal ) => {
        #[doc = concat!("A ", stringify!($name), " that passed its checks.")]
        pub struct $name {
            name: String,
        }

        impl $name {
            /// Checks a request.
            ///
            /// # Errors
            /// `ValidationException` or `ResourceNotFoundException`.
            pub fn new(input: SwitchRuleInput) -> Result<Self, Error> {
                Ok(Self { name: read(input.name, input.event_bus_name.as_deref())? })
            }

            /// Carries the request out.
            ///
            /// # Errors
            /// `ResourceNotFoundException`.
            pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
                match context.triggers.enable_rule(&self.name, $is_enabled, context.now) {
                    true => Ok(EmptyOutput {}),
                    false => Err(rule_not_found(&self.name)),
                }
            }
        }
    };
}

switch!(EnableRule, true);
switch!(DisableRule, false);

/// A DeleteRule that passed its checks.
pub struct DeleteRule {
    name: String,
}

impl DeleteRule {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException`.
    pub fn new(input: DeleteRuleInput) -> Result<Self, Error> {
        Ok(Self { name: read(input.name, input.event_bus_name.as_deref())? })
    }

    /// Carries the request out. A rule that is not there is gone already.
    ///
    /// # Errors
    /// `ValidationException` where the rule has targets.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        if context.triggers.rule(&self.name).is_some_and(|rule| !rule.targets.is_empty()) {
            return Err(Error::validation("Rule can't be deleted since it has targets."));
        }
        context.triggers.remove_rule(&self.name);
        Ok(EmptyOutput {})
    }
}
