//! Several databases as the Regions of a world.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::request::{Operation, Response};
use dynacore::world::{Comparison, Lag, Regions, World as Core};

use crate::authorization::Refusal;
use crate::clock::{Clock, Timed};
use crate::database::{Database, guarded};
use crate::handler::Handler;
use crate::place::Place;
use crate::reply::Reply;
use crate::request_id::RequestId;

/// How often the system's time is looked at, for what is between Regions.
const TICK: Duration = Duration::from_millis(5);

/// Databases on one clock with a network between them. Each keeps its own lock: a request takes that of its Region alone,
/// unless it is work for several.
pub struct World {
    core: Mutex<Core>,
    databases: Vec<Arc<Database>>,
    /// As [`Core::is_up`], for requests that need nothing else of the world.
    up: Vec<AtomicBool>,
    clock: Clock,
    /// As [`Core::has_strong`].
    has_strong: AtomicBool,
}

/// The engines of the databases.
struct Engines<'a>(&'a [Arc<Database>]);

impl Regions for Engines<'_> {
    fn visit<T>(&mut self, region: usize, work: impl FnOnce(&mut Engine) -> T) -> Result<T, Error> {
        let mut engine = self.0[region].engine()?;
        Ok(work(&mut engine))
    }
}

impl World {
    /// Makes databases of one clock the Regions of a world; no two have one Region, and none is in a world already. With
    /// the system's clock a thread lets happen what is due, for as long as the world exists.
    #[must_use]
    pub fn new(databases: Vec<Arc<Database>>, clock: Clock, seed: u64) -> Arc<Self> {
        let names: Vec<String> = databases.iter().map(|database| database.region().to_owned()).collect();
        let pace = databases.first().and_then(|database| database.copy_pace());
        let world = Arc::new(Self {
            core: Mutex::new(Core::new(&names, pace, seed)),
            up: databases.iter().map(|_| AtomicBool::new(true)).collect(),
            databases,
            clock,
            has_strong: AtomicBool::new(false),
        });
        for (region, database) in world.databases.iter().enumerate() {
            database.join(Place::Region { world: Arc::downgrade(&world), region });
        }
        match &world.clock {
            Clock::Virtual(clock) => {
                let timed: Arc<dyn Timed> = world.clone();
                clock.drive(Arc::downgrade(&timed));
            }
            Clock::System => follow_time(Arc::downgrade(&world)),
        }
        world
    }

    /// The databases, in the order of their Regions.
    #[must_use]
    pub fn databases(&self) -> &[Arc<Database>] {
        &self.databases
    }

    /// The position of a Region.
    #[must_use]
    pub fn position(&self, region: &str) -> Option<usize> {
        self.databases.iter().position(|database| database.region() == region)
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets a Region fail or come back.
    ///
    /// # Errors
    /// `InternalServerError` where the world was stopped by an earlier error.
    pub fn set_up(&self, region: usize, is_up: bool) -> Result<(), Error> {
        self.up[region].store(is_up, Ordering::Release);
        self.change(|core| if is_up { core.recover(region) } else { core.fail(region) })
    }

    /// Whether a Region answers.
    #[must_use]
    pub fn is_up(&self, region: usize) -> bool {
        self.up[region].load(Ordering::Acquire)
    }

    /// Works on what is between the Regions, after what was due.
    ///
    /// # Errors
    /// `InternalServerError` where the world was stopped by an earlier error.
    pub fn change<T>(&self, work: impl FnOnce(&mut Core) -> T) -> Result<T, Error> {
        guarded(|| {
            let mut core = self.core()?;
            core.tick(&mut Engines(&self.databases), self.clock.now())?;
            Ok(work(&mut core))
        })
    }

    /// Works on the world with the engines of its Regions, after what was due.
    ///
    /// # Errors
    /// Those of `work`; `InternalServerError` where the world was stopped by an earlier error.
    fn work<T>(
        &self,
        work: impl FnOnce(&mut Core, &mut Engines<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        guarded(|| {
            let mut core = self.core()?;
            let mut engines = Engines(&self.databases);
            core.tick(&mut engines, self.clock.now())?;
            work(&mut core, &mut engines)
        })
    }

    /// Replicates a table from its master to a Region: see [`Core::replicate`].
    ///
    /// # Errors
    /// As there.
    pub fn replicate(&self, table: &str, places: (usize, usize)) -> Result<(), Error> {
        self.work(|core, engines| core.replicate(engines, table, places))
    }

    /// How far a replica is behind its master.
    ///
    /// # Errors
    /// As [`Core::lag`].
    pub fn lag(&self, table: &str, region: usize) -> Result<Lag, Error> {
        self.work(|core, engines| core.lag(engines, table, region))
    }

    /// Makes a replica the master: see [`Core::promote`].
    ///
    /// # Errors
    /// As there.
    pub fn promote(&self, table: &str, region: usize, loses: bool) -> Result<(), Error> {
        self.work(|core, engines| core.promote(engines, table, region, loses))
    }

    /// Ends the replication to a Region: see [`Core::stop_replication`].
    ///
    /// # Errors
    /// As there.
    pub fn stop_replication(&self, table: &str, region: usize) -> Result<(), Error> {
        self.work(|core, engines| core.stop_replication(engines, table, region))
    }

    /// Compares a table in two Regions.
    ///
    /// # Errors
    /// As [`Core::compare`].
    pub fn compare(&self, table: &str, places: (usize, usize)) -> Result<Comparison, Error> {
        self.work(|core, engines| core.compare(engines, table, places))
    }

    fn core(&self) -> Result<MutexGuard<'_, Core>, Error> {
        self.core.lock().map_err(|_| {
            Error::Internal("The world was stopped by an internal error in an earlier request".to_owned())
        })
    }

    /// Carries out what came to a Region, unless it is work of its database alone.
    pub(crate) fn execute_at(&self, region: usize, operation: &Operation) -> Option<Result<Response, Error>> {
        if !self.is_up(region) {
            return Some(Err(Error::RegionUnavailable(self.databases[region].region().to_owned())));
        }
        (Core::concerns(operation) || self.has_strong.load(Ordering::Acquire))
            .then(|| self.execute(region, operation))
    }

    fn execute(&self, region: usize, operation: &Operation) -> Result<Response, Error> {
        let mut core = self.core()?;
        let outcome = core.execute(&mut Engines(&self.databases), region, operation, self.clock.now());
        self.has_strong.store(core.has_strong(), Ordering::Release);
        outcome
    }
}

impl Timed for World {
    fn next_event_at(&self) -> Option<Timestamp> {
        // A stopped world has no future.
        guarded(|| self.core()?.next_event_at(&mut Engines(&self.databases))).ok().flatten()
    }

