//! TestEventPattern of EventBridge.

use serde_json::Value as Json;

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::events::members::read_pattern;
use crate::{input_shape, output_shape};

/// What every event has.
const FIELDS: [&str; 7] = ["id", "detail-type", "source", "account", "time", "region", "resources"];

input_shape! {
    /// What a caller sends.
    pub struct TestEventPatternInput {
        event_pattern: String = "EventPattern",
        event: String = "Event",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct TestEventPatternOutput {
        result: bool = "Result",
    }
}

/// A TestEventPattern that passed its checks.
pub struct TestEventPattern {
    matches: bool,
}

impl TestEventPattern {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `InvalidEventPatternException`.
    pub fn new(input: TestEventPatternInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("eventPattern", input.event_pattern.as_ref());
        violations.required("event", input.event.as_ref());
        violations.finish()?;
        let pattern = read_pattern(&input.event_pattern.unwrap_or_default())?;
        let event: Option<Json> = serde_json::from_str(&input.event.unwrap_or_default()).ok();
        let Some(event) = event.filter(Json::is_object) else {
            return Err(Error::validation("Parameter Event is not valid. Reason: it is no JSON object."));
        };
        if let Some(missing) = FIELDS.iter().find(|field| event.get(field).is_none()) {
            return Err(Error::Validation(format!(
                "Parameter Event is not valid. Reason: {missing} is missing."
            )));
        }
        Ok(Self { matches: pattern.matches(&event) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None any more.
    pub fn execute(&self, _: &mut Context<'_>) -> Result<TestEventPatternOutput, Error> {
        Ok(TestEventPatternOutput { result: Some(self.matches) })
    }
}
