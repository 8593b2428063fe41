//! What several of CloudWatch's operations have in common.

use crate::cloudwatch::Fault;
use crate::error::{CloudWatchFault, Error};
use crate::metric::MetricId;
use crate::request::constraint::Violations;
use crate::{input_shape, output_shape};

/// Dimensions of a metric at most (API reference).
const DIMENSIONS_MAX: usize = 30;

input_shape! {
    /// A dimension.
    pub struct DimensionInput {
        name: String = "Name",
        value: String = "Value",
    }
}

output_shape! {
    /// A dimension.
    pub struct DimensionOutput {
        name: String = "Name",
        value: String = "Value",
    }
}

impl DimensionOutput {
    /// All of a metric's.
    #[must_use]
    pub fn list(metric: &MetricId) -> Vec<Self> {
        let dimensions = metric.dimensions.iter();
        dimensions
            .map(|(name, value)| Self { name: Some(name.clone()), value: Some(value.clone()) })
            .collect()
    }
}

/// The text of broken constraints as CloudWatch's exception.
///
/// # Errors
/// `ValidationError`.
pub fn finish(violations: Violations) -> Result<(), Error> {
    violations
        .finish()
        .map_err(|error| Error::CloudWatch(CloudWatchFault::Validation, error.message().to_owned()))
}

/// Reads what names a metric. `path` is what stands before its members in texts.
///
/// # Errors
/// `InvalidParameterValueException`.
pub fn read_metric(
    violations: &mut Violations,
    path: &str,
    namespace: Option<&str>,
    name: Option<&str>,
    dimensions: &[DimensionInput],
) -> Result<MetricId, Error> {
    violations.required(&format!("{path}namespace"), namespace.as_ref());
    violations.required(&format!("{path}metricName"), name.as_ref());
    violations.length(&format!("{path}namespace"), namespace, 1, 255);
    violations.length(&format!("{path}metricName"), name, 1, 255);
    if dimensions.len() > DIMENSIONS_MAX {
        let text = format!("The collection Dimensions must not have a size greater than {DIMENSIONS_MAX}.");
        return Err(Fault::value(text).into());
    }
    let mut pairs = Vec::new();
    for dimension in dimensions {
        let (Some(name), Some(value)) = (&dimension.name, &dimension.value) else {
            return Err(Fault::value("A dimension must have a Name and a Value.").into());
        };
        violations.length(&format!("{path}dimensions.name"), Some(name), 1, 255);
        violations.length(&format!("{path}dimensions.value"), Some(value), 1, 1_024);
        pairs.push((name.as_str(), value.as_str()));
    }
    Ok(MetricId::new(namespace.unwrap_or_default(), name.unwrap_or_default(), &pairs))
}

/// Reads a period: 1, 5, 10, 20, 30 or a multiple of 60 seconds at CloudWatch; metrics here are kept by the minute, so
/// less than 60 is refused.
///
/// # Errors
/// `InvalidParameterValueException`.
pub fn read_period(period: Option<i32>) -> Result<std::time::Duration, Error> {
    let seconds = u64::try_from(period.unwrap_or(0)).unwrap_or(0);
    if seconds == 0 || !seconds.is_multiple_of(60) || seconds > 86_400 * 7 {
        return Err(Fault::value(
            "The parameter Period must be a value which is a multiple of 60, and at least 60: dynacore keeps metrics by \
             the minute",
        )
        .into());
    }
    Ok(std::time::Duration::from_secs(seconds))
}

/// One page of `entries` behind those that a token says earlier pages had.
///
/// # Errors
/// `InvalidNextToken`.
pub fn page<T>(
    entries: impl Iterator<Item = T>,
    token: Option<&str>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), Error> {
    let skip: usize = token.map_or(Ok(0), |token| {
        token.parse().map_err(|_| {
            let text = format!("The token {token} is not one that was given");
            Error::from(Fault::new(CloudWatchFault::InvalidNextToken, text))
        })
    })?;
    let mut rest = entries.skip(skip);
    let page: Vec<T> = rest.by_ref().take(limit).collect();
    let token = rest.next().map(|_| (skip + page.len()).to_string());
    Ok((page, token))
}
