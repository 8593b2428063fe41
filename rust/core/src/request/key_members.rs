//! `AttributeDefinitions` and `KeySchema`, of tables and of indexes.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::table::{IndexKeys, KEY_ATTRIBUTES_MAX, KeyAttribute, KeySchema};
use crate::value::Type;

input_shape! {
    /// One element of `AttributeDefinitions`.
    #[derive(Clone)]
    pub struct AttributeDefinitionInput {
        attribute_name: String = "AttributeName",
        attribute_type: String = "AttributeType",
    }
}

input_shape! {
    /// One element of `KeySchema`.
    #[derive(Clone)]
    pub struct KeySchemaElementInput {
        attribute_name: String = "AttributeName",
        key_type: String = "KeyType",
    }
}

/// The part an attribute has in a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyType {
    /// `HASH`: a partition key.
    Hash,
    /// `RANGE`: a sort key.
    Range,
}

/// One element of a key: the attribute's name, and its part.
pub type KeyElement = (String, KeyType);

/// Reads `AttributeDefinitions`.
pub fn read_attributes(violations: &mut Violations, given: &[AttributeDefinitionInput]) -> Vec<KeyAttribute> {
    let mut attributes = Vec::new();
    for (index, attribute) in given.iter().enumerate() {
        let path = format!("attributeDefinitions.{}.member", index + 1);
        let name_path = format!("{path}.attributeName");
        let type_path = format!("{path}.attributeType");
        violations.required(&name_path, attribute.attribute_name.as_ref());
        violations.length(&name_path, attribute.attribute_name.as_deref(), 1, 255);
        violations.required(&type_path, attribute.attribute_type.as_ref());
        let choices = [("B", Type::B), ("N", Type::N), ("S", Type::S)];
        let type_ = violations.choice(&type_path, attribute.attribute_type.as_deref(), &choices);
        if let (Some(name), Some(type_)) = (&attribute.attribute_name, type_) {
            attributes.push(KeyAttribute { name: name.clone(), type_ });
        }
    }
    attributes
}

/// Reads a `KeySchema`, which the caller checked to be there; `length_max` is where the service model limits it.
pub fn read_key_schema(
    violations: &mut Violations,
    path: &str,
    given: &[KeySchemaElementInput],
    length_max: Option<usize>,
) -> Vec<KeyElement> {
    if let Some(length_max) = length_max.filter(|length_max| given.len() > *length_max) {
        let shown: Vec<String> = given.iter().map(shown).collect();
        let shown = format!("[{}]", shown.join(", "));
        let constraint = format!("Member must have length less than or equal to {length_max}");
        violations.note(path, &shown, &constraint);
    }
    let mut keys = Vec::new();
    for (index, element) in given.iter().enumerate() {
        let name_path = format!("{path}.{}.member.attributeName", index + 1);
        let type_path = format!("{path}.{}.member.keyType", index + 1);
        violations.required(&name_path, element.attribute_name.as_ref());
        violations.length(&name_path, element.attribute_name.as_deref(), 1, 255);
        violations.required(&type_path, element.key_type.as_ref());
        let choices = [("HASH", KeyType::Hash), ("RANGE", KeyType::Range)];
        let type_ = violations.choice(&type_path, element.key_type.as_deref(), &choices);
        if let (Some(name), Some(type_)) = (&element.attribute_name, type_) {
            keys.push((name.clone(), type_));
        }
    }
    keys
}

fn shown(element: &KeySchemaElementInput) -> String {
    format!(
        "KeySchemaElement(attributeName={}, keyType={})",
        element.attribute_name.as_deref().unwrap_or("null"),
        element.key_type.as_deref().unwrap_or("null")
    )
}

/// The table's key, after the rules between key schema and attribute definitions, in DynamoDB's order.
///
/// # Errors
/// `ValidationException`.
pub fn table_schema(
    keys: &[KeyElement],
    attributes: &[KeyAttribute],
    has_indexes: bool,
) -> Result<KeySchema, Error> {
    if keys.is_empty() {
        return Err(Error::validation(
            "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy \
             constraint: Member must have length greater than or equal to 1",
        ));
    }
    if keys.len() > attributes.len() {
        return Err(Error::validation("Invalid KeySchema: Some index key attribute have no definition"));
    }
    check_defined(keys, attributes)?;
    check_pair(keys)?;
    if !has_indexes && keys.len() != attributes.len() {
        return Err(Error::validation(
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match \
             number of attributes defined in AttributeDefinitions",
        ));
    }
    let mut found = typed(keys, attributes, None).into_iter();
    let partition = found.next().expect("invariant: every key attribute is defined");
    Ok(KeySchema { partition, sort: found.next() })
}

