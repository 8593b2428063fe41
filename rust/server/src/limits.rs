//! How much of anything one client may use.

use std::time::Duration;

/// The limits of a [`serve`](crate::serve)d address. The sizes are DynamoDB's and fixed; these are the server's own.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections open at once; more wait in the kernel's queue.
    pub connections: usize,
    /// From the first byte of a request's head (or from connecting) to its last.
    pub head: Duration,
    /// From the end of the head to the end of the body and its answer.
    pub request: Duration,
    /// Without a byte taken by a client that an answer is written to.
    pub write_stall: Duration,
    /// Between two requests of a kept connection.
    pub idle: Duration,
    /// For requests in flight to end when the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8_192,
            head: Duration::from_secs(30),
            request: Duration::from_secs(60),
            write_stall: Duration::from_secs(60),
            idle: Duration::from_secs(900),
            drain: Duration::from_secs(3),
        }
    }
}

/// The largest body, compressed or not (facts 14.3, step 1).
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The largest head of a request, request line and headers.
pub(crate) const HEAD_BYTES_MAX: usize = 16 * 1024;
/// A connection's read buffer. It has room for a head that is too large, so that such a request gets DynamoDB's answer.
pub(crate) const READ_BUFFER_BYTES: usize = 32 * 1024;
/// Answers longer than this are compressed for clients that ask for it (facts 14.2).
pub(crate) const PLAIN_ANSWER_BYTES_MAX: usize = 4_096;
/// Work on more bytes than this takes milliseconds, so it leaves the thread that serves other connections.
pub(crate) const INLINE_BYTES_MAX: usize = 128 * 1024;
