//! The work of a transaction: every action examined, all admitted, one commit.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::{CancellationReason, Error};
use crate::store::{Batch, Entry};
use crate::table::capacity::{CapacityUnits, Consistency};
use crate::table::consumed::Consumed;
use crate::table::tables::Tables;
use crate::table::throughput::Kind;
use crate::table::transaction::admission::Demand;
use crate::table::transaction::in_flight::Place;
use crate::table::transaction::token::{TokenUse, TransactionToken};
use crate::table::write::{Examined, Prepared, WritePlan};
use crate::value::{ItemRef, Key};

/// One action of a write transaction. No two of them are about one item.
#[derive(Clone, Copy)]
pub struct TransactionPlan<'a> {
    /// Its table.
    pub table: &'a str,
    /// What it does.
    pub write: WritePlan<'a>,
    /// Whether it is refused where an item with its key exists (PartiQL `INSERT`).
    pub inserts: bool,
}

/// What came of one action of a write transaction.
pub struct Transacted {
    /// What it cost: the table's part twice, the indexes' parts once (measured by dynoxide's authors, 2026).
    pub consumed: Consumed,
    /// What it costs to repeat the request under the same token: a transactional read of the larger of the item
    /// before and the item after (measured there too).
    pub repeated: CapacityUnits,
}

/// An action after it was examined.
enum Step<'a> {
    Possible(Prepared<'a>),
    /// Why not, and what the attempt costs all the same.
    Refused(CancellationReason, CapacityUnits),
}

impl Step<'_> {
    /// What it costs its table.
    fn units(&self) -> CapacityUnits {
        match self {
            Self::Possible(prepared) => prepared.written.consumed.table,
            Self::Refused(_, units) => *units,
        }
    }
}

/// Demands by table, in the order in which the request first names each.
type Demands<'a> = Vec<(&'a str, Vec<Demand<'a>>)>;

fn demand<'a>(demands: &mut Demands<'a>, table: &'a str, demand: Demand<'a>) {
    match demands.iter_mut().find(|(known, _)| *known == table) {
        Some((_, demands)) => demands.push(demand),
        None => demands.push((table, vec![demand])),
    }
}

/// What each step asks. A transaction that is cancelled leaves the indexes alone.
fn demands<'a>(plans: &[TransactionPlan<'a>], steps: &'a [Step<'_>], cancelled: bool) -> Demands<'a> {
    let mut all = Demands::new();
    for (action, (plan, step)) in plans.iter().zip(steps).enumerate() {
        let changes = match step {
            Step::Possible(prepared) if !cancelled => prepared.changes(),
            _ => &[],
        };
        let units = step.units();
        if !units.is_zero() {
            demand(&mut all, plan.table, Demand { action, key: plan.write.key.as_bytes(), units, changes });
        }
    }
    all
}

