//! Asking the processor for memory that will be read in a moment.
#![allow(unsafe_code, reason = "the standard library has no stable prefetch yet")]

use std::mem::size_of;

/// Bytes of a cache line on the processors that matter.
const LINE: usize = 64;

/// Asks for all cache lines of a value, so that they arrive together: where they are read one after the other, each
/// for the address of the next, a value that lies in no cache costs as many waits as lines.
#[inline(always)]
pub(super) fn prefetch<T>(value: &T) {
    prefetch_bytes(std::ptr::from_ref(value).cast(), size_of::<T>());
}

/// Asks for the first cache line of a value.
#[inline(always)]
pub(super) fn prefetch_line_of<T>(value: &T) {
    prefetch_bytes(std::ptr::from_ref(value).cast(), 1);
}

/// Asks for the cache lines of `length` bytes at an address, which need not be one of a value.
#[inline(always)]
pub(super) fn prefetch_bytes(address: *const u8, length: usize) {
    for offset in (0..length).step_by(LINE) {
        prefetch_line(address.wrapping_add(offset));
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn prefetch_line(address: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // Safety: a prefetch is a hint. It reads nothing that the program could see, and faults on no address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn prefetch_line(address: *const u8) {
    // Safety: as above; the instruction changes neither registers nor flags nor memory.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{0}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn prefetch_line(_address: *const u8) {}
