//! ListEventSourceMappings of Lambda.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::lambda::mapping_output::MappingOutput;
use crate::request::lambda::option_members::{invalid, read_function};
use crate::trigger::FunctionName;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListEventSourceMappingsInput {
        event_source_arn: String = "EventSourceArn",
        function_name: String = "FunctionName",
        marker: String = "Marker",
        max_items: i32 = "MaxItems",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListEventSourceMappingsOutput {
        next_marker: String = "NextMarker",
        event_source_mappings: Vec<MappingOutput> = "EventSourceMappings",
    }
}

/// Mappings of one page at most (API reference: 100, even where `MaxItems` asks for more).
const PAGE_MAX: usize = 100;

/// A ListEventSourceMappings that passed its checks.
pub struct ListEventSourceMappings {
    stream_arn: Option<String>,
    function: Option<FunctionName>,
    skip: usize,
    limit: usize,
}

impl ListEventSourceMappings {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `InvalidParameterValueException`.
    pub fn new(input: ListEventSourceMappingsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let function = read_function(&mut violations, input.function_name.as_deref());
        violations.at_least("maxItems", input.max_items.map(i64::from), 1);
        violations.at_most("maxItems", input.max_items.map(i64::from), 10_000);
        violations.finish()?;
        let skip = input.marker.as_deref().map_or(Ok(0), |marker| {
            marker.parse().map_err(|_| invalid(format!("The marker {marker} is not one that was given")))
        })?;
        let limit = input.max_items.and_then(|given| usize::try_from(given).ok());
        let limit = limit.map_or(PAGE_MAX, |limit| limit.min(PAGE_MAX));
        Ok(Self { stream_arn: input.event_source_arn, function, skip, limit })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ListEventSourceMappings.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListEventSourceMappingsOutput, Error> {
        let context = &*context;
        let wanted = context.triggers.mappings().filter(|mapping| {
            self.stream_arn.as_deref().is_none_or(|arn| *arn == *mapping.stream_arn)
                && self.function.as_ref().is_none_or(|function| *function == mapping.function)
        });
        let mut rest = wanted.skip(self.skip);
        let page = rest.by_ref().take(self.limit).map(|mapping| MappingOutput::new(mapping, None, context));
        let page: Vec<MappingOutput> = page.collect();
        let next_marker = rest.next().map(|_| (self.skip + page.len()).to_string());
        Ok(ListEventSourceMappingsOutput { next_marker, event_source_mappings: Some(page) })
    }
}
