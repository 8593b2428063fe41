//! Writing the log: one leader at a time writes for all who wait.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use dynacore::store::{Batch, Sequence, StoreError, Write};

use super::record;
use super::segment::{self, Segment};
use crate::SyncMode;
use crate::files::Files;

/// How long an acknowledged write may stay in memory with [`SyncMode::Interval`], the time of the fsync itself apart.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);
/// Queued bytes at which the log is written before its interval is over.
const QUEUED_BYTES_EARLY: usize = 8 << 20;
/// Queued bytes at which writers wait for the disk, whatever they were promised.
const QUEUED_BYTES_MAX: usize = 64 << 20;

/// The log of an open database.
pub(crate) struct Log {
    files: Arc<dyn Files>,
    directory: PathBuf,
    sync: SyncMode,
    state: Mutex<State>,
    /// Something is durable, has failed, or can be led.
    changed: Condvar,
    /// There is work for the log's own thread.
    wanted: Condvar,
    /// Repeats the state's, to be read without its lock.
    durable: AtomicU64,
    failed: AtomicBool,
    /// Whether anything of the database failed, and what failed beside the log.
    is_unhealthy: AtomicBool,
    reported: Mutex<Option<StoreError>>,
    /// Whether writers wait for the disk although they were not promised that it has their commits.
    is_full: AtomicBool,
    /// Held by the leader alone.
    writer: Mutex<Writer>,
}

#[derive(Default)]
struct State {
    queue: Vec<Queued>,
    queued_bytes: usize,
    /// Whether somebody writes what was queued before.
    is_led: bool,
    durable: Sequence,
    /// The last commit that the operating system has.
    written: Sequence,
    /// The segment that is written.
    segment: u64,
    failure: Option<StoreError>,
    wakers: Vec<(Sequence, Waker)>,
    /// Whether writers wait for a checkpoint, because memory must not fill.
    is_stalled: bool,
    is_closing: bool,
}

enum Queued {
    Commit(Sequence, Batch),
    /// The commits behind this one go to a new segment.
    Rotate(Sequence),
}

struct Writer {
    segment: Segment,
    last: Sequence,
    buffer: Vec<u8>,
}

impl Log {
    /// A log that goes on behind the commit `last` in a new segment.
    pub(crate) fn create(
        files: Arc<dyn Files>,
        directory: PathBuf,
        sync: SyncMode,
        (number, last): (u64, Sequence),
    ) -> Result<Self, StoreError> {
        let segment = Segment::create(files.as_ref(), &directory, number, last)
            .map_err(|error| failed(&directory, number, &error))?;
        Ok(Self {
            files,
            directory,
            sync,
            state: Mutex::new(State { durable: last, written: last, segment: number, ..State::default() }),
            changed: Condvar::new(),
            wanted: Condvar::new(),
            durable: AtomicU64::new(last.0),
            failed: AtomicBool::new(false),
            is_unhealthy: AtomicBool::new(false),
            reported: Mutex::new(None),
            is_full: AtomicBool::new(false),
            writer: Mutex::new(Writer { segment, last, buffer: Vec::new() }),
        })
    }

    /// Takes over a commit. It is durable when [`Log::wait`] says so.
    ///
    /// # Errors
    /// The failure that ended the log: a commit is refused then.
    pub(crate) fn push(&self, sequence: Sequence, batch: Batch) -> Result<(), StoreError> {
        let bytes: usize = batch.writes.iter().map(size).sum();
        let mut state = self.state();
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        if state.is_closing {
            return Err(StoreError::Failed("the database is closed".to_owned()));
        }
        let early = state.queued_bytes < QUEUED_BYTES_EARLY;
        state.queue.push(Queued::Commit(sequence, batch));
        state.queued_bytes += bytes;
        let wanted = early && state.queued_bytes >= QUEUED_BYTES_EARLY;
        if state.queued_bytes >= QUEUED_BYTES_MAX {
            self.is_full.store(true, Ordering::Relaxed);
        }
        drop(state);
        if wanted {
            self.wanted.notify_one();
        }
        Ok(())
    }

    /// Begins a new segment behind what was pushed so far.
    pub(crate) fn rotate(&self, last: Sequence) {
        self.state().queue.push(Queued::Rotate(last));
    }

    /// Removes segments whose commits are in the tables. One that stays is removed when the database is opened.
    pub(crate) fn forget(&self, segments: std::ops::Range<u64>) {
        for number in segments {
            let _ = self.files.remove(&segment::path(&self.directory, number));
        }
    }

