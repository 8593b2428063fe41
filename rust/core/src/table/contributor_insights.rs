//! Contributor Insights: whether a table or a global index shows its busiest keys. The states and the rules are here; what
//! is counted is in `contributors.rs`.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::{State, Table};
use crate::table::contributors::{Contribution, ContributorMinute, Contributors};
use crate::table::index::{Index, IndexState};
use crate::table::provision::Provision;
use crate::table::refusal::not_found;
use crate::table::schema::KeyAttribute;
use crate::table::tables::Tables;
use crate::value::{Corrupted, KeyLayout, Value};

/// Rules of all tables and indexes of a Region at most (facts 11.4).
const RULES_MAX: usize = 100;

/// What the names of rules begin with.
const RULE_PREFIX: &str = "DynamoDBContributorInsights-";

/// `ContributorInsightsMode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum InsightsMode {
    /// `ACCESSED_AND_THROTTLED_KEYS`.
    AccessedAndThrottledKeys,
    /// `THROTTLED_KEYS`.
    ThrottledKeys,
}

impl InsightsMode {
    /// The modes by their names, in AWS's order of the names.
    pub const CHOICES: [(&'static str, Self); 2] = [
        ("ACCESSED_AND_THROTTLED_KEYS", Self::AccessedAndThrottledKeys),
        ("THROTTLED_KEYS", Self::ThrottledKeys),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessedAndThrottledKeys => "ACCESSED_AND_THROTTLED_KEYS",
            Self::ThrottledKeys => "THROTTLED_KEYS",
        }
    }

    /// The kinds of its rules: PK and SK for the partition key and for both keys, C and T for what is accessed and
    /// what is throttled.
    fn rules(self, has_sort_key: bool) -> &'static [&'static str] {
        match (self, has_sort_key) {
            (Self::AccessedAndThrottledKeys, true) => &["PKC", "PKT", "SKC", "SKT"],
            (Self::AccessedAndThrottledKeys, false) => &["PKC", "PKT"],
            (Self::ThrottledKeys, true) => &["PKT", "SKT"],
            (Self::ThrottledKeys, false) => &["PKT"],
        }
    }
}

/// `ContributorInsightsStatus`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
enum Status {
    #[default]
    Disabled,
    Enabling(Timestamp),
    Enabled,
    Disabling(Timestamp),
    Failed,
}

/// The Contributor Insights of a table or of an index.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ContributorInsights {
    status: Status,
    mode: Option<InsightsMode>,
    updated: Option<Timestamp>,
    /// When the rules were made, which is part of their names.
    rules_made: Option<Timestamp>,
    failed: bool,
}

