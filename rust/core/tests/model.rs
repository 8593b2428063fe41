//! Random requests against a naive model of DynamoDB: equal answers, equal errors, equal contents.
//!
//! A failing case is printed by proptest, shrunk, and kept in `model.proptest-regressions`; a failing seed replays
//! with `DYNACORE_SEED=<seed> cargo test -p dynacore --test model seeded`.

use dynacore::store::MemoryStore;
use dynacore::testing::{Agreement, Choices, FaultyStore, Outcomes};
use proptest::prelude::*;

/// Runs a test for seeds in turn, or for the one that the environment names.
fn seeds(count: u64) -> Vec<u64> {
    match std::env::var("DYNACORE_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => vec![seed],
        None => (0..count).collect(),
    }
}

/// Prints the seed of a run that panics.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("replay with DYNACORE_SEED={}", self.0);
        }
    }
}

#[test]
fn seeded_runs_agree() {
    let mut outcomes = Outcomes::new();
    let seeds = seeds(150);
    for seed in &seeds {
        let _printed = Seed(*seed);
        let mut choices = Choices::seeded(*seed);
        let mut agreement = Agreement::new(Box::new(MemoryStore::new()), false);
        for _ in 0..150 {
            agreement.play(&mut choices, false);
        }
        agreement.check_contents();
        for (outcome, count) in agreement.outcomes() {
            *outcomes.entry(*outcome).or_default() += count;
        }
    }
    if seeds.len() > 1 {
        assert_every_outcome_is_common(&outcomes);
    }
}

/// A model test that only ever meets refusals, or never meets one, would agree and prove nothing.
fn assert_every_outcome_is_common(outcomes: &Outcomes) {
    let all =
        ["PutItem", "GetItem", "DeleteItem", "UpdateItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"];
    for operation in all {
        let answered = outcomes.get(&(operation, "")).copied().unwrap_or_default();
        let refused: usize = outcomes
            .iter()
            .filter(|((name, _), _)| *name == operation)
            .map(|(_, count)| count)
            .sum::<usize>()
            - answered;
        assert!(answered > 300, "{operation} was answered {answered} times");
        assert!(refused > 10, "{operation} was refused {refused} times");
        assert!(answered > refused / 2, "{operation}: {answered} answers and {refused} refusals");
    }
    for operation in ["PutItem", "DeleteItem", "UpdateItem"] {
        assert!(
            outcomes[&(operation, "ConditionalCheckFailedException")] > 100,
            "{operation} failed conditions"
        );
    }
}

#[test]
fn seeded_runs_over_a_store_that_fails_agree() {
    let mut failures = 0;
    for seed in seeds(30) {
        let _printed = Seed(seed);
        let store = FaultyStore::failing_percent(MemoryStore::new(), 30, seed);
        let mut choices = Choices::seeded(seed);
        let mut agreement = Agreement::new(Box::new(store), true);
        for _ in 0..100 {
            agreement.play(&mut choices, false);
        }
        agreement.check_contents();
        let failed = |((_, code), count): (&(&str, &str), &usize)| {
            if *code == "InternalServerError" { *count } else { 0 }
        };
        failures += agreement.outcomes().iter().map(failed).sum::<usize>();
    }
    assert!(failures > 100, "the store failed {failures} times");
}

#[test]
fn seeded_pages_end_at_a_megabyte() {
    for seed in seeds(3) {
        let _printed = Seed(seed);
        let mut choices = Choices::seeded(seed);
        let mut agreement = Agreement::new(Box::new(MemoryStore::new()), false);
        for _ in 0..80 {
            agreement.play(&mut choices, true);
        }
        agreement.check_contents();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// The same as the seeded runs, with a step's choices in bytes of their own, so that a failure shrinks to the
    /// few steps it needs.
    #[test]
    fn shrinking_runs_agree(steps in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..40)) {
        let mut agreement = Agreement::new(Box::new(MemoryStore::new()), false);
        for step in &steps {
            agreement.play(&mut Choices::of_bytes(step), false);
        }
        agreement.check_contents();
    }
}
