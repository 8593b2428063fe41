//! Which entry an item has in an index.

use smallvec::SmallVec;

use crate::error::Error;
use crate::store::Entry;
use crate::table::index::definition::{IndexDefinition, IndexKind};
use crate::table::schema::KeyAttribute;
use crate::value::{
    Encoder, IndexKey, ItemRef, KeyError, PARTITION_KEY_BYTES_MAX, SORT_KEY_BYTES_MAX, Type, ValueRef,
    key_length,
};

/// Where an item that is checked against an index comes from. The texts differ, and an update answers only for what
/// it changed: a value that was there before the index was made is let be.
#[derive(Clone, Copy)]
pub enum Origin<'a> {
    /// A put gave the whole item.
    Put,
    /// An update made it of this one, or of none.
    Update(Option<ItemRef<'a>>),
}

impl IndexDefinition {
    /// The key of the entry that an item has, given the item's table key. None where the item lacks a key attribute or
    /// has one that cannot be a key: indexes are sparse, and an index made later skips what violates it (facts 4.2).
    #[must_use]
    pub fn key_of(&self, item: ItemRef<'_>, table_key: &[u8]) -> Option<IndexKey> {
        let (mut partition_length, mut sort_length) = (0, 0);
        let mut partition = SmallVec::<[ValueRef<'_>; 4]>::new();
        for attribute in &self.keys().partition {
            partition.push(key_value(attribute, item, &mut partition_length)?);
        }
        let mut sort = SmallVec::<[ValueRef<'_>; 4]>::new();
        for attribute in &self.keys().sort {
            sort.push(key_value(attribute, item, &mut sort_length)?);
        }
        if partition_length > PARTITION_KEY_BYTES_MAX || sort_length > SORT_KEY_BYTES_MAX {
            return None;
        }
        let mut key = IndexKey::new(&partition);
        for value in sort {
            key.push(value);
        }
        key.push_table_key(table_key);
        Some(key)
    }

    /// The entry of an item at its key: the projected attributes, copied as they are encoded.
    #[must_use]
    pub fn entry(&self, key: &IndexKey, item: ItemRef<'_>) -> Entry {
        let Some(names) = self.projected() else {
            return Entry::new(key.as_bytes(), item.as_bytes());
        };
        let mut projected = Encoder::item();
        for (name, value) in item.iter() {
            if names.binary_search_by(|each| each.as_str().cmp(name)).is_ok() {
                projected.name(name);
                projected.raw(value);
            }
        }
        Entry::new(key.as_bytes(), projected.finish_item().as_bytes())
    }

    /// The size of an item's entry: the projected attributes with their names (facts 1.3).
    #[must_use]
    pub fn entry_size(&self, item: ItemRef<'_>) -> usize {
        let Some(names) = self.projected() else { return item.size() };
        let size = |name: &String| item.get(name).map_or(0, |value| name.len() + value.size());
        names.iter().map(size).sum()
    }

    /// Whether two items have equal entries, given that their keys are equal. The order of attributes and of the
    /// elements of sets makes no difference, as it makes none to what DynamoDB charges.
    #[must_use]
    pub fn same_entry(&self, left: ItemRef<'_>, right: ItemRef<'_>) -> bool {
        let Some(names) = self.projected() else { return left.equals(&right) };
        names.iter().all(|name| match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) => left.equals(&right),
            (None, None) => true,
            _ => false,
        })
    }

    /// Why DynamoDB refuses to store an item in a table with this index; an absent key attribute is no reason.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check(&self, item: ItemRef<'_>, origin: Origin<'_>) -> Result<(), Error> {
        let keys = self.keys();
        // A local index's partition key is the table's, which was checked as such.
        if self.kind() == IndexKind::Global {
            let length = self.check_attributes(&keys.partition, item, origin)?;
            if length > PARTITION_KEY_BYTES_MAX {
                return Err(Error::Validation(KeyError::PartitionTooLong.to_string()));
            }
        }
        if self.check_attributes(&keys.sort, item, origin)? > SORT_KEY_BYTES_MAX {
            return Err(Error::Validation(KeyError::SortTooLong.to_string()));
        }
        Ok(())
    }

    /// Checks the attributes that `origin` answers for; gives the bytes they have together, or none where `origin`
    /// changed none of them.
    fn check_attributes(
        &self,
        attributes: &[KeyAttribute],
        item: ItemRef<'_>,
        origin: Origin<'_>,
    ) -> Result<usize, Error> {
        let (mut length, mut changed) = (0, false);
        for attribute in attributes {
            let Some(value) = item.get(&attribute.name) else { continue };
            length += key_length(value).unwrap_or(0);
            let before = match origin {
                Origin::Put => None,
                Origin::Update(old) => old.and_then(|old| old.get(&attribute.name)),
            };
            if before.is_some_and(|before| before.equals(&value)) {
                continue;
            }
            changed = true;
            self.check_value(attribute, value, origin)?;
        }
        Ok(if changed { length } else { 0 })
    }

    fn check_value(
        &self,
        attribute: &KeyAttribute,
        value: ValueRef<'_>,
        origin: Origin<'_>,
    ) -> Result<(), Error> {
        let index = self.name();
        if value.type_() != attribute.type_ {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} Actual: {} \
                 IndexName: {index}",
                attribute.name,
                attribute.type_.tag(),
                value.type_().tag()
            )));
        }
        if key_length(value).is_ok_and(|length| length > 0) {
            return Ok(());
        }
        let kind = if value.type_() == Type::B { "binary" } else { "string" };
        Err(Error::Validation(match origin {
            Origin::Put => format!(
                "One or more parameter values are not valid. A value specified for a secondary index key is not \
                 supported. The AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: \
                 {index}, IndexKey: {}",
                attribute.name
            ),
            Origin::Update(_) => format!(
                "One or more parameter values are not valid. The update expression attempted to update a secondary \
                 index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an \
                 empty {kind} value."
            ),
        }))
    }
}

