use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use dynacore::store::MemoryStore;
use dynacore::trigger::Outcome;

use super::*;
use crate::authorization::Refusal;
use crate::clock::VirtualClock;
use crate::handler::Handler as _;
use crate::reply::Reply;

fn database(clock: Clock) -> Arc<Database> {
    Database::new(Settings::default(), Box::new(MemoryStore::new()), clock, 7)
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).unwrap()
}

const LIST_TABLES: &str = "DynamoDB_20120810.ListTables";

#[test]
fn malformed_json_comes_before_an_unknown_operation_and_that_before_credentials() {
    let database = database(Clock::System);
    let refusal = Refusal { code: "MissingAuthenticationTokenException", message: "none".to_owned() };
    let answers = |target: &str, body: &[u8]| {
        [database.answer(target, body), database.refuse(target, body, &refusal)].map(|reply| {
            assert_eq!(reply.status, 400);
            text(&reply).to_owned()
        })
    };
    for answer in answers("DynamoDB_20120810.Nothing", b"hi") {
        assert!(
            answer.starts_with(r#"{"__type":"com.amazon.coral.service#SerializationException""#),
            "{answer}"
        );
    }
    for target in ["", "whatever", "DynamoDB_20120810.Nothing", "DynamoDB_20111205.ListTables", "."] {
        for answer in answers(target, b"{}") {
            assert_eq!(answer, r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#);
        }
    }
    let refused = database.refuse(LIST_TABLES, b"{}", &refusal);
    assert_eq!(
        text(&refused),
        r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"none"}"#
    );
}

#[test]
fn text_after_the_request_is_malformed_too() {
    let database = database(Clock::System);
    for body in [&b"{} x"[..], b"{}{}", b"", b"{", b"[]", b"null", b"7", b"\"x\"", b"{\"a\":\"\xff\"}"] {
        let reply = database.answer(LIST_TABLES, body);
        assert_eq!(reply.status, 400);
        assert!(text(&reply).contains("#SerializationException"), "{body:?} {}", text(&reply));
    }
    assert_eq!(database.answer(LIST_TABLES, b" {} \n").status, 200);
}

#[test]
fn a_member_that_is_refused_is_not_malformed_json() {
    let database = database(Clock::System);
    let answer = |body: &str| {
        let reply = database.answer("DynamoDB_20120810.CreateTable", body.as_bytes());
        String::from_utf8(reply.body).unwrap()
    };
    let refused = answer(r#"{"TableName":"cars","GlobalTableSourceArn":"arn","KeySchema":[]}"#);
    assert!(refused.contains("ValidationException") && refused.contains("GlobalTableSourceArn"), "{refused}");
    let malformed = answer(r#"{"TableName":"cars","GlobalTableSourceArn":"arn","KeySchema":["#);
    assert!(malformed.contains("SerializationException"), "{malformed}");
}

#[test]
fn a_panic_under_the_lock_stops_this_database_and_nothing_else() {
    let database = database(Clock::System);
    let panicked: Result<(), Error> = guarded(|| {
        let _engine = database.engine()?;
        panic!("on purpose");
    });
    assert_eq!(panicked, Err(Error::Internal("Internal server error: on purpose".to_owned())));
    let reply = database.answer(LIST_TABLES, b"{}");
    assert_eq!(reply.status, 500);
    assert!(text(&reply).contains("#InternalServerError"));
    assert_eq!(database.next_event_at(), None);
}

#[test]
fn a_panic_outside_the_lock_costs_one_request() {
    let database = database(Clock::System);
    let panicked: Result<(), Error> = guarded(|| panic!("while reading"));
    assert!(panicked.is_err());
    assert_eq!(database.answer(LIST_TABLES, b"{}").status, 200);
}

#[test]
fn two_runs_with_one_seed_and_a_virtual_clock_are_the_same() {
    let run = || {
        let clock = Arc::new(VirtualClock::new(Timestamp::from_seconds(1_700_000_000)));
        let database = database(Clock::Virtual(Arc::clone(&clock)));
        let create = br#"{"TableName":"cars","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
        let created = database.answer("DynamoDB_20120810.CreateTable", create);
        clock.advance(Duration::from_secs(60)).unwrap();
        let described = database.answer("DynamoDB_20120810.DescribeTable", br#"{"TableName":"cars"}"#);
        (created, described)
    };
    let (created, described) = run();
    assert_eq!((created.status, described.status), (200, 200));
    assert!(text(&created).contains("\"CreationDateTime\":1700000000"), "{}", text(&created));
    assert_eq!(run(), (created, described));
}

#[test]
fn a_virtual_clock_is_not_driven_by_the_machine() {
    let clock = Arc::new(VirtualClock::new(Timestamp::from_seconds(0)));
    assert_eq!(database(Clock::Virtual(clock)).catch_up(), None);
}

#[test]
fn what_is_due_happens_without_a_request() {
    let settings = Settings { table_transition: Duration::from_millis(2), ..Settings::default() };
    let database = Database::new(settings, Box::new(MemoryStore::new()), Clock::System, 7);
    assert_eq!(database.catch_up(), None);
    let create = br#"{"TableName":"cars","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    assert!(text(&database.answer("DynamoDB_20120810.CreateTable", create)).contains("CREATING"));
    let becomes_active = (0..10_000).any(|_| match database.catch_up() {
        Some(wait) => {
            std::thread::sleep(wait);
            false
        }
        None => true,
    });
    assert!(becomes_active);
}

/// A database on a virtual clock, with a table, its stream, and a mapping of it to the function `f`.
fn triggered() -> (Arc<VirtualClock>, Arc<Database>) {
    let clock = Arc::new(VirtualClock::new(Timestamp::from_seconds(1_700_000_000)));
    let database = database(Clock::Virtual(Arc::clone(&clock)));
    assert!(database.add_function("f", None).unwrap());
    let table = r#"{"TableName":"cars","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":
        [{"AttributeName":"id","AttributeType":"N"}],"BillingMode":"PAY_PER_REQUEST","StreamSpecification":
        {"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}"#;
    let made = database.answer("DynamoDB_20120810.CreateTable", table.as_bytes());
    let made: serde_json::Value = serde_json::from_slice(&made.body).unwrap();
    let stream = made["TableDescription"]["LatestStreamArn"].as_str().unwrap_or_else(|| panic!("{made}"));
    let mapping = format!(
        r#"{{"EventSourceArn":"{stream}","FunctionName":"f","StartingPosition":"LATEST","BatchSize":1}}"#
    );
    assert_eq!(database.answer("AWSLambda.CreateEventSourceMapping", mapping.as_bytes()).status, 200);
    (clock, database)
}

fn put(database: &Database, id: u64) {
    let body = format!(r#"{{"TableName":"cars","Item":{{"id":{{"N":"{id}"}}}}}}"#);
    assert_eq!(database.answer("DynamoDB_20120810.PutItem", body.as_bytes()).status, 200);
}

#[test]
fn calls_are_made_while_a_virtual_clock_moves_and_a_failure_of_the_invoker_stops_it() {
    let (clock, database) = triggered();
    let weak = Arc::downgrade(&database);
    let (seen, refuses) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (count, refuse, inner) = (Arc::clone(&seen), Arc::clone(&refuses), Arc::clone(&clock));
    database.set_invoker(Some(Arc::new(move |invocation| {
        assert!(inner.is_moved_here() && inner.advance(Duration::ZERO).is_err());
        let outcome = if refuse.load(Ordering::Relaxed) { Outcome::Failed } else { Outcome::Returned(None) };
        weak.upgrade().unwrap().settle_invocation(invocation.number, &outcome)?;
        if refuse.load(Ordering::Relaxed) {
            return Err(Error::Internal("stop".to_owned()));
        }
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    })));
    (0..5).for_each(|id| put(&database, id));
    assert_eq!(seen.load(Ordering::Relaxed), 0);
    clock.advance(Duration::ZERO).unwrap();
    assert_eq!((seen.load(Ordering::Relaxed), clock.is_moved_here()), (5, false));
    refuses.store(true, Ordering::Relaxed);
    put(&database, 7);
    let before = clock.now();
    assert!(clock.advance(Duration::from_secs(9)).is_err());
    assert_eq!(clock.now(), before);
    refuses.store(false, Ordering::Relaxed);
    clock.advance(Duration::from_secs(9)).unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 6);
}

#[test]
fn calls_that_write_what_calls_again_end_with_an_error() {
    let (clock, database) = triggered();
    let weak = Arc::downgrade(&database);
    let next = AtomicU64::new(1);
    database.set_invoker(Some(Arc::new(move |invocation| {
        let database = weak.upgrade().unwrap();
        put(&database, next.fetch_add(1, Ordering::Relaxed));
        database.settle_invocation(invocation.number, &Outcome::Returned(None))
    })));
    put(&database, 0);
    let error = clock.advance(Duration::from_secs(1)).unwrap_err();
    assert!(error.message().contains("without time passing"), "{error}");
}

#[test]
fn threads_wait_for_calls_until_they_are_let_go() {
    let (_, database) = triggered();
    let (called, calls) = std::sync::mpsc::channel();
    let waiters = [called.clone(), called].map(|called| {
        let database = Arc::clone(&database);
        std::thread::spawn(move || {
            while let Some(invocation) = database.wait_for_invocation() {
                database.settle_invocation(invocation.number, &Outcome::Returned(None)).unwrap();
                called.send(()).unwrap();
            }
        })
    });
    (0..200).for_each(|id| put(&database, id));
    (0..200).for_each(|_| calls.recv_timeout(Duration::from_secs(60)).unwrap());
    database.stop_waiting();
    waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
    assert!(database.wait_for_invocation().is_none());
    assert!(calls.recv().is_err(), "each change was called for once");
}
