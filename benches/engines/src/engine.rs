//! The engines, each behind the same few calls.

use std::path::Path;

use dynacore::store::Entry;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use redb::{Durability, ReadableDatabase as _, TableDefinition};

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// It does.
    Commit,
    /// It does not.
    Never,
}

/// Bytes the engines may cache, the same for all.
const CACHE_BYTES: u64 = 256 << 20;

/// An ordered map on disk.
pub trait Engine: Sized {
    /// Whether it takes single commits; sorted tables are only written many items at once.
    const COMMITS: bool = true;

    /// Opens or makes one.
    fn open(path: &Path) -> Self;

    /// Puts entries in one commit. The entries of a load come in ascending order.
    fn commit(&mut self, entries: &[Entry], sync: Sync);

    /// Makes everything durable.
    fn sync(&mut self);

    /// The bytes of the value at a key.
    fn get(&self, key: &[u8]) -> Option<usize>;

    /// Reads up to `count` entries from `key` on, or back from it; their bytes.
    fn scan(&self, key: &[u8], count: usize, backward: bool) -> usize;
}

/// redb: a copy-on-write B-tree in one file.
pub struct Redb(redb::Database);

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("items");

impl Engine for Redb {
    fn open(path: &Path) -> Self {
        std::fs::create_dir_all(path).expect("a directory");
        let mut builder = redb::Builder::new();
        builder.set_cache_size(CACHE_BYTES as usize);
        Self(builder.create(path.join("items.redb")).expect("it opens"))
    }

    fn commit(&mut self, entries: &[Entry], sync: Sync) {
        let mut transaction = self.0.begin_write().expect("a transaction");
        if sync == Sync::Never {
            transaction.set_durability(Durability::None).expect("no savepoints here");
        }
        {
            let mut table = transaction.open_table(TABLE).expect("the table");
            for entry in entries {
                table.insert(entry.key(), entry.value()).expect("it takes items");
            }
        }
        transaction.commit().expect("it commits");
    }

    fn sync(&mut self) {
        self.0.begin_write().expect("a transaction").commit().expect("it commits");
    }

    fn get(&self, key: &[u8]) -> Option<usize> {
        let table = self.0.begin_read().expect("a view").open_table(TABLE).expect("the table");
        table.get(key).expect("it reads").map(|value| value.value().to_vec().len())
    }

    fn scan(&self, key: &[u8], count: usize, backward: bool) -> usize {
        let table = self.0.begin_read().expect("a view").open_table(TABLE).expect("the table");
        let bytes = |item: Result<(redb::AccessGuard<'_, &[u8]>, redb::AccessGuard<'_, &[u8]>), _>| {
            let (key, value) = item.expect("it reads");
            Entry::new(key.value(), value.value()).value().len()
        };
        if backward {
            table.range::<&[u8]>(..=key).expect("a range").rev().take(count).map(bytes).sum()
        } else {
            table.range::<&[u8]>(key..).expect("a range").take(count).map(bytes).sum()
        }
    }
}

/// fjall: a log-structured merge tree with its own journal.
pub struct Fjall {
    database: Database,
    items: Keyspace,
}

impl Engine for Fjall {
    fn open(path: &Path) -> Self {
        let database = Database::builder(path).cache_size(CACHE_BYTES).open().expect("it opens");
        let items = database.keyspace("items", KeyspaceCreateOptions::default).expect("the keyspace");
        Self { database, items }
    }

    fn commit(&mut self, entries: &[Entry], sync: Sync) {
        let mut batch = self.database.batch();
        for entry in entries {
            batch.insert(&self.items, entry.key(), entry.value());
        }
        let mode = if sync == Sync::Commit { PersistMode::SyncData } else { PersistMode::Buffer };
        batch.durability(Some(mode)).commit().expect("it commits");
    }

    fn sync(&mut self) {
        self.database.persist(PersistMode::SyncData).expect("it syncs");
    }

    fn get(&self, key: &[u8]) -> Option<usize> {
        self.items.get(key).expect("it reads").map(|value| value.to_vec().len())
    }

    fn scan(&self, key: &[u8], count: usize, backward: bool) -> usize {
        let bytes = |guard: fjall::Guard| {
            let (key, value) = guard.into_inner().expect("it reads");
            Entry::new(&key, &value).value().len()
        };
        if backward {
            self.items.range(..=key).rev().take(count).map(bytes).sum()
        } else {
            self.items.range(key..).take(count).map(bytes).sum()
        }
    }
}

/// fjall again, past its journal: sorted runs are written as tables, as a log of one's own allows it.
pub struct FjallTables(Fjall);

impl Engine for FjallTables {
    const COMMITS: bool = false;

    fn open(path: &Path) -> Self {
        Self(Fjall::open(path))
    }

    fn commit(&mut self, entries: &[Entry], _sync: Sync) {
        let mut tables = self.0.items.start_ingestion().expect("it starts");
        for entry in entries {
            tables.write(entry.key(), entry.value()).expect("it takes items");
        }
        tables.finish().expect("it finishes");
    }

    fn sync(&mut self) {}

    fn get(&self, key: &[u8]) -> Option<usize> {
        self.0.get(key)
    }

    fn scan(&self, key: &[u8], count: usize, backward: bool) -> usize {
        self.0.scan(key, count, backward)
    }
}
