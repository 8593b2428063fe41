//! jemalloc's settings, by the names in its manual.
#![expect(unsafe_code, reason = "they are read and written through pointers")]

use std::ffi::CStr;
use std::mem::{MaybeUninit, size_of};
use std::ptr;

use tikv_jemalloc_sys::mallctl;

/// Reads a setting, if there is one of this name that can be read.
///
/// # Safety
/// It is of this type.
pub unsafe fn read<T: Copy>(name: &CStr) -> Option<T> {
    let (mut value, mut size) = (MaybeUninit::<T>::uninit(), size_of::<T>());
    // Safety: there is room for a value of the type, and its size is told.
    let failed =
        unsafe { mallctl(name.as_ptr(), value.as_mut_ptr().cast(), &raw mut size, ptr::null_mut(), 0) };
    // Safety: it was written.
    (failed == 0 && size == size_of::<T>()).then(|| unsafe { value.assume_init() })
}

/// Changes a setting; false where there is none of this name that can be changed.
///
/// # Safety
/// It is of this type, and what jemalloc reads through the value stays as it is for as long as the process lives.
pub unsafe fn write<T: Copy>(name: &CStr, mut value: T) -> bool {
    // Safety: it is a value of the type, of which jemalloc makes a copy.
    let failed = unsafe {
        mallctl(name.as_ptr(), ptr::null_mut(), ptr::null_mut(), (&raw mut value).cast(), size_of::<T>())
    };
    failed == 0
}
