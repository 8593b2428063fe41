//! An object as it is read: decompressed, and its bytes counted.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

pub use dynacore::table::CompressionType as Compression;

/// Bytes that are read at a time.
const BUFFER_BYTES: usize = 1 << 18;

/// The content of an object.
pub struct Object {
    content: BufReader<Counted>,
    count: Rc<Cell<u64>>,
}

/// Counts what is read through it.
struct Counted {
    inner: Box<dyn Read>,
    count: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

impl Object {
    /// The object of stored bytes.
    #[must_use]
    pub fn new(stored: Box<dyn Read>, compression: Compression) -> Self {
        let stored = BufReader::with_capacity(BUFFER_BYTES, stored);
        let inner: Box<dyn Read> = match compression {
            Compression::None => Box::new(stored),
            Compression::Gzip => Box::new(Inflated { stored: Some(stored), decoder: None }),
            Compression::Zstd => Box::new(Frames { decoder: None, stored: Some(stored) }),
        };
        let count = Rc::new(Cell::new(0));
        let counted = Counted { inner, count: Rc::clone(&count) };
        Self { content: BufReader::with_capacity(BUFFER_BYTES, counted), count }
    }

    /// Bytes that were read, after decompression.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.count.get()
    }
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer)
    }
}

impl BufRead for Object {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.content.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.content.consume(amount);
    }
}

/// Members of gzip, one after the other. An object without any byte has none.
struct Inflated<R: BufRead> {
    stored: Option<R>,
    decoder: Option<MultiGzDecoder<R>>,
}

impl<R: BufRead> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(mut stored) = self.stored.take() {
            if stored.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.decoder = Some(MultiGzDecoder::new(stored));
        }
        let Some(decoder) = &mut self.decoder else { return Ok(0) };
        decoder.read(buffer).map_err(|error| {
            io::Error::new(error.kind(), format!("the object is no whole gzip file: {error}"))
        })
    }
}

type Frame<R> = StreamingDecoder<R, ruzstd::decoding::FrameDecoder>;

/// Frames of Zstandard, one after the other.
struct Frames<R: BufRead> {
    decoder: Option<Frame<R>>,
    stored: Option<R>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |problem: String| {
            let text = format!("the object is no whole Zstandard file: {problem}");
            io::Error::new(io::ErrorKind::InvalidData, text)
        };
        loop {
            if let Some(mut stored) = self.stored.take() {
                if stored.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                let decoder = StreamingDecoder::new(stored).map_err(|error| damaged(error.to_string()))?;
                self.decoder = Some(decoder);
            }
            let Some(decoder) = &mut self.decoder else { return Ok(0) };
            let read = decoder.read(buffer).map_err(|error| damaged(error.to_string()))?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.stored = self.decoder.take().map(StreamingDecoder::into_inner);
        }
    }
}
