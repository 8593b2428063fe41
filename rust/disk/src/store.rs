//! The store: layers in memory above tables on disk, with a log beside them.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use dynacore::store::{Batch, Direction, Entry, Found, KeyRange, Read, Sequence, Space, Store, StoreError};

use crate::SyncMode;
use crate::checkpoint::{Checkpointer, Frozen};
use crate::directory::{Checkpoint, Directory, OpenError};
use crate::files::{Files, SystemFiles};
use crate::layer::Layer;
use crate::layers::{FrozenLayer, Layers};
use crate::log::{self, Durability, Log};
use crate::snapshot::{Snapshot, Unreadable};
use crate::tables::Tables;

/// Memory that recent commits may take before they are moved to tables.
const LAYER_BYTES: usize = 32 << 20;
/// Layers' worth of commits at which writers wait for the tables.
const LAYERS_MAX: usize = 4;
/// Segments of the log at which it is worth a checkpoint to have one: each opening begins one.
const SEGMENTS_MAX: u64 = 32;

/// How a database is opened.
#[derive(Clone)]
pub struct Options {
    /// When a write may be acknowledged.
    pub sync: SyncMode,
    /// Bytes that recent commits may take in memory before they are moved to tables.
    pub layer_bytes: usize,
    /// The files of the log.
    pub files: Arc<dyn Files>,
}

impl Default for Options {
    fn default() -> Self {
        Self { sync: SyncMode::Commit, layer_bytes: LAYER_BYTES, files: Arc::new(SystemFiles) }
    }
}

/// A durable [`Store`] in a directory.
///
/// A commit is applied at once and durable when its [`Durability`] says so: the two are apart, so that the engine's
/// lock is not held while the disk works. When the disk fails, commits are refused from then on, with the reason, and
/// reads show what is known to be durable.
///
/// ```
/// use dynacore::store::{Batch, Entry, Read, Space, Store, Write};
/// use dynacore_disk::{DiskStore, Options};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.dynacore");
/// let mut store = DiskStore::open(&path, Options::default(), &mut |_, _| Ok(()))?;
/// let batch = Batch { writes: [Write::put(Space(1), Entry::new(b"key", b"value"))].into_iter().collect() };
/// let sequence = store.commit(batch)?;
/// store.durability().wait(sequence)?;
/// store.close()?;
/// let store = DiskStore::open(&path, Options::default(), &mut |_, _| Ok(()))?;
/// assert_eq!(store.get(Space(1), b"key")?.map(|entry| entry.value().to_vec()), Some(b"value".to_vec()));
/// # Ok(())
/// # }
/// ```
pub struct DiskStore {
    options: Options,
    /// Nothing once it is closed.
    open: Option<Open>,
    log: Arc<Log>,
    sequence: Sequence,
}

/// What an open store has. A `RefCell`, because a read may have to take back what a failure did not let be.
struct Open {
    layers: RefCell<Layers>,
    checkpointer: Checkpointer,
    log_thread: Option<JoinHandle<()>>,
    /// Why a checkpoint failed.
    failure: Option<StoreError>,
    /// The last to go, as the lock goes with it.
    directory: Arc<Directory>,
}

