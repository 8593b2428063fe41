//! The members that name what is scaled.

use crate::error::Error;
use crate::output_shape;
use crate::request::constraint::Violations;
use crate::table::autoscale::{AutoScalingError, Dimension, ResourceId};

output_shape! {
    /// An answer without members.
    pub struct EmptyOutput {}
}

impl From<AutoScalingError> for Error {
    fn from(error: AutoScalingError) -> Self {
        match error.code() {
            "ObjectNotFoundException" => Self::ObjectNotFound(error.to_string()),
            "ResourceNotFoundException" => Self::ResourceNotFound(error.to_string()),
            "TooManyTagsException" => Self::TooManyTags(error.to_string()),
            "LimitExceededException" => Self::LimitExceeded(error.to_string()),
            _ => Self::Validation(error.to_string()),
        }
    }
}

/// The members as a request gave them.
#[derive(Clone, Copy)]
pub struct GivenTarget<'a> {
    /// `ServiceNamespace`.
    pub service_namespace: Option<&'a str>,
    /// `ResourceId`.
    pub resource_id: Option<&'a str>,
    /// `ScalableDimension`.
    pub scalable_dimension: Option<&'a str>,
}

/// Reads `ServiceNamespace`, which can only be DynamoDB's here.
pub fn read_namespace(violations: &mut Violations, given: Option<&str>) {
    violations.required("serviceNamespace", given.as_ref());
    let _ = violations.choice("serviceNamespace", given, &[("dynamodb", ())]);
}

/// Reads `ScalableDimension`.
pub fn read_dimension(violations: &mut Violations, given: Option<&str>) -> Option<Dimension> {
    let choices: Vec<(&str, Dimension)> = Dimension::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
    violations.choice("scalableDimension", given, &choices)
}

impl GivenTarget<'_> {
    /// Reads all three members, which must be there.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn read(&self, mut violations: Violations) -> Result<(ResourceId, Dimension), Error> {
        read_namespace(&mut violations, self.service_namespace);
        violations.required("resourceId", self.resource_id.as_ref());
        violations.required("scalableDimension", self.scalable_dimension.as_ref());
        let dimension = read_dimension(&mut violations, self.scalable_dimension);
        violations.finish()?;
        let resource: ResourceId = self.resource_id.unwrap_or_default().parse()?;
        let dimension = dimension.ok_or(AutoScalingError::UnsupportedResource)?;
        if !dimension.is_of(&resource) {
            return Err(AutoScalingError::UnsupportedResource.into());
        }
        Ok((resource, dimension))
    }
}