    /// Why the log takes no more commits.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        if !self.failed.load(Ordering::Acquire) {
            return None;
        }
        self.state().failure.clone()
    }

    /// Something beside the log has failed. What is queued is written all the same.
    pub(crate) fn report(&self, failure: StoreError) {
        self.reported.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
        self.is_unhealthy.store(true, Ordering::Release);
    }

    /// The first failure, of the log or beside it.
    fn problem(&self) -> Option<StoreError> {
        if !self.is_unhealthy.load(Ordering::Acquire) {
            return None;
        }
        self.failure().or_else(|| self.reported.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// The last commit that is safe as the mode has it: what may be shown after a failure.
    pub(crate) fn safe(&self) -> Sequence {
        let state = self.state();
        if self.sync == SyncMode::Never { state.written } else { state.durable }
    }

    /// Lets writers wait, or go on.
    pub(crate) fn stall(&self, is_stalled: bool) {
        let mut state = self.state();
        if state.is_stalled != is_stalled {
            state.is_stalled = is_stalled;
            self.is_full.store(is_stalled || state.queued_bytes >= QUEUED_BYTES_MAX, Ordering::Relaxed);
            self.wake(&mut state);
        }
    }

    /// The last durable commit.
    pub(crate) fn durable(&self) -> Sequence {
        Sequence(self.durable.load(Ordering::Acquire))
    }

    /// Waits until a commit may be acknowledged.
    fn wait(&self, sequence: Sequence) -> Result<(), StoreError> {
        let mut state = self.state();
        loop {
            if let Some(outcome) = self.outcome(&state, sequence) {
                return outcome;
            }
            state = self.lead_or_wait(state);
        }
    }

    fn outcome(&self, state: &State, sequence: Sequence) -> Option<Result<(), StoreError>> {
        let acknowledged = match self.sync {
            SyncMode::Commit => state.durable >= sequence,
            SyncMode::Interval | SyncMode::Never => state.queued_bytes < QUEUED_BYTES_MAX,
        };
        if acknowledged && !state.is_stalled {
            return Some(Ok(()));
        }
        state.failure.clone().map(Err)
    }

    /// Makes a commit and all before it durable, whatever the mode, and lets a segment be there.
    pub(crate) fn flush(&self, sequence: Sequence, segment: u64) -> Result<(), StoreError> {
        let mut state = self.state();
        while state.durable < sequence || state.segment < segment {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            state = if state.is_led {
                self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.lead(state, true)
            };
        }
        Ok(())
    }

    fn poll(&self, sequence: Sequence, context: &mut Context<'_>) -> Poll<Result<(), StoreError>> {
        let mut state = self.state();
        if let Some(outcome) = self.outcome(&state, sequence) {
            return Poll::Ready(outcome);
        }
        state.wakers.push((sequence, context.waker().clone()));
        drop(state);
        self.wanted.notify_one();
        Poll::Pending
    }

    fn lead_or_wait<'a>(&'a self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        if state.is_led || state.queue.is_empty() {
            return self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.lead(state, self.sync != SyncMode::Never)
    }

    /// Writes all that is queued, for everybody.
    fn lead<'a>(&'a self, mut state: MutexGuard<'a, State>, sync: bool) -> MutexGuard<'a, State> {
        state.is_led = true;
        let queue = std::mem::take(&mut state.queue);
        state.queued_bytes = 0;
        let durable = state.durable;
        drop(state);
        let outcome = self.write(queue, durable, sync);
        let mut state = self.state();
        state.is_led = false;
        match outcome {
            Ok((last, segment)) => {
                state.written = last;
                state.segment = segment;
                if sync {
                    state.durable = last;
                    self.durable.store(last.0, Ordering::Release);
                }
            }
            Err(failure) => {
                state.failure.get_or_insert(failure);
                self.failed.store(true, Ordering::Release);
                self.is_unhealthy.store(true, Ordering::Release);
            }
        }
        self.is_full.store(state.queued_bytes >= QUEUED_BYTES_MAX || state.is_stalled, Ordering::Relaxed);
        self.wake(&mut state);
        state
    }

    fn wake(&self, state: &mut State) {
        let mut waiting = std::mem::take(&mut state.wakers);
        waiting.retain(|(sequence, waker)| {
            let waits = self.outcome(state, *sequence).is_none();
            if !waits {
                waker.wake_by_ref();
            }
            waits
        });
        state.wakers = waiting;
        self.changed.notify_all();
    }

    /// Appends commits; says which is the last one, and in which segment it ends.
    fn write(
        &self,
        queue: Vec<Queued>,
        durable: Sequence,
        sync: bool,
    ) -> Result<(Sequence, u64), StoreError> {
        let mut writer = self.writer();
        let number = writer.segment.number;
        let outcome = writer.write(queue, durable, |number, base| {
            Segment::create(self.files.as_ref(), &self.directory, number, base)
        });
        outcome
            .and_then(|()| if sync { writer.segment.sync() } else { Ok(()) })
            .map(|()| (writer.last, writer.segment.number))
            .map_err(|error| failed(&self.directory, number, &error))
    }

    /// What the log's own thread does until the database is closed: it leads where nobody else does.
    pub(crate) fn run(&self) {
        let mut state = self.state();
        while !state.is_closing && state.failure.is_none() {
            let asked = state.wakers.iter().any(|(sequence, _)| *sequence > state.durable);
            let early = state.queued_bytes >= QUEUED_BYTES_EARLY;
            if !state.is_led && (early || (asked && self.sync == SyncMode::Commit)) {
                state = self.lead(state, self.sync != SyncMode::Never);
                continue;
            }
            if self.sync == SyncMode::Commit {
                // Who leads wakes whom it served; the others may need a leader then.
                let condition = if state.is_led { &self.changed } else { &self.wanted };
                state = condition.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (next, waited) =
                self.wanted.wait_timeout(state, INTERVAL).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if waited.timed_out() && !state.is_led && !state.queue.is_empty() {
                state = self.lead(state, self.sync != SyncMode::Never);
            }
        }
    }

    /// Writes what is queued and a record that says that this was all. No commit is taken any more.
    ///
    /// # Errors
    /// The failure that ended the log, now or before.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.is_closing {
            return Ok(());
        }
        state.is_closing = true;
        while state.is_led {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.wanted.notify_all();
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        state = self.lead(state, true);
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        drop(state);
        let mut writer = self.writer();
        let number = writer.segment.number;
        writer.finish().map_err(|error| failed(&self.directory, number, &error))
    }

    /// The state is whole between any two of its changes.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    fn write(
        &mut self,
        queue: Vec<Queued>,
        durable: Sequence,
        create: impl Fn(u64, Sequence) -> io::Result<Segment>,
    ) -> io::Result<()> {
        self.buffer.clear();
        for queued in queue {
            match queued {
                Queued::Commit(sequence, batch) => {
                    record::encode(&mut self.buffer, self.segment.number, (sequence, durable), &batch);
                    self.last = sequence;
                }
                Queued::Rotate(base) => {
                    self.append()?;
                    self.segment.finish()?;
                    self.segment = create(self.segment.number + 1, base)?;
                }
            }
        }
        self.append()
    }

    fn append(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.segment.append(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.buffer.clear();
        record::encode_closed(&mut self.buffer, self.segment.number, self.last);
        self.append()?;
        self.segment.finish()
    }
}

fn size(write: &Write) -> usize {
    match write {
        Write::Put(_, entry, _) => entry.key().len() + entry.value().len(),
        Write::Delete(_, key) => key.len(),
        Write::Clear(_) => 0,
    }
}

fn failed(directory: &std::path::Path, number: u64, error: &io::Error) -> StoreError {
    StoreError::Failed(format!("{}: {error}", segment::path(directory, number).display()))
}

/// Tells when a commit may be acknowledged: outside of every lock, so that the writers behind it go on.
#[derive(Clone)]
pub struct Durability(pub(crate) Arc<Log>);

impl Durability {
    /// Whether [`Durability::wait`] would return at once.
    #[must_use]
    pub fn is_reached(&self, sequence: Sequence) -> bool {
        match self.0.sync {
            SyncMode::Commit => self.0.durable() >= sequence,
            SyncMode::Interval | SyncMode::Never => !self.0.is_full.load(Ordering::Relaxed),
        }
    }

    /// Why no commit is taken any more; the first reason. Costs next to nothing while there is none.
    #[must_use]
    pub fn failure(&self) -> Option<StoreError> {
        self.0.problem()
    }

    /// Waits until a commit and all before it may be acknowledged: with [`SyncMode::Commit`] until they are durable.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when that will not be.
    pub fn wait(&self, sequence: Sequence) -> Result<(), StoreError> {
        self.0.wait(sequence)
    }

    /// As [`Durability::wait`], for a task.
    pub fn poll(&self, sequence: Sequence, context: &mut Context<'_>) -> Poll<Result<(), StoreError>> {
        self.0.poll(sequence, context)
    }
}
