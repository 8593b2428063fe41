//! The engines of a world.

use crate::engine::Engine;
use crate::error::Error;

/// Where a world finds the engines of its Regions, by their position.
pub trait Regions {
    /// Works on the engine of a Region. Calls are not nested.
    ///
    /// # Errors
    /// `InternalServerError` where the engine was stopped by an earlier error.
    fn visit<T>(&mut self, region: usize, work: impl FnOnce(&mut Engine) -> T) -> Result<T, Error>;
}

impl Regions for Vec<Engine> {
    fn visit<T>(&mut self, region: usize, work: impl FnOnce(&mut Engine) -> T) -> Result<T, Error> {
        Ok(work(&mut self[region]))
    }
}
