//! ListTagsOfResource.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::resource_arn::{ResourceArn, access_denied, tagged_table};
use crate::request::tag_members::Tag;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends. All tags that a table may have are on the first page, and a token that no page gave is
    /// passed over, as at AWS (LAB DDB-TABLE-073, -108).
    pub struct ListTagsOfResourceInput {
        resource_arn: String = "ResourceArn",
        next_token: String = "NextToken",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListTagsOfResourceOutput {
        tags: Vec<Tag> = "Tags",
        next_token: String = "NextToken",
    }
}

/// The account that dynacore has unless it is told another, and that AWS gives to nobody.
const NO_ACCOUNT: &str = "000000000000";

/// A ListTagsOfResource that passed every check that needs no table.
pub struct ListTagsOfResource {
    arn: ResourceArn,
}

impl ListTagsOfResource {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListTagsOfResourceInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        ResourceArn::check(&mut violations, input.resource_arn.as_ref());
        violations.finish()?;
        Ok(Self { arn: ResourceArn::new(input.resource_arn)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException` for a table that is not there, `AccessDeniedException` for another account's. A
    /// missing table of an account that nobody has counts as another's: programs that are tried against AWS send such
    /// an ARN to be told so (CONF).
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListTagsOfResourceOutput, Error> {
        let settings = context.tables.settings();
        let name = tagged_table(&self.arn, settings, "ListTagsOfResource")?;
        if settings.account_id == NO_ACCOUNT && context.tables.find(name).is_none() {
            return Err(access_denied(&self.arn, settings, "ListTagsOfResource"));
        }
        context.tables.hide_restoring(name)?;
        let table = context.tables.tagged(name, self.arn.given())?;
        let tag =
            |(key, value): (&str, &str)| Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
        Ok(ListTagsOfResourceOutput { tags: Some(table.tags().iter().map(tag).collect()), next_token: None })
    }
}
