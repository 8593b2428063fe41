//! Objects kept from call to call.

use std::sync::{Mutex, TryLockError};

#[cfg(Py_GIL_DISABLED)]
use pyo3::{Py, types::PyDict};

use super::Form;
use super::key_texts::KeyTexts;
use super::names::Names;
use super::number::Seen;
use super::objects::Objects;
use super::shapes::Shapes;
use super::short_names::ShortNames;

/// What conversions share: at most a few thousand small immutable objects, whatever is converted.
pub struct Stock {
    /// Names of members and attributes.
    pub names: Names,
    /// Texts and numbers that answers had, with decimals.
    pub objects: Objects,
    /// The same in the native form.
    pub natives: Objects,
    /// Texts of the key that was asked for last.
    pub key_texts: KeyTexts,
    /// Decimals that requests had.
    pub seen: Seen,
    /// Names of attributes that requests had.
    pub short_names: ShortNames,
    /// The shapes that items in answers had.
    pub shapes: Shapes,
    /// The metadata of an answer, to be copied.
    #[cfg(Py_GIL_DISABLED)]
    pub metadata: Option<Py<PyDict>>,
}

impl Stock {
    /// What plain values are read with.
    pub fn plain_parts(&mut self) -> (&mut Seen, &mut ShortNames) {
        (&mut self.seen, &mut self.short_names)
    }

    /// What an answer's values in a form were.
    #[inline]
    pub fn objects_of(&mut self, form: Form) -> &mut Objects {
        self.makers_of(form).0
    }

    /// The same, with what else new values are made of.
    #[inline]
    pub fn makers_of(&mut self, form: Form) -> (&mut Objects, &KeyTexts) {
        let objects = if form == Form::Native { &mut self.natives } else { &mut self.objects };
        (objects, &self.key_texts)
    }

    fn new() -> Self {
        Self {
            names: Names::new(),
            objects: Objects::with_decimals(),
            natives: Objects::with_natives(),
            key_texts: KeyTexts::default(),
            seen: Seen::new(),
            short_names: ShortNames::new(),
            shapes: Shapes::new(),
            #[cfg(Py_GIL_DISABLED)]
            metadata: None,
        }
    }
}

/// A stock, made when it is first used. On a cache line of its own, because threads take neighbours all the time.
#[cfg_attr(Py_GIL_DISABLED, repr(align(128)))]
struct Shelf(Mutex<Option<Box<Stock>>>);

impl Shelf {
    const fn empty() -> Self {
        Self(Mutex::new(None))
    }
}

/// Runs `convert` with the stock at hand.
///
/// Making a Python object can run any code (the garbage collector runs finalizers), which may call in here
/// again, on this thread or another. The second one then works with a stock of its own instead of waiting.
pub fn with_stock<R>(convert: impl FnOnce(&mut Stock) -> R) -> R {
    match shelf().0.try_lock() {
        Ok(mut stock) => convert(stock.get_or_insert_with(|| Box::new(Stock::new()))),
        Err(TryLockError::Poisoned(poisoned)) => {
            // A panic leaves no slot half-written.
            convert(poisoned.into_inner().get_or_insert_with(|| Box::new(Stock::new())))
        }
        Err(TryLockError::WouldBlock) => convert(&mut Stock::new()),
    }
}

/// The process's shelf: threads that take turns with the interpreter share what is on it.
#[cfg(not(Py_GIL_DISABLED))]
fn shelf() -> &'static Shelf {
    static SHELF: Shelf = Shelf::empty();
    &SHELF
}

#[cfg(Py_GIL_DISABLED)]
use of_threads::shelf;

/// Without an interpreter lock threads convert at the same time, so each has a shelf for as long as it lives; the next
/// thread finds there what the one before it left. An object's count of references is cheapest for the thread that made
/// it.
#[cfg(Py_GIL_DISABLED)]
mod of_threads {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::Shelf;

    /// Where more threads than this live at a time, the later ones share the others' shelves, whoever comes first.
    const SHELVES: usize = 64;

    static TAKEN: [AtomicBool; SHELVES] = [const { AtomicBool::new(false) }; SHELVES];
    static STOCKED: [Shelf; SHELVES] = [const { Shelf::empty() }; SHELVES];
    static SHARED: AtomicUsize = AtomicUsize::new(0);

    thread_local! {
        static PLACE: Place = Place::take();
    }

    /// A thread's shelf.
    struct Place {
        position: usize,
        is_own: bool,
    }

    impl Place {
        fn take() -> Self {
            match TAKEN.iter().position(|taken| !taken.swap(true, Ordering::Relaxed)) {
                Some(position) => Self { position, is_own: true },
                None => Self { position: SHARED.fetch_add(1, Ordering::Relaxed) % SHELVES, is_own: false },
            }
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            if self.is_own {
                TAKEN[self.position].store(false, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn shelf() -> &'static Shelf {
        // A thread that is ending has given its own back.
        &STOCKED[PLACE.try_with(|place| place.position).unwrap_or(0)]
    }
}
