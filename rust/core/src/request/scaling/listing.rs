//! Filters and pages of the Describe operations.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::scaling::members::{read_dimension, read_namespace};
use crate::table::autoscale::{Dimension, ResourceId};

/// Entries on a page at most (API reference).
const PAGE_MAX: i32 = 50;

/// The members of a Describe operation as a request gave them.
pub struct GivenListing<'a> {
    /// `ServiceNamespace`.
    pub service_namespace: Option<&'a str>,
    /// `ResourceId` or the only element of `ResourceIds`.
    pub resource_ids: &'a [String],
    /// `ScalableDimension`.
    pub scalable_dimension: Option<&'a str>,
    /// `MaxResults`.
    pub max_results: Option<i32>,
    /// `NextToken`: how many entries earlier pages had.
    pub next_token: Option<&'a str>,
}

/// The same, checked.
pub struct Listing {
    resources: Vec<ResourceId>,
    dimension: Option<Dimension>,
    skip: usize,
    limit: usize,
}

impl Listing {
    /// Checks the members.
    ///
    /// # Errors
    /// `ValidationException` or `InvalidNextTokenException`.
    pub fn new(given: &GivenListing<'_>) -> Result<Self, Error> {
        let mut violations = Violations::default();
        read_namespace(&mut violations, given.service_namespace);
        let dimension = read_dimension(&mut violations, given.scalable_dimension);
        violations.at_least("maxResults", given.max_results.map(i64::from), 1);
        violations.at_most("maxResults", given.max_results.map(i64::from), i64::from(PAGE_MAX));
        violations.finish()?;
        let resources =
            given.resource_ids.iter().map(|id| id.parse()).collect::<Result<Vec<ResourceId>, _>>()?;
        let skip = given.next_token.map_or(Ok(0), |token| {
            token.parse().map_err(|_| {
                Error::InvalidNextToken(format!("The NextToken {token} is not one that was given"))
            })
        })?;
        let limit = usize::try_from(given.max_results.unwrap_or(PAGE_MAX)).unwrap_or(usize::MAX);
        Ok(Self { resources, dimension, skip, limit })
    }

    /// Whether an entry of this resource and dimension is asked for.
    #[must_use]
    pub fn wants(&self, resource: &ResourceId, dimension: Dimension) -> bool {
        (self.resources.is_empty() || self.resources.contains(resource))
            && self.dimension.is_none_or(|wanted| wanted == dimension)
    }

    /// One page of the entries, with the token of the next.
    pub fn page<T>(&self, entries: impl Iterator<Item = T>) -> (Vec<T>, Option<String>) {
        let mut rest = entries.skip(self.skip);
        let page: Vec<T> = rest.by_ref().take(self.limit).collect();
        let token = rest.next().map(|_| (self.skip + page.len()).to_string());
        (page, token)
    }
}
