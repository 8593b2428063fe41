//! A statement with a request's parameters in it.

use triomphe::Arc;

use super::columns::Columns;
use super::statement::{Meaning, OrderTerm, Returning, SelectMeaning, Slot, Statement, UpdateMeaning};
use super::where_clause::{Where, WhereTree};
use crate::expression::condition::Condition;
use crate::expression::error::ExpressionError;
use crate::expression::update::Update;
use crate::value::{Encoder, Item, Type, Value};

/// A statement ready to be carried out.
#[derive(Debug)]
pub enum BoundStatement {
    /// `SELECT`
    Select(SelectStatement),
    /// `EXISTS(SELECT ...)`, a condition of a transaction.
    Exists(SelectStatement),
    /// `INSERT`
    Insert(InsertStatement),
    /// `UPDATE`
    Update(Box<UpdateStatement>),
    /// `DELETE`
    Delete(DeleteStatement),
}

/// `SELECT`
#[derive(Debug)]
pub struct SelectStatement {
    /// What each item is cut down to; none for `*`.
    pub columns: Option<Arc<Columns>>,
    /// Which items are wanted.
    pub filter: Option<Where>,
    /// The order in which they come.
    pub order: Arc<Vec<OrderTerm>>,
}

/// `INSERT`
#[derive(Debug)]
pub struct InsertStatement {
    /// The item.
    pub item: Item,
}

/// `UPDATE`
#[derive(Debug)]
pub struct UpdateStatement {
    /// What is done to the item.
    pub update: Update,
    /// Which item, and what must hold for it.
    pub filter: Option<Where>,
    /// What is answered.
    pub returning: Option<Returning>,
}

/// `DELETE`
#[derive(Debug)]
pub struct DeleteStatement {
    /// Which item, and what must hold for it.
    pub filter: Option<Where>,
    /// Whether the item is answered.
    pub returning: bool,
}

impl Statement {
    /// Puts the parameters in.
    ///
    /// # Errors
    /// DynamoDB has no meaning for the statement, it has another number of parameters, or an operand is of a type
    /// that its operator or function does not take.
    pub fn bind(&self, parameters: &[Value]) -> Result<BoundStatement, ExpressionError> {
        let meaning = self.meaning.as_ref().map_err(|text| ExpressionError::Request(text.clone()))?;
        if parameters.len() != self.parameters {
            return Err(ExpressionError::Request(
                "Number of parameters in request and statement don't match.".to_owned(),
            ));
        }
        Ok(match meaning {
            Meaning::Select(select) => BoundStatement::Select(bind_select(select, parameters)?),
            Meaning::Exists(select) => BoundStatement::Exists(bind_select(select, parameters)?),
            Meaning::Insert { attributes } => {
                BoundStatement::Insert(InsertStatement { item: bind_item(attributes, parameters) })
            }
            Meaning::Update(update) => BoundStatement::Update(Box::new(bind_update(update, parameters)?)),
            Meaning::Delete { filter, returning } => {
                let mut filter = bind_filter(filter.as_ref(), parameters)?;
                if let Some(filter) = &mut filter {
                    // There is nothing to delete, which is no failure of the condition (measured).
                    filter.condition.holds_for_nothing = true;
                }
                BoundStatement::Delete(DeleteStatement { filter, returning: *returning })
            }
        })
    }
}

fn bind_select(select: &SelectMeaning, parameters: &[Value]) -> Result<SelectStatement, ExpressionError> {
    Ok(SelectStatement {
        columns: select.columns.clone(),
        filter: bind_filter(select.filter.as_ref(), parameters)?,
        order: select.order.clone(),
    })
}

fn bind_filter(
    filter: Option<&Arc<WhereTree>>,
    parameters: &[Value],
) -> Result<Option<Where>, ExpressionError> {
    let Some(tree) = filter else { return Ok(None) };
    let values = tree.slots.iter().map(|slot| slot.value(parameters).clone()).collect();
    let condition = Condition::of_values(tree.tree.clone(), values).map_err(ExpressionError::Request)?;
    Ok(Some(Where { condition, tree: tree.clone() }))
}

fn bind_item(attributes: &[(Box<str>, Slot)], parameters: &[Value]) -> Item {
    let mut item = Encoder::item();
    for (name, slot) in attributes {
        item.name(name);
        item.raw(slot.value(parameters).as_ref());
    }
    item.finish_item()
}

fn bind_update(update: &UpdateMeaning, parameters: &[Value]) -> Result<UpdateStatement, ExpressionError> {
    let UpdateMeaning { tree, slots, sets, filter, returning } = update;
    for (slot, refusal) in sets {
        let type_ = slots[usize::from(*slot)].value(parameters).as_ref().type_();
        if !matches!(type_, Type::Ss | Type::Ns | Type::Bs) {
            return Err(ExpressionError::Request(refusal.clone()));
        }
    }
    let values = slots.iter().map(|slot| slot.value(parameters).clone()).collect();
    let update = Update::of_values(tree.clone(), values).map_err(ExpressionError::Request)?;
    let filter = bind_filter(filter.as_ref(), parameters)?;
    Ok(UpdateStatement { update, filter, returning: *returning })
}

impl Slot {
    fn value<'v>(&'v self, parameters: &'v [Value]) -> &'v Value {
        match self {
            Self::Literal(value) => value,
            Self::Parameter(index) => &parameters[usize::from(*index)],
        }
    }
}
