//! Building encoded items and values: the one way, used by every door.

mod frame;
mod names;
mod set;

#[cfg(test)]
mod tests;

use smallvec::SmallVec;

use frame::{Frame, Kind};
pub use set::SetError;
pub(super) use set::distinct;

use super::layout::{self, CONTAINER_HEADER, CONTAINER_SIZE, ELEMENT_SIZE, Header};
use super::{AttributeValue, Item, Number, ShortName, ShortValue, Type, Value, ValueRef, short_bytes};

/// Bytes reserved for an item's header: a size below 16 KiB and a count below 128 fit; others move the rest once.
const ITEM_HEADER_RESERVED: usize = 3;
/// Bytes reserved for a container's count.
const COUNT_RESERVED: usize = 1;
/// What a new buffer holds before it grows: most items.
const BUFFER_BYTES: usize = 256;

/// Writes an item or a value into one buffer, and adds up its DynamoDB size on the way.
///
/// Calls come in the order of the data. Calls out of order (a value without a name in a map, an end without its
/// begin) are a bug of the caller and panic. Nesting is not limited here: a door that reads input compares
/// [`Encoder::depth`] with [`NESTING_LEVELS_MAX`](super::NESTING_LEVELS_MAX).
///
/// ```
/// use dynacore::value::{Encoder, Number};
/// let mut encoder = Encoder::item();
/// encoder.name("id").string("a");
/// encoder.name("count").number(&Number::from_i64(7));
/// let item = encoder.finish_item();
/// assert_eq!(item.as_ref().size(), 2 + 1 + 5 + 2);
/// ```
pub struct Encoder {
    buffer: Vec<u8>,
    /// The container that is open now; the item or the value itself when no other is.
    frame: Frame,
    /// The containers around it, the outermost first.
    outer: SmallVec<[Frame; 2]>,
    size: usize,
    /// Where entries begin that a later entry of the same name replaces, those of inner frames last. They are
    /// taken out when their map ends, so that replacing is not quadratic.
    superseded: Vec<usize>,
}

impl Encoder {
    /// Begins an item.
    #[inline]
    #[must_use]
    pub fn item() -> Self {
        Self::item_in(Vec::with_capacity(BUFFER_BYTES))
    }

    /// Begins an item in a buffer to be used again, such as [`Item::into_bytes`] gives; its content is dropped.
    #[inline]
    #[must_use]
    pub fn item_in(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(&[0; ITEM_HEADER_RESERVED]);
        Self::begin(buffer, Kind::Item)
    }

    /// Begins a single value.
    #[must_use]
    pub fn value() -> Self {
        Self::begin(Vec::new(), Kind::Single)
    }

    /// Writes the name of the next attribute or map entry. If the name was there before, the new value replaces
    /// the earlier one, which leaves its place.
    pub fn name(&mut self, name: &str) -> &mut Self {
        let frame = &mut self.frame;
        let entries = &self.buffer[frame.start..];
        if let Some(offset) = frame.names.note(name.as_bytes(), entries, frame.count) {
            self.superseded.push(frame.start + offset);
        }
        self.write_name(name);
        self
    }

    /// Writes the name of the next attribute or map entry, which the caller knows was not there before: a map of the
    /// language it reads has each name once.
    #[inline]
    pub fn distinct_name(&mut self, name: &str) -> &mut Self {
        let frame = &mut self.frame;
        frame.names.pass(name.as_bytes(), &self.buffer[frame.start..]);
        self.write_name(name);
        self
    }

    /// As [`Encoder::distinct_name`] with its value, both ready to be written.
    // A call costs what half of it does, and the compiler makes one where it is used twice.
    #[inline(always)]
    pub fn distinct_short_entry(&mut self, name: &ShortName, value: &ShortValue) {
        let frame = &mut self.frame;
        frame.names.pass(name.as_bytes(), &self.buffer[frame.start..]);
        self.account_name(name.len());
        self.frame.named = false;
        self.size += value.size;
        short_bytes::append_entry(&mut self.buffer, name, value);
    }

    /// As [`Encoder::distinct_name`], of a name that is ready to be written.
    #[inline]
    pub fn distinct_short_name(&mut self, name: &ShortName) -> &mut Self {
        let frame = &mut self.frame;
        frame.names.pass(name.as_bytes(), &self.buffer[frame.start..]);
        self.account_name(name.len());
        name.append_to(&mut self.buffer);
        self
    }

    /// Accounts for a name that is about to be written.
    #[inline]
    fn account_name(&mut self, length: usize) {
        let frame = &mut self.frame;
        assert!(!frame.named, "a name follows a name");
        self.size += length;
        match frame.kind {
            Kind::Item => {}
            Kind::Map => self.size += ELEMENT_SIZE,
            other => panic!("a name in a {other:?}"),
        }
        frame.named = true;
        frame.count += 1;
    }

