//! Python objects to requests, and answers to Python objects, without a tree between.
//!
//! [`PyReader`] and [`PyWriter`] are this door's [`Reader`](dynacore::wire::Reader) and
//! [`Writer`](dynacore::wire::Writer). Attribute values have two forms: *typed*, boto3's client (`{"S": "text"}`),
//! and *plain*, boto3's resource (`"text"`). Only those differ; every other member is read and written alike.

mod classes;
mod entries;
mod item;
mod key_texts;
mod names;
mod number;
mod numbers;
mod objects;
mod parameter;
mod plain;
mod plain_entries;
mod reader;
mod shapes;
mod short;
mod short_names;
mod stock;
mod whole_decimal;
mod writer;

pub use item::ItemWriter;
pub use plain::{plain_item, plain_key};
pub use reader::{PyReader, TableParameters};
pub use stock::{Stock, with_stock};
pub use writer::PyWriter;

/// Which form attribute values have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// boto3's client: `{"S": "text"}`, `{"N": "1"}`.
    Typed,
    /// boto3's resource: `"text"`, `Decimal("1")`.
    Plain,
    /// As `Plain`, but numbers are `int` and `float` where these are exact, and floats are taken.
    Native,
}

impl Form {
    /// The form of values without their type.
    pub fn plain(native: bool) -> Self {
        if native { Self::Native } else { Self::Plain }
    }
}
