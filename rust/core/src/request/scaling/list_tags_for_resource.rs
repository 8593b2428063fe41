//! ListTagsForResource of Application Auto Scaling.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListScalableTargetTagsInput {
        resource_arn: String = "ResourceARN",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListScalableTargetTagsOutput {
        tags: Vec<(String, String)> = "Tags",
    }
}

/// A ListTagsForResource that passed its checks.
pub struct ListScalableTargetTags {
    arn: String,
}

impl ListScalableTargetTags {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListScalableTargetTagsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("resourceARN", input.resource_arn.as_ref());
        violations.finish()?;
        Ok(Self { arn: input.resource_arn.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListScalableTargetTagsOutput, Error> {
        let tags = context.scaling.tags(&self.arn)?;
        let tags = tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Ok(ListScalableTargetTagsOutput { tags: Some(tags) })
    }
}
