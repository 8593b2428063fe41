use proptest::prelude::*;

use super::*;
use crate::store::{Batch, MemoryStore, Store};
use crate::value::{Encoder, Item};

const SPACE: Space = Space(20);

fn item(text: &str) -> Item {
    let mut item = Encoder::item();
    item.name("v").string(text);
    item.finish_item()
}

fn entry(key: &[u8], text: &str) -> Entry {
    Entry::new(key, item(text).as_ref().as_bytes())
}

fn log() -> ChangeLog {
    ChangeLog::new(SPACE, Duration::from_secs(1))
}

fn commit(store: &mut MemoryStore, writes: impl IntoIterator<Item = Write>) {
    store.commit(Batch { writes: writes.into_iter().collect() }).unwrap();
}

proptest! {
    #[test]
    fn a_record_gives_back_what_it_was_made_of(
        key in prop::collection::vec(any::<u8>(), 1..60),
        old in prop::option::of("[a-z]{0,40}"),
        new in prop::option::of("[a-z]{0,40}"),
        nanos in any::<i64>(),
    ) {
        prop_assume!(old.is_some() || new.is_some());
        let (old, new) = (old.map(|text| entry(&key, &text)), new.map(|text| entry(&key, &text)));
        let (mut store, mut log, at) = (MemoryStore::new(), log(), Timestamp::from_nanos(nanos));
        commit(&mut store, [log.record(&key, (old.as_ref(), new.as_ref()), Author::TimeToLive, at)]);
        let [change] = &log.read(&store, 0, 2).unwrap()[..] else { panic!("one record") };
        prop_assert_eq!((change.sequence(), change.at(), change.key()), (1, at, &key[..]));
        prop_assert_eq!(change.author(), Author::TimeToLive);
        prop_assert_eq!(change.old_image().map(|item| item.as_bytes()), old.as_ref().map(Entry::value));
        prop_assert_eq!(change.new_image().map(|item| item.as_bytes()), new.as_ref().map(Entry::value));
    }
}

/// A commit that fails uses a number up. Readers ask for what comes behind the last one they read.
#[test]
fn records_are_read_in_order_across_gaps() {
    let (mut store, mut log) = (MemoryStore::new(), log());
    for number in 1..=600_i64 {
        let new = entry(b"k", &number.to_string());
        let record = log.record(b"k", (None, Some(&new)), Author::Caller, Timestamp::from_seconds(number));
        if number % 3 != 0 {
            commit(&mut store, [record]);
        }
    }
    let sequences = |behind: u64, count: usize| -> Vec<u64> {
        log.read(&store, behind, count).unwrap().iter().map(Change::sequence).collect()
    };
    assert_eq!(sequences(0, 4), [1, 2, 4, 5]);
    assert_eq!(sequences(254, 4), [256, 257, 259, 260]);
    assert_eq!(sequences(600, 4), [0; 0]);
    assert_eq!(log.last(), 600);
}

#[test]
fn cursors_are_no_records() {
    let (mut store, mut log) = (MemoryStore::new(), log());
    let new = entry(b"k", "v");
    let record = log.record(b"k", (None, Some(&new)), Author::Caller, Timestamp::from_seconds(1));
    commit(&mut store, [record, log.cursor(Space(21), 7), log.cursor(Space(22), 9)]);
    assert_eq!(log.read(&store, 0, 9).unwrap().len(), 1);
    commit(&mut store, [log.trim(1), log.forget_cursor(Space(21)), log.forget_cursor(Space(22))]);
    assert_eq!(store.count(SPACE), 0);
}

#[test]
fn bytes_that_are_no_record_are_corrupted() {
    let mut log = log();
    let new = entry(b"k", "v");
    let images = (Some(&new), Some(&new));
    let Write::Put(_, record, _) = log.record(b"k", images, Author::Caller, Timestamp::from_seconds(1))
    else {
        panic!("a record is put");
    };
    let head = crate::table::changes::change::HEAD_BYTES + 1 + new.value().len();
    for length in 0..head {
        let mut store = MemoryStore::new();
        commit(&mut store, [Write::put(SPACE, Entry::new(record.key(), &record.value()[..length]))]);
        let read = log.read(&store, 0, 1).map(|changes| changes.len());
        assert!(matches!(read, Err(StoreError::Corrupted(_))), "{length} bytes: {read:?}");
    }
}
