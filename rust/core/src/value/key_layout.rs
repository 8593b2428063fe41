//! Which values stand in the bytes of a key of which the types are known.

use super::key::{split_escaped, split_number, split_plain};
use super::{Corrupted, Type, Value};

const HASH_BYTES: usize = 8;

/// The types of a key's attributes, in the order in which their values stand in its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyLayout {
    partition: Vec<Type>,
    sort: Vec<Type>,
    /// Whether something follows the sort key: the table's key, in an index.
    in_index: bool,
}

impl KeyLayout {
    /// Of a table.
    #[must_use]
    pub fn of_table(partition: Type, sort: Option<Type>) -> Self {
        Self { partition: vec![partition], sort: sort.into_iter().collect(), in_index: false }
    }

    /// Of an index.
    #[must_use]
    pub fn of_index(partition: Vec<Type>, sort: Vec<Type>) -> Self {
        Self { partition, sort, in_index: true }
    }

    /// Whether there is a sort key.
    #[must_use]
    pub fn has_sort_key(&self) -> bool {
        !self.sort.is_empty()
    }

    /// The part of a key that all of its partition have; none where the bytes end before.
    #[must_use]
    pub fn partition_of<'a>(&self, key: &'a [u8]) -> Option<&'a [u8]> {
        let (_, rest) = self.split_partition(key).ok()?;
        Some(&key[..key.len() - rest.len()])
    }

    /// A key up to the end of its sort key; none where there is no sort key, or the bytes end before.
    #[must_use]
    pub fn whole_of<'a>(&self, key: &'a [u8]) -> Option<&'a [u8]> {
        let (_, rest) = self.split_partition(key).ok()?;
        if self.sort.is_empty() || rest.is_empty() {
            return None;
        }
        let (_, rest) = self.split_sort(rest).ok()?;
        Some(&key[..key.len() - rest.len()])
    }

    /// The values of what [`Self::partition_of`] or [`Self::whole_of`] gave.
    ///
    /// # Errors
    /// [`Corrupted`] when they are not the bytes of a key of these types.
    pub fn values(&self, key: &[u8]) -> Result<Vec<Value>, Corrupted> {
        let (mut values, rest) = self.split_partition(key)?;
        if !rest.is_empty() {
            values.extend(self.split_sort(rest)?.0);
        }
        Ok(values)
    }

    fn split_partition<'a>(&self, key: &'a [u8]) -> Result<(Vec<Value>, &'a [u8]), Corrupted> {
        let rest = key.get(HASH_BYTES..).ok_or_else(|| Corrupted::new("a key shorter than its hash"))?;
        split(rest, &self.partition)
    }

    fn split_sort<'a>(&self, bytes: &'a [u8]) -> Result<(Vec<Value>, &'a [u8]), Corrupted> {
        match self.sort[..] {
            [type_] if !self.in_index => split_plain(bytes, type_).map(|(value, rest)| (vec![value], rest)),
            _ => split(bytes, &self.sort),
        }
    }
}

/// Splits values off that each end by themselves.
fn split<'a>(bytes: &'a [u8], types: &[Type]) -> Result<(Vec<Value>, &'a [u8]), Corrupted> {
    let mut values = Vec::with_capacity(types.len());
    let mut rest = bytes;
    for type_ in types {
        let (value, behind) = match type_ {
            Type::N => split_number(rest)?,
            other => split_escaped(rest, *other)?,
        };
        values.push(value);
        rest = behind;
    }
    Ok((values, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{IndexKey, Key, Number};

    fn number(integer: i64) -> Value {
        Value::number(Number::from_i64(integer))
    }

    #[test]
    fn a_tables_key_comes_apart() {
        for sort in [Value::string("x\0y"), number(-15), Value::binary(&[0, 1, 0])] {
            let partition = Value::string("a\0b");
            let key = Key::new(partition.as_ref(), Some(sort.as_ref())).unwrap();
            let layout = KeyLayout::of_table(Type::S, Some(sort.as_ref().type_()));
            assert_eq!(layout.partition_of(key.as_bytes()), Some(key.partition_prefix()));
            assert_eq!(layout.whole_of(key.as_bytes()), Some(key.as_bytes()));
            assert_eq!(layout.whole_of(key.partition_prefix()), None);
            assert_eq!(layout.values(key.partition_prefix()).unwrap(), std::slice::from_ref(&partition));
            assert_eq!(layout.values(key.as_bytes()).unwrap(), [partition, sort]);
        }
    }

    #[test]
    fn an_indexs_key_comes_apart_before_the_tables() {
        let (country, year, name) = (Value::string("DE"), number(2012), Value::binary(b"x"));
        let mut key = IndexKey::new(&[country.as_ref(), year.as_ref()]);
        let layout = KeyLayout::of_index(vec![Type::S, Type::N], vec![Type::B]);
        assert_eq!(layout.partition_of(key.as_bytes()), Some(key.as_bytes()));
        assert_eq!(layout.whole_of(key.as_bytes()), None);
        key.push(name.as_ref());
        let whole = key.as_bytes().to_vec();
        key.push_table_key(b"the table's");
        assert_eq!(layout.whole_of(key.as_bytes()), Some(&whole[..]));
        assert_eq!(layout.values(&whole).unwrap(), [country, year, name]);
    }

    #[test]
    fn what_is_shorter_than_a_partition_has_none() {
        let layout = KeyLayout::of_table(Type::S, None);
        assert_eq!(layout.partition_of(&[]), None);
        assert_eq!(layout.partition_of(&[0; 8]), None);
        assert_eq!(layout.partition_of(b"12345678abc"), None);
    }
}
