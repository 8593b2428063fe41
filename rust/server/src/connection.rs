//! One connection: its stream, and what it is doing, for those who watch it.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http1::{Builder, Connection};
use hyper::service::HttpService;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::limits::{Limits, READ_BUFFER_BYTES};

/// What a connection is waiting for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Phase {
    /// The rest of a request's head.
    Head,
    /// The rest of the body, or the handler.
    Request,
    /// The client, to take the answer.
    Write,
    /// The next request.
    Idle,
}

const PHASES: [Phase; 4] = [Phase::Head, Phase::Request, Phase::Write, Phase::Idle];

/// What a connection is doing and since when. Its worker looks once a second, which costs a request two plain stores
/// where a timer for each request would cost a registration. Only one thread writes; the order does not matter.
pub(crate) struct Progress {
    phase: AtomicU8,
    /// On the worker's clock.
    since_seconds: AtomicU32,
    worker_seconds: Arc<AtomicU32>,
}

impl Progress {
    pub(crate) fn new(worker_seconds: Arc<AtomicU32>) -> Self {
        let since_seconds = AtomicU32::new(worker_seconds.load(Ordering::Relaxed));
        Self { phase: AtomicU8::new(Phase::Head as u8), since_seconds, worker_seconds }
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.since_seconds.store(self.worker_seconds.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    fn phase(&self) -> Phase {
        PHASES[usize::from(self.phase.load(Ordering::Relaxed))]
    }

    /// Whether the client has used up its time.
    pub(crate) fn is_late(&self, limits: &Limits) -> bool {
        let since = self.since_seconds.load(Ordering::Relaxed);
        let waited = self.worker_seconds.load(Ordering::Relaxed).saturating_sub(since);
        let allowed = match self.phase() {
            Phase::Head => limits.head,
            Phase::Request => limits.request,
            Phase::Write => limits.write_stall,
            Phase::Idle => limits.idle,
        };
        Duration::from_secs(waited.into()) > allowed
    }
}

/// A head and a body of so many bytes together are copied side by side: that takes less time than the kernel does to
/// gather them.
const SMALL_ANSWER_BYTES_MAX: usize = 1_024;

/// A stream that notes its progress.
pub(crate) struct WatchedStream {
    stream: TcpStream,
    progress: Arc<Progress>,
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before && self.progress.phase() == Phase::Idle {
            self.progress.enter(Phase::Head);
        }
        outcome
    }
}

impl WatchedStream {
    fn note_written(&self, outcome: &Poll<io::Result<usize>>) {
        if matches!(outcome, Poll::Ready(Ok(1..))) && self.progress.phase() == Phase::Write {
            self.progress.enter(Phase::Write);
        }
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note_written(&outcome);
        outcome
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length: usize = slices.iter().map(|slice| slice.len()).sum();
        let mut answer = [0; SMALL_ANSWER_BYTES_MAX];
        let outcome = match answer.get_mut(..length) {
            Some(answer) => {
                let mut rest = &mut *answer;
                for slice in slices {
                    let (place, after) = rest.split_at_mut(slice.len());
                    place.copy_from_slice(slice);
                    rest = after;
                }
                Pin::new(&mut self.stream).poll_write(context, answer)
            }
            None => Pin::new(&mut self.stream).poll_write_vectored(context, slices),
        };
        self.note_written(&outcome);
        outcome
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when its buffer has been written out, which is when an answer is complete.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.progress.phase() == Phase::Write {
            self.progress.enter(Phase::Idle);
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// HTTP/1.1 on a stream, answered by `service`.
pub(crate) fn http<S>(
    stream: TcpStream,
    progress: Arc<Progress>,
    service: S,
) -> Connection<TokioIo<WatchedStream>, S>
where
    S: HttpService<hyper::body::Incoming, Error = Infallible>,
    S::ResBody: 'static,
    <S::ResBody as hyper::body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut builder = Builder::new();
    // No `pipeline_flush`: it would hold back answers, without a bound, for as long as further requests have arrived.
    builder
        // Watched by the worker, see `Progress`.
        .header_read_timeout(None)
        .max_buf_size(READ_BUFFER_BYTES);
    builder.serve_connection(TokioIo::new(WatchedStream { stream, progress }), service)
}
