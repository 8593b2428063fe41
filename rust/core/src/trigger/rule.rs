//! EventBridge's rules: functions that are called at times, or for events that match a pattern (facts 6.3).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::clock::Timestamp;
use crate::table::autoscale::Schedule;
use crate::trigger::function::FunctionName;
use crate::trigger::options::Filter;

/// What PutRule says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// `Name`.
    pub name: String,
    /// `Description`.
    pub description: Option<String>,
    /// `ScheduleExpression`.
    pub schedule: Option<Schedule>,
    /// `EventPattern`.
    pub pattern: Option<Filter>,
    /// `State`.
    pub is_enabled: bool,
}

/// Who is called when a rule applies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `Id`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// The function that the ARN names.
    pub function: FunctionName,
    /// `Input`: what the function gets instead of the event.
    pub input: Option<String>,
    /// `InputPath`: the part of the event that the function gets.
    pub input_path: Option<String>,
}

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What was put.
    pub new: NewRule,
    /// `Arn`.
    pub arn: String,
    /// `Targets`, by their ids.
    pub targets: BTreeMap<String, Target>,
    created: Timestamp,
    next_at: Option<Timestamp>,
    /// Whether its times may have passed while nobody was there.
    #[serde(skip)]
    is_late: bool,
}

/// An event of PutEvents.
#[derive(Clone, Debug)]
pub struct Event {
    /// `Source`.
    pub source: String,
    /// `DetailType`.
    pub detail_type: String,
    /// `Detail`.
    pub detail: Json,
    /// `Resources`.
    pub resources: Vec<String>,
    /// `Time`.
    pub time: Timestamp,
}

impl Event {
    /// The envelope that rules look at and functions get.
    pub(super) fn envelope(&self, id: &str, (region, account_id): (&str, &str)) -> Json {
        json!({
            "version": "0",
            "id": id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": account_id,
            "time": super::event::whole_second(self.time.floor(std::time::Duration::from_secs(1))),
            "region": region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

impl Target {
    /// What the function gets.
    pub(super) fn input(&self, event: &Json) -> String {
        if let Some(input) = &self.input {
            return input.clone();
        }
        let mut steps = self.input_path.as_deref().unwrap_or("$").split('.').skip(1);
        let part = steps.try_fold(event, |part, step| part.get(step));
        part.unwrap_or(&Json::Null).to_string()
    }
}

impl Rule {
    fn new(new: NewRule, arn: String, now: Timestamp) -> Self {
        let mut rule =
            Self { new, arn, targets: BTreeMap::new(), created: now, next_at: None, is_late: false };
        rule.plan(now);
        rule
    }

    fn plan(&mut self, now: Timestamp) {
        let schedule = self.new.schedule.as_ref().filter(|_| self.new.is_enabled);
        self.next_at = schedule.and_then(|schedule| schedule.next_after(now, self.created));
    }

    /// Whether a function that it calls is not known yet.
    fn waits_for(&self, awaited: &BTreeSet<FunctionName>) -> bool {
        !awaited.is_empty() && self.targets.values().any(|target| awaited.contains(&target.function))
    }

    fn scheduled_event(&self, time: Timestamp) -> Event {
        Event {
            source: "aws.events".to_owned(),
            detail_type: "Scheduled Event".to_owned(),
            detail: json!({}),
            resources: vec![self.arn.clone()],
            time,
        }
    }
}

/// All rules, by name, of the default event bus.
#[derive(Clone, Default)]
pub(super) struct Rules {
    by_name: BTreeMap<String, Rule>,
}

impl Rules {
    pub(super) fn get(&self, name: &str) -> Option<&Rule> {
        self.by_name.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Rule> {
        self.by_name.get_mut(name)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Rule> {
        self.by_name.values()
    }

    /// Makes a rule or replaces what one says; its targets stay. A rate is counted from then on.
    pub(super) fn put(&mut self, new: NewRule, arn: String, now: Timestamp) {
        match self.by_name.get_mut(&new.name) {
            Some(rule) => {
                let is_same = rule.new.schedule == new.schedule && rule.new.is_enabled == new.is_enabled;
                rule.new = new;
                if !is_same {
                    rule.created = now;
                    rule.plan(now);
                }
            }
            None => {
                self.by_name.insert(new.name.clone(), Rule::new(new, arn, now));
            }
        }
    }

    /// Takes over a rule from a store.
    pub(super) fn adopt(&mut self, rule: Rule) {
        self.by_name.insert(rule.new.name.clone(), Rule { is_late: true, ..rule });
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.by_name.remove(name);
    }

    /// Switches a rule on or off.
    pub(super) fn enable(&mut self, name: &str, is_enabled: bool, now: Timestamp) -> bool {
        let Some(rule) = self.by_name.get_mut(name) else { return false };
        rule.new.is_enabled = is_enabled;
        rule.plan(now);
        true
    }

    /// When the next of the rules applies, but for those that wait for a function to be known.
    pub(super) fn next_event_at(&self, awaited: &BTreeSet<FunctionName>) -> Option<Timestamp> {
        let ready = self.by_name.values().filter(|rule| !rule.waits_for(awaited));
        ready.filter_map(|rule| rule.next_at).min()
    }

    /// Goes on after a time in which nobody was there: a schedule that has missed times applies once, now. Rules that
    /// wait for a function go on when that is known.
    pub(super) fn resume(&mut self, awaited: &BTreeSet<FunctionName>, now: Timestamp) {
        for rule in self.by_name.values_mut().filter(|rule| rule.is_late && !rule.waits_for(awaited)) {
            rule.is_late = false;
            rule.next_at = rule.next_at.map(|at| at.max(now));
        }
    }

    /// The rules whose time has come, each with its event.
    pub(super) fn due(
        &mut self,
        awaited: &BTreeSet<FunctionName>,
        now: Timestamp,
    ) -> Vec<(Event, Vec<Target>)> {
        let mut due = Vec::new();
        for rule in self.by_name.values_mut().filter(|rule| !rule.waits_for(awaited)) {
            if let Some(at) = rule.next_at.filter(|at| *at <= now) {
                due.push((rule.scheduled_event(at), rule.targets.values().cloned().collect()));
                rule.plan(now);
            }
        }
        due
    }

    /// The targets of all rules that match an event.
    pub(super) fn targets_of(&self, event: &Json) -> Vec<Target> {
        let matching = self.by_name.values().filter(|rule| {
            let pattern = rule.new.pattern.as_ref().filter(|_| rule.new.is_enabled);
            pattern.is_some_and(|filter| filter.pattern.matches(event))
        });
        matching.flat_map(|rule| rule.targets.values().cloned()).collect()
    }
}
