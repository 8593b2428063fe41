//! What a durable store holds about Application Auto Scaling: targets, policies with their alarms, scheduled
//! actions, and what was decided and not done. Activities are not kept: they say what was done, and are rebuilt by nothing.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::random::Random;
use crate::store::{Read, StoreError, Write};
use crate::table::record::{self, CATALOG, SCALING};

use super::policy::ScalingPolicy;
use super::registry::AutoScaling;
use super::scaling::Pending;
use super::scheduled_action::ScheduledAction;
use super::target::{Dimension, ResourceId, ScalableTarget};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScalingRecord {
    identifiers: Random,
    targets: Vec<ScalableTarget>,
    policies: Vec<ScalingPolicy>,
    pending: Vec<(ResourceId, Dimension, Pending)>,
    evaluated: Timestamp,
    #[serde(default)]
    scheduled: Vec<ScheduledAction>,
}

impl AutoScaling {
    /// The change that stores what has changed since this was asked last, if anything has.
    pub fn take_change(&mut self) -> Option<Write> {
        if !std::mem::take(&mut self.has_changed) {
            return None;
        }
        let pending = self.pending.iter();
        let record = ScalingRecord {
            identifiers: self.identifiers.clone(),
            targets: self.targets.values().cloned().collect(),
            policies: self.policies.values().cloned().collect(),
            pending: pending
                .map(|((resource, dimension), pending)| (resource.clone(), *dimension, pending.clone()))
                .collect(),
            evaluated: self.evaluated,
            scheduled: self.scheduled_actions().cloned().collect(),
        };
        Some(record::put(SCALING, &record))
    }

    /// Takes over what a store holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where that makes no sense.
    pub fn restore(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let Some(entry) = store.get(CATALOG, SCALING)? else { return Ok(()) };
        let record: ScalingRecord = record::read(&entry)?;
        self.identifiers = record.identifiers;
        self.evaluated = record.evaluated;
        for target in record.targets {
            self.targets.insert((target.resource.clone(), target.dimension), target);
        }
        for policy in record.policies {
            let key = (policy.resource.clone(), policy.dimension, policy.name.clone());
            if !self.targets.contains_key(&(policy.resource.clone(), policy.dimension)) {
                let what = format!("the scaling policy {} has no target", policy.name);
                return Err(StoreError::Corrupted(what));
            }
            self.policies.insert(key, policy);
        }
        for action in record.scheduled {
            if !self.targets.contains_key(&(action.resource.clone(), action.dimension)) {
                let what = format!("the scheduled action {} has no target", action.name);
                return Err(StoreError::Corrupted(what));
            }
            self.scheduled.insert(action);
        }
        for (resource, dimension, pending) in record.pending {
            self.pending.insert((resource, dimension), pending);
        }
        Ok(())
    }
}
