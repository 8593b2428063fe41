//! A thread that serves its share of the connections.

use std::convert::Infallible;
use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hyper::service::service_fn;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::runtime;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task;

use crate::connection::{self, Phase, Progress};
use crate::limits::Limits;
use crate::site::Site;

/// Large bodies are read and compressed here, at most so many at once for each worker.
const BLOCKING_THREADS_MAX: usize = 4;
/// Reading recurses into nested values and expressions, whose depth is bounded; this is far more than they need,
/// also in a debug build.
const STACK_BYTES: usize = 8 * 1024 * 1024;
const SWEEP_PERIOD: Duration = Duration::from_secs(1);

/// The owner's end of a worker.
pub(crate) struct Worker {
    connections: UnboundedSender<(TcpStream, Seat)>,
    busy: Arc<AtomicUsize>,
    thread: JoinHandle<()>,
}

/// A connection's place among those that may be open at once.
struct Seat {
    _permit: OwnedSemaphorePermit,
    busy: Arc<AtomicUsize>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Worker {
    /// Starts a thread with a runtime of its own: a connection never moves, so nothing it does needs a wake-up of
    /// another core.
    pub(crate) fn start(index: usize, site: Arc<Site>, limits: Limits) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(BLOCKING_THREADS_MAX)
            .build()?;
        let (connections, incoming) = unbounded_channel();
        let thread = std::thread::Builder::new()
            .name(format!("dynacore-http-{index}"))
            .stack_size(STACK_BYTES)
            .spawn(move || {
                runtime.block_on(run(incoming, site, &limits));
                runtime.shutdown_timeout(limits.drain);
            })?;
        Ok(Self { connections, busy: Arc::default(), thread })
    }

    /// How many connections it has.
    pub(crate) fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    /// Gives it a connection.
    pub(crate) fn assign(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        self.busy.fetch_add(1, Ordering::Relaxed);
        let seat = Seat { _permit: permit, busy: Arc::clone(&self.busy) };
        // A worker that ended by a panic takes nothing; the client sees its connection close.
        let _ = self.connections.send((stream, seat));
    }

    /// Ends it when its requests in flight have ended, or after the limit for that.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        drop(self.connections);
        self.thread
    }
}

struct Open {
    task: task::JoinHandle<()>,
    progress: Arc<Progress>,
}

async fn run(mut incoming: UnboundedReceiver<(TcpStream, Seat)>, site: Arc<Site>, limits: &Limits) {
    let graceful = GracefulShutdown::new();
    let started = Instant::now();
    let seconds = Arc::new(AtomicU32::new(0));
    let mut open: Vec<Open> = Vec::new();
    let mut sweep = tokio::time::interval(SWEEP_PERIOD);
    loop {
        tokio::select! {
            connection = incoming.recv() => match connection {
                Some((stream, seat)) => {
                    let progress = Arc::new(Progress::new(Arc::clone(&seconds)));
                    // A stream that cannot be registered is closed by dropping it.
                    if let Ok(task) = serve_connection(stream, seat, &progress, &site, &graceful) {
                        open.push(Open { task, progress });
                    }
                }
                None => break,
            },
            _ = sweep.tick() => {
                seconds.store(u32::try_from(started.elapsed().as_secs()).unwrap_or(u32::MAX), Ordering::Relaxed);
                close_late(&mut open, limits);
            }
        }
    }
    // What does not end in time is dropped with the runtime.
    let _ = tokio::time::timeout(limits.drain, graceful.shutdown()).await;
}

fn serve_connection(
    stream: TcpStream,
    seat: Seat,
    progress: &Arc<Progress>,
    site: &Arc<Site>,
    graceful: &GracefulShutdown,
) -> io::Result<task::JoinHandle<()>> {
    let stream = tokio::net::TcpStream::from_std(stream)?;
    let (site, watched) = (Arc::clone(site), Arc::clone(progress));
    let service = service_fn(move |request| {
        watched.enter(Phase::Request);
        let (site, watched) = (Arc::clone(&site), Arc::clone(&watched));
        async move {
            let response = site.respond(request).await;
            watched.enter(Phase::Write);
            Ok::<_, Infallible>(response)
        }
    });
    let connection = graceful.watch(connection::http(stream, Arc::clone(progress), service));
    Ok(tokio::spawn(async move {
        // An error here is the client's: it went away or sent no HTTP, and hyper has answered what can be answered.
        let _ = connection.await;
        drop(seat);
    }))
}

/// Ends connections whose client is too slow and forgets those that have ended.
fn close_late(open: &mut Vec<Open>, limits: &Limits) {
    open.retain(|connection| {
        if connection.progress.is_late(limits) {
            connection.task.abort();
        }
        !connection.task.is_finished()
    });
}
