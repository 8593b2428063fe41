//! What is kept of CloudWatch: custom metrics, alarms with their history, and dashboards.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::CloudWatchFault;
use crate::metric::{MetricId, Series, Statistics};
use crate::table::{NAMESPACE, Span, Tables};

use super::alarm::{Alarm, AlarmDefinition, AlarmHistoryItem, AlarmHistoryKind, AlarmState, MissingData};
use super::dashboard::Dashboard;
use super::fault::Fault;
use super::judgement::{EXTRA_PERIODS, judge};
use super::query::by_period;

const MINUTE: Duration = Duration::from_secs(60);
/// Alarm history is kept for two weeks (facts 11.2).
const HISTORY_KEPT: Duration = Duration::from_secs(14 * 86_400);
/// And no more than this many entries of it.
const HISTORY_MAX: usize = 10_000;
/// Custom metrics at most, so that names made of data cannot fill the memory.
const CUSTOM_METRICS_MAX: usize = 100_000;

/// A metric that a user puts data into.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CustomMetric {
    /// Its data.
    pub series: Series,
    /// `Unit` of the newest data.
    pub unit: Option<String>,
}

/// CloudWatch of one account in one Region.
#[derive(Clone, PartialEq, Debug)]
pub struct CloudWatch {
    region: String,
    account: String,
    custom: BTreeMap<MetricId, CustomMetric>,
    pub(super) alarms: BTreeMap<String, Alarm>,
    /// Newest last.
    history: VecDeque<AlarmHistoryItem>,
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
        statistics: &Statistics,
        unit: Option<&str>,
    ) -> Result<(), Fault> {
        if self.custom.len() >= CUSTOM_METRICS_MAX && !self.custom.contains_key(&metric) {
            let text = format!("dynacore keeps {CUSTOM_METRICS_MAX} custom metrics at most");
            return Err(Fault::new(CloudWatchFault::LimitExceeded, text));
        }
        let known = self.custom.entry(metric).or_default();
        known.series.add(time, statistics);
        known.unit = unit.map(str::to_owned).or(known.unit.take());
        Ok(())
    }

    /// The statistics of a metric in the periods that begin inside a span: DynamoDB's from the tables, others as they
    /// were put.
    #[must_use]
    pub fn statistics(&self, metric: &MetricId, span: Span, tables: &Tables) -> Vec<(Timestamp, Statistics)> {
        if metric.namespace == NAMESPACE {
            return tables.statistics(metric, span);
        }
        let found = self.custom.get(metric).into_iter();
        found
            .flat_map(|custom| custom.series.range(span.from, span.until))
            .map(|(start, statistics)| (start, *statistics))
            .collect()
    }

    /// `Unit` of a metric: `None` where nothing else is known.
    #[must_use]
    pub fn unit(&self, metric: &MetricId) -> &str {
        if metric.namespace != NAMESPACE {
            let unit = self.custom.get(metric).and_then(|custom| custom.unit.as_deref());
            return unit.unwrap_or("None");
        }
        match metric.name.as_str() {
            "ReplicationLatency" | "SuccessfulRequestLatency" => "Milliseconds",
            name if name.ends_with("Utilization") => "Percent",
            _ => "Count",
        }
    }

    /// The custom metrics, by namespace, name and dimensions.
    pub fn custom_metrics(&self) -> impl Iterator<Item = (&MetricId, &CustomMetric)> {
        self.custom.iter()
    }

    /// PutMetricAlarm: makes an alarm, or gives one another definition. A new one has no state until it is judged, at
    /// the next whole minute.
    pub fn put_alarm(&mut self, definition: AlarmDefinition, now: Timestamp) {
        let name = definition.name.clone();
        let summary = if self.alarms.contains_key(&name) { "updated" } else { "created" };
        self.remember(
            &name,
            AlarmHistoryKind::ConfigurationUpdate,
            format!("Alarm \"{name}\" {summary}"),
            now,
        );
        match self.alarms.get_mut(&name) {
            Some(alarm) => {
                alarm.definition = definition;
                alarm.configured = now;
            }
            None => {
                let arn = format!("arn:aws:cloudwatch:{}:{}:alarm:{name}", self.region, self.account);
                let alarm = Alarm {
                    definition,
                    arn,
                    configured: now,
                    state: AlarmState::InsufficientData,
                    reason: "Unchecked: Initial alarm creation".to_owned(),
                    reason_data: None,
                    updated: now,
                    transitioned: now,
                };
                self.alarms.insert(name, alarm);
            }
        }
        self.has_changed = true;
        self.next = self.next.or(Some(now.floor(MINUTE) + MINUTE));
    }

    /// The alarms, by name.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values()
    }

    /// DeleteAlarms: all of them, or none where one is not there.
    ///
    /// # Errors
    /// `ResourceNotFound`.
    pub fn delete_alarms(&mut self, names: &[String], now: Timestamp) -> Result<(), Fault> {
        if let Some(missing) = names.iter().find(|name| !self.alarms.contains_key(*name)) {
            let text = format!("Unknown alarm: {missing}");
            return Err(Fault::new(CloudWatchFault::ResourceNotFound, text));
        }
        for name in names {
            self.alarms.remove(name);
            let summary = format!("Alarm \"{name}\" deleted");
            self.remember(name, AlarmHistoryKind::ConfigurationUpdate, summary, now);
        }
        if self.alarms.is_empty() {
            self.next = None;
        }
        self.has_changed = true;
        Ok(())
    }

    /// SetAlarmState: sets a state until the alarm is judged again.
    ///
    /// # Errors
    /// `ResourceNotFound`.
    pub fn set_alarm_state(
        &mut self,
        name: &str,
        state: AlarmState,
        reason: &str,
        reason_data: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if !self.alarms.contains_key(name) {
            let text = format!("Unknown alarm: {name}");
            return Err(Fault::new(CloudWatchFault::ResourceNotFound, text));
        }
        self.change_state(name, state, reason.to_owned(), reason_data.map(str::to_owned), now);
        Ok(())
    }

    /// EnableAlarmActions and DisableAlarmActions; names that are not there are passed over, as AWS does.
    pub fn enable_actions(&mut self, names: &[String], enabled: bool, now: Timestamp) {
        for name in names {
            if let Some(alarm) = self.alarms.get_mut(name) {
                alarm.definition.actions_enabled = enabled;
                alarm.configured = now;
                self.has_changed = true;
            }
        }
    }

    /// DescribeAlarmHistory: that of the last two weeks, newest first.
    pub fn history(&self, now: Timestamp) -> impl Iterator<Item = &AlarmHistoryItem> {
        let oldest = now - HISTORY_KEPT;
        self.history.iter().rev().filter(move |item| item.time >= oldest)
    }

    /// When the alarms are judged next; none where there are none.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        self.next
    }

    /// Passes over the minutes in which the database was not open.
    pub fn resume(&mut self, now: Timestamp) {
        if std::mem::take(&mut self.is_restored) {
            self.next = self.next.map(|next| next.max(now.floor(MINUTE)));
        }
    }

    /// Judges the alarms where a minute has ended.
    pub fn tick(&mut self, now: Timestamp, tables: &Tables) {
        let Some(due) = self.next.filter(|next| *next <= now) else { return };
        let names: Vec<String> = self.alarms.keys().cloned().collect();
        for name in names {
            self.judge_alarm(&name, due, tables);
        }
        // Minutes that were missed are not made up for: alarms look back anyway.
        self.next = (!self.alarms.is_empty()).then(|| now.floor(MINUTE) + MINUTE);
    }

    fn judge_alarm(&mut self, name: &str, now: Timestamp, tables: &Tables) {
        let alarm = &self.alarms[name];
        let definition = &alarm.definition;
        let end = now.floor(MINUTE);
        let count = definition.evaluation_periods + EXTRA_PERIODS;
        let from = (0..count).fold(end, |start, _| start - definition.period);
        let points = self.statistics(&definition.metric, Span { from, until: end, now }, tables);
        let by_start = by_period(&points, end, definition.period);
        let mut start = end;
        let periods: Vec<Option<(Timestamp, f64)>> = (0..count)
            .map(|_| {
                start = start - definition.period;
                by_start.get(&start).map(|statistics| (start, definition.statistic.of(statistics)))
            })
            .collect();
        // Alarms on DynamoDB's metrics keep their state over missing data, whatever they say (facts 11.2).
        let missing = match definition.metric.namespace == NAMESPACE {
            true => MissingData::Ignore,
            false => definition.missing_data.unwrap_or_default(),
        };
        let judgement = judge(definition, missing, &periods);
        if let Some(state) = judgement.state.filter(|state| *state != alarm.state) {
            self.change_state(name, state, judgement.reason, None, now);
        }
    }

    fn change_state(
        &mut self,
        name: &str,
        state: AlarmState,
        reason: String,
        reason_data: Option<String>,
        now: Timestamp,
    ) {
        let alarm = self.alarms.get_mut(name).expect("invariant: the caller found the alarm");
        let before = std::mem::replace(&mut alarm.state, state);
        (alarm.reason, alarm.reason_data, alarm.updated) = (reason, reason_data, now);
        self.has_changed = true;
        if before == state {
            return;
        }
        alarm.transitioned = now;
        let actions = if alarm.definition.actions_enabled { alarm.definition.actions(state) } else { &[] };
        let actions = actions.to_vec();
        let summary = format!("Alarm updated from {} to {}", before.as_str(), state.as_str());
        self.remember(name, AlarmHistoryKind::StateUpdate, summary, now);
        for action in actions {
            // There is nothing behind an action's ARN here; the history says so, and a test can look for it.
            let summary = format!("Action {action} was due; dynacore carries no actions out");
            self.remember(name, AlarmHistoryKind::Action, summary, now);
        }
    }

    fn remember(&mut self, alarm: &str, kind: AlarmHistoryKind, summary: String, time: Timestamp) {
        let known = self.alarms.get(alarm);
        let data = known.map_or_else(
            || "{\"version\":\"1.0\"}".to_owned(),
            |alarm| {
                format!(
                    "{{\"version\":\"1.0\",\"newState\":{{\"stateValue\":\"{}\",\"stateReason\":{}}}}}",
                    alarm.state.as_str(),
                    serde_json::Value::from(alarm.reason.as_str())
                )
            },
        );
        let oldest = time - HISTORY_KEPT;
        while self.history.len() >= HISTORY_MAX || self.history.front().is_some_and(|item| item.time < oldest)
        {
            self.history.pop_front();
        }
        self.history.push_back(AlarmHistoryItem { alarm: alarm.to_owned(), time, kind, summary, data });
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
