//! Reading the body of a request, never more of it than a request may have.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

/// Why a body could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BodyProblem {
    /// It is longer than allowed.
    TooLarge,
    /// The client stopped in the middle or sent bad chunks.
    Broken,
}

/// Reads a whole body of at most `bytes_max` bytes. One that arrived with its head, as small ones do, is not copied.
///
/// Memory grows with what arrives, not with what `Content-Length` promises.
pub(crate) async fn read(mut body: Incoming, bytes_max: usize) -> Result<Bytes, BodyProblem> {
    if body.size_hint().lower() > bytes_max as u64 {
        discard(&mut body, bytes_max).await;
        return Err(BodyProblem::TooLarge);
    }
    let first = next_data(&mut body).await?.unwrap_or_default();
    if body.is_end_stream() && first.len() <= bytes_max {
        return Ok(first);
    }
    let mut whole = BytesMut::from(first);
    while let Some(data) = next_data(&mut body).await? {
        if whole.len() + data.len() > bytes_max {
            drop(whole);
            discard(&mut body, bytes_max).await;
            return Err(BodyProblem::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

/// The next bytes, or `None` at the end. Trailers carry nothing for us.
async fn next_data(body: &mut Incoming) -> Result<Option<Bytes>, BodyProblem> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Err(_)) => return Err(BodyProblem::Broken),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// Reads on without keeping anything: most clients look for the answer only when they have sent everything, and one
/// whose connection ends before that never sees the 413. Far too long a body is cut off all the same.
async fn discard(body: &mut Incoming, bytes_max: usize) {
    let mut left = bytes_max.saturating_mul(4);
    while let Ok(Some(data)) = next_data(body).await {
        left = left.saturating_sub(data.len());
        if left == 0 {
            return;
        }
    }
}
