//! A write transaction.

use crate::error::Error;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::item_collection::{ItemCollectionMetrics, ReturnItemCollectionMetrics};
use crate::request::transaction::action::{WriteAction, WriteChange};
use crate::request::transaction::target::targets;
use crate::table::throughput::Kind;
use crate::table::{
    CapacityUnits, Consumed, TokenUse, TransactionPlan, TransactionToken, is_empty_key_value,
};
use crate::value::Key;

/// The actions of a write transaction, with what the request wants to know about them.
pub(crate) struct WriteTransaction {
    /// One to a hundred.
    pub(crate) actions: Vec<WriteAction>,
    /// What makes the request idempotent, where it has a token.
    pub(crate) token: Option<TransactionToken>,
    /// What to say of the consumed capacity.
    pub(crate) return_consumed_capacity: ReturnConsumedCapacity,
    /// Whether to say how large the item collections are.
    pub(crate) return_item_collection_metrics: ReturnItemCollectionMetrics,
}

/// What a write transaction answers.
#[derive(Default)]
pub(crate) struct WriteAnswer {
    /// One for each table, in the order in which the request first names it.
    pub(crate) consumed_capacity: Option<Vec<ConsumedCapacity>>,
    /// By table.
    pub(crate) item_collection_metrics: Option<Vec<(String, Vec<ItemCollectionMetrics>)>>,
}

impl WriteTransaction {
    /// Carries the transaction out. One that was carried out under the same token does nothing, and tells the read
    /// units that this costs.
    ///
    /// # Errors
    /// The exceptions of TransactWriteItems.
    pub(crate) fn execute(&self, context: &mut Context<'_>) -> Result<WriteAnswer, Error> {
        self.carry_out(context).map_err(hoisted)
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<WriteAnswer, Error> {
        let keys = targets(
            &self.actions,
            |action| action.table.name(),
            WriteAction::key,
            WriteAction::check,
            context,
        )?;
        if let Some(token) = self.token
            && let TokenUse::Repeated(units) = context.tables.recall_token(token, context.now)?
        {
            return Ok(self.repeat(&keys, &units, context));
        }
        let plans: Vec<TransactionPlan<'_>> = self.actions.iter().zip(&keys).map(plan).collect();
        let transacted = context.tables.transact_write(&plans, self.token, context.now)?;
        let consumed: Vec<Consumed> = transacted.into_iter().map(|each| each.consumed).collect();
        Ok(WriteAnswer {
            consumed_capacity: self.consumed_capacity(&consumed, Kind::Write, context),
            item_collection_metrics: self.item_collection_metrics(&keys, context),
        })
    }

    fn repeat(&self, keys: &[Key], units: &[CapacityUnits], context: &mut Context<'_>) -> WriteAnswer {
        let reads: Vec<_> = self
            .actions
            .iter()
            .zip(keys)
            .zip(units)
            .map(|((action, key), units)| (action.table.name(), key, *units))
            .collect();
        context.tables.charge_reads(&reads, context.now);
        let consumed: Vec<Consumed> = units.iter().map(|units| Consumed::table(*units)).collect();
        WriteAnswer {
            consumed_capacity: self.consumed_capacity(&consumed, Kind::Read, context),
            item_collection_metrics: self.item_collection_metrics(keys, context),
        }
    }

    fn consumed_capacity(
        &self,
        consumed: &[Consumed],
        kind: Kind,
        context: &Context<'_>,
    ) -> Option<Vec<ConsumedCapacity>> {
        if self.return_consumed_capacity == ReturnConsumedCapacity::None {
            return None;
        }
        let parts = self.actions.iter().map(|action| &action.table).zip(consumed);
        Some(self.return_consumed_capacity.answer_tables(parts, kind, context.tables))
    }

    /// One for each collection that the transaction wrote to.
    fn item_collection_metrics(
        &self,
        keys: &[Key],
        context: &Context<'_>,
    ) -> Option<Vec<(String, Vec<ItemCollectionMetrics>)>> {
        let asked = self.return_item_collection_metrics;
        if asked == ReturnItemCollectionMetrics::None {
            return None;
        }
        let mut collections: Vec<(&str, &[u8])> = Vec::new();
        let mut metrics: Vec<(String, Vec<ItemCollectionMetrics>)> = Vec::new();
        for (action, key) in self.actions.iter().zip(keys) {
            let name = action.table.name();
            let collection = (name, key.partition_prefix());
            if matches!(action.change, WriteChange::Check { .. }) || collections.contains(&collection) {
                continue;
            }
            collections.push(collection);
            let table = context.tables.find(name).expect("invariant: a transaction's tables exist");
            let Some(answer) = asked.answer(table, key, action.item()) else { continue };
            match metrics.iter_mut().find(|(known, _)| known == action.table.given()) {
                Some((_, answers)) => answers.push(answer),
                None => metrics.push((action.table.given().to_owned(), vec![answer])),
            }
        }
        (!metrics.is_empty()).then_some(metrics)
    }
}

fn plan<'a>((action, key): (&'a WriteAction, &'a Key)) -> TransactionPlan<'a> {
    let inserts = matches!(action.change, WriteChange::Insert(_));
    TransactionPlan { table: action.table.name(), write: action.plan(key), inserts }
}

/// An empty value for a key attribute refuses the whole request, though other bad keys are the reason of their own
/// action (measured by dynoxide's authors in several Regions, 2026).
fn hoisted(error: Error) -> Error {
    let Error::TransactionCanceled(cancellation) = &error else { return error };
    let mut texts = cancellation.reasons().iter().filter_map(|reason| reason.message.as_deref());
    let empty = texts.find(|text| is_empty_key_value(text)).map(str::to_owned);
    empty.map_or(error, Error::Validation)
}
