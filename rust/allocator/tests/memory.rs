//! How the system holds the memory of a process that has much of it and lets it go again.
#![cfg(target_os = "linux")]

use std::fs;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: dynacore_allocator::Allocator = dynacore_allocator::Allocator;

const PIECES: usize = 100_000;
const PIECE_BYTES: usize = 1_000;
const MEGABYTE: usize = 1 << 20;

#[test]
fn much_memory_is_huge_and_goes_back_when_it_is_free() {
    dynacore_allocator::prepare();
    let before = resident_bytes();
    let pieces = make_pieces();
    assert!(resident_bytes() - before > PIECES * PIECE_BYTES * 9 / 10);
    let marked = marked_bytes("hg");
    assert_eq!(marked > 50 * MEGABYTE, has_huge_pages(), "{marked} bytes are to be huge");

    drop(pieces);
    let begin = Instant::now();
    while resident_bytes() > before + 20 * MEGABYTE {
        assert!(begin.elapsed() < Duration::from_secs(60), "{} bytes are left", resident_bytes() - before);
        // The allocator looks at the time when it is used.
        drop((0..10_000).map(|_| Box::new([1_u8; PIECE_BYTES])).collect::<Vec<_>>());
    }
    let marked = marked_bytes("nh");
    assert_eq!(marked > 50 * MEGABYTE, has_huge_pages(), "{marked} bytes are not to be huge again");

    // What was given back is as good as new.
    let pieces = make_pieces();
    assert!(pieces.iter().enumerate().all(|(number, piece)| piece.iter().all(|byte| *byte == number as u8)));
    let zeros = vec![0_u8; 50 * MEGABYTE];
    assert!(zeros.iter().all(|byte| *byte == 0));
}

fn make_pieces() -> Vec<Box<[u8]>> {
    (0..PIECES).map(|number| vec![number as u8; PIECE_BYTES].into_boxed_slice()).collect()
}

fn has_huge_pages() -> bool {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let setting = read("/sys/kernel/mm/transparent_hugepage/enabled");
    let counts_mappings = read("/proc/sys/vm/overcommit_memory").trim() == "2";
    !setting.is_empty() && !setting.contains("[never]") && !counts_mappings
}

fn resident_bytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is resident");
    1024 * line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number")
}

/// The bytes of all mappings with a flag: `hg` for huge pages, `nh` for none.
fn marked_bytes(flag: &str) -> usize {
    let mappings = fs::read_to_string("/proc/self/smaps").expect("Linux");
    let (mut size, mut marked) = (0, 0);
    for line in mappings.lines() {
        if let Some(kilobytes) = line.strip_prefix("Size:") {
            size = 1024 * kilobytes.trim().trim_end_matches(" kB").parse::<usize>().expect("a number");
        } else if let Some(flags) = line.strip_prefix("VmFlags:")
            && flags.split_whitespace().any(|one| one == flag)
        {
            marked += size;
        }
    }
    marked
}