    #[inline]
    fn write_name(&mut self, name: &str) {
        let name = name.as_bytes();
        self.account_name(name.len());
        if let Ok(length @ ..=0x7F) = u8::try_from(name.len()) {
            short_bytes::append(&mut self.buffer, length, name);
        } else {
            self.buffer.extend_from_slice(Header::new().varint(name.len()).as_bytes());
            self.buffer.extend_from_slice(name);
        }
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        self.before(Type::S);
        self.size += text.len();
        if text.len() <= layout::SHORT_STRING_MAX {
            short_bytes::append(&mut self.buffer, layout::STRING + text.len() as u8, text.as_bytes());
        } else {
            self.buffer.extend_from_slice(Header::string(text.len()).as_bytes());
            self.buffer.extend_from_slice(text.as_bytes());
        }
    }

    /// Writes a number.
    pub fn number(&mut self, number: &Number) {
        self.before(Type::N);
        self.size += number.size();
        number.append_value(&mut self.buffer);
    }

    /// Writes a binary.
    pub fn binary(&mut self, bytes: &[u8]) {
        self.before(Type::B);
        self.size += bytes.len();
        self.buffer.extend_from_slice(Header::binary(bytes.len()).as_bytes());
        self.buffer.extend_from_slice(bytes);
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, flag: bool) {
        self.before(Type::Bool);
        self.size += 1;
        self.buffer.push(if flag { layout::TRUE } else { layout::FALSE });
    }

    /// Writes null.
    pub fn null(&mut self) {
        self.before(Type::Null);
        self.size += 1;
        self.buffer.push(layout::NULL);
    }

    /// Begins a list; its elements follow.
    pub fn begin_list(&mut self) {
        self.begin_container(Type::L, Kind::List, CONTAINER_SIZE);
    }

    /// Ends the list begun last.
    pub fn end_list(&mut self) {
        let frame = self.end_frame(Kind::List);
        self.patch_container(&frame);
    }

    /// Begins a map; its entries follow, each a [`Encoder::name`] and a value.
    pub fn begin_map(&mut self) {
        self.begin_container(Type::M, Kind::Map, CONTAINER_SIZE);
    }

    /// Ends the map begun last.
    pub fn end_map(&mut self) {
        let mut frame = self.end_frame(Kind::Map);
        frame.count -= self.drop_superseded(Kind::Map, frame.superseded_start);
        self.patch_container(&frame);
    }

    /// Begins a set of type SS, NS or BS; its elements follow.
    ///
    /// # Panics
    /// When the type is no set's.
    pub fn begin_set(&mut self, type_: Type) {
        let element = type_.element().expect("a set's type");
        self.begin_container(type_, Kind::Set(element), 0);
    }

    /// Ends the set begun last.
    ///
    /// # Errors
    /// [`SetError`] when it is empty or holds an element twice. The set is ended all the same, but what is
    /// written then is not valid: the caller drops the encoder.
    pub fn end_set(&mut self) -> Result<(), SetError> {
        let frame = self.end_frame(self.frame.kind);
        assert!(matches!(frame.kind, Kind::Set(_)), "the end of a set in a {:?}", frame.kind);
        let checked = distinct(&self.buffer[frame.start..], frame.count);
        self.patch_container(&frame);
        checked
    }

    /// Copies an encoded value.
    pub fn raw(&mut self, value: ValueRef<'_>) {
        self.before(value.type_());
        self.size += value.size();
        self.buffer.extend_from_slice(value.as_bytes());
    }

    /// Writes an owned tree.
    ///
    /// # Panics
    /// When a set in it is empty or holds an element twice.
    pub fn attribute_value(&mut self, value: &AttributeValue) {
        match value {
            AttributeValue::S(text) => self.string(text),
            AttributeValue::N(number) => self.number(number),
            AttributeValue::B(bytes) => self.binary(bytes),
            AttributeValue::Ss(texts) => self.set(Type::Ss, texts, |encoder, text| encoder.string(text)),
            AttributeValue::Ns(numbers) => self.set(Type::Ns, numbers, Self::number),
            AttributeValue::Bs(binaries) => {
                self.set(Type::Bs, binaries, |encoder, bytes| encoder.binary(bytes));
            }
            AttributeValue::L(elements) => {
                self.begin_list();
                for element in elements {
                    self.attribute_value(element);
                }
                self.end_list();
            }
            AttributeValue::M(map) => {
                self.begin_map();
                for (name, value) in map.iter() {
                    self.name(name);
                    self.attribute_value(value);
                }
                self.end_map();
            }
            AttributeValue::Bool(flag) => self.boolean(*flag),
            AttributeValue::Null => self.null(),
        }
    }

