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
            Operation::CreateGlobalTable(_)
            | Operation::DescribeGlobalTable(_)
            | Operation::DescribeGlobalTableSettings(_)
            | Operation::DescribeTableReplicaAutoScaling(_)
            | Operation::ListGlobalTables(_)
            | Operation::UpdateGlobalTable(_)
            | Operation::UpdateGlobalTableSettings(_)
            | Operation::UpdateTableReplicaAutoScaling(_) => true,
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
            _ if Self::concerns(operation) => {
                // What could not be done until now stays undone; that is no failure of the operation.
                let _ = self.tick(regions, now);
                self.execute_global(regions, region, operation)
            }
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

    /// Carries out an operation on global tables as such.
    fn execute_global<R: Regions>(
        &mut self,
        regions: &mut R,
        own: usize,
        operation: &Operation,
    ) -> Result<Response, Error> {
        match operation {
            Operation::CreateGlobalTable(request) => self
                .create_legacy(regions, own, request)
                .map(|output| Response::CreateGlobalTable(output.into())),
            Operation::DescribeGlobalTable(request) => self
                .describe_legacy(regions, request.name())
                .map(|output| Response::DescribeGlobalTable(output.into())),
            Operation::DescribeGlobalTableSettings(request) => self
                .describe_legacy_settings(regions, request.name())
                .map(Response::DescribeGlobalTableSettings),
            Operation::DescribeTableReplicaAutoScaling(request) => self
                .describe_replica_scaling(regions, (request.name(), own))
                .map(Response::DescribeTableReplicaAutoScaling),
            Operation::ListGlobalTables(request) => {
                Ok(Response::ListGlobalTables(request.page(self.legacy_tables())))
            }
            Operation::UpdateGlobalTable(request) => self
                .update_legacy(regions, own, request)
                .map(|output| Response::UpdateGlobalTable(output.into())),
            Operation::UpdateGlobalTableSettings(request) => {
                self.update_legacy_settings(regions, own, request).map(Response::UpdateGlobalTableSettings)
            }
            Operation::UpdateTableReplicaAutoScaling(request) => self
                .update_replica_scaling(regions, own, request)
                .map(Response::UpdateTableReplicaAutoScaling),
            _ => unreachable!("only operations on global tables come here"),
        }
    }
}