    fn tick(&self, now: Timestamp) -> Result<(), Error> {
        guarded(|| {
            let mut core = self.core()?;
            let outcome = core.tick(&mut Engines(&self.databases), now);
            self.has_strong.store(core.has_strong(), Ordering::Release);
            outcome
        })
    }
}

/// Ticks a world in the system's time until it is gone.
fn follow_time(world: Weak<World>) {
    let follow = move || {
        while let Some(world) = world.upgrade() {
            // What a store failed to do is tried again later.
            let _ = world.tick(world.clock.now());
            drop(world);
            thread::sleep(TICK);
        }
    };
    // Without the thread nothing would be replicated; the system refuses one only where it has no memory left.
    thread::Builder::new()
        .name("dynacore-world".to_owned())
        .spawn(follow)
        .expect("the system gives a thread");
}

/// A world answers for the Region that a request names, and for the first one where it names none.
impl Handler for World {
    fn answer(&self, target: &str, body: &[u8]) -> Reply {
        Handler::answer(&*self.databases[0], target, body)
    }

    fn refuse(&self, target: &str, body: &[u8], refusal: &Refusal) -> Reply {
        self.databases[0].refuse(target, body, refusal)
    }

    fn answer_cbor(&self, operation: &str, body: &[u8]) -> Reply {
        Handler::answer_cbor(&*self.databases[0], operation, body)
    }

    fn refuse_cbor(&self, refusal: &Refusal) -> Reply {
        self.databases[0].refuse_cbor(refusal)
    }

    fn problem(&self) -> Option<String> {
        self.databases.iter().find_map(|database| database.problem())
    }

    fn metrics(&self) -> Option<String> {
        self.databases[0].metrics()
    }

    fn request_id(&self) -> RequestId {
        self.databases[0].request_id()
    }

    fn region(&self) -> &str {
        self.databases[0].region()
    }

    fn regions(&self) -> Vec<Arc<dyn Handler>> {
        self.databases.iter().map(|database| Arc::clone(database) as Arc<dyn Handler>).collect()
    }

    fn catch_up(&self) -> Option<Duration> {
        // A thread does.
        None
    }
}

#[cfg(test)]
mod tests {
    use dynacore::store::MemoryStore;
    use dynacore::table::Settings;

    use super::*;
    use crate::clock::VirtualClock;

    fn world(clock: &Clock) -> Arc<World> {
        let database = |region: &str| {
            let settings = Settings { region: region.to_owned(), ..Settings::default() };
            Database::new(settings, Box::new(MemoryStore::new()), clock.clone(), 7)
        };
        World::new(vec![database("us-east-1"), database("eu-central-1")], clock.clone(), 7)
    }

    fn ask(world: &World, region: usize, operation: &str, body: &str) -> String {
        let reply =
            world.databases()[region].answer(&format!("DynamoDB_20120810.{operation}"), body.as_bytes());
        format!("{} {}", reply.status, String::from_utf8(reply.body).unwrap())
    }

    const CARS: &str = r#"{"TableName":"cars","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    const REPLICA: &str =
        r#"{"TableName":"cars","ReplicaUpdates":[{"Create":{"RegionName":"eu-central-1"}}]}"#;
    const CAR: &str = r#"{"TableName":"cars","Item":{"id":{"S":"1"}}}"#;
    const KEY: &str = r#"{"TableName":"cars","Key":{"id":{"S":"1"}}}"#;

    #[test]
    fn databases_of_a_world_replicate_on_its_clock() {
        let clock = Arc::new(VirtualClock::new(Timestamp::from_seconds(1_700_000_000)));
        let world = world(&Clock::Virtual(Arc::clone(&clock)));
        ask(&world, 0, "CreateTable", CARS);
        assert!(ask(&world, 0, "UpdateTable", REPLICA).starts_with("200 "));
        clock.advance(Duration::from_secs(5)).unwrap();
        ask(&world, 0, "PutItem", CAR);
        assert_eq!(ask(&world, 1, "GetItem", KEY), "200 {}");
        clock.advance(Duration::from_secs(1)).unwrap();
        assert_eq!(ask(&world, 1, "GetItem", KEY), r#"200 {"Item":{"id":{"S":"1"}}}"#);
    }

    #[test]
    fn a_region_that_failed_is_not_available() {
        let clock = Clock::Virtual(Arc::new(VirtualClock::new(Timestamp::from_seconds(1_700_000_000))));
        let world = world(&clock);
        world.set_up(1, false).unwrap();
        assert!(ask(&world, 1, "ListTables", "{}").starts_with("503 "));
        assert!(ask(&world, 0, "ListTables", "{}").starts_with("200 "));
        world.set_up(1, true).unwrap();
        assert!(ask(&world, 1, "ListTables", "{}").starts_with("200 "));
    }
}
