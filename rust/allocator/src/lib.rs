//! The memory of the extension and the server: who allocates it, and how the system holds it.
//!
//! It is **not** a place for what is in the memory: whoever holds data frees it, and this gives it back to the system.

#[cfg(not(target_env = "msvc"))]
mod control;
#[cfg(not(target_env = "msvc"))]
mod decay;
#[cfg(target_os = "linux")]
mod huge_pages;
#[cfg(target_os = "linux")]
mod mappings;

/// A batch of items allocates and frees more pieces of one size than the C library keeps at hand. What is freed is the
/// next that is allocated, so a write that replaces an item finds the memory in the processor's caches. Windows keeps the
/// system's allocator.
#[cfg(not(target_env = "msvc"))]
pub use tikv_jemallocator::Jemalloc as Allocator;

/// The system's allocator.
#[cfg(target_env = "msvc")]
pub use std::alloc::System as Allocator;

/// Sets the allocator to what a database wants. A process whose global allocator is [`Allocator`] calls it once, when it
/// begins. It takes about 0.3 ms and 0.6 MB on a machine of two cores, for the arenas that threads will use.
///
/// - What is freed goes back to the system after about a second, once the allocator has not at hand what it is asked for.
/// - Memory is on huge pages from the moment on at which there is much of it, where the system has them: a read from a
///   million items waits less for the tables of pages there.
pub fn prepare() {
    #[cfg(not(target_env = "msvc"))]
    decay::shorten();
    #[cfg(target_os = "linux")]
    huge_pages::install();
}
