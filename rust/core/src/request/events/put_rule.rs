//! PutRule of EventBridge.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::events::members::{check_bus, check_name, read_pattern};
use crate::table::autoscale::Schedule;
use crate::trigger::{Filter, NewRule};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct PutRuleInput {
        name: String = "Name",
        schedule_expression: String = "ScheduleExpression",
        event_pattern: String = "EventPattern",
        state: String = "State",
        description: String = "Description",
        event_bus_name: String = "EventBusName",
    }
    refused { "RoleArn", "Tags" }
}

output_shape! {
    /// What a caller gets.
    pub struct PutRuleOutput {
        rule_arn: String = "RuleArn",
    }
}

/// A PutRule that passed its checks.
pub struct PutRule {
    rule: NewRule,
}

impl PutRule {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`, `InvalidEventPatternException` or `ResourceNotFoundException` for another event bus.
    pub fn new(input: PutRuleInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        check_name(&mut violations, "name", input.name.as_deref());
        violations.length("scheduleExpression", input.schedule_expression.as_deref(), 0, 256);
        violations.length("eventPattern", input.event_pattern.as_deref(), 0, 4_096);
        violations.length("description", input.description.as_deref(), 0, 512);
        let states = [("ENABLED", true), ("DISABLED", false)];
        let is_enabled = violations.choice("state", input.state.as_deref(), &states);
        violations.finish()?;
        check_bus(input.event_bus_name.as_deref())?;
        let schedule = input.schedule_expression.as_deref().filter(|text| !text.is_empty());
        let schedule = schedule.map(read_schedule).transpose()?;
        let pattern = input.event_pattern.filter(|text| !text.is_empty());
        let pattern =
            pattern.map(|text| read_pattern(&text).map(|pattern| Filter { text, pattern })).transpose()?;
        if schedule.is_none() && pattern.is_none() {
            return Err(Error::validation(
                "Parameter(s) EventPattern or ScheduleExpression must be specified.",
            ));
        }
        let (name, description) = (input.name.unwrap_or_default(), input.description);
        let is_enabled = is_enabled.unwrap_or(true);
        Ok(Self { rule: NewRule { name, description, schedule, pattern, is_enabled } })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of PutRule.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<PutRuleOutput, Error> {
        let arn = context.triggers.put_rule(self.rule.clone(), context.now);
        Ok(PutRuleOutput { rule_arn: Some(arn) })
    }
}

/// Reads `rate(...)` or `cron(...)`: a rate of one has a singular unit, of more a plural; in a cron expression one of
/// the two kinds of day is `?` (facts 6.3). The text is AWS's.
fn read_schedule(text: &str) -> Result<Schedule, Error> {
    let inside = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
    let is_allowed = match (inside("rate("), inside("cron(")) {
        (Some(rate), _) => {
            let (count, unit) = rate.trim().split_once(' ').unwrap_or_default();
            (count == "1") != unit.trim().ends_with('s')
        }
        (None, Some(cron)) => {
            let fields: Vec<&str> = cron.split_whitespace().collect();
            fields.len() == 6 && (fields[2] == "?") != (fields[4] == "?")
        }
        (None, None) => false,
    };
    let schedule = Some(text).filter(|_| is_allowed).map(|text| Schedule::parse(text, None));
    match schedule {
        Some(Ok(schedule)) => Ok(schedule),
        _ => Err(Error::validation("Parameter ScheduleExpression is not valid.")),
    }
}

#[cfg(test)]
mod tests {
    use super::read_schedule;

    #[test]
    fn rates_are_singular_or_plural_and_one_kind_of_day_is_open() {
        for right in [
            "rate(1 minute)",
            "rate(5 minutes)",
            "rate(2 days)",
            "cron(0 9 * * ? *)",
            "cron(0/5 9 ? * MON#2 2027)",
        ] {
            assert!(read_schedule(right).is_ok(), "{right}");
        }
        for wrong in [
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(0 minutes)",
            "rate(5)",
            "cron(0 9 * * * *)",
            "cron(0 9 ? * ? *)",
            "cron(0 9 * * ?)",
            "at(2026-07-01T09:30:00)",
            "daily",
        ] {
            assert_eq!(
                read_schedule(wrong).unwrap_err().message(),
                "Parameter ScheduleExpression is not valid.",
                "{wrong}"
            );
        }
    }
}