impl ContributorInsights {
    /// `ContributorInsightsStatus`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.status {
            Status::Disabled => "DISABLED",
            Status::Enabling(_) => "ENABLING",
            Status::Enabled => "ENABLED",
            Status::Disabling(_) => "DISABLING",
            Status::Failed => "FAILED",
        }
    }

    /// Whether a list shows it: every status but `DISABLED` (LAB DDB-TABLE-343).
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.status != Status::Disabled
    }

    /// `ContributorInsightsMode`; none before it was enabled for the first time.
    #[must_use]
    pub fn mode(&self) -> Option<InsightsMode> {
        self.mode
    }

    /// `LastUpdateDateTime`.
    #[must_use]
    pub fn updated(&self) -> Option<Timestamp> {
        self.updated
    }

    /// `FailureException`: name and text. Shown until it was switched off (LAB DDB-TABLE-339).
    #[must_use]
    pub fn failure(&self) -> Option<(&'static str, &'static str)> {
        self.failed.then_some((
            "LimitExceededException",
            "Amazon CloudWatch Contributor Insights rule limit reached. Please disable Contributor Insights for other \
             tables/indexes OR disable other CloudWatch Contributor Insights rules before retrying.",
        ))
    }

    /// `ContributorInsightsRuleList` of a table or index; none where there are no rules.
    fn rules(&self, resource: &str, has_sort_key: bool) -> Option<Vec<String>> {
        let (mode, made) = (self.mode?, self.rules_made?);
        if !matches!(self.status, Status::Enabled | Status::Disabling(_)) {
            return None;
        }
        let made = made.as_milliseconds();
        let name = |kind: &&str| format!("{RULE_PREFIX}{kind}-{resource}-{made}");
        Some(mode.rules(has_sort_key).iter().map(name).collect())
    }

    /// Has the keys counted that its rules are about, and no others. While it goes over to another mode, what was
    /// counted goes on.
    fn count(&self, provision: &mut Provision, layout: impl FnOnce() -> KeyLayout, now: Timestamp) {
        let consumed_too = match (self.status, self.mode) {
            (Status::Enabling(_), _) => return,
            (Status::Enabled | Status::Disabling(_), Some(mode)) if self.rules_made.is_some() => {
                Some(mode == InsightsMode::AccessedAndThrottledKeys)
            }
            _ => None,
        };
        let counting = provision.contributors.as_ref().map(|contributors| contributors.counts_consumed());
        if counting != consumed_too {
            provision.contributors =
                consumed_too.map(|consumed_too| Box::new(Contributors::new(consumed_too, layout(), now)));
        }
    }

    /// How many rules it has.
    fn rule_count(&self, has_sort_key: bool) -> usize {
        match (self.status, self.mode) {
            (Status::Enabled | Status::Disabling(_), Some(mode)) if self.rules_made.is_some() => {
                mode.rules(has_sort_key).len()
            }
            _ => 0,
        }
    }

    pub(in crate::table) fn until(&self) -> Option<Timestamp> {
        match self.status {
            Status::Enabling(until) | Status::Disabling(until) => Some(until),
            Status::Disabled | Status::Enabled | Status::Failed => None,
        }
    }

    /// Begins what a request asks for; a mode that is not named is the first one, whatever it was before (LAB
    /// DDB-TABLE-092).
    fn begin(&mut self, enable: bool, mode: Option<InsightsMode>, until: Timestamp, now: Timestamp) {
        let mode = mode.unwrap_or(InsightsMode::AccessedAndThrottledKeys);
        let settled = match self.status {
            Status::Disabled | Status::Disabling(_) => !enable,
            Status::Enabling(_) | Status::Enabled => enable && self.mode == Some(mode),
            Status::Failed => false,
        };
        if settled {
            return;
        }
        self.updated = Some(now);
        if enable {
            self.mode = Some(mode);
            self.status = Status::Enabling(until);
        } else {
            self.status = Status::Disabling(until);
        }
    }

    /// Ends a change; `fits` says whether another so many rules are within the limit.
    fn settle(&mut self, has_sort_key: bool, fits: impl FnOnce(usize) -> bool, now: Timestamp) {
        match self.status {
            Status::Enabling(until) if until <= now => {
                let needed = self.mode.map_or(0, |mode| mode.rules(has_sort_key).len());
                self.failed = !fits(needed);
                if self.failed {
                    self.status = Status::Failed;
                    self.rules_made = None;
                } else {
                    self.status = Status::Enabled;
                    self.rules_made.get_or_insert(until);
                }
                self.updated = Some(until);
            }
            Status::Disabling(until) if until <= now => {
                let (mode, updated) = (self.mode, Some(until));
                *self = Self { mode, updated, ..Self::default() };
            }
            _ => {}
        }
    }
}

/// A table's or an index's Contributor Insights, with what its rules are named for.
pub struct InsightsView<'a> {
    /// The setting.
    pub insights: &'a ContributorInsights,
    /// The table.
    pub table: &'a str,
    /// The index, where it is one's.
    pub index: Option<&'a str>,
    has_sort_key: bool,
}

impl InsightsView<'_> {
    /// `ContributorInsightsRuleList`.
    #[must_use]
    pub fn rules(&self) -> Option<Vec<String>> {
        let index = self.index.map(|index| format!("-{index}")).unwrap_or_default();
        self.insights.rules(&format!("{}{index}", self.table), self.has_sort_key)
    }
}

