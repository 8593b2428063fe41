//! UpdateTimeToLive.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::{input_shape, output_shape};

input_shape! {
    /// `TimeToLiveSpecification`, as a caller sends it.
    pub struct TimeToLiveSpecificationInput {
        enabled: bool = "Enabled",
        attribute_name: String = "AttributeName",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct UpdateTimeToLiveInput {
        table_name: String = "TableName",
        time_to_live_specification: TimeToLiveSpecificationInput = "TimeToLiveSpecification",
    }
}

output_shape! {
    /// `TimeToLiveSpecification`, as it was sent.
    pub struct TimeToLiveSpecification {
        enabled: bool = "Enabled",
        attribute_name: String = "AttributeName",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct UpdateTimeToLiveOutput {
        time_to_live_specification: TimeToLiveSpecification = "TimeToLiveSpecification",
    }
}

/// An UpdateTimeToLive that passed every check that needs no table.
pub struct UpdateTimeToLive {
    table: TableName,
    enabled: bool,
    attribute: String,
}

impl UpdateTimeToLive {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateTimeToLiveInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        violations.required("timeToLiveSpecification", input.time_to_live_specification.as_ref());
        let specification = input.time_to_live_specification.unwrap_or_else(|| {
            // Its own members are not missed where it is missing itself.
            TimeToLiveSpecificationInput { enabled: Some(false), attribute_name: Some("a".to_owned()) }
        });
        let path = |member: &str| format!("timeToLiveSpecification.{member}");
        violations.required(&path("enabled"), specification.enabled.as_ref());
        violations.required(&path("attributeName"), specification.attribute_name.as_ref());
        violations.length(&path("attributeName"), specification.attribute_name.as_deref(), 1, 255);
        violations.finish()?;
        Ok(Self {
            table,
            enabled: specification.enabled.unwrap_or_default(),
            attribute: specification.attribute_name.unwrap_or_default(),
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateTimeToLive.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<UpdateTimeToLiveOutput, Error> {
        context.tables.hide_restoring(self.table.name())?;
        context.tables.update_time_to_live(self.table.name(), &self.attribute, self.enabled, context.now)?;
        Ok(UpdateTimeToLiveOutput {
            time_to_live_specification: Some(TimeToLiveSpecification {
                enabled: Some(self.enabled),
                attribute_name: Some(self.attribute.clone()),
            }),
        })
    }
}
