//! What the operations of EventBridge have in common.

use crate::error::{Error, TriggerFault};
use crate::output_shape;
use crate::request::constraint::Violations;
use crate::trigger::{Pattern, Rule};

output_shape! {
    /// A rule.
    pub struct RuleOutput {
        name: String = "Name",
        arn: String = "Arn",
        event_pattern: String = "EventPattern",
        schedule_expression: String = "ScheduleExpression",
        state: &'static str = "State",
        description: String = "Description",
        event_bus_name: &'static str = "EventBusName",
    }
}

impl From<&Rule> for RuleOutput {
    fn from(rule: &Rule) -> Self {
        let new = &rule.new;
        Self {
            name: Some(new.name.clone()),
            arn: Some(rule.arn.clone()),
            event_pattern: new.pattern.as_ref().map(|filter| filter.text.clone()),
            schedule_expression: new.schedule.as_ref().map(|schedule| schedule.text().to_owned()),
            state: Some(if new.is_enabled { "ENABLED" } else { "DISABLED" }),
            description: new.description.clone(),
            event_bus_name: Some("default"),
        }
    }
}

/// Notes a rule's name that is missing or is none.
pub(super) fn check_name(violations: &mut Violations, path: &str, name: Option<&str>) {
    violations.required(path, name.as_ref());
    violations.length(path, name, 1, 64);
    violations.name_pattern(path, name);
}

/// There is one event bus.
///
/// # Errors
/// `ResourceNotFoundException` for another.
pub(super) fn check_bus(given: Option<&str>) -> Result<(), Error> {
    match given {
        Some(name) if name != "default" && !name.ends_with(":event-bus/default") => {
            Err(Error::ResourceNotFound(format!("Event bus {name} does not exist.")))
        }
        _ => Ok(()),
    }
}

pub(super) fn rule_not_found(name: &str) -> Error {
    Error::ResourceNotFound(format!("Rule {name} does not exist on EventBus default."))
}

/// Reads `EventPattern`.
///
/// # Errors
/// `InvalidEventPatternException`.
pub(super) fn read_pattern(text: &str) -> Result<Pattern, Error> {
    Pattern::parse(text).map_err(|problem| {
        let text = format!("Event pattern is not valid. Reason: {problem}");
        Error::Trigger(TriggerFault::InvalidEventPattern, text)
    })
}

/// Rules or targets of one page at most.
const PAGE_MAX: i32 = 100;

/// How many entries earlier pages had, and how many this one may have.
pub(super) struct Page {
    skip: usize,
    limit: usize,
}

impl Page {
    /// Notes a limit that is not allowed, and reads a token.
    pub(super) fn read(
        violations: &mut Violations,
        (token, limit): (Option<&str>, Option<i32>),
    ) -> Result<Self, Error> {
        violations.at_least("limit", limit.map(i64::from), 1);
        violations.at_most("limit", limit.map(i64::from), i64::from(PAGE_MAX));
        let skip = token.map_or(Ok(0), |token| {
            token.parse().map_err(|_| Error::Validation(format!("Invalid NextToken: {token}")))
        })?;
        Ok(Self { skip, limit: usize::try_from(limit.unwrap_or(PAGE_MAX)).unwrap_or(usize::MAX) })
    }

    /// The page, with the token of the next.
    pub(super) fn of<T>(&self, entries: impl Iterator<Item = T>) -> (Vec<T>, Option<String>) {
        let mut rest = entries.skip(self.skip);
        let page: Vec<T> = rest.by_ref().take(self.limit).collect();
        let token = rest.next().map(|_| (self.skip + page.len()).to_string());
        (page, token)
    }
}