/// The value of a key attribute, where the item has one that can be a key; its bytes are added to `length`.
fn key_value<'a>(attribute: &KeyAttribute, item: ItemRef<'a>, length: &mut usize) -> Option<ValueRef<'a>> {
    let value = item.get(&attribute.name).filter(|value| value.type_() == attribute.type_)?;
    let bytes = key_length(value).ok().filter(|bytes| *bytes > 0)?;
    *length += bytes;
    Some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::index::definition::{IndexKeys, NewIndex, Projection};
    use crate::table::provision::NewLimits;
    use crate::table::schema::KeySchema;
    use crate::value::{Item, Number};

    fn attribute(name: &str, type_: Type) -> KeyAttribute {
        KeyAttribute { name: name.to_owned(), type_ }
    }

    /// An index on `g` and `n` of a table with the key `p`.
    fn index(projection: Projection) -> IndexDefinition {
        let keys =
            IndexKeys { partition: vec![attribute("g", Type::S)], sort: vec![attribute("n", Type::N)] };
        let new = NewIndex {
            name: "i".to_owned(),
            kind: IndexKind::Global,
            keys,
            projection,
            mode: None,
            limits: NewLimits::default(),
        };
        IndexDefinition::new(&new, &KeySchema { partition: attribute("p", Type::S), sort: None })
    }

    fn item(g: Option<&str>, n: Option<i64>, others: &[(&str, &str)]) -> Item {
        let mut item = Encoder::item();
        item.name("p").string("p");
        if let Some(g) = g {
            item.name("g").string(g);
        }
        if let Some(n) = n {
            item.name("n").number(&Number::from_i64(n));
        }
        for (name, value) in others {
            item.name(name).string(value);
        }
        item.finish_item()
    }

    fn projections() -> [Projection; 3] {
        [Projection::All, Projection::KeysOnly, Projection::Include(vec!["a".to_owned()])]
    }

    #[test]
    fn only_an_item_with_all_keys_has_an_entry() {
        let index = index(Projection::KeysOnly);
        let has = |item: Item| index.key_of(item.as_ref(), b"key").is_some();
        assert!(has(item(Some("x"), Some(1), &[])));
        assert!(!has(item(None, Some(1), &[])) && !has(item(Some("x"), None, &[])));
        assert!(!has(item(Some(""), Some(1), &[])), "an empty key");
        assert!(!has(item(Some(&"x".repeat(2_049)), Some(1), &[])), "a key that is too long");
        assert!(!has(item(Some("x"), None, &[("n", "1")])), "a key of another type");
    }

    #[test]
    fn equal_index_keys_differ_by_the_table_key() {
        let index = index(Projection::KeysOnly);
        let item = item(Some("x"), Some(1), &[]);
        let (one, two) =
            (index.key_of(item.as_ref(), b"1").unwrap(), index.key_of(item.as_ref(), b"2").unwrap());
        assert!(one.as_bytes() < two.as_bytes());
    }

    proptest! {
        #[test]
        fn an_entry_has_its_size_and_what_is_projected(
            g in "[a-z]{1,9}", n in any::<i64>(), a in prop::option::of("[a-z]{0,200}"), b in prop::option::of("[a-z]{0,9}"),
        ) {
            let others: Vec<(&str, &str)> =
                [("a", &a), ("b", &b)].into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect();
            let item = item(Some(&g), Some(n), &others);
            for projection in projections() {
                let index = index(projection);
                let key = index.key_of(item.as_ref(), b"key").unwrap();
                let entry = index.entry(&key, item.as_ref());
                let stored = ItemRef::validate(entry.value()).unwrap();
                prop_assert_eq!(stored.size(), index.entry_size(item.as_ref()));
                for (name, value) in item.as_ref().iter() {
                    let found = stored.get(name).map(|found| found.equals(&value));
                    prop_assert_eq!(found, index.projects(name).then_some(true), "{}", name);
                }
                prop_assert!(index.same_entry(item.as_ref(), stored) || index.projected().is_none());
            }
        }
    }
}
