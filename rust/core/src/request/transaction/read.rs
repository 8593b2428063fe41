//! A read transaction.

use crate::error::Error;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::transaction::action::ReadAction;
use crate::request::transaction::size::{PAYLOAD_BYTES_MAX, payload_too_large};
use crate::request::transaction::target::targets;
use crate::store::Entry;
use crate::table::Consumed;
use crate::table::throughput::Kind;
use crate::value::{ItemRef, Key};
use crate::wire::Document;

/// The actions of a read transaction, with what the request wants to know about them.
pub(crate) struct ReadTransaction {
    /// One to a hundred.
    pub(crate) actions: Vec<ReadAction>,
    /// What to say of the consumed capacity.
    pub(crate) return_consumed_capacity: ReturnConsumedCapacity,
}

/// What a read transaction answers: for each action its item, and the capacity by table.
pub(crate) type ReadAnswer = (Vec<Option<Document>>, Option<Vec<ConsumedCapacity>>);

impl ReadTransaction {
    /// Reads all items as of one moment. A projection that finds nothing in an item gives an empty document. Whole
    /// items count against the size of a transaction; which exception says so is not published.
    ///
    /// # Errors
    /// The exceptions of TransactGetItems.
    pub(crate) fn execute(&self, context: &mut Context<'_>) -> Result<ReadAnswer, Error> {
        let keys = targets(
            &self.actions,
            |action| action.table.name(),
            ReadAction::key,
            ReadAction::check,
            context,
        )?;
        let places: Vec<(&str, &Key)> =
            self.actions.iter().zip(&keys).map(|(action, key)| (action.table.name(), key)).collect();
        let found = context.tables.transact_read(&places, context.now)?;
        let bytes = found.iter().filter_map(|(entry, _)| entry.as_ref()).map(item_bytes).sum();
        if bytes > PAYLOAD_BYTES_MAX {
            return Err(payload_too_large(bytes));
        }
        let mut documents = Vec::with_capacity(found.len());
        let mut consumed = Vec::with_capacity(found.len());
        for (action, (entry, units)) in self.actions.iter().zip(found) {
            consumed.push(Consumed::table(units));
            documents.push(entry.map(|entry| match &action.projection {
                None => Document::Stored(entry),
                Some(projection) => Document::Built(projection.project(Document::Stored(entry).as_ref())),
            }));
        }
        let asked = self.return_consumed_capacity;
        let capacity = (asked != ReturnConsumedCapacity::None).then(|| {
            let parts = self.actions.iter().map(|action| &action.table).zip(&consumed);
            asked.answer_tables(parts, Kind::Read, context.tables)
        });
        Ok((documents, capacity))
    }
}

fn item_bytes(entry: &Entry) -> usize {
    ItemRef::trusted(entry.value()).size()
}