/// One rule of a table's or an index's Contributor Insights.
pub struct InsightRule<'a> {
    /// The names of its key attributes.
    pub labels: Vec<String>,
    contribution: Contribution,
    contributors: &'a Contributors,
}

impl InsightRule<'_> {
    /// What it counted in the minutes that begin in a span.
    #[must_use]
    pub fn minutes(&self, from: Timestamp, until: Timestamp) -> Vec<ContributorMinute> {
        self.contributors.minutes(self.contribution, from, until)
    }

    /// The values of a contributor's key.
    ///
    /// # Errors
    /// [`Corrupted`] for what is no contributor's key.
    pub fn values(&self, key: &[u8]) -> Result<Vec<Value>, Corrupted> {
        self.contributors.layout().values(key)
    }
}

impl Table {
    /// Has the keys of the table and its indexes counted as their settings say.
    pub(in crate::table) fn count_contributors(&mut self, now: Timestamp) {
        let schema = &self.definition.schema;
        let layout =
            || KeyLayout::of_table(schema.partition.type_, schema.sort.as_ref().map(|sort| sort.type_));
        self.insights.count(&mut self.provision, layout, now);
        for index in &mut self.indexes {
            let keys = index.definition.keys();
            let types = |attributes: &[KeyAttribute]| attributes.iter().map(|each| each.type_).collect();
            let layout = KeyLayout::of_index(types(&keys.partition), types(&keys.sort));
            let insights = index.insights.clone();
            if let Some(provision) = index.provision_mut() {
                insights.count(provision, || layout, now);
            }
        }
    }

    /// A rule of the table or of an index, by its name.
    fn insight_rule(&self, name: &str) -> Option<InsightRule<'_>> {
        let view = self
            .all_insights()
            .find(|view| view.rules().is_some_and(|rules| rules.iter().any(|rule| rule == name)))?;
        let kind = name.strip_prefix(RULE_PREFIX)?.get(..3)?;
        let (_, contribution) = *Contribution::CHOICES.iter().find(|(known, _)| *known == kind)?;
        let with_sort_key = matches!(contribution, Contribution::KeyConsumed | Contribution::KeyThrottled);
        let index = view.index.and_then(|name| self.indexes.iter().find(|index| index.name() == name));
        let (provision, partition, sort): (_, &[KeyAttribute], &[KeyAttribute]) = match index {
            None => {
                let schema = self.schema();
                (&self.provision, std::slice::from_ref(&schema.partition), schema.sort.as_slice())
            }
            Some(index) => {
                let keys = index.definition.keys();
                (index.provision()?, &keys.partition, &keys.sort)
            }
        };
        let attributes = partition.iter().chain(sort.iter().filter(|_| with_sort_key));
        Some(InsightRule {
            labels: attributes.map(|attribute| attribute.name.clone()).collect(),
            contribution,
            contributors: provision.contributors.as_deref()?,
        })
    }

    fn own_insights(&self) -> InsightsView<'_> {
        InsightsView {
            insights: &self.insights,
            table: &self.definition.name,
            index: None,
            has_sort_key: self.schema().sort.is_some(),
        }
    }

    fn index_insights<'a>(&'a self, index: &'a Index) -> InsightsView<'a> {
        InsightsView {
            insights: &index.insights,
            table: &self.definition.name,
            index: Some(index.name()),
            has_sort_key: !index.definition.keys().sort.is_empty(),
        }
    }

    /// The table's and then its global indexes' Contributor Insights.
    fn all_insights(&self) -> impl Iterator<Item = InsightsView<'_>> {
        let indexes = self.indexes.iter().filter(|index| index.is_global());
        std::iter::once(self.own_insights()).chain(indexes.map(|index| self.index_insights(index)))
    }

    /// When something of it changes by itself.
    pub(in crate::table) fn insights_until(&self) -> Option<Timestamp> {
        self.all_insights().filter_map(|view| view.insights.until()).min()
    }
}

