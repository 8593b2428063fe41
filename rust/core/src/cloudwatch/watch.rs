//! What is kept of CloudWatch: custom metrics, alarms with their history, and dashboards.

use std::collections::{BTreeMap, VecDeque};

use crate::clock::Timestamp;
use crate::error::CloudWatchFault;
use crate::metric::{MetricId, Observations, Series};
use crate::table::{Span, Tables, is_published};

use super::alarm::{Alarm, AlarmHistoryItem};
use super::alarm_change::AlarmChange;
use super::dashboard::Dashboard;
use super::fault::Fault;

/// Custom metrics at most, so that names made of data cannot fill the memory.
const CUSTOM_METRICS_MAX: usize = 100_000;

/// A metric that a user puts data into.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CustomMetric {
    /// Its data.
    pub series: Series<Observations>,
    /// `Unit` of the newest data.
    pub unit: Option<String>,
}

/// CloudWatch of one account in one Region.
#[derive(Clone, PartialEq, Debug)]
pub struct CloudWatch {
    pub(super) region: String,
    pub(super) account: String,
    custom: BTreeMap<MetricId, CustomMetric>,
    pub(super) alarms: BTreeMap<String, Alarm>,
    /// What has changed and is to be told.
    pub(super) changes: Vec<AlarmChange>,
    /// Newest last.
    pub(super) history: VecDeque<AlarmHistoryItem>,
    pub(super) dashboards: BTreeMap<String, Dashboard>,
    /// When the alarms are judged next.
    pub(super) next: Option<Timestamp>,
    /// Whether a durable store does not know yet which alarms and dashboards there are.
    pub(super) has_changed: bool,
    /// Whether this was read from a store and no time was told since.
    pub(super) is_restored: bool,
}

impl CloudWatch {
    /// With nothing in it.
    #[must_use]
    pub fn new(region: &str, account: &str) -> Self {
        Self {
            region: region.to_owned(),
            account: account.to_owned(),
            custom: BTreeMap::new(),
            alarms: BTreeMap::new(),
            changes: Vec::new(),
            history: VecDeque::new(),
            dashboards: BTreeMap::new(),
            next: None,
            has_changed: false,
            is_restored: false,
        }
    }

    /// PutMetricData: adds observations to a custom metric.
    ///
    /// # Errors
    /// Where there are too many custom metrics.
    pub fn put(
        &mut self,
        metric: MetricId,
        time: Timestamp,
        observations: &Observations,
        unit: Option<&str>,
    ) -> Result<(), Fault> {
        if self.custom.len() >= CUSTOM_METRICS_MAX && !self.custom.contains_key(&metric) {
            let text = format!("dynacore keeps {CUSTOM_METRICS_MAX} custom metrics at most");
            return Err(Fault::new(CloudWatchFault::LimitExceeded, text));
        }
        let known = self.custom.entry(metric).or_default();
        known.series.add(time, observations);
        known.unit = unit.map(str::to_owned).or(known.unit.take());
        Ok(())
    }

    /// What was observed of a metric in the periods that begin inside a span: DynamoDB's metrics from the tables, others
    /// as they were put. The values of DynamoDB's are known where they are all the same, as those of
    /// `SuccessfulRequestLatency` are.
    #[must_use]
    pub fn observations(
        &self,
        metric: &MetricId,
        span: Span,
        tables: &Tables,
    ) -> Vec<(Timestamp, Observations)> {
        if is_published(&metric.namespace) {
            let points = tables.statistics(metric, span).into_iter();
            return points.map(|(start, statistics)| (start, statistics.into())).collect();
        }
        let found = self.custom.get(metric).into_iter();
        found
            .flat_map(|custom| custom.series.range(span.from, span.until))
            .map(|(start, observations)| (start, observations.clone()))
            .collect()
    }

    /// `Unit` of a metric: `None` where nothing else is known.
    #[must_use]
    pub fn unit(&self, metric: &MetricId) -> &str {
        if is_published(&metric.namespace) {
            return crate::table::unit_of(&metric.name);
        }
        let unit = self.custom.get(metric).and_then(|custom| custom.unit.as_deref());
        unit.unwrap_or("None")
    }

    /// The custom metrics, by namespace, name and dimensions.
    pub fn custom_metrics(&self) -> impl Iterator<Item = (&MetricId, &CustomMetric)> {
        self.custom.iter()
    }

    /// PutDashboard.
    pub fn put_dashboard(&mut self, name: &str, body: &str, now: Timestamp) {
        let arn = format!("arn:aws:cloudwatch::{}:dashboard/{name}", self.account);
        let dashboard = Dashboard { name: name.to_owned(), arn, body: body.to_owned(), modified: now };
        self.dashboards.insert(name.to_owned(), dashboard);
        self.has_changed = true;
    }

    /// The dashboards, by name.
    pub fn dashboards(&self) -> impl Iterator<Item = &Dashboard> {
        self.dashboards.values()
    }

    /// A dashboard.
    ///
    /// # Errors
    /// `DashboardNotFoundError`.
    pub fn dashboard(&self, name: &str) -> Result<&Dashboard, Fault> {
        self.dashboards.get(name).ok_or_else(|| dashboard_missing(name))
    }

    /// DeleteDashboards: all of them, or none where one is not there.
    ///
    /// # Errors
    /// `DashboardNotFoundError`.
    pub fn delete_dashboards(&mut self, names: &[String]) -> Result<(), Fault> {
        if let Some(missing) = names.iter().find(|name| !self.dashboards.contains_key(*name)) {
            return Err(dashboard_missing(missing));
        }
        names.iter().for_each(|name| drop(self.dashboards.remove(name)));
        self.has_changed = true;
        Ok(())
    }
}

fn dashboard_missing(name: &str) -> Fault {
    Fault::new(CloudWatchFault::DashboardNotFound, format!("Dashboard {name} does not exist"))
}
