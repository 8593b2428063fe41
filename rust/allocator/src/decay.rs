//! How long what was freed stays with the process.
#![expect(unsafe_code, reason = "settings are typed by their names alone")]

use super::control::{read, write};

/// What jemalloc has by itself; anything else was set in the environment, and stays.
const USUAL_MILLISECONDS: isize = 10_000;

/// A dropped table is freed in parts, which takes as long as it takes; soon after that it shall be gone. The allocator
/// looks at the time when it has not at hand what it is asked for, which is seldom where little is done.
const MILLISECONDS: isize = 1_000;

/// Gives back sooner.
pub fn shorten() {
    // Safety: the three are of the type `ssize_t`.
    unsafe {
        if read::<isize>(c"opt.dirty_decay_ms") != Some(USUAL_MILLISECONDS) {
            return;
        }
        // Of arenas that are made later, and of the one that there is.
        write(c"arenas.dirty_decay_ms", MILLISECONDS);
        write(c"arena.0.dirty_decay_ms", MILLISECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static ALLOCATOR: crate::Allocator = crate::Allocator;

    #[test]
    fn memory_goes_back_after_a_second() {
        shorten();
        // Safety: they are of the type `ssize_t`.
        let (later, first) = unsafe { (read(c"arenas.dirty_decay_ms"), read(c"arena.0.dirty_decay_ms")) };
        assert_eq!((later, first), (Some(MILLISECONDS), Some(MILLISECONDS)));
    }
}