fn index_not_found(table: &str, index: &str) -> Error {
    Error::ResourceNotFound(format!(
        "Requested resource not found: Index: {index} not found for table: {table}"
    ))
}

/// The position of a global index; one that is only being allocated is not there yet (LAB DDB-TABLE-116).
fn global_index(table: &Table, name: &str) -> Result<usize, Error> {
    let found = |index: &Index| {
        index.is_global() && index.name() == name && !matches!(index.state, IndexState::Allocating { .. })
    };
    let position = table.indexes.iter().position(found);
    position.ok_or_else(|| index_not_found(&table.definition.name, name))
}

impl Tables {
    /// Switches the Contributor Insights of a table or of an index.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ValidationException` while the table or index is being made.
    pub fn update_insights(
        &mut self,
        (name, index): (&str, Option<&str>),
        enable: bool,
        mode: Option<InsightsMode>,
        now: Timestamp,
    ) -> Result<InsightsView<'_>, Error> {
        let until = now + self.settings.table_transition;
        let table = self.change(name).ok_or_else(|| not_found(name))?;
        let not_ready = |what: &str| {
            Error::Validation(format!(
                "Table or Index is not in a valid state to update Key Access Insights: {what} must be ACTIVE to enable \
                 ContributorInsights."
            ))
        };
        if matches!(table.state, State::Creating { .. } | State::Importing) {
            return Err(not_ready("TableStatus"));
        }
        let insights = match index {
            None => &mut table.insights,
            Some(index) => {
                let position = global_index(table, index)?;
                let index = &mut table.indexes[position];
                if index.state.is_building() {
                    return Err(not_ready("IndexStatus"));
                }
                &mut index.insights
            }
        };
        insights.begin(enable, mode, until, now);
        if insights.until().is_some() {
            self.expect_transition(name, until);
        }
        self.insights(name, index)
    }

    /// The Contributor Insights of a table or of an index.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn insights(&self, name: &str, index: Option<&str>) -> Result<InsightsView<'_>, Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        match index {
            None => Ok(table.own_insights()),
            Some(index) => Ok(table.index_insights(&table.indexes[global_index(table, index)?])),
        }
    }

    /// A rule of Contributor Insights, by its name.
    #[must_use]
    pub fn insight_rule(&self, name: &str) -> Option<InsightRule<'_>> {
        self.by_name.values().find_map(|table| table.insight_rule(name))
    }

    /// All Contributor Insights that are not switched off, of one table or of all, in order of the tables' names.
    pub fn listed_insights<'a>(&'a self, table: Option<&'a str>) -> impl Iterator<Item = InsightsView<'a>> {
        let wanted = move |each: &&Table| table.is_none_or(|table| table == each.definition.name);
        let tables = self.by_name.values().filter(wanted);
        tables.flat_map(Table::all_insights).filter(|view| view.insights.is_listed())
    }

    /// Ends the changes of a table's Contributor Insights that are due.
    pub(in crate::table) fn step_insights(&mut self, name: &str, now: Timestamp) {
        let due = |table: &&Table| table.insights_until().is_some_and(|until| until <= now);
        if self.by_name.get(name).filter(due).is_none() {
            return;
        }
        let all = self.by_name.values().flat_map(Table::all_insights);
        let mut used: usize = all.map(|view| view.insights.rule_count(view.has_sort_key)).sum();
        let Some(table) = self.by_name.get_mut(name) else { return };
        let mut settle = |insights: &mut ContributorInsights, has_sort_key: bool| {
            used -= insights.rule_count(has_sort_key);
            insights.settle(has_sort_key, |needed| used + needed <= RULES_MAX, now);
            used += insights.rule_count(has_sort_key);
        };
        settle(&mut table.insights, table.definition.schema.sort.is_some());
        for index in table.indexes.iter_mut().filter(|index| index.is_global()) {
            settle(&mut index.insights, !index.definition.keys().sort.is_empty());
        }
        table.count_contributors(now);
    }
}
