//! TagResource.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::resource_arn::{ResourceArn, tagged_table};
use crate::request::scaling::EmptyOutput;
use crate::request::tag_members::{TagInput, read_tags};
use crate::table::Tags;

input_shape! {
    /// What a caller sends.
    pub struct TagResourceInput {
        resource_arn: String = "ResourceArn",
        tags: Vec<TagInput> = "Tags",
    }
}

/// A TagResource that passed every check that needs no table.
pub struct TagResource {
    arn: ResourceArn,
    tags: Tags,
}

impl TagResource {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: TagResourceInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        ResourceArn::check(&mut violations, input.resource_arn.as_ref());
        violations.required("tags", input.tags.as_ref());
        violations.finish()?;
        let arn = ResourceArn::new(input.resource_arn)?;
        let tags = input.tags.unwrap_or_default();
        if tags.is_empty() {
            return Err(Error::validation("Atleast one Tag needs to be provided as Input."));
        }
        Ok(Self { arn, tags: read_tags(tags)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of TagResource.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<EmptyOutput, Error> {
        let table = tagged_table(&self.arn, context.tables.settings(), "TagResource")?;
        context.tables.hide_restoring(table)?;
        context.tables.tag(table, self.arn.given(), &self.tags)?;
        Ok(EmptyOutput::default())
    }
}
