//! Short ways for tests to write values, items and requests.

use super::{Binder, Cache, Condition, ExpressionError, Names, Projection, Update, Values};
use crate::value::{AttributeValue, Item, Map, Number, Value};

pub(super) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn n(text: &str) -> AttributeValue {
    AttributeValue::N(Number::parse(text).unwrap())
}

pub(super) fn b(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(bytes.to_vec())
}

pub(super) fn ss(texts: &[&str]) -> AttributeValue {
    AttributeValue::Ss(texts.iter().map(|text| (*text).to_owned()).collect())
}

pub(super) fn ns(numbers: &[&str]) -> AttributeValue {
    AttributeValue::Ns(numbers.iter().map(|number| Number::parse(number).unwrap()).collect())
}

pub(super) fn l(elements: impl IntoIterator<Item = AttributeValue>) -> AttributeValue {
    AttributeValue::L(elements.into_iter().collect())
}

pub(super) fn map<'n>(entries: impl IntoIterator<Item = (&'n str, AttributeValue)>) -> Map {
    entries.into_iter().collect()
}

pub(super) fn m<'n>(entries: impl IntoIterator<Item = (&'n str, AttributeValue)>) -> AttributeValue {
    AttributeValue::M(map(entries))
}

pub(super) fn item<'n>(entries: impl IntoIterator<Item = (&'n str, AttributeValue)>) -> Item {
    Item::from_map(&map(entries))
}

/// A request's maps.
#[derive(Default)]
pub(super) struct Request {
    pub names: Option<Names>,
    pub values: Option<Values>,
}

impl Request {
    pub fn names(mut self, names: &[(&str, &str)]) -> Self {
        self.names = Some(names.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect());
        self
    }

    pub fn values<'n>(mut self, values: impl IntoIterator<Item = (&'n str, AttributeValue)>) -> Self {
        let values = values.into_iter().map(|(key, value)| (key.to_owned(), Value::from(&value)));
        self.values = Some(values.collect());
        self
    }

    /// Binds one expression, without asking whether all names and values are used.
    pub fn bind<T>(
        &self,
        bind: impl FnOnce(&mut Binder<'_>) -> Result<T, ExpressionError>,
    ) -> Result<T, ExpressionError> {
        let cache = Cache::new(4);
        bind(&mut Binder::new(&cache, self.names.as_ref(), self.values.as_ref())?)
    }

    pub fn condition(&self, text: &str) -> Result<Condition, ExpressionError> {
        self.bind(|binder| binder.condition("ConditionExpression", text))
    }

    pub fn update(&self, text: &str) -> Result<Update, ExpressionError> {
        self.bind(|binder| binder.update(text))
    }

    pub fn projection(&self, text: &str) -> Result<Projection, ExpressionError> {
        self.bind(|binder| binder.projection(text))
    }
}

/// A request with these values.
pub(super) fn values<'n>(values: impl IntoIterator<Item = (&'n str, AttributeValue)>) -> Request {
    Request::default().values(values)
}

/// The text of a refusal.
pub(super) fn refused<T>(result: Result<T, ExpressionError>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}
