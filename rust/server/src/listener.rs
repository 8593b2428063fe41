//! Accepting connections and handing them to the workers.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::net::TcpListener as AsyncListener;
use tokio::runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use crate::handler::Handler;
use crate::limits::Limits;
use crate::shutdown::Shutdown;
use crate::site::Site;
use crate::worker::Worker;

/// After a failed accept, which means that descriptors or memory ran out: time for some to come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long an event that a request has just scheduled may wait: requests do not wake the sleeper, because they
/// see every event that is due anyway.
const CATCH_UP_PERIOD: Duration = Duration::from_secs(1);
/// Past so many threads the engine's lock is the limit.
const WORKERS_MAX: usize = 32;

/// Serves `handler` over HTTP/1.1 on `listener` until `shutdown` is asked for, then ends the requests in flight and
/// returns. It blocks the calling thread and starts one thread for each core.
///
/// # Errors
/// Where the operating system refuses threads or the listener cannot be used.
///
/// # Panics
/// Never for what a client does.
pub fn serve(
    listener: TcpListener,
    handler: Arc<dyn Handler>,
    limits: &Limits,
    shutdown: Shutdown,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let site = Arc::new(Site::new(handler));
    let count = available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
    let workers = (0..count)
        .map(|index| Worker::start(index, Arc::clone(&site), limits.clone()))
        .collect::<io::Result<Vec<Worker>>>()?;
    let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let outcome = runtime.block_on(async {
        let listener = AsyncListener::from_std(listener)?;
        tokio::select! {
            () = accept(&listener, &workers, limits.connections) => {}
            () = let_time_pass(&site) => {}
            () = shutdown.requested() => {}
        }
        Ok(())
    });
    // The listener is closed; all workers drain at the same time.
    let threads: Vec<_> = workers.into_iter().map(Worker::stop).collect();
    for thread in threads {
        // A panic of a worker's thread was reported on stderr when it happened; the others have still to end.
        let _ = thread.join();
    }
    outcome
}

async fn accept(listener: &AsyncListener, workers: &[Worker], connections_max: usize) {
    let seats = Arc::new(Semaphore::new(connections_max));
    loop {
        let Ok(permit) = Arc::clone(&seats).acquire_owned().await else { return };
        if accept_one(listener, workers, permit).await.is_err() {
            sleep(ACCEPT_PAUSE).await;
        }
    }
}

async fn accept_one(
    listener: &AsyncListener,
    workers: &[Worker],
    permit: OwnedSemaphorePermit,
) -> io::Result<()> {
    let (stream, _) = listener.accept().await?;
    // Replies are written whole, so waiting for more bytes to send could only delay them.
    stream.set_nodelay(true)?;
    // It registers with the worker's own poll.
    let stream = stream.into_std()?;
    if let Some(worker) = workers.iter().min_by_key(|worker| worker.busy()) {
        worker.assign(stream, permit);
    }
    Ok(())
}

/// Events happen at their own time also while no request comes. Never returns.
async fn let_time_pass(site: &Site) {
    loop {
        let wait = site.catch_up().unwrap_or(CATCH_UP_PERIOD);
        sleep(wait.clamp(Duration::from_millis(1), CATCH_UP_PERIOD)).await;
    }
}