/// Refuses a name that is defined twice.
///
/// # Errors
/// `ValidationException`.
pub fn refuse_repeated(attributes: &[KeyAttribute]) -> Result<(), Error> {
    let repeated = attributes
        .iter()
        .enumerate()
        .find(|(index, attribute)| attributes[..*index].iter().any(|earlier| earlier.name == attribute.name));
    match repeated {
        None => Ok(()),
        Some((_, attribute)) => {
            Err(Error::Validation(format!("Attribute Name is duplicated: {}", attribute.name)))
        }
    }
}

/// Every key attribute has a definition.
///
/// # Errors
/// `ValidationException`.
pub fn check_defined(keys: &[KeyElement], attributes: &[KeyAttribute]) -> Result<(), Error> {
    if keys.iter().all(|(name, _)| attributes.iter().any(|attribute| attribute.name == *name)) {
        return Ok(());
    }
    Err(Error::Validation(format!(
        "One or more parameter values were invalid: Some index key attributes are not defined in \
         AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
        joined(keys.iter().map(|(name, _)| name)),
        joined(attributes.iter().map(|attribute| &attribute.name))
    )))
}

/// Every definition is used by a key. DynamoDB shows both lists in the order of a hash table; here it is the request's.
///
/// # Errors
/// `ValidationException`.
pub fn check_used<'a>(
    keys: impl Iterator<Item = &'a String>,
    attributes: &[KeyAttribute],
) -> Result<(), Error> {
    let mut used: Vec<&String> = Vec::new();
    for name in keys {
        if !used.contains(&name) {
            used.push(name);
        }
    }
    if attributes.iter().all(|attribute| used.contains(&&attribute.name)) {
        return Ok(());
    }
    Err(Error::Validation(format!(
        "One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: \
         [{}], keys used: [{}]",
        joined(attributes.iter().map(|attribute| &attribute.name)),
        joined(used.into_iter())
    )))
}

fn joined<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A key of one partition attribute and perhaps a sort attribute: that of a table or of a local index.
///
/// # Errors
/// `ValidationException`.
pub fn check_pair(keys: &[KeyElement]) -> Result<(), Error> {
    if keys.len() == 2 && keys[0].0 == keys[1].0 {
        return Err(Error::validation(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
    }
    check_first(keys)?;
    if keys.get(1).is_some_and(|(_, type_)| *type_ != KeyType::Range) {
        return Err(Error::validation(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ));
    }
    Ok(())
}

fn check_first(keys: &[KeyElement]) -> Result<(), Error> {
    if keys.first().is_some_and(|(_, type_)| *type_ == KeyType::Hash) {
        return Ok(());
    }
    Err(Error::validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"))
}

/// The key of a global index: up to four partition attributes, then up to four sort attributes (facts 4.2).
///
/// # Errors
/// `ValidationException`.
pub fn check_global(keys: &[KeyElement]) -> Result<(), Error> {
    let invalid = |problem: &str| {
        Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
    };
    check_first(keys)?;
    for (index, (name, _)) in keys.iter().enumerate() {
        if keys[..index].iter().any(|(earlier, _)| earlier == name) {
            return Err(Error::validation(
                "The KeySchema contains multiple key attributes with the same name",
            ));
        }
    }
    let count = |type_: KeyType| keys.iter().filter(|(_, each)| *each == type_).count();
    let hashes = count(KeyType::Hash);
    if keys.iter().skip(hashes).any(|(_, type_)| *type_ == KeyType::Hash) {
        return invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema");
    }
    if hashes > KEY_ATTRIBUTES_MAX {
        return invalid("The KeySchema exceeds the maximum allowed number of HASH key attributes");
    }
    if count(KeyType::Range) > KEY_ATTRIBUTES_MAX {
        return invalid("The KeySchema exceeds the maximum allowed number of RANGE key attributes");
    }
    Ok(())
}

/// The key with its types; every attribute is defined.
#[must_use]
pub fn index_keys(keys: &[KeyElement], attributes: &[KeyAttribute]) -> IndexKeys {
    IndexKeys {
        partition: typed(keys, attributes, Some(KeyType::Hash)),
        sort: typed(keys, attributes, Some(KeyType::Range)),
    }
}

fn typed(keys: &[KeyElement], attributes: &[KeyAttribute], part: Option<KeyType>) -> Vec<KeyAttribute> {
    let of_part = keys.iter().filter(|(_, type_)| part.is_none_or(|part| *type_ == part));
    let find = |name: &String| attributes.iter().find(|attribute| attribute.name == *name).cloned();
    of_part.map(|(name, _)| find(name).expect("invariant: every key attribute is defined")).collect()
}
