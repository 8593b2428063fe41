//! The actions of a transaction, typed: every check that needs no table was made.

use crate::error::Error;
use crate::expression::{Condition, Projection, Update};
use crate::request::table_name::TableName;
use crate::request::update_item::refuse_key_change;
use crate::table::{Change, Table, WritePlan};
use crate::value::{Item, ItemRef, Key};

/// What an action of a write transaction does.
#[expect(clippy::large_enum_variant, reason = "it lives for one call, beside a condition of the same size")]
pub(crate) enum WriteChange {
    /// Puts an item.
    Put(Item),
    /// Puts an item where there is none with its key; the reason is `DuplicateItem` where there is (PartiQL `INSERT`).
    Insert(Item),
    /// Updates the item with a key, or makes it.
    Update {
        /// The key attributes.
        key: Item,
        /// `None` only makes sure that the item exists.
        update: Option<Update>,
    },
    /// Deletes the item with a key.
    Delete {
        /// The key attributes.
        key: Item,
    },
    /// Only asks for the condition on the item with a key.
    Check {
        /// The key attributes.
        key: Item,
    },
}

/// One action of a write transaction.
pub(crate) struct WriteAction {
    /// Its table.
    pub(crate) table: TableName,
    /// What it does.
    pub(crate) change: WriteChange,
    /// What must hold.
    pub(crate) condition: Option<Condition>,
    /// Whether the reason of a failed condition shows the item.
    pub(crate) item_on_condition_failure: bool,
}

impl WriteAction {
    /// The item or key, which holds the key's attributes.
    pub(super) fn item(&self) -> ItemRef<'_> {
        match &self.change {
            WriteChange::Put(item) | WriteChange::Insert(item) => item.as_ref(),
            WriteChange::Update { key, .. } | WriteChange::Delete { key } | WriteChange::Check { key } => {
                key.as_ref()
            }
        }
    }

    /// The key of its item, checked against the table.
    pub(super) fn key(&self, table: &Table) -> Result<Key, Error> {
        match &self.change {
            WriteChange::Put(item) | WriteChange::Insert(item) => table.key_of_item(item.as_ref()),
            WriteChange::Update { key, .. } | WriteChange::Delete { key } | WriteChange::Check { key } => {
                table.schema().key_alone(key.as_ref())
            }
        }
    }

    /// The other checks against the table.
    pub(super) fn check(&self, table: &Table) -> Result<(), Error> {
        if let WriteChange::Update { update: Some(update), .. } = &self.change {
            refuse_key_change(table.schema(), update)?;
            table.refuse_nested(update.nested_names())?;
        }
        self.condition.as_ref().map_or(Ok(()), |condition| table.refuse_nested(condition.nested_names()))
    }

    pub(super) fn plan<'a>(&'a self, key: &'a Key) -> WritePlan<'a> {
        let change = match &self.change {
            WriteChange::Put(item) | WriteChange::Insert(item) => Change::Put(item.as_ref()),
            WriteChange::Update { key, update } => {
                Change::Update { key_item: key.as_ref(), update: update.as_ref() }
            }
            WriteChange::Delete { .. } => Change::Delete,
            WriteChange::Check { .. } => Change::Check,
        };
        WritePlan {
            key,
            condition: self.condition.as_ref(),
            item_on_condition_failure: self.item_on_condition_failure,
            change,
        }
    }
}

/// One action of a read transaction: a whole item, or a projection of it.
pub(crate) struct ReadAction {
    /// Its table.
    pub(crate) table: TableName,
    /// The key attributes.
    pub(crate) key: Item,
    /// What to cut the item down to.
    pub(crate) projection: Option<Projection>,
}

impl ReadAction {
    /// The key of its item, checked against the table.
    pub(super) fn key(&self, table: &Table) -> Result<Key, Error> {
        table.schema().key_alone(self.key.as_ref())
    }

    /// The other checks against the table.
    pub(super) fn check(&self, table: &Table) -> Result<(), Error> {
        self.projection.as_ref().map_or(Ok(()), |projection| table.refuse_nested(projection.nested_names()))
    }
}
