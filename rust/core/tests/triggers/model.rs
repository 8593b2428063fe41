//! Random writes and failures: each change is seen, each item's in order, and once where nothing fails.

use std::collections::BTreeMap;

use dynacore::trigger::Outcome;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::database::{Call, Database, failed_item};

#[derive(Clone, Debug)]
enum Step {
    Put(u8),
    Wait(u16),
    /// Settles one of the calls that were taken: how it ends, by chance.
    Settle(u8, End),
    Switch,
    Split(u8),
    /// Ends the database, whose calls under way nobody reports, and opens it again: after closing it, or not.
    Reopen(bool),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Success,
    Failure,
    Report(u8),
}

fn step(fails: bool) -> impl Strategy<Value = Step> {
    let end = if fails {
        prop_oneof![3 => Just(End::Success), 1 => Just(End::Failure), 1 => any::<u8>().prop_map(End::Report)]
            .boxed()
    } else {
        Just(End::Success).boxed()
    };
    prop_oneof![
        6 => (0..8_u8).prop_map(Step::Put),
        2 => (0..200_u16).prop_map(Step::Wait),
        1 => (3_600..20_000_u16).prop_map(Step::Wait),
        6 => (any::<u8>(), end).prop_map(|(which, end)| Step::Settle(which, end)),
        1 => Just(Step::Switch),
        1 => (1..4_u8).prop_map(Step::Split),
        1 => any::<bool>().prop_map(Step::Reopen),
    ]
}

struct Run {
    database: Database,
    uuid: Json,
    is_enabled: bool,
    taken: Vec<Call>,
    written: BTreeMap<u8, u32>,
    /// The versions of each item that were handled, as the function saw them.
    handled: BTreeMap<String, Vec<u32>>,
}

impl Run {
    fn new(options: &Json) -> Self {
        let mut database = Database::lasting();
        let uuid = database.map(options)["UUID"].clone();
        let (written, handled) = Default::default();
        Self { database, uuid, is_enabled: true, taken: Vec::new(), written, handled }
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Put(id) => {
                let version = self.written.entry(*id).and_modify(|version| *version += 1).or_insert(1);
                self.database.put(&id.to_string(), &version.to_string());
            }
            Step::Wait(tenths) => self.database.wait(f64::from(*tenths) / 10.0),
            Step::Settle(which, end) => {
                self.taken.extend(self.database.calls());
                if !self.taken.is_empty() {
                    let call = self.taken.remove(usize::from(*which) % self.taken.len());
                    self.settle(&call, *end);
                }
            }
            Step::Reopen(is_clean) => {
                self.taken.clear();
                self.database.reopen(*is_clean);
                self.database.know_functions();
            }
            Step::Switch => self.switch(!self.is_enabled),
            Step::Split(factor) => {
                let body = json!({ "UUID": self.uuid, "ParallelizationFactor": factor });
                self.database.done("UpdateEventSourceMapping", &body);
            }
        }
    }

    fn switch(&mut self, is_enabled: bool) {
        self.is_enabled = is_enabled;
        self.database.done("UpdateEventSourceMapping", &json!({ "UUID": self.uuid, "Enabled": is_enabled }));
    }

    fn settle(&mut self, call: &Call, end: End) {
        let count = call.records().len();
        let (handled, outcome) = match end {
            End::Success => (count, Outcome::Returned(None)),
            End::Failure => (0, Outcome::Failed),
            End::Report(position) => {
                let position = usize::from(position) % count;
                let report = failed_item(call.sequence_number(position));
                (position, Outcome::Returned(Some(report.to_string())))
            }
        };
        for record in &call.records()[..handled] {
            let text = |path: &str| record.pointer(path).unwrap().as_str().unwrap().to_owned();
            let version = text("/dynamodb/NewImage/make/S").parse().unwrap();
            self.handled.entry(text("/dynamodb/Keys/id/S")).or_default().push(version);
        }
        self.database.engine.settle_invocation(call.number, &outcome, self.database.now).unwrap();
    }

    /// Lets all that is left be handled.
    fn finish(&mut self) {
        self.switch(true);
        for _ in 0..1_000 {
            self.taken.extend(self.database.calls());
            for call in std::mem::take(&mut self.taken) {
                self.settle(&call, End::Success);
            }
            self.database.wait(61.0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn each_change_is_handled_once_and_in_order(
        steps in any::<bool>().prop_flat_map(|fails| prop::collection::vec(step(fails), 1..80)),
        batch_size in 1..6_u8, window in 0..3_u8, bisects in any::<bool>(), factor in 1..4_u8,
    ) {
        let mut run = Run::new(&json!({
            "BatchSize": batch_size, "MaximumBatchingWindowInSeconds": window, "ParallelizationFactor": factor,
            "BisectBatchOnFunctionError": bisects, "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }));
        steps.iter().for_each(|step| run.apply(step));
        run.finish();
        // What a function handled before it failed counts as handled when it is reported so; what fails as a whole is
        // handled later. So each version is handled once, whatever fails.
        let expected: BTreeMap<String, Vec<u32>> =
            run.written.iter().map(|(id, last)| (id.to_string(), (1..=*last).collect())).collect();
        prop_assert_eq!(&run.handled, &expected);
    }
}
