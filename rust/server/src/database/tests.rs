use dynacore::store::MemoryStore;

use super::*;
use crate::clock::VirtualClock;

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