impl DiskStore {
    /// Opens a database, or makes one where the directory is missing or empty. `replay` sees each commit that is only
    /// in the log, with what was there before it, in order.
    ///
    /// # Errors
    /// [`OpenError`], and what `replay` gives.
    pub fn open(
        path: &Path,
        options: Options,
        replay: &mut dyn FnMut(&dyn Read, &Batch) -> Result<(), StoreError>,
    ) -> Result<Self, OpenError> {
        let files = options.files.as_ref();
        let (directory, is_new) = Directory::open(path)?;
        if is_new {
            Tables::create(&directory.tables())?;
            directory.write_checkpoint(
                files,
                &Checkpoint { sequence: Sequence(0), first_segment: 1, newest_segment: 1 },
            )?;
            let first = (1, Sequence(0));
            Log::create(Arc::clone(&options.files), directory.log(), options.sync, first)?.close()?;
            directory.found(files)?;
        }
        let checkpoint = directory.read_checkpoint(files)?;
        let tables = Arc::new(Tables::open(&directory.tables())?);
        let from = (checkpoint.first_segment, checkpoint.sequence);
        let mut layers = Layers::new(tables, from);
        let mut segments = directory.segments()?;
        segments.retain(|number| {
            let needed = *number >= checkpoint.first_segment;
            if !needed {
                // What is in the tables; it goes with the next opening if not now.
                let _ = files.remove(&log::path(&directory.log(), *number));
            }
            needed
        });
        let places = (from, checkpoint.newest_segment);
        let recovered = log::recover(files, &directory.log(), places, &segments, &mut |_, batch| {
            replay(&layers, &batch)?;
            layers.active.apply(batch);
            Ok(())
        })?;
        layers.segment = recovered.next_segment;
        let position = (recovered.next_segment, recovered.last);
        let log = Arc::new(Log::create(Arc::clone(&options.files), directory.log(), options.sync, position)?);
        directory.write_checkpoint(files, &Checkpoint { newest_segment: position.0, ..checkpoint })?;
        let open = Open::start(layers, directory, (&options, &log))?;
        Ok(Self { options, open: Some(open), log, sequence: recovered.last })
    }

    /// What tells when a commit may be acknowledged.
    #[must_use]
    pub fn durability(&self) -> Durability {
        Durability(Arc::clone(&self.log))
    }

    /// Where it is; nothing once it is closed.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.open.as_ref().map(|open| open.directory.path())
    }

    /// Whether no checkpoint is under way.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let Some(open) = &self.open else { return true };
        open.layers.borrow().frozen.is_none() || open.checkpointer.has_outcome()
    }

    fn open_ref(&self) -> Result<&Open, StoreError> {
        self.open.as_ref().ok_or_else(closed)
    }

    /// The layers, of which only what is safe is left once the log has failed.
    fn read<T>(&self, read: impl FnOnce(&Layers) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let open = self.open_ref()?;
        if let Some(failure) = self.log.failure() {
            open.roll_back(&self.log, &self.options, &failure)?;
        }
        let layers = open.layers.borrow();
        match &layers.unreadable {
            Some(error) => Err(error.clone()),
            None => read(&layers),
        }
    }
}

fn closed() -> StoreError {
    StoreError::Failed("the database is closed".to_owned())
}

impl Open {
    fn start(
        layers: Layers,
        directory: Directory,
        (options, log): (&Options, &Arc<Log>),
    ) -> Result<Self, OpenError> {
        let failed =
            |error: std::io::Error| OpenError::Failed(format!("a thread could not be started: {error}"));
        let directory = Arc::new(directory);
        let checkpointer = Checkpointer::start(
            Arc::clone(&directory),
            Arc::clone(&options.files),
            Arc::clone(&layers.tables),
            Arc::clone(log),
        );
        let led = Arc::clone(log);
        let log_thread = std::thread::Builder::new().name("dynacore-log".to_owned()).spawn(move || led.run());
        Ok(Self {
            layers: RefCell::new(layers),
            directory,
            checkpointer: checkpointer.map_err(failed)?,
            log_thread: Some(log_thread.map_err(failed)?),
            failure: None,
        })
    }

    /// After a failure of the log: reads the layers again from what is safe in it.
    fn roll_back(&self, log: &Log, options: &Options, failure: &StoreError) -> Result<(), StoreError> {
        // A scan that is under way when the disk fails holds the layers; what it reads next may not be shown.
        let Ok(mut layers) = self.layers.try_borrow_mut() else { return Err(failure.clone()) };
        if layers.is_rolled_back {
            return Ok(());
        }
        layers.is_rolled_back = true;
        let safe = log.safe();
        let mut from = layers.active_from;
        if let Some(frozen) = layers.frozen.take_if(|frozen| frozen.sequence > safe) {
            from = frozen.from;
        }
        let (mut active, mut reached) = (Layer::default(), from.1);
        let segments: Vec<u64> = (from.0..=layers.segment).collect();
        let recovered = log::recover(
            options.files.as_ref(),
            &self.directory.log(),
            (from, from.0),
            &segments,
            &mut |sequence, batch| {
                if sequence <= safe {
                    active.apply(batch);
                    reached = sequence;
                }
                Ok(())
            },
        );
        if reached < safe {
            let error = recovered.err().unwrap_or_else(|| failure.clone());
            layers.unreadable = Some(error);
        }
        layers.active = active;
        Ok(())
    }
}

