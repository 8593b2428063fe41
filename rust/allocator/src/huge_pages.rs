//! Huge pages for large mappings, and none where memory was given back.
//!
//! The system fills a huge page up again of which a part was given back, so that the memory of a dropped table would stay
//! with the process. Here such a page is marked not to be huge before that can happen, and huge again when all of it is
//! taken into use. So jemalloc is given functions of its own for mappings: one that makes them, one that gives memory back
//! (it calls that to decommit) and one that takes it into use again (to commit).
//!
//! The names and rules of these functions are those of `arena.<i>.extent_hooks` in jemalloc's manual. None of them may
//! allocate or call jemalloc's own, which look for the thread: one that is ending has none any more, and making it anew
//! waits for the lock under which the function was called.
#![expect(unsafe_code, reason = "an allocator's functions are C's")]

use std::ffi::{CString, c_uint, c_void};
use std::fs;
use std::ptr;

use tikv_jemalloc_sys::extent_hooks_t;

use super::control::{read, write};
use super::mappings::Mappings;

/// Mappings from this size on are huge. jemalloc makes each one larger than those before, so what a process first uses,
/// some ten megabytes, stays on small pages and costs no more memory than it fills.
const HUGE_BYTES_MIN: usize = 4 << 20;

/// A huge page. Where a system has larger ones, marks are finer than they need be.
const HUGE_PAGE: usize = 2 << 20;

/// Arenas that get the functions: as many as threads use at a time on most machines. An arena costs memory, so not all are
/// made that there may be.
const ARENAS_MAX: c_uint = 16;

/// The mappings on huge pages, each made of whole ones.
static HUGE: Mappings = Mappings::new();

/// What jemalloc calls. Mappings are kept for later, as is usual, so nothing unmaps them; and what can be given back need
/// not be purged.
static HOOKS: extent_hooks_t = extent_hooks_t {
    alloc: Some(map),
    dalloc: None,
    destroy: None,
    commit: Some(commit),
    decommit: Some(decommit),
    purge_lazy: None,
    purge_forced: None,
    split: Some(split),
    merge: Some(merge),
};

/// Gives jemalloc the functions, unless that would be no use. Where it refuses them, all is as it was.
pub fn install() {
    if !has_huge_pages() || !commits_nothing() {
        return;
    }
    // Safety: it is an unsigned int.
    let arenas = unsafe { read::<c_uint>(c"opt.narenas") }.unwrap_or(0);
    for arena in 0..arenas.min(ARENAS_MAX) {
        install_in(arena);
    }
}

/// Whether the system makes huge pages where a process asks for them.
fn has_huge_pages() -> bool {
    let setting = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
    setting.is_ok_and(|setting| !setting.contains("[never]"))
}

/// Whether memory counts when it is used and not when it is mapped. Otherwise jemalloc itself has to commit and decommit.
fn commits_nothing() -> bool {
    let setting = fs::read_to_string("/proc/sys/vm/overcommit_memory");
    setting.is_ok_and(|setting| matches!(setting.trim(), "0" | "1"))
}

/// Gives the functions to an arena, which is made if there is none yet.
fn install_in(arena: c_uint) {
    let Ok(name) = CString::new(format!("arena.{arena}.extent_hooks")) else { return };
    // Safety: it is a pointer to functions, which jemalloc only reads and which stay where they are.
    unsafe { write(&name, ptr::from_ref(&HOOKS)) };
}

/// Makes a mapping, a large one on huge pages.
///
/// # Safety
/// jemalloc calls it.
unsafe extern "C" fn map(
    _: *mut extent_hooks_t,
    address: *mut c_void,
    size: usize,
    alignment: usize,
    zero: *mut bool,
    commit: *mut bool,
    _: c_uint,
) -> *mut c_void {
    // Whether the system has room just there is not worth a question.
    if !address.is_null() {
        return ptr::null_mut();
    }
    let is_huge = size >= HUGE_BYTES_MIN && size.is_multiple_of(HUGE_PAGE);
    let alignment = if is_huge { alignment.max(HUGE_PAGE) } else { alignment };
    let Some(mapped) = map_aligned(size, alignment) else { return ptr::null_mut() };
    if is_huge && HUGE.add(mapped.addr(), size) {
        mark(mapped, size, true);
    }
    // Safety: both are there to be written.
    unsafe {
        *zero = true;
        *commit = true;
    }
    mapped
}

