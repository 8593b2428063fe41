//! GetEventSourceMapping of Lambda.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::lambda::mapping_output::MappingOutput;
use crate::request::lambda::option_members::not_found;

input_shape! {
    /// What a caller sends.
    pub struct GetEventSourceMappingInput {
        uuid: String = "UUID",
    }
}

/// A GetEventSourceMapping that passed its checks.
pub struct GetEventSourceMapping {
    uuid: String,
}

impl GetEventSourceMapping {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: GetEventSourceMappingInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("uUID", input.uuid.as_ref());
        violations.finish()?;
        Ok(Self { uuid: input.uuid.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetEventSourceMapping.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<MappingOutput, Error> {
        let mapping = context.triggers.mapping(&self.uuid).ok_or_else(not_found)?;
        Ok(MappingOutput::new(mapping, None, context))
    }
}
