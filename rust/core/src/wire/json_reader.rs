//! Reading a request from JSON bytes without building a tree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use crate::error::Error;
use crate::wire::reader::{Kind, Reader, collection_mismatch, scalar_mismatch};

/// A [`Reader`] over a JSON body. Strings without escapes are read in place.
pub struct JsonReader<'j> {
    data: &'j [u8],
    jiter: Jiter<'j>,
    /// A structure was entered and its first key is still unread: jiter gives that key with the opening brace.
    at_object_start: bool,
    /// A list was entered: whether it has a first element.
    array_start: Option<bool>,
    /// Decoded base64.
    binary: Vec<u8>,
}

impl<'j> JsonReader<'j> {
    /// A reader at the start of `data`.
    #[must_use]
    pub fn new(data: &'j [u8]) -> Self {
        Self { data, jiter: Jiter::new(data), at_object_start: false, array_start: None, binary: Vec::new() }
    }

    /// Checks that nothing but white space follows the value that was read.
    ///
    /// # Errors
    /// `SerializationException` on trailing data.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.jiter.finish().map_err(malformed)
    }

    fn peek(&mut self) -> Result<Peek, Error> {
        self.jiter.peek().map_err(malformed)
    }

    fn number_kind(&self) -> Kind {
        let rest = &self.data[self.jiter.current_index()..];
        let decimal = rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'))
            .any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        if decimal { Kind::Decimal } else { Kind::Integer }
    }

    fn scalar_error(&mut self, error: JiterError, wanted: &'static str) -> Error {
        match error.error_type {
            JiterErrorType::WrongType { .. } => match self.kind() {
                Ok(kind) => scalar_mismatch(kind, wanted),
                Err(error) => error,
            },
            JiterErrorType::JsonError(_) => malformed(error),
        }
    }
}

/// Text that is no JSON: AWS sends this exception without a message.
fn malformed(JiterError { error_type, .. }: JiterError) -> Error {
    match error_type {
        JiterErrorType::JsonError(JsonErrorType::RecursionLimitExceeded) => {
            Error::serialization("The request is nested too deeply")
        }
        _ => Error::malformed(),
    }
}

impl Reader for JsonReader<'_> {
    fn kind(&mut self) -> Result<Kind, Error> {
        Ok(match self.peek()? {
            Peek::Null => Kind::Null,
            Peek::True => Kind::Boolean(true),
            Peek::False => Kind::Boolean(false),
            Peek::String => Kind::String,
            Peek::Array => Kind::Array,
            Peek::Object => Kind::Object,
            peek if peek.is_num() => self.number_kind(),
            _ => return Err(Error::malformed()),
        })
    }

    fn take_null(&mut self) -> Result<bool, Error> {
        let null = self.peek()? == Peek::Null;
        if null {
            self.jiter.known_null().map_err(malformed)?;
        }
        Ok(null)
    }

    fn boolean(&mut self) -> Result<bool, Error> {
        match self.jiter.next_bool() {
            Ok(value) => Ok(value),
            Err(error) => Err(self.scalar_error(error, "Boolean")),
        }
    }

    fn integer(&mut self, type_name: &'static str) -> Result<i64, Error> {
        match self.jiter.next_number_bytes() {
            Ok(digits) => {
                let text = std::str::from_utf8(digits).unwrap_or_default();
                let whole = text.parse::<i64>();
                // `as` cuts the fraction off and saturates, which is what a number beyond Long becomes here;
                // constraints refuse it then.
                Ok(whole.unwrap_or_else(|_| text.parse::<f64>().unwrap_or(0.0) as i64))
            }
            Err(error) => Err(self.scalar_error(error, type_name)),
        }
    }

    fn double(&mut self) -> Result<f64, Error> {
        match self.jiter.next_float() {
            Ok(value) => Ok(value),
            Err(error) => Err(self.scalar_error(error, "Double")),
        }
    }

    fn string(&mut self) -> Result<&str, Error> {
        match self.peek()? {
            Peek::String => self.jiter.known_str().map_err(malformed),
            _ => Err(scalar_mismatch(self.kind()?, "String")),
        }
    }

    fn binary(&mut self) -> Result<&[u8], Error> {
        if self.peek()? != Peek::String {
            return Err(match self.kind()? {
                Kind::Array => Error::serialization("Unrecognized collection type class java.nio.ByteBuffer"),
                Kind::Object => Error::serialization("Start of structure or map found where not expected"),
                _ => Error::serialization("only base-64-encoded strings are convertible to bytes"),
            });
        }
        let text = self.jiter.known_str().map_err(malformed)?;
        if text.len() % 4 != 0 {
            return Err(Error::Serialization(format!(
                "Base64 encoded length is expected a multiple of 4 bytes but found: {}",
                text.len()
            )));
        }
        self.binary.clear();
        STANDARD
            .decode_vec(text, &mut self.binary)
            .map_err(|_| Error::serialization("Invalid last non-pad Base64 character dectected"))?;
        Ok(&self.binary)
    }

    fn begin_object(&mut self, type_name: &'static str) -> Result<(), Error> {
        if self.peek()? != Peek::Object {
            return Err(collection_mismatch(self.kind()?, type_name));
        }
        self.at_object_start = true;
        Ok(())
    }

    fn next_key(&mut self) -> Result<Option<&str>, Error> {
        let first = std::mem::take(&mut self.at_object_start);
        let key = if first { self.jiter.known_object() } else { self.jiter.next_key() };
        key.map_err(malformed)
    }

    fn begin_array(&mut self) -> Result<(), Error> {
        if self.peek()? != Peek::Array {
            return Err(collection_mismatch(self.kind()?, "java.util.List"));
        }
        self.array_start = Some(self.jiter.known_array().map_err(malformed)?.is_some());
        Ok(())
    }

    fn next_element(&mut self) -> Result<bool, Error> {
        match self.array_start.take() {
            Some(any) => Ok(any),
            None => Ok(self.jiter.array_step().map_err(malformed)?.is_some()),
        }
    }

    fn skip(&mut self) -> Result<(), Error> {
        self.jiter.next_skip().map_err(malformed)
    }
}