/// A new mapping, which begins at a multiple of `alignment`.
fn map_aligned(size: usize, alignment: usize) -> Option<*mut c_void> {
    let mapped = map_anywhere(size)?;
    if mapped.addr().is_multiple_of(alignment) {
        return Some(mapped);
    }
    unmap(mapped, size);
    let wide = map_anywhere(size.checked_add(alignment)?)?;
    let before = wide.addr().next_multiple_of(alignment) - wide.addr();
    let mapped = wide.wrapping_byte_add(before);
    unmap(wide, before);
    unmap(mapped.wrapping_byte_add(size), alignment - before);
    Some(mapped)
}

fn map_anywhere(size: usize) -> Option<*mut c_void> {
    let (access, flags) =
        (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE);
    // Safety: it is new memory, in nobody's place.
    let mapped = unsafe { libc::mmap(ptr::null_mut(), size, access, flags, -1, 0) };
    (mapped != libc::MAP_FAILED).then_some(mapped)
}

/// Takes back a part of a mapping that was just made.
fn unmap(start: *mut c_void, size: usize) {
    if size > 0 {
        // Safety: nobody knows of it yet.
        unsafe { libc::munmap(start, size) };
    }
}

/// Gives the memory of a part of a mapping back; it reads as zeros from then on. False is success.
///
/// # Safety
/// jemalloc calls it.
unsafe extern "C" fn decommit(
    _: *mut extent_hooks_t,
    address: *mut c_void,
    _: usize,
    offset: usize,
    length: usize,
    _: c_uint,
) -> bool {
    let start = address.wrapping_byte_add(offset);
    // Safety: jemalloc has nothing in it.
    if unsafe { libc::madvise(start, length, libc::MADV_DONTNEED) } != 0 {
        return true;
    }
    if HUGE.hold(start.addr()) {
        // All of the pages that it lies in: they are in the mapping, and so there are no more marks than pages.
        let before = start.addr() % HUGE_PAGE;
        let pages = (before + length).next_multiple_of(HUGE_PAGE);
        mark(start.wrapping_byte_sub(before), pages, false);
    }
    false
}

/// Takes a part of a mapping into use again. False is success.
///
/// # Safety
/// jemalloc calls it.
unsafe extern "C" fn commit(
    _: *mut extent_hooks_t,
    address: *mut c_void,
    _: usize,
    offset: usize,
    length: usize,
    _: c_uint,
) -> bool {
    let start = address.wrapping_byte_add(offset);
    if HUGE.hold(start.addr()) {
        // The pages that lie in it as a whole: of others a part is still given back.
        let before = start.addr().next_multiple_of(HUGE_PAGE) - start.addr();
        let pages = length.saturating_sub(before) / HUGE_PAGE * HUGE_PAGE;
        if pages > 0 {
            mark(start.wrapping_byte_add(before), pages, true);
        }
    }
    false
}

/// Lets jemalloc treat a part of a mapping as two.
///
/// # Safety
/// jemalloc calls it.
unsafe extern "C" fn split(
    _: *mut extent_hooks_t,
    _: *mut c_void,
    _: usize,
    _: usize,
    _: usize,
    _: bool,
    _: c_uint,
) -> bool {
    false
}

/// Lets jemalloc treat two neighbouring parts as one; it knows itself not to join two mappings.
///
/// # Safety
/// jemalloc calls it.
unsafe extern "C" fn merge(
    _: *mut extent_hooks_t,
    _: *mut c_void,
    _: usize,
    _: *mut c_void,
    _: usize,
    _: bool,
    _: c_uint,
) -> bool {
    false
}

/// Tells the system whether memory may lie on huge pages. It is as good where that fails.
fn mark(start: *mut c_void, length: usize, is_huge: bool) {
    let advice = if is_huge { libc::MADV_HUGEPAGE } else { libc::MADV_NOHUGEPAGE };
    // Safety: what is in the memory stays.
    unsafe { libc::madvise(start, length, advice) };
}