impl Read for DiskStore {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.read(|layers| layers.get(space, key))
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        self.read(|layers| layers.find(space, key))
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.read(|layers| layers.scan(space, range, direction, visit))
    }
}

impl Store for DiskStore {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        let open = self.open.as_mut().ok_or_else(closed)?;
        open.adopt_tables();
        if let Some(failure) = &open.failure {
            return Err(failure.clone());
        }
        let sequence = Sequence(self.sequence.0 + 1);
        self.log.push(sequence, batch.clone())?;
        let layers = open.layers.get_mut();
        layers.active.apply(batch);
        if layers.frozen.is_some()
            && layers.active.bytes() > LAYERS_MAX.saturating_mul(self.options.layer_bytes)
        {
            self.log.stall(true);
        }
        self.sequence = sequence;
        Ok(sequence)
    }

    fn sequence(&self) -> Sequence {
        // Also after a failure that took commits back: who made one may be about to ask how far to wait, and waiting
        // tells of the failure.
        self.sequence
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        match self.read(|layers| Ok(Snapshot::of(layers))) {
            Ok(snapshot) => Box::new(snapshot),
            Err(error) => Box::new(Unreadable(error)),
        }
    }

    fn reclaim(&mut self, _entries: usize) -> bool {
        // What is dropped is freed by the thread that writes the tables.
        false
    }

    fn is_durable(&self) -> bool {
        true
    }

    fn checkpoint_due(&self) -> bool {
        let Some(open) = &self.open else { return false };
        let layers = open.layers.borrow();
        let segments = layers.segment - layers.active_from.0;
        self.is_settled()
            && open.failure.is_none()
            && (layers.active.bytes() > self.options.layer_bytes || segments >= SEGMENTS_MAX)
    }

    fn checkpoint(&mut self) {
        let Some(open) = &mut self.open else { return };
        open.adopt_tables();
        let layers = open.layers.get_mut();
        if layers.frozen.is_some() || open.failure.is_some() || self.log.failure().is_some() {
            return;
        }
        self.log.rotate(self.sequence);
        let layer = Arc::new(std::mem::take(&mut layers.active));
        let from = layers.active_from;
        layers.segment += 1;
        layers.active_from = (layers.segment, self.sequence);
        open.checkpointer.write(Frozen {
            layer: Arc::clone(&layer),
            sequence: self.sequence,
            segments: from.0..layers.segment,
        });
        layers.frozen = Some(FrozenLayer { layer, sequence: self.sequence, from });
    }

    fn close(&mut self) -> Result<(), StoreError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.checkpointer.finish();
        let closed = self.log.close();
        if let Some(thread) = open.log_thread.take() {
            // Its panic was reported where it happened.
            let _ = thread.join();
        }
        open.adopt_tables();
        closed.and(open.failure.map_or(Ok(()), Err))
    }
}

impl Drop for DiskStore {
    fn drop(&mut self) {
        // Nobody is left to tell; who wants to know calls `close`.
        let _ = self.close();
    }
}

impl Open {
    /// Reads from the tables what was moved to them.
    fn adopt_tables(&mut self) {
        match self.checkpointer.take_outcome() {
            None => {}
            Some(Ok(())) => {
                if let Some(frozen) = self.layers.get_mut().frozen.take() {
                    self.checkpointer.free(frozen.layer);
                }
            }
            Some(Err(failure)) => self.failure = Some(failure),
        }
    }
}
