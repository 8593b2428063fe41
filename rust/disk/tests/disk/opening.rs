//! What opening refuses.

use std::fs;
use std::path::{Path, PathBuf};

use dynacore::store::{Batch, Entry, Read as _, Space, Store as _, Write};
use dynacore_disk::{DiskStore, OpenError, Options};

fn open(path: &Path) -> Result<DiskStore, OpenError> {
    DiskStore::open(path, Options::default(), &mut |_, _| Ok(()))
}

fn refusal(path: &Path) -> OpenError {
    match open(path) {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

fn put(number: u32) -> Batch {
    let entry = Entry::new(&number.to_be_bytes(), &[7; 100]);
    Batch { writes: [Write::put(Space(16), entry)].into_iter().collect() }
}

/// A database with commits in its tables and in its log.
fn filled(path: &Path) {
    let mut store = open(path).unwrap();
    for number in 0..500 {
        store.commit(put(number)).unwrap();
    }
    store.checkpoint();
    while !store.is_settled() {
        std::thread::yield_now();
    }
    for number in 500..600 {
        store.commit(put(number)).unwrap();
    }
    store.close().unwrap();
}

fn intact(path: &Path) -> Result<bool, String> {
    let store = open(path).map_err(|error| error.to_string())?;
    for number in 0..600_u32 {
        let entry = store.get(Space(16), &number.to_be_bytes()).map_err(|error| error.to_string())?;
        if entry.is_none_or(|entry| entry.value() != [7; 100]) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn files_below(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn a_second_opener_is_told_who_has_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    let store = open(&path).unwrap();
    let OpenError::Locked { process, .. } = refusal(&path) else { panic!("locked") };
    assert_eq!(process, Some(std::process::id()));
    drop(store);
    open(&path).unwrap();
}

#[test]
fn a_foreign_directory_and_a_file_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("notes.txt"), "mine").unwrap();
    assert!(matches!(refusal(directory.path()), OpenError::NotADatabase(_)));
    assert!(matches!(refusal(&directory.path().join("notes.txt")), OpenError::NotADatabase(_)));
    assert_eq!(files_below(directory.path()).len(), 1, "nothing was made");
}

#[test]
fn an_unknown_format_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    filled(&path);
    fs::write(path.join("FORMAT"), "dynacore database, format 2\n").unwrap();
    let OpenError::UnknownFormat { format, .. } = refusal(&path) else { panic!("unknown") };
    assert_eq!(format, "2");
    fs::write(path.join("FORMAT"), "dynacore databasf, format 1\n").unwrap();
    assert!(matches!(refusal(&path), OpenError::Corrupted(_)));
}

#[test]
fn a_database_half_made_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    filled(&path);
    fs::remove_file(path.join("FORMAT")).unwrap();
    assert_eq!(intact(&path), Ok(false), "without FORMAT it was never founded");
}

#[test]
fn a_missing_part_is_never_replaced_by_an_empty_one() {
    for part in ["CHECKPOINT", "log", "tables"] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        filled(&path);
        let part = path.join(part);
        if part.is_dir() {
            fs::remove_dir_all(&part).unwrap();
        } else {
            fs::remove_file(&part).unwrap();
        }
        let OpenError::Corrupted(what) = refusal(&path) else { panic!("{}", part.display()) };
        assert!(what.contains(part.file_name().unwrap().to_str().unwrap()), "{what}");
    }
}

#[test]
fn a_missing_file_is_an_error_or_was_not_needed() {
    let directory = tempfile::tempdir().unwrap();
    let original = directory.path().join("original");
    filled(&original);
    for number in 0..files_below(&original).len() {
        let path = directory.path().join("copy");
        copy(&original, &path);
        let removed = files_below(&path).swap_remove(number);
        if removed.ends_with("FORMAT") {
            continue;
        }
        fs::remove_file(&removed).unwrap();
        let outcome = intact(&path);
        assert!(outcome != Ok(false), "{} is missing and nobody noticed", removed.display());
        fs::remove_dir_all(&path).unwrap();
    }
}

#[test]
fn no_flipped_bit_loses_an_item_in_silence() {
    let directory = tempfile::tempdir().unwrap();
    let original = directory.path().join("original");
    filled(&original);
    let mut random = dynacore::random::Random::new(5);
    let mut noticed = 0;
    for round in 0..300 {
        let path = directory.path().join(format!("copy{round}"));
        copy(&original, &path);
        let files = files_below(&path);
        let file = &files[random.below(files.len() as u64) as usize];
        let mut bytes = fs::read(file).unwrap();
        if bytes.is_empty() || file.ends_with("LOCK") {
            continue;
        }
        let place = random.below(bytes.len().min(1 << 16) as u64) as usize;
        bytes[place] ^= 1 << random.below(8);
        fs::write(file, &bytes).unwrap();
        match intact(&path) {
            Ok(true) => {}
            Ok(false) => panic!("byte {place} of {} was changed and nobody noticed", file.display()),
            Err(what) => {
                noticed += 1;
                assert!(what.contains(path.to_str().unwrap()), "the error names the place: {what}");
            }
        }
        fs::remove_dir_all(&path).unwrap();
    }
    assert!(noticed > 50, "{noticed}");
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
