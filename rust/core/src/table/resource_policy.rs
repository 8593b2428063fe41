//! The policy of a table: stored, checked and versioned. It is not enforced: every caller may do everything.

mod document;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::State;
use crate::table::refusal::not_found;
use crate::table::tables::Tables;

pub use document::{POLICY_BYTES_MAX, PolicyDocument};

/// What `ExpectedRevisionId` says to demand that there is no policy.
pub const NO_POLICY: &str = "NO_POLICY";

/// From one change of a policy to the next that is allowed, where tables take time to change (LAB DDB-TABLE-206).
const CHANGE_INTERVAL: Duration = Duration::from_millis(15_000);

/// A policy with its revision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// What it says.
    pub document: PolicyDocument,
    /// `RevisionId`: the time of the change in milliseconds, as at AWS (LAB DDB-TABLE-244).
    pub revision: String,
}

/// The policy of a table, if it has one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ResourcePolicy {
    current: Option<Policy>,
    /// The last revision's number; no two are the same.
    last_revision: i64,
    changed: Option<Timestamp>,
}

impl ResourcePolicy {
    /// The policy that a table is made with.
    pub(in crate::table) fn new(document: Option<PolicyDocument>, now: Timestamp) -> Self {
        let mut policy = Self::default();
        if let Some(document) = document {
            policy.set(document, now);
        }
        policy
    }

    /// The policy.
    #[must_use]
    pub fn current(&self) -> Option<&Policy> {
        self.current.as_ref()
    }

    fn set(&mut self, document: PolicyDocument, now: Timestamp) -> &str {
        self.last_revision = now.as_milliseconds().max(self.last_revision + 1);
        self.changed = Some(now);
        let revision = self.last_revision.to_string();
        &self.current.insert(Policy { document, revision }).revision
    }

    /// Refuses a change of another revision than the one that is expected.
    fn check_revision(&self, table: &str, expected: Option<&str>) -> Result<(), Error> {
        let problem = match (expected, &self.current) {
            (None, _) | (Some(NO_POLICY), None) => return Ok(()),
            (Some(expected), Some(policy)) if expected == policy.revision => return Ok(()),
            (Some(NO_POLICY), Some(policy)) => format!(
                "Requested policy update expecting none to be present for table {table}, but a policy exists with \
                 revision id {}.",
                policy.revision
            ),
            (Some(expected), Some(policy)) => format!(
                "Requested update for policy with revision id {expected}, but the policy associated to target table \
                 {table} has revision id {}.",
                policy.revision
            ),
            (Some(expected), None) => format!(
                "Requested update for policy with revision id {expected}, but there is no policy associated to target \
                 table {table}."
            ),
        };
        Err(policy_not_found(&problem))
    }

    fn check_interval(&self, table: &str, interval: Duration, now: Timestamp) -> Result<(), Error> {
        match self.changed {
            Some(changed) if now.since(changed) < interval => Err(Error::Throttling(
                format!(
                    "Resource-based policy for table {table} modified within the previous 15000 milliseconds. Please try \
                     again after {}.",
                    (changed + interval).to_iso_8601()
                ),
                Vec::new(),
            )),
            _ => Ok(()),
        }
    }
}

fn policy_not_found(problem: &str) -> Error {
    Error::PolicyNotFound(format!("Resource-based policy not found for the provided ResourceArn: {problem}"))
}

impl Tables {
    /// Where AWS spreads a change over its machines, it refuses the next one for a while; here that is so where tables
    /// take time to change at all.
    fn policy_interval(&self) -> Duration {
        if self.settings.table_transition.is_zero() { Duration::ZERO } else { CHANGE_INTERVAL }
    }

    fn policy_mut(&mut self, name: &str) -> Result<&mut ResourcePolicy, Error> {
        match self.change(name) {
            None => Err(not_found(name)),
            Some(table) => match table.state {
                State::Creating { .. } | State::Importing => Err(not_found(name)),
                State::Deleting { .. } => Err(Error::ResourceInUse(format!(
                    "Attempt to change a resource which is still in use: Table is being deleted: {name}"
                ))),
                State::Active | State::Updating { .. } => Ok(&mut table.policy),
            },
        }
    }

    /// Gives a table a policy; one that says the same stays as it is (LAB DDB-TABLE-207). Returns its revision.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException`, `PolicyNotFoundException` for another revision than
    /// expected, `ThrottlingException` too soon after the last change.
    pub fn put_policy(
        &mut self,
        name: &str,
        document: PolicyDocument,
        expected: Option<&str>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let interval = self.policy_interval();
        let policy = self.policy_mut(name)?;
        policy.check_revision(name, expected)?;
        if let Some(current) = policy.current.as_ref().filter(|current| current.document == document) {
            return Ok(current.revision.clone());
        }
        policy.check_interval(name, interval, now)?;
        Ok(policy.set(document, now).to_owned())
    }

    /// A table's policy; `arn` is what the request named it by.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `PolicyNotFoundException`.
    pub fn policy(&self, name: &str, arn: &str) -> Result<&Policy, Error> {
        let table = self
            .by_name
            .get(name)
            .filter(|table| !matches!(table.state, State::Creating { .. } | State::Importing));
        let table = table.ok_or_else(|| not_found(name))?;
        table.policy.current().ok_or_else(|| policy_not_found(arn))
    }

    /// Takes a table's policy away; where there is none, that is no error. Returns the revision that went.
    ///
    /// # Errors
    /// As [`Tables::put_policy`].
    pub fn delete_policy(
        &mut self,
        name: &str,
        expected: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let interval = self.policy_interval();
        let policy = self.policy_mut(name)?;
        policy.check_revision(name, expected)?;
        if policy.current.is_none() {
            return Ok(None);
        }
        policy.check_interval(name, interval, now)?;
        policy.changed = Some(now);
        policy.last_revision = now.as_milliseconds().max(policy.last_revision + 1);
        Ok(policy.current.take().map(|gone| gone.revision))
    }
}
