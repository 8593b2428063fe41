//! Moving a full layer into tables, on a thread of its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use dynacore::store::{Sequence, StoreError};

use crate::directory::{Checkpoint, Directory};
use crate::files::Files;
use crate::layer::Layer;
use crate::log::Log;
use crate::tables::Tables;

/// A layer that takes no more commits.
pub(crate) struct Frozen {
    pub(crate) layer: Arc<Layer>,
    /// The last commit in it.
    pub(crate) sequence: Sequence,
    /// The segments of the log that hold it, which go when it is in the tables.
    pub(crate) segments: std::ops::Range<u64>,
}

enum Task {
    Write(Frozen),
    /// Freeing a layer takes milliseconds, so it happens here too.
    Free(Arc<Layer>),
}

/// The thread that writes tables, and what it has to say.
pub(crate) struct Checkpointer {
    tasks: Option<Sender<Task>>,
    thread: Option<JoinHandle<()>>,
    outcome: Arc<Outcome>,
}

#[derive(Default)]
struct Outcome {
    is_there: AtomicBool,
    written: Mutex<Option<Result<(), StoreError>>>,
}

/// What the thread works with.
struct Worker {
    directory: Arc<Directory>,
    files: Arc<dyn Files>,
    tables: Arc<Tables>,
    log: Arc<Log>,
    outcome: Arc<Outcome>,
}

impl Checkpointer {
    pub(crate) fn start(
        directory: Arc<Directory>,
        files: Arc<dyn Files>,
        tables: Arc<Tables>,
        log: Arc<Log>,
    ) -> std::io::Result<Self> {
        let (tasks, received) = channel();
        let outcome = Arc::<Outcome>::default();
        let worker = Worker { directory, files, tables, log, outcome: Arc::clone(&outcome) };
        let thread = std::thread::Builder::new()
            .name("dynacore-tables".to_owned())
            .spawn(move || worker.run(&received))?;
        Ok(Self { tasks: Some(tasks), thread: Some(thread), outcome })
    }

    /// Lets a layer be written.
    pub(crate) fn write(&self, frozen: Frozen) {
        self.send(Task::Write(frozen));
    }

    /// Frees a layer, if nobody else has it.
    pub(crate) fn free(&self, layer: Arc<Layer>) {
        self.send(Task::Free(layer));
    }

    fn send(&self, task: Task) {
        if let Some(tasks) = &self.tasks {
            // A thread that ended by a panic takes nothing; the log then holds what the tables do not.
            let _ = tasks.send(task);
        }
    }

    /// Whether the layer that was written last is done with.
    pub(crate) fn has_outcome(&self) -> bool {
        self.outcome.is_there.load(Ordering::Acquire)
    }

    /// Whether the layer that was written last is in the tables; says so once.
    pub(crate) fn take_outcome(&self) -> Option<Result<(), StoreError>> {
        if !self.outcome.is_there.swap(false, Ordering::AcqRel) {
            return None;
        }
        self.outcome.written.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until all tasks are done.
    pub(crate) fn finish(&mut self) {
        self.tasks = None;
        if let Some(thread) = self.thread.take() {
            // Its panic was reported where it happened; the log is whole all the same.
            let _ = thread.join();
        }
    }
}

impl Worker {
    fn run(&self, tasks: &Receiver<Task>) {
        while let Ok(task) = tasks.recv() {
            let frozen = match task {
                Task::Free(layer) => {
                    drop(layer);
                    continue;
                }
                Task::Write(frozen) => frozen,
            };
            let written = self.write(&frozen);
            if let Err(failure) = &written {
                self.log.report(failure.clone());
            }
            *self.outcome.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
            self.outcome.is_there.store(true, Ordering::Release);
            self.log.stall(false);
        }
    }

    fn write(&self, frozen: &Frozen) -> Result<(), StoreError> {
        // What the log may still lose must not be in the tables: it could be half of what came after it.
        self.log.flush(frozen.sequence, frozen.segments.end)?;
        self.tables.write(&frozen.layer)?;
        let checkpoint = Checkpoint {
            sequence: frozen.sequence,
            first_segment: frozen.segments.end,
            newest_segment: frozen.segments.end,
        };
        self.directory.write_checkpoint(self.files.as_ref(), &checkpoint)?;
        self.log.forget(frozen.segments.clone());
        Ok(())
    }
}
