//! ListRules of EventBridge.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::events::members::{Page, RuleOutput, check_bus};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListRulesInput {
        name_prefix: String = "NamePrefix",
        event_bus_name: String = "EventBusName",
        next_token: String = "NextToken",
        limit: i32 = "Limit",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListRulesOutput {
        rules: Vec<RuleOutput> = "Rules",
        next_token: String = "NextToken",
    }
}

/// A ListRules that passed its checks.
pub struct ListRules {
    prefix: String,
    page: Page,
}

impl ListRules {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException`.
    pub fn new(input: ListRulesInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let page = Page::read(&mut violations, (input.next_token.as_deref(), input.limit))?;
        violations.finish()?;
        check_bus(input.event_bus_name.as_deref())?;
        Ok(Self { prefix: input.name_prefix.unwrap_or_default(), page })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ListRules.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListRulesOutput, Error> {
        let rules = context.triggers.rules().filter(|rule| rule.new.name.starts_with(&self.prefix));
        let (rules, next_token) = self.page.of(rules.map(RuleOutput::from));
        Ok(ListRulesOutput { rules: Some(rules), next_token })
    }
}
