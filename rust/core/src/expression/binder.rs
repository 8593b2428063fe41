//! A request's names and values, and the expressions they are put into.

use smallvec::SmallVec;

use super::ast::Symbols;
use super::cache::Cache;
use super::condition::Condition;
use super::error::ExpressionError;
use super::key_condition::KeyCondition;
use super::names::BoundNames;
use super::projection::Projection;
use super::search_condition::SearchCondition;
use super::update::Update;
use super::{PLACEHOLDER_SIZE_MAX, SIZE_MAX};
use crate::value::Value;
use crate::wire::check_attribute_name;

/// `ExpressionAttributeNames` in the order of the request: `#name` and attribute name.
pub type Names = Vec<(String, String)>;

/// `ExpressionAttributeValues` in the order of the request: `:value` and value.
pub type Values = Vec<(String, Value)>;

/// Binds the expressions of one request to its names and values.
///
/// Every expression of the request goes through the same binder, in the order DynamoDB looks at them; at the end
/// [`Binder::finish`] refuses names and values that none of them used.
///
/// ```
/// use dynacore::expression::{Binder, Cache};
/// use dynacore::value::{Encoder, Number, Value};
///
/// let cache = Cache::new(100);
/// let names = vec![("#c".to_owned(), "count".to_owned())];
/// let values = vec![(":one".to_owned(), Value::number(Number::from_i64(1)))];
/// let mut binder = Binder::new(&cache, Some(&names), Some(&values))?;
/// let condition = binder.condition("ConditionExpression", "attribute_not_exists(#c) OR #c > :one")?;
/// binder.finish()?;
///
/// let mut item = Encoder::item();
/// item.name("count").number(&Number::from_i64(2));
/// assert!(condition.matches(Some(item.finish_item().as_ref()))?);
/// assert!(condition.matches(None)?);
/// # Ok::<(), dynacore::expression::ExpressionError>(())
/// ```
#[derive(Debug)]
pub struct Binder<'a> {
    cache: &'a Cache,
    names: &'a [(String, String)],
    values: &'a [(String, Value)],
    names_used: Marks,
    values_used: Marks,
}

impl<'a> Binder<'a> {
    /// A binder of what the request gave as `ExpressionAttributeNames` and `ExpressionAttributeValues`.
    ///
    /// # Errors
    /// A map is empty, or a key in it is no placeholder or longer than 255 bytes. What the values are is the
    /// caller's business.
    pub fn new(
        cache: &'a Cache,
        names: Option<&'a Names>,
        values: Option<&'a Values>,
    ) -> Result<Self, ExpressionError> {
        let names = names.map(Vec::as_slice);
        let values = values.map(Vec::as_slice);
        check_keys("ExpressionAttributeNames", '#', names.map(|names| names.iter().map(|(key, _)| key)))?;
        for (key, name) in names.unwrap_or_default() {
            check_attribute_name(name).map_err(|error| {
                let problem = error.message();
                let problem = problem.split_once(": ").map_or(problem, |(_, problem)| problem);
                ExpressionError::Request(format!(
                    "ExpressionAttributeNames contains invalid value: {problem} for key {key}"
                ))
            })?;
        }
        check_keys("ExpressionAttributeValues", ':', values.map(|values| values.iter().map(|(key, _)| key)))?;
        Ok(Self {
            cache,
            names: names.unwrap_or_default(),
            values: values.unwrap_or_default(),
            names_used: Marks::default(),
            values_used: Marks::default(),
        })
    }

    /// Binds a `ConditionExpression` or `FilterExpression`; `parameter` is which, for the error's text.
    ///
    /// # Errors
    /// What DynamoDB refuses about the text, its placeholders and its operands.
    pub fn condition(&mut self, parameter: &str, text: &str) -> Result<Condition, ExpressionError> {
        check_size(parameter, text)?;
        let tree =
            self.cache.condition(text).map_err(|problem| ExpressionError::invalid(parameter, problem))?;
        Condition::bind(tree, self).map_err(|problem| ExpressionError::invalid(parameter, problem))
    }

    /// Binds a `ProjectionExpression`.
    ///
    /// # Errors
    /// What DynamoDB refuses about the text, its placeholders and its paths.
    pub fn projection(&mut self, text: &str) -> Result<Projection, ExpressionError> {
        const PARAMETER: &str = "ProjectionExpression";
        check_size(PARAMETER, text)?;
        let tree =
            self.cache.projection(text).map_err(|problem| ExpressionError::invalid(PARAMETER, problem))?;
        Projection::bind(&tree, self).map_err(|problem| ExpressionError::invalid(PARAMETER, problem))
    }

    /// Binds an `UpdateExpression`.
    ///
    /// # Errors
    /// What DynamoDB refuses about the text, its placeholders, paths and operands.
    pub fn update(&mut self, text: &str) -> Result<Update, ExpressionError> {
        const PARAMETER: &str = "UpdateExpression";
        check_size(PARAMETER, text)?;
        let tree = self.cache.update(text).map_err(|problem| ExpressionError::invalid(PARAMETER, problem))?;
        Update::bind(tree, self).map_err(|problem| ExpressionError::invalid(PARAMETER, problem))
    }

