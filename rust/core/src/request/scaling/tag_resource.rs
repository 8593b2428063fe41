//! TagResource of Application Auto Scaling.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::scaling::members::EmptyOutput;

input_shape! {
    /// What a caller sends.
    pub struct TagScalableTargetInput {
        resource_arn: String = "ResourceARN",
        tags: Vec<(String, String)> = "Tags",
    }
}

/// A TagResource that passed its checks.
pub struct TagScalableTarget {
    arn: String,
    tags: Vec<(String, String)>,
}

impl TagScalableTarget {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: TagScalableTargetInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("resourceARN", input.resource_arn.as_ref());
        violations.required("tags", input.tags.as_ref());
        violations.finish()?;
        let tags = input.tags.unwrap_or_default();
        check_tags(&tags)?;
        Ok(Self { arn: input.resource_arn.unwrap_or_default(), tags })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException` or `TooManyTagsException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        context.scaling.tag(&self.arn, &self.tags)?;
        Ok(EmptyOutput {})
    }
}

/// The lengths of keys and values (API reference).
///
/// # Errors
/// `ValidationException`.
pub fn check_tags(tags: &[(String, String)]) -> Result<(), Error> {
    let mut violations = Violations::default();
    for (key, value) in tags {
        violations.length("tags", Some(key), 1, 128);
        violations.length(&format!("tags.{key}"), Some(value), 0, 256);
    }
    violations.finish()
}
