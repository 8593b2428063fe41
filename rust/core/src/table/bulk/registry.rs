//! All bulk operations of one account in one Region.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::table::bulk::operation::{BulkOperation, BulkRequest, BulkState};
use crate::table::catalog::{State, Table};
use crate::table::transfer::{LoadReport, Order};

/// How long a `ClientToken` names its operation (service model).
const TOKEN_HOURS: u64 = 8;
/// How long an operation is listed (service model).
const LISTED_DAYS: u64 = 90;

/// The bulk operations, the first started first.
#[derive(Clone)]
pub struct BulkOperations {
    pub(super) operations: Vec<BulkOperation>,
    pub(super) random: Random,
    /// When the next one changes by itself; kept so that a request need not look at all of them.
    next_event: Option<Timestamp>,
    /// Whether a store has yet to be told of something.
    pub(super) has_changed: bool,
}

impl BulkOperations {
    /// None yet. The seed determines their identifiers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { operations: Vec::new(), random: Random::new(seed), next_event: None, has_changed: false }
    }

    /// Starts an operation that lasts for `lasting`, or gives the one that the same token started.
    ///
    /// # Errors
    /// `IdempotentParameterMismatchException` for a token of another request, `ResourceInUseException` where the table
    /// cannot be written to in bulk now.
    pub fn start(
        &mut self,
        table: &Table,
        (token, request): (Option<String>, BulkRequest),
        lasting: Duration,
        (account_id, orders): (&str, &mut Vec<Order>),
        now: Timestamp,
    ) -> Result<&BulkOperation, Error> {
        if let Some(position) = token.as_ref().and_then(|token| self.with_token(token, now)) {
            let known = &self.operations[position];
            return if known.request == request {
                Ok(known)
            } else {
                Err(Error::IdempotentParameterMismatch)
            };
        }
        self.refuse_busy(table)?;
        let until = now + lasting;
        let milliseconds = now.as_nanos() / 1_000_000;
        let operation = BulkOperation {
            number: self.operations.len() as u64 + 1,
            arn: format!("{}/bulk-operation/{milliseconds:014}-{}", table.arn(), self.random.hexadecimal(8)),
            table_id: table.id().to_owned(),
            table_arn: table.arn().to_owned(),
            token: token.unwrap_or_else(|| self.random.uuid()),
            request,
            started: now,
            state: BulkState::InProgress { until },
            report: LoadReport::default(),
        };
        self.expect_event(until);
        self.operations.push(operation);
        self.tick(account_id, orders, now);
        Ok(self.operations.last().expect("invariant: one was pushed"))
    }

    /// Where the operation is that a token started less than eight hours ago.
    fn with_token(&self, token: &str, now: Timestamp) -> Option<usize> {
        let valid = Duration::from_secs(TOKEN_HOURS * 3_600);
        self.operations.iter().rposition(|each| each.token == token && now.since(each.started) < valid)
    }

    /// AWS writes to a table that is active, or that is updated in a way that does not conflict, while none of its
    /// indexes comes into being (developer guide, "Table state requirements"); the texts are ours. That a table has one
    /// operation at a time is our reading of the quota on them, whose number is not known.
    fn refuse_busy(&self, table: &Table) -> Result<(), Error> {
        let in_use = |problem: &str| {
            Err(Error::ResourceInUse(format!(
                "Attempt to change a resource which is still in use: {problem}: {}",
                table.definition().name
            )))
        };
        match table.state() {
            State::Active | State::Updating { .. } => {}
            State::Creating { .. } | State::Importing => return in_use("Table is being created"),
            State::Deleting { .. } => return in_use("Table is being deleted"),
        }
        if table.index_states().any(|(_, state)| state.is_building()) {
            return in_use("An index of the table is being created");
        }
        let of_table = |each: &BulkOperation| each.table_id == table.id() && each.state.ended().is_none();
        if self.operations.iter().rev().any(of_table) {
            return in_use("A bulk operation on the table is in progress");
        }
        Ok(())
    }

    /// The operation of an ARN.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn find(&self, arn: &str) -> Result<&BulkOperation, Error> {
        self.operations.iter().find(|each| each.arn == arn).ok_or_else(|| not_found(arn))
    }

    /// Starts to stop an operation, which takes `lasting`. Asking again changes nothing.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `ValidationException` where it has ended, with a text of ours.
    pub fn cancel(&mut self, arn: &str, lasting: Duration, now: Timestamp) -> Result<&BulkOperation, Error> {
        let found = self.operations.iter().position(|each| each.arn == arn).ok_or_else(|| not_found(arn))?;
        let until = now + lasting;
        match self.operations[found].state {
            BulkState::InProgress { .. } | BulkState::Working => {
                self.operations[found].state = BulkState::Cancelling { until };
                self.expect_event(until);
            }
            BulkState::Cancelling { .. } => {}
            BulkState::Cancelled { .. } | BulkState::Ended { .. } => {
                return Err(Error::Validation(format!(
                    "The bulk operation cannot be cancelled, because its status is {}: {arn}",
                    self.operations[found].status()
                )));
            }
        }
        Ok(&self.operations[found])
    }

    /// Up to `limit` operations of the last 90 days that started before the one of number `before`, the last started
    /// first, and whether more follow.
    #[must_use]
    pub fn page(&self, before: Option<u64>, limit: usize, now: Timestamp) -> (Vec<&BulkOperation>, bool) {
        let listed = Duration::from_secs(LISTED_DAYS * 86_400);
        let mut found = self
            .operations
            .iter()
            .rev()
            .filter(|each| before.is_none_or(|before| each.number < before))
            .filter(|each| now.since(each.started) <= listed);
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    fn expect_event(&mut self, at: Timestamp) {
        self.has_changed = true;
        self.next_event = Some(self.next_event.map_or(at, |next| next.min(at)));
    }

    pub(super) fn find_next_event(&mut self) {
        self.next_event = self.operations.iter().filter_map(|each| each.state.until()).min();
    }

    /// When the next operation changes by itself.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        self.next_event
    }

    /// The operations of a database that goes on by itself, or is opened again: nobody does the work that was begun, so it
    /// begins again. Items that are there are put again.
    #[must_use]
    pub fn resumed(mut self) -> Self {
        for operation in self.operations.iter_mut().filter(|operation| operation.state == BulkState::Working)
        {
            operation.state = BulkState::InProgress { until: operation.started };
        }
        self.find_next_event();
        self
    }

    /// An operation whose work is being done.
    #[must_use]
    pub fn working(&self, number: u64) -> Option<&BulkOperation> {
        let position = usize::try_from(number).ok()?.checked_sub(1)?;
        self.operations.get(position).filter(|operation| operation.state == BulkState::Working)
    }

    /// Ends an operation whose work was done. One that was cancelled meanwhile keeps what it counted.
    pub fn end(&mut self, number: u64, report: LoadReport, now: Timestamp) {
        let position = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let Some(operation) = position.and_then(|position| self.operations.get_mut(position)) else { return };
        if operation.state == BulkState::Working {
            operation.state = BulkState::Ended { at: now };
        }
        operation.report = report;
        self.has_changed = true;
    }

    /// Ends the statuses that are due, and hands out the work of operations that begin.
    pub fn tick(&mut self, account_id: &str, orders: &mut Vec<Order>, now: Timestamp) {
        if self.next_event.is_none_or(|next| next > now) {
            return;
        }
        for operation in &mut self.operations {
            if operation.state.until().is_some_and(|until| until <= now) {
                operation.state = operation.state.next();
                if operation.state == BulkState::Working {
                    orders.push(operation.order(account_id));
                }
            }
        }
        self.has_changed = true;
        self.find_next_event();
    }
}

fn not_found(arn: &str) -> Error {
    Error::ResourceNotFound(format!("Requested resource not found: Bulk operation: {arn} not found"))
}
