//! Asking a server to stop.

use std::io;

use tokio::sync::watch;

/// The handle that asks. Dropping it asks too: a server that nobody can stop any more has lost its owner.
pub struct Stop(watch::Sender<bool>);

/// The server's end.
#[derive(Clone)]
pub struct Shutdown(watch::Receiver<bool>);

/// A connected pair.
#[must_use]
pub fn shutdown() -> (Stop, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Stop(sender), Shutdown(receiver))
}

impl Stop {
    /// Asks the server to stop. Returns at once; [`serve`](crate::serve) returns when it has.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Shutdown {
    pub(crate) async fn requested(mut self) {
        // The error says that the handle was dropped.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// Asks to stop when the process is told to end: SIGTERM or SIGINT (Ctrl-C). From the return of this function on,
/// these signals do nothing else. Starts one thread, which ends with the process.
///
/// # Errors
/// Where the operating system refuses the handlers or the thread.
pub fn stop_on_signals(stop: Stop) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let signals = {
        let _context = runtime.enter();
        Signals::register()?
    };
    let wait = move || {
        runtime.block_on(signals.first());
        stop.stop();
    };
    std::thread::Builder::new().name("dynacore-signals".to_owned()).spawn(wait).map(drop)
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn register() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn first(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn register() -> io::Result<Self> {
        Ok(Self)
    }

    async fn first(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
