//! A rule of Contributor Insights, by which its report is made.

use crate::clock::Timestamp;
use crate::table::catalog::Table;
use crate::table::contributor_insights::RULE_PREFIX;
use crate::table::contributors::{Contribution, ContributorMinute, Contributors};
use crate::table::schema::KeyAttribute;
use crate::value::{Corrupted, Value};

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
    /// A rule of the table or of an index, by its name.
    pub(super) fn insight_rule(&self, name: &str) -> Option<InsightRule<'_>> {
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
}
