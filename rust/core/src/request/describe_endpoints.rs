//! DescribeEndpoints.

use crate::error::Error;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

/// How long AWS lets clients keep its answer.
const CACHE_MINUTES: i64 = 1_440;

input_shape! {
    /// What a caller sends.
    pub struct DescribeEndpointsInput {}
}

output_shape! {
    /// One element of `Endpoints`.
    pub struct Endpoint {
        address: String = "Address",
        cache_period_in_minutes: i64 = "CachePeriodInMinutes",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeEndpointsOutput {
        endpoints: Vec<Endpoint> = "Endpoints",
    }
}

/// A DescribeEndpoints.
pub struct DescribeEndpoints;

impl DescribeEndpoints {
    /// Checks a request.
    ///
    /// # Errors
    /// None; the signature is that of every operation.
    pub fn new(_input: DescribeEndpointsInput) -> Result<Self, Error> {
        Ok(Self)
    }

    /// Carries the request out. The address is that of the Region: SDKs that are pointed at another one, as they are
    /// at a server, do not look for endpoints.
    ///
    /// # Errors
    /// None; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeEndpointsOutput, Error> {
        let address = format!("dynamodb.{}.amazonaws.com", context.tables.settings().region);
        let endpoint = Endpoint { address: Some(address), cache_period_in_minutes: Some(CACHE_MINUTES) };
        Ok(DescribeEndpointsOutput { endpoints: Some(vec![endpoint]) })
    }
}
