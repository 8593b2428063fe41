//! UntagResource of Application Auto Scaling.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct UntagScalableTargetInput {
        resource_arn: String = "ResourceARN",
        tag_keys: Vec<String> = "TagKeys",
    }
}

/// An UntagResource that passed its checks.
pub struct UntagScalableTarget {
    arn: String,
    keys: Vec<String>,
}

impl UntagScalableTarget {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UntagScalableTargetInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("resourceARN", input.resource_arn.as_ref());
        violations.required("tagKeys", input.tag_keys.as_ref());
        violations.finish()?;
        Ok(Self { arn: input.resource_arn.unwrap_or_default(), keys: input.tag_keys.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.scaling.untag(&self.arn, &self.keys)?;
        Ok(EmptyOutput {})
    }
}
