//! The tokens of Ion text. What was read so far may end inside a token; more is read then, and the value read again.

/// Why a value cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// What was read so far ends inside it.
    Incomplete,
    /// It is not Ion, or not of a form that can be an item.
    Malformed(String),
}

pub(super) type Scan<T> = Result<T, Stop>;

pub(super) fn malformed<T>(problem: impl Into<String>) -> Scan<T> {
    Err(Stop::Malformed(problem.into()))
}

/// Reads tokens from the front of a text.
pub(super) struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    /// Whether nothing follows the text.
    whole: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t [u8], whole: bool) -> Self {
        Self { text, at: 0, whole }
    }

    /// How far it has read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The byte `ahead` of the next one; none at the end of the object.
    pub(super) fn peek_at(&self, ahead: usize) -> Scan<Option<u8>> {
        match self.text.get(self.at + ahead) {
            Some(byte) => Ok(Some(*byte)),
            None if self.whole => Ok(None),
            None => Err(Stop::Incomplete),
        }
    }

    pub(super) fn peek(&self) -> Scan<Option<u8>> {
        self.peek_at(0)
    }

    /// The next byte, which has to be there.
    pub(super) fn byte(&mut self) -> Scan<u8> {
        match self.peek()? {
            Some(byte) => {
                self.at += 1;
                Ok(byte)
            }
            None => malformed("The object ends inside an Ion value"),
        }
    }

    /// Passes over a text if it stands next.
    pub(super) fn take(&mut self, text: &str) -> Scan<bool> {
        for (ahead, wanted) in text.bytes().enumerate() {
            if self.peek_at(ahead)? != Some(wanted) {
                return Ok(false);
            }
        }
        self.at += text.len();
        Ok(true)
    }

    /// Passes over what must stand next.
    pub(super) fn expect(&mut self, wanted: u8) -> Scan<()> {
        let found = self.byte()?;
        if found == wanted {
            return Ok(());
        }
        malformed(format!("{:?} stands where {:?} is expected", char::from(found), char::from(wanted)))
    }

    /// Passes over white space and comments.
    pub(super) fn skip_space(&mut self) -> Scan<()> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C) => self.at += 1,
                Some(b'/') => self.skip_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Scan<()> {
        self.at += 1;
        match self.byte()? {
            b'/' => {
                while !matches!(self.peek()?, None | Some(b'\n')) {
                    self.at += 1;
                }
            }
            b'*' => {
                while !self.take("*/")? {
                    self.byte()?;
                }
            }
            _ => return malformed("\"/\" begins no comment"),
        }
        Ok(())
    }

    /// A run of bytes that a name or a number can have.
    pub(super) fn word(&mut self) -> Scan<&'t str> {
        let start = self.at;
        while let Some(byte) = self.peek()? {
            let ends = self.at > start && byte == b':';
            if ends
                || !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'+' | b'-' | b':'))
            {
                break;
            }
            self.at += 1;
        }
        Ok(std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default())
    }

    /// A word with the colons of a time in it.
    pub(super) fn rest_of_time(&mut self) -> Scan<()> {
        while matches!(self.peek()?, Some(b'0'..=b'9' | b':' | b'.' | b'+' | b'-' | b'Z' | b'T')) {
            self.at += 1;
        }
        Ok(())
    }

    /// The text behind an opening quote, up to the same quote.
    pub(super) fn quoted(&mut self, quote: u8) -> Scan<String> {
        let mut bytes = Vec::new();
        loop {
            match self.byte()? {
                byte if byte == quote => return utf8(bytes),
                b'\\' => self.escape(&mut bytes)?,
                b'\n' | b'\r' => return malformed("A line ends inside a quoted text"),
                byte => bytes.push(byte),
            }
        }
    }

    /// The text behind three opening quotes, with the parts that follow it.
    pub(super) fn long_string(&mut self) -> Scan<String> {
        let mut bytes = Vec::new();
        loop {
            while !self.take("'''")? {
                match self.byte()? {
                    b'\\' => self.escape(&mut bytes)?,
                    byte => bytes.push(byte),
                }
            }
            let end = self.at;
            self.skip_space()?;
            if !self.take("'''")? {
                self.at = end;
                return utf8(bytes);
            }
        }
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Scan<()> {
        let plain = match self.byte()? {
            b'0' => 0x00,
            b'a' => 0x07,
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 0x0C,
            b'r' => b'\r',
            b'v' => 0x0B,
            same @ (b'"' | b'\'' | b'?' | b'/' | b'\\') => same,
            // A line that goes on.
            b'\n' => return Ok(()),
            b'x' => return self.code_point(2, bytes),
            b'u' => return self.code_point(4, bytes),
            b'U' => return self.code_point(8, bytes),
            other => return malformed(format!("\\{} is no escape of Ion", char::from(other))),
        };
        bytes.push(plain);
        Ok(())
    }

    fn code_point(&mut self, digits: usize, bytes: &mut Vec<u8>) -> Scan<()> {
        let mut code = self.hexadecimal(digits)?;
        if (0xD800..0xDC00).contains(&code) && self.take("\\u")? {
            let low = self.hexadecimal(4)?;
            if (0xDC00..0xE000).contains(&low) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            }
        }
        let Some(character) = char::from_u32(code) else {
            return malformed(format!("\\u{code:x} is no character"));
        };
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn hexadecimal(&mut self, digits: usize) -> Scan<u32> {
        let mut code = 0u32;
        for _ in 0..digits {
            let Some(digit) = char::from(self.byte()?).to_digit(16) else {
                return malformed("An escape has a digit that is not hexadecimal");
            };
            code = code << 4 | digit;
        }
        Ok(code)
    }
}

fn utf8(bytes: Vec<u8>) -> Scan<String> {
    String::from_utf8(bytes).map_err(|_| Stop::Malformed("A text is no UTF-8".to_owned()))
}
