//! ListMetrics of CloudWatch.

use crate::error::Error;
use crate::metric::MetricId;
use crate::request::cloudwatch::members::{DimensionInput, DimensionOutput, finish, page};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListMetricsInput {
        namespace: String = "Namespace",
        metric_name: String = "MetricName",
        dimensions: Vec<DimensionInput> = "Dimensions",
        next_token: String = "NextToken",
    }
    refused { "RecentlyActive", "IncludeLinkedAccounts", "OwningAccount" }
}

output_shape! {
    /// A metric.
    pub struct MetricOutput {
        namespace: String = "Namespace",
        metric_name: String = "MetricName",
        dimensions: Vec<DimensionOutput> = "Dimensions",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListMetricsOutput {
        metrics: Vec<MetricOutput> = "Metrics",
        next_token: String = "NextToken",
    }
}

impl MetricOutput {
    /// A metric's.
    #[must_use]
    pub fn of(metric: &MetricId) -> Self {
        Self {
            namespace: Some(metric.namespace.clone()),
            metric_name: Some(metric.name.clone()),
            dimensions: Some(DimensionOutput::list(metric)),
        }
    }
}

/// Metrics of a page (API reference).
const METRICS_A_PAGE: usize = 500;

/// A ListMetrics that passed its checks.
pub struct ListMetrics {
    namespace: Option<String>,
    name: Option<String>,
    dimensions: Vec<(String, Option<String>)>,
    token: Option<String>,
}

impl ListMetrics {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: ListMetricsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.length("namespace", input.namespace.as_deref(), 1, 255);
        violations.length("metricName", input.metric_name.as_deref(), 1, 255);
        finish(violations)?;
        let dimensions = input.dimensions.unwrap_or_default().into_iter();
        Ok(Self {
            namespace: input.namespace,
            name: input.metric_name,
            dimensions: dimensions.map(|each| (each.name.unwrap_or_default(), each.value)).collect(),
            token: input.next_token,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ListMetrics.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListMetricsOutput, Error> {
        let own = context.tables.metrics();
        let custom = context.watch.custom_metrics().map(|(metric, _)| metric);
        let wanted = own.iter().chain(custom).filter(|metric| self.wants(metric));
        let (metrics, next_token) = page(wanted, self.token.as_deref(), METRICS_A_PAGE)?;
        let metrics = metrics.into_iter().map(MetricOutput::of);
        Ok(ListMetricsOutput { metrics: Some(metrics.collect()), next_token })
    }
}

impl ListMetrics {
    fn wants(&self, metric: &MetricId) -> bool {
        let has = |(name, value): &(String, Option<String>)| {
            let found = metric.dimension(name);
            found.is_some_and(|found| value.as_deref().is_none_or(|value| value == found))
        };
        self.namespace.as_ref().is_none_or(|namespace| *namespace == metric.namespace)
            && self.name.as_ref().is_none_or(|name| *name == metric.name)
            && self.dimensions.iter().all(has)
    }
}
