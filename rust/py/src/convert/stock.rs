//! Objects kept from call to call.

use std::sync::{Mutex, TryLockError};

use super::names::Names;
use super::number::Seen;
use super::numbers::Numbers;
use super::shapes::Shapes;
use super::short_names::ShortNames;
use super::texts::Texts;

/// What conversions share: at most a few thousand small immutable objects, whatever is converted.
pub struct Stock {
    /// Names of members and attributes.
    pub names: Names,
    /// Decimals that answers had.
    pub decimals: Numbers,
    /// Numbers that answers had in the native form.
    pub natives: Numbers,
    /// Decimals that requests had.
    pub seen: Seen,
    /// Names of attributes that requests had.
    pub short_names: ShortNames,
    /// Short texts that answers had.
    pub texts: Texts,
    /// The shapes that items in answers had.
    pub shapes: Shapes,
}

impl Stock {
    fn new() -> Self {
        Self {
            names: Names::new(),
            decimals: Numbers::decimals(),
            natives: Numbers::natives(),
            seen: Seen::new(),
            short_names: ShortNames::new(),
            texts: Texts::new(),
            shapes: Shapes::new(),
        }
    }
}

static STOCK: Mutex<Option<Box<Stock>>> = Mutex::new(None);

/// Runs `convert` with the process's stock.
///
/// Making a Python object can run any code (the garbage collector runs finalizers), which may call in here
/// again, on this thread or another. The second one then works with a stock of its own instead of waiting.
pub fn with_stock<R>(convert: impl FnOnce(&mut Stock) -> R) -> R {
    match STOCK.try_lock() {
        Ok(mut stock) => convert(stock.get_or_insert_with(|| Box::new(Stock::new()))),
        Err(TryLockError::Poisoned(poisoned)) => {
            // A panic leaves no slot half-written.
            convert(poisoned.into_inner().get_or_insert_with(|| Box::new(Stock::new())))
        }
        Err(TryLockError::WouldBlock) => convert(&mut Stock::new()),
    }
}
