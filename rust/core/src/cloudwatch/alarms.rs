//! The alarms of CloudWatch: defined, judged each minute, and what becomes of their states.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::CloudWatchFault;
use crate::table::{NAMESPACE, Span, Tables};

use super::alarm::{
    Alarm, AlarmDefinition, AlarmHistoryItem, AlarmHistoryKind, AlarmSource, AlarmState, Condition,
    LowSamples, MetricCondition, MissingData,
};
use super::alarm_change::AlarmChange;
use super::alarm_rule::AlarmRule;
use super::data_query::{Frame, evaluate};
use super::fault::Fault;
use super::judgement::{EXTRA_PERIODS, judge};
use super::query::{Stat, by_period};
use super::watch::CloudWatch;

const MINUTE: Duration = Duration::from_secs(60);
/// Alarm history is kept for two weeks (facts 11.2).
const HISTORY_KEPT: Duration = Duration::from_secs(14 * 86_400);
/// And no more than this many entries of it.
const HISTORY_MAX: usize = 10_000;

/// The value of each period, newest first, and whether any of them is made of too few observations.
type Periods = (Vec<Option<(Timestamp, f64)>>, bool);

impl CloudWatch {
    /// PutMetricAlarm and PutCompositeAlarm: makes an alarm, or gives one another definition. A new one has no state
    /// until it is judged: one on a metric at the next whole minute, a composite one now.
    ///
    /// # Errors
    /// `ValidationError` where a rule names what is no alarm, or the name belongs to an alarm of the other kind.
    pub fn put_alarm(&mut self, definition: AlarmDefinition, now: Timestamp) -> Result<(), Fault> {
        self.check_place(&definition)?;
        let name = definition.name.clone();
        let is_composite = definition.condition.is_composite();
        let summary = if self.alarms.contains_key(&name) { "updated" } else { "created" };
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
                self.alarms.insert(name.clone(), alarm);
            }
        }
        let summary = format!("Alarm \"{name}\" {summary}");
        self.remember(&name, AlarmHistoryKind::ConfigurationUpdate, summary, now);
        self.has_changed = true;
        self.next = self.next.or(Some(now.floor(MINUTE) + MINUTE));
        if is_composite {
            self.judge_composites(None, now);
        }
        Ok(())
    }

    fn check_place(&self, definition: &AlarmDefinition) -> Result<(), Fault> {
        let name = &definition.name;
        let known = self.alarms.get(name);
        if known.is_some_and(|known| {
            known.definition.condition.is_composite() != definition.condition.is_composite()
        }) {
            let text = format!("There is an alarm {name} of another type already");
            return Err(Fault::new(CloudWatchFault::Validation, text));
        }
        let Condition::Composite(rule) = &definition.condition else { return Ok(()) };
        let rule = AlarmRule::parse(rule)?;
        let mut children = Vec::new();
        rule.children(&mut children);
        let missing: Vec<&str> =
            children.into_iter().filter(|child| !self.alarms.contains_key(*child)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let text = format!(
            "Could not save the composite alarm as alarms [{}] in the alarm rule do not exist",
            missing.join(", ")
        );
        Err(Fault::new(CloudWatchFault::Validation, text))
    }

    /// The alarms, by name.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values()
    }

    /// The composite alarms with the names of the alarms that they look at.
    fn composites(&self) -> impl Iterator<Item = (&str, AlarmRule)> {
        self.alarms.values().filter_map(|alarm| match &alarm.definition.condition {
            Condition::Composite(rule) => {
                Some((alarm.definition.name.as_str(), AlarmRule::parse(rule).ok()?))
            }
            Condition::Metric(_) => None,
        })
    }

    /// DeleteAlarms: all of them, or none where one is not there.
    ///
    /// # Errors
    /// `ResourceNotFound`; `ValidationError` for alarms that a composite one looks at.
    pub fn delete_alarms(&mut self, names: &[String], now: Timestamp) -> Result<(), Fault> {
        if let Some(missing) = names.iter().find(|name| !self.alarms.contains_key(*name)) {
            return Err(unknown(missing));
        }
        let is_deleted = |name: &str| names.iter().any(|deleted| deleted == name);
        let left = self.composites().filter(|(name, _)| !is_deleted(name));
        let rules: Vec<AlarmRule> = left.map(|(_, rule)| rule).collect();
        let mut needed = Vec::new();
        rules.iter().for_each(|rule| rule.children(&mut needed));
        let kept: Vec<&str> = names.iter().map(String::as_str).filter(|name| needed.contains(name)).collect();
        if !kept.is_empty() {
            let them = if kept.len() == 1 { "it" } else { "them" };
            let kept = kept.join(",");
            let text = format!("Cannot delete {kept} as there are composite alarm(s) depending on {them}.");
            return Err(Fault::new(CloudWatchFault::Validation, text));
        }
        for name in names {
            let summary = format!("Alarm \"{name}\" deleted");
            self.remember(name, AlarmHistoryKind::ConfigurationUpdate, summary, now);
            self.alarms.remove(name);
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
            return Err(unknown(name));
        }
        self.change_state(name, state, reason.to_owned(), reason_data.map(str::to_owned), now);
        self.judge_composites(Some(name), now);
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
        self.judge_composites(None, due);
        // Minutes that were missed are not made up for: alarms look back anyway.
        self.next = (!self.alarms.is_empty()).then(|| now.floor(MINUTE) + MINUTE);
    }

    fn judge_alarm(&mut self, name: &str, now: Timestamp, tables: &Tables) {
        let alarm = &self.alarms[name];
        let Condition::Metric(condition) = &alarm.definition.condition else { return };
        let (periods, has_low_samples) = self.periods(condition, now, tables);
        if has_low_samples {
            return;
        }
        // Alarms on DynamoDB's metrics keep their state over missing data, whatever they say (facts 11.2).
        let missing = match condition.source.is_all_of(NAMESPACE) {
            true => MissingData::Ignore,
            false => condition.missing_data.unwrap_or_default(),
        };
        let judgement = judge(condition, missing, &periods);
        if let Some(state) = judgement.state.filter(|state| *state != alarm.state) {
            self.change_state(name, state, judgement.reason, None, now);
        }
    }

    /// The newest periods of what an alarm watches.
    fn periods(&self, condition: &MetricCondition, now: Timestamp, tables: &Tables) -> Periods {
        let until = now.floor(MINUTE);
        let count = condition.evaluation_periods + EXTRA_PERIODS;
        let from = (0..count).fold(until, |start, _| start - condition.period);
        let starts = (0..count).scan(until, |start, _| {
            *start = *start - condition.period;
            Some(*start)
        });
        match &condition.source {
            AlarmSource::Metric { metric, stat, low_samples, .. } => {
                let points = self.observations(metric, Span { from, until, now }, tables);
                let periods = by_period(&points, until, condition.period);
                let is_low = |all| match stat {
                    Stat::Extended(stat) => stat.is_low_sample(all),
                    Stat::Simple(_) => false,
                };
                let mut evaluated = periods.values().rev().take(condition.evaluation_periods);
                let has_low_samples = *low_samples == Some(LowSamples::Ignore) && evaluated.any(is_low);
                let values = starts.map(|start| Some((start, stat.of(periods.get(&start)?)?)));
                (values.collect(), has_low_samples)
            }
            AlarmSource::Queries(queries) => {
                let frame = Frame { from, until, origin: until, now };
                // What cannot be evaluated has no values; the queries were checked when the alarm was made.
                let results = evaluate(queries, frame, self, tables).unwrap_or_default();
                let returned = queries.iter().find(|query| query.return_data);
                let values = returned.and_then(|query| results.get(&query.id)).map(|(values, _)| values);
                let value = |start| Some((start, *values?.get(&start)?));
                (starts.map(value).collect(), false)
            }
        }
    }

    /// Judges composite alarms, each after those that it looks at; of a circle one is the first. One whose state was
    /// `set` keeps it until it is judged again.
    fn judge_composites(&mut self, set: Option<&str>, now: Timestamp) {
        let mut waiting: Vec<(String, AlarmRule)> = self
            .composites()
            .filter(|(name, _)| Some(*name) != set)
            .map(|(name, rule)| (name.to_owned(), rule))
            .collect();
        while !waiting.is_empty() {
            let is_ready = |(_, rule): &(String, AlarmRule)| {
                let mut children = Vec::new();
                rule.children(&mut children);
                !waiting.iter().any(|(name, _)| children.contains(&name.as_str()))
            };
            let place = waiting.iter().position(is_ready).unwrap_or(0);
            let (name, rule) = waiting.remove(place);
            let holds = rule.holds(&|child| self.alarms.get(child).map(|alarm| alarm.state));
            let state = if holds { AlarmState::Alarm } else { AlarmState::Ok };
            if self.alarms[&name].state != state {
                let reason = self.composite_reason(&rule, state);
                self.change_state(&name, state, reason, None, now);
            }
        }
    }

    /// Why a composite alarm is in a state: the alarm that it looks at that changed last.
    fn composite_reason(&self, rule: &AlarmRule, state: AlarmState) -> String {
        let mut children = Vec::new();
        rule.children(&mut children);
        let children = children.into_iter().filter_map(|child| self.alarms.get(child));
        match children.max_by_key(|alarm| alarm.transitioned) {
            Some(child) if child.state != AlarmState::InsufficientData => format!(
                "{} transitioned to {} at {}",
                child.arn,
                child.state.as_str(),
                child.transitioned.to_iso_8601()
            ),
            _ => format!("The alarm rule is {}", state == AlarmState::Alarm),
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
        let before = alarm.clone();
        alarm.state = state;
        (alarm.reason, alarm.reason_data, alarm.updated) = (reason, reason_data, now);
        self.has_changed = true;
        if before.state == state {
            return;
        }
        alarm.transitioned = now;
        let change = AlarmChange::new(&before, alarm, (&self.account, &self.region));
        let summary = format!("Alarm updated from {} to {}", before.state.as_str(), state.as_str());
        self.remember(name, AlarmHistoryKind::StateUpdate, summary, now);
        self.changes.push(change);
    }

    /// The changes of states that nobody was told of yet.
    pub fn take_changes(&mut self) -> Vec<AlarmChange> {
        std::mem::take(&mut self.changes)
    }

    /// Notes in the history what became of an action: what follows `Successfully executed action`, or why not.
    pub fn note_action(&mut self, alarm: &str, action: &str, failure: Option<&str>, now: Timestamp) {
        let summary = match failure {
            None => format!("Successfully executed action {action}"),
            Some(why) => format!("Failed to execute action {action}. {why}"),
        };
        self.remember(alarm, AlarmHistoryKind::Action, summary, now);
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
        let is_composite = known.is_some_and(|alarm| alarm.definition.condition.is_composite());
        self.history.push_back(AlarmHistoryItem {
            alarm: alarm.to_owned(),
            is_composite,
            time,
            kind,
            summary,
            data,
        });
    }
}

fn unknown(name: &str) -> Fault {
    Fault::new(CloudWatchFault::ResourceNotFound, format!("Unknown alarm: {name}"))
}
