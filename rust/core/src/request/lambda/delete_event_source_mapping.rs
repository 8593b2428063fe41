//! DeleteEventSourceMapping of Lambda.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::lambda::mapping_output::MappingOutput;
use crate::request::lambda::option_members::not_found;

input_shape! {
    /// What a caller sends.
    pub struct DeleteEventSourceMappingInput {
        uuid: String = "UUID",
    }
}

/// A DeleteEventSourceMapping that passed its checks.
pub struct DeleteEventSourceMapping {
    uuid: String,
}

impl DeleteEventSourceMapping {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DeleteEventSourceMappingInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("uUID", input.uuid.as_ref());
        violations.finish()?;
        Ok(Self { uuid: input.uuid.unwrap_or_default() })
    }

    /// Carries the request out. The mapping is gone at once; its calls under way end without it.
    ///
    /// # Errors
    /// The exceptions of DeleteEventSourceMapping.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<MappingOutput, Error> {
        let mapping = context.triggers.remove_mapping(&self.uuid).ok_or_else(not_found)?;
        Ok(MappingOutput::new(&mapping, Some("Deleting"), context))
    }
}
