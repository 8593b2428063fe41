//! A naive DynamoDB to disagree with: sorted maps of plain trees, and each rule written down a second time without
//! a look at the first. It uses nothing of the engine.
//!
//! - `tree`: attribute values, their sizes and their JSON.
//! - `path`, `condition`, `update`: expressions as structures, evaluated by the book and written as text (`texts`),
//!   so that one made-up condition serves both sides.
//! - `request`: what can be asked; `database`: [`Model`], which answers.

mod condition;
mod database;
mod path;
mod request;
mod texts;
mod tree;
mod update;

pub use condition::{Comparator, Condition, Operand};
pub use database::{Answer, KeyAttribute, Model, ModelKey, ModelTable, Refusal, Schema};
pub use path::{Path, Step, project};
pub use request::{BatchRead, BatchWrite, CapacityWanted, PageTerms, Request, SortTerm, WriteTerms};
pub use texts::Texts;
pub use tree::{Attributes, Decimal, Tree, attributes_json, attributes_json_with, item_size, sort_sets};
pub use update::{Action, Deed, Source, Update};