impl Tables {
    /// Carries out all actions in one commit, or none of them. The tables exist.
    ///
    /// The capacity of a transaction that is cancelled is consumed (facts 1.2): twice what each action would have
    /// cost its table, nothing for one that was refused before its item was looked at, and nothing at all where
    /// throughput is the reason. AWS does not say how much it is.
    ///
    /// # Errors
    /// `TransactionCanceledException` with a reason for each action, or `InternalServerError`; nothing was written
    /// then.
    pub fn transact_write(
        &mut self,
        plans: &[TransactionPlan<'_>],
        token: Option<TransactionToken>,
        now: Timestamp,
    ) -> Result<Vec<Transacted>, Error> {
        let mut steps = Vec::with_capacity(plans.len());
        for plan in plans {
            match self.examine(plan, now) {
                Ok(step) => steps.push(step),
                Err(error) => {
                    self.release(plans, &steps, now)?;
                    return Err(error);
                }
            }
        }
        let conflict = |step: &Step<'_>| matches!(step, Step::Refused(reason, _) if reason.is_conflict());
        let conflicts = plans.iter().zip(&steps).filter(|(_, step)| conflict(step));
        self.count_conflicts(conflicts.map(|(plan, _)| plan.table), now);
        let refused = self.refused(Kind::Write, demands(plans, &steps, false), now);
        let cancelled = !refused.is_empty() || steps.iter().any(|step| matches!(step, Step::Refused(..)));
        if cancelled {
            self.release(plans, &steps, now)?;
            if refused.is_empty() {
                self.charge(Kind::Write, demands(plans, &steps, true), now);
            }
            let reasons = steps.into_iter().map(|step| match step {
                Step::Possible(_) => CancellationReason::none(),
                Step::Refused(reason, _) => reason,
            });
            return Err(cancellation(reasons.collect(), refused));
        }
        self.commit(plans, steps, token, now)
    }

    /// Looks at one action; what it adds to its item collection is counted for those after it.
    fn examine<'a>(&mut self, plan: &TransactionPlan<'a>, now: Timestamp) -> Result<Step<'a>, Error> {
        let refused = |error, units| CancellationReason::of(error).map(|reason| Step::Refused(reason, units));
        let mut writing = self.writing(plan.table, now)?;
        if writing.in_flight.holds(writing.table.space, plan.write.key, now) {
            return refused(Error::TransactionConflict, CapacityUnits::ZERO);
        }
        let mut prepared = match writing.examine(&plan.write, None) {
            Ok(Examined::Possible(prepared)) => prepared,
            Ok(Examined::Failed(old)) => {
                let old = old.as_ref().map(|entry| ItemRef::trusted(entry.value()));
                let units = CapacityUnits::transactional_write(old.map_or(0, |item| item.size()));
                return refused(plan.write.condition_failed(old), units);
            }
            Err(error) => return refused(error, CapacityUnits::ZERO),
        };
        let single = prepared.written.consumed.table;
        prepared.written.consumed.table += single;
        if plan.inserts && prepared.written.old.is_some() {
            let units = prepared.written.consumed.table;
            return Ok(Step::Refused(CancellationReason::duplicate_item(), units));
        }
        if let Err(error) = writing.check_collection(&prepared) {
            return refused(error, prepared.written.consumed.table);
        }
        writing.join_collection(&prepared);
        Ok(Step::Possible(prepared))
    }

    /// Takes back what the steps counted in their item collections.
    fn release(
        &mut self,
        plans: &[TransactionPlan<'_>],
        steps: &[Step<'_>],
        now: Timestamp,
    ) -> Result<(), Error> {
        for (plan, step) in plans.iter().zip(steps) {
            if let Step::Possible(prepared) = step {
                self.writing(plan.table, now)?.release(prepared);
            }
        }
        Ok(())
    }

    /// The actions that throughput refuses, with what each would be refused with alone.
    fn refused(&mut self, kind: Kind, demands: Demands<'_>, now: Timestamp) -> Vec<(usize, Error)> {
        let mut refused = Vec::new();
        for (name, demands) in demands {
            let table = self.by_name.get_mut(name).expect("invariant: a transaction's tables exist");
            refused.extend(table.refused_demands(kind, &demands, now));
        }
        refused
    }

    /// Counts the items of a request that another transaction holds, by the table of each: a sample a request, with the
    /// items as its value (facts 11.1).
    fn count_conflicts<'a>(&mut self, tables: impl Iterator<Item = &'a str>, now: Timestamp) {
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        for table in tables {
            *counts.entry(table).or_default() += 1.0;
        }
        for (name, count) in counts {
            if let Some(table) = self.by_name.get_mut(name) {
                table.traffic.observe("TransactionConflict", count, now);
            }
        }
    }

    fn charge(&mut self, kind: Kind, demands: Demands<'_>, now: Timestamp) {
        for (name, demands) in demands {
            let table = self.by_name.get_mut(name).expect("invariant: a transaction's tables exist");
            for demand in demands {
                table.charge_demand(kind, &demand, now);
            }
        }
    }

    fn commit(
        &mut self,
        plans: &[TransactionPlan<'_>],
        mut steps: Vec<Step<'_>>,
        token: Option<TransactionToken>,
        now: Timestamp,
    ) -> Result<Vec<Transacted>, Error> {
        if let Err(error) = self.commit_steps(plans, &mut steps, token, now) {
            self.release(plans, &steps, now)?;
            return Err(error);
        }
        self.charge(Kind::Write, demands(plans, &steps, false), now);
        let mut transacted = Vec::with_capacity(steps.len());
        for (plan, step) in plans.iter().zip(steps) {
            let Step::Possible(mut prepared) = step else {
                unreachable!("a refused step cancels before the commit")
            };
            self.writing(plan.table, now)?.settle(&mut prepared);
            let repeated = repeated(&prepared);
            transacted.push(Transacted { consumed: prepared.written.consumed, repeated });
        }
        if let Some(token) = token {
            let units = transacted.iter().map(|action| action.repeated).collect();
            self.tokens.remember(token, now + self.settings.transaction_duration, units);
        }
        if !self.settings.transaction_duration.is_zero() {
            let places = plans.iter().map(|plan| self.place(plan.table, plan.write.key)).collect();
            self.in_flight.hold_until(now + self.settings.transaction_duration, places);
        }
        Ok(transacted)
    }

    /// Writes what all steps change in one commit.
    fn commit_steps(
        &mut self,
        plans: &[TransactionPlan<'_>],
        steps: &mut [Step<'_>],
        token: Option<TransactionToken>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut writes = SmallVec::new();
        let mut units = Vec::with_capacity(steps.len());
        for (plan, step) in plans.iter().zip(steps) {
            if let Step::Possible(prepared) = step {
                self.writing(plan.table, now)?.take_writes(prepared, &mut writes)?;
                units.push(repeated(prepared));
            }
        }
        if let Some(token) = token.filter(|_| self.store.is_durable()) {
            writes.extend(self.tokens.write(token, now + self.settings.transaction_duration, &units));
        }
        if !writes.is_empty() {
            self.store.commit(Batch { writes })?;
        }
        Ok(())
    }

    fn place(&self, table: &str, key: &Key) -> Place {
        (self.by_name[table].space, key.clone().into_bytes())
    }

    /// The items at all keys, as of one moment, with what reading each cost. The tables exist.
    ///
    /// # Errors
    /// `TransactionCanceledException` with a reason for each action, or `InternalServerError`.
    pub fn transact_read(
        &mut self,
        keys: &[(&str, &Key)],
        now: Timestamp,
    ) -> Result<Vec<(Option<Entry>, CapacityUnits)>, Error> {
        let mut found = Vec::with_capacity(keys.len());
        let mut reasons = Vec::with_capacity(keys.len());
        let mut asked = Demands::new();
        for (action, (table, key)) in keys.iter().enumerate() {
            let writing = self.writing(table, now)?;
            if writing.in_flight.holds(writing.table.space, key, now) {
                reasons.push(CancellationReason::of(Error::TransactionConflict)?);
                continue;
            }
            reasons.push(CancellationReason::none());
            let entry = writing.store.get(writing.table.space, key.as_bytes())?;
            let units = CapacityUnits::read(size(entry.as_ref()), Consistency::Transactional);
            demand(&mut asked, table, Demand { action, key: key.as_bytes(), units, changes: &[] });
            found.push((entry, units));
        }
        let conflicts = keys.iter().zip(&reasons).filter(|(_, reason)| reason.is_conflict());
        self.count_conflicts(conflicts.map(|((table, _), _)| *table), now);
        let refused = self.refused(Kind::Read, asked.clone(), now);
        if refused.is_empty() {
            self.charge(Kind::Read, asked, now);
        }
        if !refused.is_empty() || reasons.iter().any(|reason| !reason.is_none()) {
            return Err(cancellation(reasons, refused));
        }
        Ok(found)
    }

    /// Takes the read capacity of a request that was repeated under its token, whatever is left: it has to succeed.
    pub fn charge_reads(&mut self, reads: &[(&str, &Key, CapacityUnits)], now: Timestamp) {
        let mut asked = Demands::new();
        for (action, (table, key, units)) in reads.iter().enumerate() {
            demand(&mut asked, table, Demand { action, key: key.as_bytes(), units: *units, changes: &[] });
        }
        self.charge(Kind::Read, asked, now);
    }

    /// Whether the token of a write transaction was used before.
    ///
    /// # Errors
    /// `IdempotentParameterMismatchException` or `TransactionInProgressException`.
    pub fn recall_token(&mut self, token: TransactionToken, now: Timestamp) -> Result<TokenUse, Error> {
        self.tokens.recall(token, now)
    }

    /// Holds items as the transaction of somebody else would, until [`Tables::end_transaction`] with the number given
    /// back. The tables exist and no item comes twice.
    ///
    /// # Errors
    /// `TransactionCanceledException` where another transaction holds one of them.
    pub fn begin_transaction(&mut self, items: &[(&str, &Key)], now: Timestamp) -> Result<u64, Error> {
        let places: Vec<Place> = items.iter().map(|(table, key)| self.place(table, key)).collect();
        let mut reasons = Vec::with_capacity(items.len());
        for ((space, _), (_, key)) in places.iter().zip(items) {
            let held = self.in_flight.holds(*space, key, now);
            reasons.push(if held {
                CancellationReason::of(Error::TransactionConflict)?
            } else {
                CancellationReason::none()
            });
        }
        if reasons.iter().any(|reason| !reason.is_none()) {
            return Err(Error::cancelled(reasons));
        }
        Ok(self.in_flight.open(places))
    }

    /// Ends a transaction that was begun; one that has ended stays so.
    pub fn end_transaction(&mut self, number: u64) {
        self.in_flight.end(number);
    }
}

/// What it costs to repeat an action.
fn repeated(prepared: &Prepared<'_>) -> CapacityUnits {
    let written = &prepared.written;
    let bytes = size(written.old.as_ref()).max(size(written.new.as_ref()));
    CapacityUnits::read(bytes, Consistency::Transactional)
}

fn size(entry: Option<&Entry>) -> usize {
    entry.map_or(0, |entry| ItemRef::trusted(entry.value()).size())
}

/// The exception of a cancelled transaction. An action that was in order by itself may be one that throughput
/// refused.
fn cancellation(mut reasons: Vec<CancellationReason>, refused: Vec<(usize, Error)>) -> Error {
    for (action, throttled) in refused {
        if reasons[action].is_none() {
            match CancellationReason::of(throttled) {
                Ok(reason) => reasons[action] = reason,
                Err(error) => return error,
            }
        }
    }
    Error::cancelled(reasons)
}
