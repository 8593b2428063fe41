//! The top-level structs of an object of Ion text, each with an item as its field `Item`.

use std::io::Read as _;

use dynacore::table::LoadItem;
use dynacore::value::{Encoder, Item};

use super::scanner::{Scan, Scanner, Stop, malformed};
use super::value::ValueReader;
use crate::object::Object;
use crate::record::Fault;

/// Bytes that are read at a time, and that one value may have: see `json_lines`.
const CHUNK_BYTES: usize = 1 << 18;
const VALUE_BYTES_MAX: usize = 16 << 20;

/// What binary Ion begins with.
const BINARY_MARK: [u8; 4] = [0xE0, 0x01, 0x00, 0xEA];
const VERSION_MARK: &str = "$ion_1_0";

/// The items of an object of Ion text.
pub(crate) struct IonStructs<'a> {
    object: &'a mut Object,
    buffer: Vec<u8>,
    /// Where the next value begins.
    start: usize,
    whole: bool,
    line: u64,
}

impl<'a> IonStructs<'a> {
    pub(crate) fn new(object: &'a mut Object) -> Self {
        Self { object, buffer: Vec::new(), start: 0, whole: false, line: 1 }
    }

    /// The next item and the line it begins on.
    pub(crate) fn next(&mut self) -> Option<(u64, Result<LoadItem, Fault>)> {
        loop {
            let text = &self.buffer[self.start..];
            if text.starts_with(&BINARY_MARK) {
                let problem = "The object is binary Ion, of which only the text form can be read";
                return Some((self.line, Err(Fault::Object(problem.to_owned()))));
            }
            let mut scanner = Scanner::new(text, self.whole);
            match read_struct(&mut scanner) {
                Ok(None) => return None,
                Ok(Some((begin, item))) => {
                    let end = scanner.at();
                    let line = self.line + newlines(&text[..begin]);
                    self.line += newlines(&text[..end]);
                    self.start += end;
                    let item = item.map(|item| LoadItem { item, condition: None }).map_err(Fault::Item);
                    return Some((line, item));
                }
                Err(Stop::Malformed(problem)) => {
                    let line = self.line + newlines(&text[..scanner.at().min(text.len())]);
                    return Some((line, Err(Fault::Object(problem))));
                }
                Err(Stop::Incomplete) => {
                    if let Err(problem) = self.read_more() {
                        return Some((self.line, Err(Fault::Object(problem))));
                    }
                }
            }
        }
    }

    fn read_more(&mut self) -> Result<(), String> {
        self.buffer.drain(..self.start);
        self.start = 0;
        if self.buffer.len() > VALUE_BYTES_MAX {
            return Err(format!("An Ion value has more than {VALUE_BYTES_MAX} bytes"));
        }
        // Twice as much each time: the value is read again from its beginning.
        let wanted = self.buffer.len().max(CHUNK_BYTES) as u64;
        let read = self.object.by_ref().take(wanted).read_to_end(&mut self.buffer);
        self.whole = read.map_err(|error| error.to_string())? == 0;
        Ok(())
    }
}

fn newlines(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}

type Given = (usize, Result<Item, String>);

/// Reads the next struct: where it begins, and the item in it or why that is not allowed.
fn read_struct(scanner: &mut Scanner<'_>) -> Scan<Option<Given>> {
    loop {
        scanner.skip_space()?;
        let begin = scanner.at();
        match scanner.peek()? {
            None => return Ok(None),
            Some(b'{') => {
                scanner.byte()?;
                return read_item(scanner).map(|item| Some((begin, item)));
            }
            Some(b'$') if scanner.word()? == VERSION_MARK => {}
            Some(_) => return malformed("A value outside of structs stands where an item is expected"),
        }
    }
}

fn read_item(scanner: &mut Scanner<'_>) -> Scan<Result<Item, String>> {
    let mut reader = ValueReader::new(scanner);
    let mut item = None;
    let mut first = true;
    while let Some(name) = reader.field(first)? {
        first = false;
        if name == "Item" {
            reader.scanner.skip_space()?;
            reader.scanner.expect(b'{')?;
            let mut out = Encoder::item();
            reader.fields(&mut out)?;
            item = Some((out.finish_item(), reader.problem.take()));
        } else {
            reader.value(&mut Encoder::value())?;
            reader.problem = None;
        }
    }
    match item {
        None => malformed("The struct has no field Item"),
        Some((_, Some(problem))) => Ok(Err(problem)),
        Some((item, None)) => Ok(Ok(item)),
    }
}