    /// Binds a `KeyConditionExpression`. Which attributes are keys is for [`KeyCondition::resolve`].
    ///
    /// # Errors
    /// What DynamoDB refuses about it before it looks at the table.
    pub fn key_condition(&mut self, text: &str) -> Result<KeyCondition, ExpressionError> {
        KeyCondition::bind(&self.condition("KeyConditionExpression", text)?)
    }

    /// Binds a `SearchConditionExpression`. Which attributes a search may name is the caller's business.
    ///
    /// # Errors
    /// What DynamoDB refuses about it before it looks at the index.
    pub fn search_condition(&mut self, text: &str) -> Result<SearchCondition, ExpressionError> {
        SearchCondition::bind(&self.condition(SearchCondition::PARAMETER, text)?)
    }

    /// The request has no more expressions.
    ///
    /// # Errors
    /// Names or values that no expression used.
    pub fn finish(&self) -> Result<(), ExpressionError> {
        let names = self.names.iter().map(|(key, _)| key);
        check_unused("ExpressionAttributeNames", names, &self.names_used)?;
        let values = self.values.iter().map(|(key, _)| key);
        check_unused("ExpressionAttributeValues", values, &self.values_used)
    }

    /// Appends what `symbols`' placeholder of that index stands for to `bound`, which holds those before it.
    pub(super) fn bind_name(
        &mut self,
        symbols: &Symbols,
        placeholder: usize,
        bound: &mut BoundNames,
    ) -> Result<(), String> {
        let placeholder = &*symbols.placeholders[placeholder];
        let Some(found) = self.names.iter().position(|(key, _)| key == placeholder) else {
            return Err(format!(
                "An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
            ));
        };
        self.names_used.set(found);
        bound.push(&self.names[found].1);
        Ok(())
    }

    /// The value that `symbols`' value placeholder of that index stands for.
    pub(super) fn bind_value(&mut self, symbols: &Symbols, placeholder: usize) -> Result<Value, String> {
        let placeholder = &*symbols.values[placeholder];
        let Some(found) = self.values.iter().position(|(key, _)| key == placeholder) else {
            return Err(format!(
                "An expression attribute value used in expression is not defined; attribute value: {placeholder}"
            ));
        };
        self.values_used.set(found);
        Ok(self.values[found].1.clone())
    }
}

/// Which entries of a map have been used: a bit each.
#[derive(Clone, Default, Debug)]
struct Marks(SmallVec<[u64; 1]>);

impl Marks {
    fn set(&mut self, index: usize) {
        if self.0.len() <= index / 64 {
            self.0.resize(index / 64 + 1, 0);
        }
        self.0[index / 64] |= 1 << (index % 64);
    }

    fn get(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

fn check_size(parameter: &str, text: &str) -> Result<(), ExpressionError> {
    let size = text.len();
    if size == 0 {
        return Err(ExpressionError::invalid(parameter, "The expression can not be empty;"));
    }
    if size > SIZE_MAX {
        let problem =
            format!("Expression size has exceeded the maximum allowed size; expression size: {size}");
        return Err(ExpressionError::invalid(parameter, problem));
    }
    Ok(())
}

/// Checks the keys of one of the two maps.
fn check_keys<'k>(
    parameter: &str,
    sigil: char,
    keys: Option<impl ExactSizeIterator<Item = &'k String>>,
) -> Result<(), ExpressionError> {
    let Some(keys) = keys else { return Ok(()) };
    if keys.len() == 0 {
        return Err(ExpressionError::Request(format!("{parameter} must not be empty")));
    }
    for key in keys {
        let problem = if key.len() > PLACEHOLDER_SIZE_MAX {
            let size = key.len();
            format!("The expression attribute map contains a key that is too long; size of key: {size}")
        } else if is_placeholder(key, sigil) {
            continue;
        } else {
            format!("Syntax error; key: \"{key}\"")
        };
        return Err(ExpressionError::Request(format!("{parameter} contains invalid key: {problem}")));
    }
    Ok(())
}

fn is_placeholder(key: &str, sigil: char) -> bool {
    key.strip_prefix(sigil).is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// The keys are listed in the order of the request; DynamoDB's own order is that of a hash table.
fn check_unused<'k>(
    parameter: &str,
    keys: impl Iterator<Item = &'k String>,
    used: &Marks,
) -> Result<(), ExpressionError> {
    let unused: Vec<&str> =
        keys.enumerate().filter(|(index, _)| !used.get(*index)).map(|(_, key)| key.as_str()).collect();
    if unused.is_empty() {
        return Ok(());
    }
    let keys = unused.join(", ");
    Err(ExpressionError::Request(format!(
        "Value provided in {parameter} unused in expressions: keys: {{{keys}}}"
    )))
}

#[cfg(test)]
mod tests;
