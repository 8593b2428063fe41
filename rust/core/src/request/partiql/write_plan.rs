//! What an `INSERT`, `UPDATE` or `DELETE` writes, and what it answers.

use super::read_plan::type_mismatch;
use crate::error::Error;
use crate::expression::{
    BoundStatement, Comparison, ComparisonOperator, Condition, ConditionalOperator, InsertStatement,
    KeyNames, Returning, UpdateStatement, Where,
};
use crate::request::update_item::refuse_key_change;
use crate::table::{
    Change, Consumed, KeySchema, PUT_TOO_LARGE, Table, WritePlan, Writing, Written, check_item_size,
};
use crate::value::{Encoder, Item, Key};
use crate::wire::{Document, NESTING_EXCEEDED};

/// A write of a statement, planned for its table.
pub struct PlannedWrite<'s> {
    statement: &'s BoundStatement,
    /// Where it writes.
    pub key: Key,
    /// The key's attributes; empty for an `INSERT`, whose item has them.
    key_item: Item,
    /// The condition of an `INSERT`: that there is no such item.
    absent: Option<Condition>,
}

/// What a statement's write did.
pub struct Done {
    /// The item that `RETURNING` asks for.
    pub document: Option<Document>,
    /// What the write cost.
    pub consumed: Consumed,
}

impl<'s> PlannedWrite<'s> {
    /// Plans a statement.
    ///
    /// # Errors
    /// `ValidationException`.
    ///
    /// # Panics
    /// When the statement reads.
    pub fn new(statement: &'s BoundStatement, table: &Table) -> Result<Self, Error> {
        let (filter, update) = match statement {
            BoundStatement::Insert(InsertStatement { item }) => {
                check_item_size(item.as_ref(), PUT_TOO_LARGE)?;
                let key = table.key_of_item(item.as_ref())?;
                let absent = Some(absence(&table.schema().partition.name)?);
                return Ok(Self { statement, key, key_item: Item::default(), absent });
            }
            BoundStatement::Update(update) => (update.filter.as_ref(), Some(&update.update)),
            BoundStatement::Delete(delete) => (delete.filter.as_ref(), None),
            BoundStatement::Select(_) | BoundStatement::Exists(_) => panic!("a SELECT writes nothing"),
        };
        let schema = table.schema();
        let key_item = key_item(schema, filter)?;
        let key = schema.key_alone(key_item.as_ref())?;
        if let Some(update) = update {
            refuse_key_change(schema, update)?;
            table.refuse_nested(update.nested_names())?;
        }
        if let Some(filter) = filter {
            table.refuse_nested(filter.condition().nested_names())?;
        }
        Ok(Self { statement, key, key_item, absent: None })
    }

    /// The item that is written as the statement gives it, for an `INSERT`.
    #[must_use]
    pub fn inserted(&self) -> Option<&Item> {
        match self.statement {
            BoundStatement::Insert(insert) => Some(&insert.item),
            _ => None,
        }
    }

    /// What must hold for the write.
    #[must_use]
    pub fn condition(&self, schema: &KeySchema) -> Option<&Condition> {
        match self.statement {
            BoundStatement::Update(update) => update.filter.as_ref().map(Where::condition),
            BoundStatement::Delete(delete) => {
                let filter = delete.filter.as_ref()?;
                (!filter.is_only_equality_of(&names(schema))).then(|| filter.condition())
            }
            _ => self.absent.as_ref(),
        }
    }

    /// What the write does to the item.
    #[must_use]
    pub fn change(&self) -> Change<'_> {
        match self.statement {
            BoundStatement::Insert(insert) => Change::Put(insert.item.as_ref()),
            BoundStatement::Update(update) => {
                Change::Update { key_item: self.key_item.as_ref(), update: Some(&update.update) }
            }
            _ => Change::Delete,
        }
    }

    /// Carries the write out.
    ///
    /// # Errors
    /// `DuplicateItemException`, or as [`Writing::write`].
    pub fn run(&self, writing: &mut Writing<'_>, item_on_condition_failure: bool) -> Result<Done, Error> {
        let condition = self.condition(writing.table.schema());
        let plan = WritePlan { key: &self.key, condition, item_on_condition_failure, change: self.change() };
        let written = writing.write(&plan).map_err(|error| self.refusal(error))?;
        Ok(self.done(written))
    }

    /// What a refusal of the write path is called where a statement meets it.
    #[must_use]
    pub fn refusal(&self, error: Error) -> Error {
        match (self.statement, error) {
            (BoundStatement::Insert(_), Error::ConditionalCheckFailed(_)) => Error::DuplicateItem,
            // The text is shorter than UpdateItem's (measured).
            (BoundStatement::Update(_), Error::Validation(text)) if text == NESTING_EXCEEDED => {
                Error::validation("Nesting Levels have exceeded supported limits")
            }
            (_, error) => error,
        }
    }

    fn done(&self, written: Written) -> Done {
        let Written { old, new, consumed } = written;
        let (old, new) = (old.map(Document::Stored), new.map(Document::Stored));
        let document = match self.statement {
            BoundStatement::Update(statement) => {
                let UpdateStatement { returning, update, .. } = &**statement;
                let part = |whole: Document| {
                    let part = update.targets().project(whole.as_ref());
                    (!part.as_ref().is_empty()).then_some(Document::Built(part))
                };
                match returning {
                    None => None,
                    Some(Returning::AllOld) => old,
                    Some(Returning::AllNew) => new,
                    Some(Returning::ModifiedOld) => old.and_then(part),
                    Some(Returning::ModifiedNew) => new.and_then(part),
                }
            }
            BoundStatement::Delete(delete) => old.filter(|_| delete.returning),
            _ => None,
        };
        Done { document, consumed }
    }
}

fn names(schema: &KeySchema) -> KeyNames<'_> {
    KeyNames {
        partition: &schema.partition.name,
        sort: schema.sort.as_ref().map(|attribute| attribute.name.as_str()),
    }
}

/// The key attributes that a clause gives by `=`.
fn key_item(schema: &KeySchema, filter: Option<&Where>) -> Result<Item, Error> {
    let incomplete =
        || Error::validation("Where clause does not contain a mandatory equality on all key attributes");
    let filter = filter.ok_or_else(incomplete)?;
    let mut item = Encoder::item();
    for attribute in schema.attributes() {
        let value = filter.key_value(&attribute.name)?.ok_or_else(incomplete)?;
        if value.as_ref().type_() != attribute.type_ {
            return Err(type_mismatch(&attribute.name));
        }
        item.name(&attribute.name);
        item.raw(value.as_ref());
    }
    Ok(item.finish_item())
}

/// That no item has the attribute: there is none.
fn absence(partition: &str) -> Result<Condition, Error> {
    let null = Comparison { operator: ComparisonOperator::Null, values: Vec::new() };
    Ok(Condition::of_comparisons(vec![(partition.to_owned(), null)], ConditionalOperator::And)?)
}
