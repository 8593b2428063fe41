//! UntagResource.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::resource_arn::{ResourceArn, tagged_table};
use crate::request::scaling::EmptyOutput;
use crate::request::tag_members::{check_count, check_key};

input_shape! {
    /// What a caller sends.
    pub struct UntagResourceInput {
        resource_arn: String = "ResourceArn",
        tag_keys: Vec<String> = "TagKeys",
    }
}

/// An UntagResource that passed every check that needs no table.
pub struct UntagResource {
    arn: ResourceArn,
    keys: Vec<String>,
}

impl UntagResource {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UntagResourceInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        ResourceArn::check(&mut violations, input.resource_arn.as_ref());
        violations.required("tagKeys", input.tag_keys.as_ref());
        violations.finish()?;
        let arn = ResourceArn::new(input.resource_arn)?;
        let keys = input.tag_keys.unwrap_or_default();
        if keys.is_empty() {
            return Err(Error::validation("Atleast one Tag Key needs to be provided as Input."));
        }
        keys.iter().try_for_each(|key| check_key(Some(key)))?;
        check_count(keys.len())?;
        Ok(Self { arn, keys })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UntagResource.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        let table = tagged_table(&self.arn, context.tables.settings(), "UntagResource")?;
        context.tables.hide_restoring(table)?;
        context.tables.untag(table, self.arn.given(), &self.keys)?;
        Ok(EmptyOutput::default())
    }
}