    /// How many lists, maps and sets are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.outer.len()
    }

    /// The DynamoDB size of what was written so far; replaced values count until their map ends.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Ends the item.
    #[must_use]
    pub fn finish_item(mut self) -> Item {
        self.frame.check_end(Kind::Item);
        let count = self.frame.count - self.drop_superseded(Kind::Item, 0);
        let header = Header::item(self.size, count);
        replace_reserved(&mut self.buffer, 0, ITEM_HEADER_RESERVED, header.as_bytes());
        Item::from_encoded(self.buffer)
    }

    /// Ends the value.
    #[must_use]
    pub fn finish_value(mut self) -> Value {
        let frame = self.end_frame(Kind::Single);
        assert!(frame.count == 1, "one value was written");
        Value::from_buffer(self.buffer)
    }

    #[inline]
    fn begin(buffer: Vec<u8>, kind: Kind) -> Self {
        let start = buffer.len();
        let frame = Frame::new(kind, start, 0);
        Self { buffer, frame, outer: SmallVec::new(), size: 0, superseded: Vec::new() }
    }

    /// Accounts for a value that is about to be written.
    #[inline]
    fn before(&mut self, type_: Type) {
        let frame = &mut self.frame;
        match frame.kind {
            Kind::Item | Kind::Map => {
                assert!(frame.named, "a value follows a name");
                frame.named = false;
            }
            Kind::List => {
                frame.count += 1;
                self.size += ELEMENT_SIZE;
            }
            Kind::Set(element) => {
                assert!(element == type_, "an element has its set's type");
                frame.count += 1;
            }
            Kind::Single => {
                assert!(frame.count == 0, "one value is written");
                frame.count = 1;
            }
        }
    }

    fn begin_container(&mut self, type_: Type, kind: Kind, size: usize) {
        self.before(type_);
        self.size += size;
        self.buffer.push(layout::container_tag(type_));
        self.buffer.extend_from_slice(&[0; CONTAINER_HEADER - 1 + COUNT_RESERVED]);
        let frame = Frame::new(kind, self.buffer.len(), self.superseded.len());
        self.outer.push(std::mem::replace(&mut self.frame, frame));
    }

    fn end_frame(&mut self, kind: Kind) -> Frame {
        self.frame.check_end(kind);
        let outer = self.outer.pop().unwrap_or_else(|| Frame::new(kind, 0, 0));
        std::mem::replace(&mut self.frame, outer)
    }

    /// Fills in the count and the length of a container that ends with the buffer.
    fn patch_container(&mut self, frame: &Frame) {
        let count_at = frame.start - COUNT_RESERVED;
        let count = Header::new().varint(frame.count);
        replace_reserved(&mut self.buffer, count_at, COUNT_RESERVED, count.as_bytes());
        let length = u32::try_from(self.buffer.len() - count_at).expect("a container is below 4 GiB");
        self.buffer[count_at - (CONTAINER_HEADER - 1)..count_at].copy_from_slice(&length.to_le_bytes());
    }

    /// Takes the superseded entries out of a map that ends with the buffer; gives how many there were.
    #[inline]
    fn drop_superseded(&mut self, kind: Kind, superseded_start: usize) -> usize {
        if self.superseded.len() == superseded_start {
            return 0;
        }
        let dropped = self.superseded.split_off(superseded_start);
        self.cut(kind, dropped)
    }

    /// Takes out the entries of a map that begin at some places.
    #[cold]
    fn cut(&mut self, kind: Kind, mut dropped: Vec<usize>) -> usize {
        dropped.sort_unstable();
        let mut kept_end = dropped[0];
        for (index, start) in dropped.iter().enumerate() {
            let (name, value, rest) = layout::split_entry(&self.buffer[*start..]);
            self.size -= name.len() + ValueRef::new(value).size();
            self.size -= if kind == Kind::Map { ELEMENT_SIZE } else { 0 };
            let kept = self.buffer.len() - rest.len()..*dropped.get(index + 1).unwrap_or(&self.buffer.len());
            let kept_length = kept.len();
            self.buffer.copy_within(kept, kept_end);
            kept_end += kept_length;
        }
        self.buffer.truncate(kept_end);
        dropped.len()
    }

    fn set<E>(&mut self, type_: Type, elements: &[E], write: impl Fn(&mut Self, &E)) {
        self.begin_set(type_);
        for element in elements {
            write(self, element);
        }
        self.end_set().expect("an owned set has elements and none of them twice");
    }
}

/// Puts `bytes` where `reserved` bytes were kept free, moving what follows if they are more.
#[inline]
fn replace_reserved(buffer: &mut Vec<u8>, at: usize, reserved: usize, bytes: &[u8]) {
    let more = bytes.len() - reserved;
    if more > 0 {
        let end = buffer.len();
        buffer.resize(end + more, 0);
        buffer.copy_within(at + reserved..end, at + bytes.len());
    }
    buffer[at..at + bytes.len()].copy_from_slice(bytes);
}
