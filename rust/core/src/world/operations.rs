//! Operations that are work for several Regions together.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::{Operation, Response};
use crate::world::{Regions, World};

impl World {
    /// Whether an operation is work for several Regions: a host that keeps engines apart gives only these to
    /// [`World::execute`], and all others to the engine of their Region.
    #[must_use]
    pub fn concerns(operation: &Operation) -> bool {
        match operation {
            Operation::UpdateTable(update) => update.global_table().is_some(),
            _ => false,
        }
    }

    /// Carries out an operation that came to a Region.
    ///
    /// # Errors
    /// The operation's exceptions; [`Error::RegionUnavailable`] where the Region does not answer.
    pub fn execute<R: Regions>(
        &mut self,
        regions: &mut R,
        region: usize,
        operation: &Operation,
        now: Timestamp,
    ) -> Result<Response, Error> {
        if !self.is_up(region) {
            return Err(Error::RegionUnavailable(self.name(region).to_owned()));
        }
        self.now = self.now.max(now);
        match operation {
            Operation::UpdateTable(update) if let Some((name, change)) = update.global_table() => self
                .update_global_table(regions, region, (name, change))
                .map(|output| Response::UpdateTable(output.into())),
            _ if self.has_strong() => {
                if self.reach_changed {
                    self.synchronize(regions)?;
                }
                let outcome = regions.visit(region, |engine| engine.execute(operation, now))?;
                self.synchronize(regions)?;
                outcome
            }
            _ => regions.visit(region, |engine| engine.execute(operation, now))?,
        }
    }
}
