//! Calls of functions that triggers ask for: who waits for them, and who makes them while a virtual clock moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::request::{Operation, Service};
use dynacore::trigger::{Invocation, Outcome};

use super::{Database, guarded};
use crate::clock::Calls;
use crate::pending::Pending;

/// How long a waiter sleeps at most where nothing is to come.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Makes a call and reports what became of it. An error ends the clock's move.
pub type Invoker = dyn Fn(Invocation) -> Result<(), Error> + Send + Sync;

/// Who waits for calls.
#[derive(Default)]
pub(super) struct Waiters {
    news: Condvar,
    count: AtomicUsize,
    /// How many records streams had when waiters were last woken for them.
    seen: AtomicU64,
    stopped: AtomicBool,
    invoker: Mutex<Option<Arc<Invoker>>>,
}

impl Waiters {
    /// Wakes a waiter where an operation may have left it something to do.
    #[inline]
    pub(super) fn follow(&self, operation: &Operation, engine: &Engine) {
        if self.count.load(Ordering::Relaxed) != 0
            && (engine.has_triggers() || operation.service() == Service::CloudWatch)
        {
            self.wake(operation, engine);
        }
    }

    #[cold]
    fn wake(&self, operation: &Operation, engine: &Engine) {
        let records = engine.streamed_records();
        // Alarms call functions too.
        let services = [Service::Lambda, Service::EventBridge, Service::CloudWatch];
        let is_about_triggers = services.contains(&operation.service());
        if self.seen.swap(records, Ordering::Relaxed) != records || is_about_triggers {
            self.news.notify_one();
        }
    }

    fn invoker(&self) -> MutexGuard<'_, Option<Arc<Invoker>>> {
        self.invoker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes a waiter where calls wait.
    pub(super) fn announce(&self, engine: &Engine) {
        if engine.has_invocations() {
            self.news.notify_one();
        }
    }
}

impl Database {
    /// Makes a function known to triggers, by its name or ARN, with its URL where it has one; `false` where the name is
    /// none. See [`Engine::add_function`].
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked before, or the store fails.
    pub fn add_function(&self, name: &str, url: Option<&str>) -> Result<bool, Error> {
        guarded(|| {
            let mut engine = self.engine()?;
            let is_name = engine.add_function(name, url)?;
            let pending = self.pending(&engine);
            drop(engine);
            // What waited for the function goes on.
            self.waiters.news.notify_one();
            pending.map_or(Ok(()), Pending::wait).map(|()| is_name)
        })
    }

    /// Forgets a function; calls of it fail from now on.
    ///
    /// # Errors
    /// As [`Database::add_function`].
    pub fn remove_function(&self, name: &str) -> Result<(), Error> {
        guarded(|| self.engine()?.remove_function(name))
    }

    /// Functions that have a URL and were not made known since the database was opened: name and URL.
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked before.
    pub fn awaited_urls(&self) -> Result<Vec<(String, String)>, Error> {
        self.engine().map(|engine| engine.awaited_urls())
    }

    /// Waits for a call to make, and lets happen meanwhile what is due. What the call tells of is durable. `None` once
    /// waiting was stopped, or where the engine panicked before or the disk failed. Any number of threads may wait.
    #[must_use]
    pub fn wait_for_invocation(&self) -> Option<Invocation> {
        let waiters = &self.waiters;
        let mut engine = self.engine().ok()?;
        while !waiters.stopped.load(Ordering::Acquire) {
            let now = self.clock().now();
            // What a store fails to do here is tried again later.
            let _ = guarded(|| engine.tick(now));
            if let Some(invocation) = engine.take_invocation() {
                waiters.announce(&engine);
                let pending = self.pending(&engine);
                drop(engine);
                return pending.map_or(Ok(()), Pending::wait).ok().map(|()| invocation);
            }
            let wait = engine.next_event_at().map_or(LONGEST_WAIT, |next| next.since(now).min(LONGEST_WAIT));
            waiters.count.fetch_add(1, Ordering::Relaxed);
            let waited = waiters.news.wait_timeout(engine, wait);
            waiters.count.fetch_sub(1, Ordering::Relaxed);
            engine = waited.ok()?.0;
        }
        None
    }

    /// Lets all who wait for calls go, and all who come later.
    pub fn stop_waiting(&self) {
        self.waiters.stopped.store(true, Ordering::Release);
        // With the lock, so that none is between its look and its wait.
        drop(self.engine());
        self.waiters.news.notify_all();
    }

    /// Who makes calls while a virtual clock moves.
    pub fn set_invoker(&self, invoker: Option<Arc<Invoker>>) {
        let earlier = std::mem::replace(&mut *self.waiters.invoker(), invoker);
        // Not under the lock: what it calls may be an object of an interpreter, whose end can run anything.
        drop(earlier);
    }

    /// Takes note of what became of a call, and waits until that is durable: only the call under way is made again
    /// after a crash.
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked, now or before, or the disk failed.
    pub fn settle_invocation(&self, number: u64, outcome: &Outcome) -> Result<(), Error> {
        guarded(|| {
            let mut engine = self.engine()?;
            engine.settle_invocation(number, outcome, self.clock().now())?;
            let pending = self.pending(&engine);
            if self.durability.is_some() {
                engine.checkpoint_if_due()?;
            }
            if self.waiters.count.load(Ordering::Relaxed) != 0 {
                self.waiters.news.notify_one();
            }
            drop(engine);
            pending.map_or(Ok(()), Pending::wait)
        })
    }

    /// Makes the calls that wait, in order, if there is someone to make them.
    pub(super) fn invoke_waiting(&self) -> Result<Calls, Error> {
        let invoker = self.waiters.invoker().clone();
        let mut calls = Calls::default();
        let Some(invoker) = invoker else { return Ok(calls) };
        loop {
            let (next, before, pending) = {
                let mut engine = self.engine()?;
                (engine.take_invocation(), engine.streamed_records(), self.pending(&engine))
            };
            let Some(invocation) = next else { return Ok(calls) };
            pending.map_or(Ok(()), Pending::wait)?;
            invoker(invocation)?;
            calls.made += 1;
            calls.wrote += usize::from(self.engine()?.streamed_records() != before);
        }
    }
}
