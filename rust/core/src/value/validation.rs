//! Checking bytes of unknown origin before they are read as an item.

use super::encoder::{SetError, distinct};
use super::layout::{self, CONTAINER_HEADER, CONTAINER_SIZE, ELEMENT_SIZE};
use super::{Corrupted, Number, Type};

/// How many lists and maps may lie inside each other, the outermost being an attribute's value: DynamoDB's 32
/// levels count what lies in the innermost one as well ("Service, account, and table quotas": nested attribute
/// depth; measured: 31 maps around a value are accepted and 32 refused).
pub const NESTING_LEVELS_MAX: usize = 31;

/// Checks that bytes are exactly what an encoder writes for some item.
pub(super) fn check_item(bytes: &[u8]) -> Result<(), Corrupted> {
    let mut reader = Reader { rest: bytes };
    let size = reader.item_size()?;
    let counted = reader.entries(0)?;
    if !reader.rest.is_empty() {
        return Err(Corrupted::new("bytes follow the item"));
    }
    if counted != size {
        return Err(Corrupted::new("the size in the item's header is not its size"));
    }
    Ok(())
}

/// What is left to be checked. Every step gives the DynamoDB size of what it read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Corrupted> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or_else(|| Corrupted::new("the bytes end early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Corrupted> {
        self.take(1).map(|bytes| bytes[0])
    }

    /// A varint of at most 32 bits, with how many bytes it took.
    fn any_varint(&mut self) -> Result<(usize, usize), Corrupted> {
        let mut value = 0_u64;
        for used in 0..5 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << (7 * used);
            if byte < 0x80 {
                let value = u32::try_from(value).map_err(|_| Corrupted::new("a length of 4 GiB or more"))?;
                return Ok((value as usize, used + 1));
            }
        }
        Err(Corrupted::new("a length of more than five bytes"))
    }

    fn varint(&mut self) -> Result<usize, Corrupted> {
        let (value, used) = self.any_varint()?;
        if used > 1 && value >> (7 * (used - 1)) == 0 {
            return Err(Corrupted::new("a length that is not in its shortest form"));
        }
        Ok(value)
    }

    fn item_size(&mut self) -> Result<usize, Corrupted> {
        let (size, used) = self.any_varint()?;
        let shortest = layout::Header::item(size, 0).as_bytes().len() - 1;
        if used == shortest { Ok(size) } else { Err(Corrupted::new("a size that is not in its form")) }
    }

    fn text(&mut self, length: usize) -> Result<usize, Corrupted> {
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| Corrupted::new("a text that is not UTF-8"))?;
        Ok(length)
    }

    /// A count and that many entries; sizes without what a nested map adds.
    fn entries(&mut self, depth: usize) -> Result<usize, Corrupted> {
        let count = self.varint()?;
        // Every entry takes two bytes or more, which bounds what is allocated for a false count.
        if count > self.rest.len() / 2 {
            return Err(Corrupted::new("more entries than bytes"));
        }
        let mut names = Vec::with_capacity(count);
        let mut size = 0;
        for _ in 0..count {
            let length = self.varint()?;
            let name = self.rest;
            size += self.text(length)?;
            names.push(&name[..length]);
            size += self.value(depth)?;
        }
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Corrupted::new("a name that is there twice"));
        }
        Ok(size)
    }

    fn value(&mut self, depth: usize) -> Result<usize, Corrupted> {
        let tag = self.byte()?;
        let type_ =
            layout::type_of(tag).ok_or_else(|| Corrupted::new(format!("the unknown tag {tag:#04x}")))?;
        match (type_, tag) {
            (Type::Null | Type::Bool, _) => Ok(1),
            (Type::N, _) => Ok(Number::from_bytes(self.take(usize::from(tag - layout::NUMBER))?)?.size()),
            (Type::S, layout::LONG_STRING) => {
                let length = self.long_length(layout::SHORT_STRING_MAX)?;
                self.text(length)
            }
            (Type::S, _) => self.text(usize::from(tag - layout::STRING)),
            (Type::B, layout::LONG_BINARY) => {
                let length = self.long_length(layout::SHORT_BINARY_MAX)?;
                Ok(self.take(length)?.len())
            }
            (Type::B, _) => Ok(self.take(usize::from(tag - layout::BINARY))?.len()),
            (Type::L | Type::M, _) => self.document(type_, depth + 1),
            (Type::Ss | Type::Ns | Type::Bs, _) => self.set(type_),
        }
    }

    fn long_length(&mut self, short_max: usize) -> Result<usize, Corrupted> {
        let length = self.varint()?;
        if length > short_max {
            Ok(length)
        } else {
            Err(Corrupted::new("a short value in the form of a long one"))
        }
    }

    /// What a container's length says it holds.
    fn content(&mut self) -> Result<Self, Corrupted> {
        let length: [u8; CONTAINER_HEADER - 1] =
            self.take(CONTAINER_HEADER - 1)?.try_into().expect("invariant: as many bytes as taken");
        Ok(Self { rest: self.take(u32::from_le_bytes(length) as usize)? })
    }

    fn end(&self) -> Result<(), Corrupted> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Corrupted::new("a container's length is not its content's"))
        }
    }

    fn document(&mut self, type_: Type, depth: usize) -> Result<usize, Corrupted> {
        if depth > NESTING_LEVELS_MAX {
            return Err(Corrupted::new("lists and maps inside each other beyond 31 levels"));
        }
        let mut content = self.content()?;
        let mut size = CONTAINER_SIZE;
        if type_ == Type::M {
            let (count, _) = Self { rest: content.rest }.any_varint()?;
            size += content.entries(depth)? + count * ELEMENT_SIZE;
        } else {
            for _ in 0..content.varint()? {
                size += content.value(depth)? + ELEMENT_SIZE;
            }
        }
        content.end()?;
        Ok(size)
    }

    fn set(&mut self, type_: Type) -> Result<usize, Corrupted> {
        let mut content = self.content()?;
        let count = content.varint()?;
        let elements = content.rest;
        let mut size = 0;
        for _ in 0..count {
            let tag = *content.rest.first().ok_or_else(|| Corrupted::new("the bytes end early"))?;
            if layout::type_of(tag) != type_.element() {
                return Err(Corrupted::new("an element that is not of its set's type"));
            }
            size += content.value(NESTING_LEVELS_MAX)?;
        }
        content.end()?;
        distinct(elements, count).map_err(|error| match error {
            SetError::Empty => Corrupted::new("an empty set"),
            SetError::Duplicate => Corrupted::new("a set with an element twice"),
        })?;
        Ok(size)
    }
}
