//! Compressed bodies, in both directions.
//!
//! What DynamoDB accepts and chooses was measured by ScyllaDB's Alternator tests, which run against AWS.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};

/// A coding of bodies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Coding {
    /// `gzip`.
    Gzip,
    /// `deflate`, which is the zlib format in HTTP (RFC 9110, 8.4.1.2).
    Deflate,
}

/// Why a request's body cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum CodingProblem {
    /// `Content-Encoding` names a coding that DynamoDB does not read.
    Unsupported,
    /// The bytes are not of that coding, or end early.
    Broken,
    /// More bytes come out than a request may have.
    TooLarge,
}

impl Coding {
    /// The coding of a request's body; `None` where it is plain.
    pub(crate) fn of_request(headers: &HeaderMap) -> Result<Option<Self>, CodingProblem> {
        let Some(value) = headers.get(CONTENT_ENCODING) else { return Ok(None) };
        match value.as_bytes().trim_ascii() {
            name if name.eq_ignore_ascii_case(b"gzip") => Ok(Some(Self::Gzip)),
            name if name.eq_ignore_ascii_case(b"deflate") => Ok(Some(Self::Deflate)),
            name if name.is_empty() || name.eq_ignore_ascii_case(b"identity") => Ok(None),
            _ => Err(CodingProblem::Unsupported),
        }
    }

    /// The coding that a client prefers for the answer, if it takes any; DynamoDB looks at the first such header.
    pub(crate) fn preferred(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
        // The last entry about a coding does not override an earlier one; the best counts.
        let mut named: Vec<(Self, f64)> = Vec::new();
        let mut any = 0.0_f64;
        for entry in value.split(',') {
            let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let quality = quality(parameters);
            match name.trim() {
                name if name.eq_ignore_ascii_case("gzip") => named.push((Self::Gzip, quality)),
                name if name.eq_ignore_ascii_case("deflate") => named.push((Self::Deflate, quality)),
                "*" => any = any.max(quality),
                _ => {}
            }
        }
        for coding in [Self::Gzip, Self::Deflate] {
            if !named.iter().any(|(name, _)| *name == coding) {
                named.push((coding, any));
            }
        }
        let better = |best: (Self, f64), next: (Self, f64)| if next.1 > best.1 { next } else { best };
        named.into_iter().reduce(better).filter(|(_, quality)| *quality > 0.0).map(|(coding, _)| coding)
    }

    /// The header that names it.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        })
    }

    /// Compresses, for speed rather than for size: the other end is usually on the same machine.
    pub(crate) fn compress(self, plain: &[u8]) -> Vec<u8> {
        let out = Vec::with_capacity(plain.len() / 4);
        let compressed = match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(out, Compression::fast());
                encoder.write_all(plain).and_then(|()| encoder.finish())
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(out, Compression::fast());
                encoder.write_all(plain).and_then(|()| encoder.finish())
            }
        };
        compressed.expect("invariant: writing to memory does not fail")
    }

    /// Decompresses at most `bytes_max` bytes: what is longer is refused when that many have come out, however much
    /// a small body claims to hold.
    pub(crate) fn decompress(self, compressed: &[u8], bytes_max: usize) -> Result<Vec<u8>, CodingProblem> {
        let mut rest = compressed;
        let plain = match self {
            // Several members one after another are one gzip file.
            Self::Gzip => read_at_most(MultiGzDecoder::new(&mut rest), bytes_max)?,
            Self::Deflate => read_at_most(ZlibDecoder::new(&mut rest), bytes_max)?,
        };
        if compressed.is_empty() || !rest.is_empty() { Err(CodingProblem::Broken) } else { Ok(plain) }
    }
}

fn read_at_most(decoder: impl Read, bytes_max: usize) -> Result<Vec<u8>, CodingProblem> {
    let mut plain = Vec::new();
    let mut limited = decoder.take(bytes_max as u64 + 1);
    limited.read_to_end(&mut plain).map_err(|_| CodingProblem::Broken)?;
    if plain.len() > bytes_max { Err(CodingProblem::TooLarge) } else { Ok(plain) }
}

/// The first `q=` counts, one that is no number or more than 1 counts as 1, and one below 0 as 0.
fn quality(parameters: &str) -> f64 {
    let Some((_, rest)) = parameters.split_once("q=") else { return 1.0 };
    let text = rest.split(';').next().unwrap_or(rest).trim();
    text.parse::<f64>().map_or(1.0, |number| number.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(value: &'static str) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
        Coding::preferred(&headers)
    }

    #[test]
    fn the_choice_is_the_one_measured_on_aws() {
        use Coding::{Deflate, Gzip};
        for none in ["", "identity", "br", "x-gzip", "gzip ;q=0", "*;q=0", "\"gzip\"", "gzip br", "gzip:q=1"]
        {
            assert_eq!(preferred(none), None, "{none}");
        }
        for none in ["gzip;q= 0;q=1", "gzip;nq=0;q=1", "br;q=0.8,identity;q=0.5,*;q=0"] {
            assert_eq!(preferred(none), None, "{none}");
        }
        for gzip in [
            "gzip, deflate",
            "GZIP, identity",
            "dog, gzip ,, cat",
            "*",
            "*, deflate;q=0.5",
            "*;q=0.5,identity",
        ] {
            assert_eq!(preferred(gzip), Some(Gzip), "{gzip}");
        }
        for gzip in
            ["deflate;q=0.5, gzip;q=31", "deflate;q=0.5,gzip;q=0.x", "gzip;q =0;q=1", "gzip;q=0, gzip;q=1"]
        {
            assert_eq!(preferred(gzip), Some(Gzip), "{gzip}");
        }
        for deflate in
            ["br, identity, deflate, gzip", "*, deflate", "*, gzip;q=0.5", "deflate;q=0.5, gzip;q=0.2"]
        {
            assert_eq!(preferred(deflate), Some(Deflate), "{deflate}");
        }
    }

    #[test]
    fn bodies_survive_both_codings() {
        let plain = b"{\"TableName\":\"cars\"}".repeat(1_000);
        for coding in [Coding::Gzip, Coding::Deflate] {
            let compressed = coding.compress(&plain);
            assert!(compressed.len() < plain.len() / 10);
            assert_eq!(coding.decompress(&compressed, plain.len()), Ok(plain.clone()));
            assert_eq!(coding.decompress(&compressed, plain.len() - 1), Err(CodingProblem::TooLarge));
        }
    }

    #[test]
    fn two_gzip_members_are_one_body() {
        let both = [Coding::Gzip.compress(b"{\"a\""), Coding::Gzip.compress(b":1}")].concat();
        assert_eq!(Coding::Gzip.decompress(&both, 100), Ok(b"{\"a\":1}".to_vec()));
    }

    #[test]
    fn bytes_of_another_kind_are_broken() {
        for coding in [Coding::Gzip, Coding::Deflate] {
            let whole = coding.compress(b"some text");
            let cut = &whole[..whole.len() - 1];
            let longer = [whole.as_slice(), b"junk"].concat();
            for broken in [b"".as_slice(), b"{}", cut, &longer] {
                assert_eq!(
                    coding.decompress(broken, 100),
                    Err(CodingProblem::Broken),
                    "{coding:?} {broken:?}"
                );
            }
        }
    }
}
