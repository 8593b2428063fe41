//! Where a database takes the time from.

use std::ops::Add;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, SystemTime};

use dynacore::clock::Timestamp;
use dynacore::error::Error;

/// What changes by itself as time passes.
pub trait Timed: Send + Sync {
    /// When something happens next without a request, if anything does.
    fn next_event_at(&self) -> Option<Timestamp>;

    /// Lets everything happen that is due until `now`, each at its own time.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    fn tick(&self, now: Timestamp) -> Result<(), Error>;

    /// Makes the calls of functions that events have asked for.
    ///
    /// # Errors
    /// What makes the clock stop.
    fn invoke(&self) -> Result<Calls, Error> {
        Ok(Calls::default())
    }
}

/// Calls of functions that were made.
#[derive(Clone, Copy, Default)]
pub struct Calls {
    /// How many there were.
    pub made: usize,
    /// How many of them wrote what may lead to further calls.
    pub wrote: usize,
}

impl Add for Calls {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { made: self.made + other.made, wrote: self.wrote + other.wrote }
    }
}

/// A source of time.
#[derive(Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands until it is moved.
    Virtual(Arc<VirtualClock>),
}

impl Clock {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since_epoch =
                    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                Timestamp::default() + since_epoch
            }
            Self::Virtual(clock) => clock.now(),
        }
    }
}

/// A clock that stands still until it is told to move. While it moves, what happens in the databases that live by it
/// happens at its own time and in order, across all of them; so two runs with the same seed are the same run.
pub struct VirtualClock {
    /// Nanoseconds since the Unix epoch.
    now: AtomicI64,
    /// What lives by this clock, in the order in which it was made; that order decides between events of one moment.
    timed: Mutex<Vec<Weak<dyn Timed>>>,
    /// Keeps two movers apart.
    moving: Mutex<()>,
    /// The thread that moves the clock. What is called meanwhile runs on it and cannot move the clock itself.
    mover: Mutex<Option<ThreadId>>,
}

/// Rounds in a row at one moment at most that made no call and left something due. Other threads may make something due
/// between an event and a look at what is next, but not so often one after the other; what renews itself does.
const STANDING_ROUNDS_MAX: usize = 100_000;

/// Calls at one moment at most that write what may lead to further ones: they could go on for ever.
const WRITING_CALLS_MAX: usize = 10_000;

/// A clock that moves; it stands again when this is dropped.
struct Move<'a> {
    clock: &'a VirtualClock,
    _alone: MutexGuard<'a, ()>,
}

impl Drop for Move<'_> {
    fn drop(&mut self) {
        self.clock.set_mover(None);
    }
}

impl VirtualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self {
            now: AtomicI64::new(start.as_nanos()),
            timed: Mutex::default(),
            moving: Mutex::default(),
            mover: Mutex::default(),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.now.load(Ordering::Acquire))
    }

    /// Lets the clock drive `timed` for as long as that exists.
    pub fn drive(&self, timed: Weak<dyn Timed>) {
        let mut driven = self.driven();
        driven.retain(|known| known.strong_count() > 0);
        driven.push(timed);
    }

    /// Moves the clock forward.
    ///
    /// # Errors
    /// `InternalServerError` when a store fails at an event; the clock stands at that event then.
    pub fn advance(&self, duration: Duration) -> Result<(), Error> {
        let begun = self.begin()?;
        self.step_until(self.now() + duration, &begun)
    }

    /// Moves the clock forward to `when`; it stays where it is if that has passed.
    ///
    /// # Errors
    /// As [`VirtualClock::advance`].
    pub fn run_until(&self, when: Timestamp) -> Result<(), Error> {
        let begun = self.begin()?;
        self.step_until(when, &begun)
    }

    /// Whether this thread is moving the clock, so that it is inside of what an event called.
    #[must_use]
    pub fn is_moved_here(&self) -> bool {
        *self.mover.lock().unwrap_or_else(PoisonError::into_inner) == Some(thread::current().id())
    }

    fn set_mover(&self, mover: Option<ThreadId>) {
        *self.mover.lock().unwrap_or_else(PoisonError::into_inner) = mover;
    }

    fn begin(&self) -> Result<Move<'_>, Error> {
        if self.is_moved_here() {
            return Err(Error::Internal(
                "a function that is called while the clock moves cannot move it".to_owned(),
            ));
        }
        let alone = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        self.set_mover(Some(thread::current().id()));
        Ok(Move { clock: self, _alone: alone })
    }

    fn step_until(&self, when: Timestamp, begun: &Move<'_>) -> Result<(), Error> {
        let (mut wrote, mut standing_rounds) = (self.invoke()?.wrote, 0);
        while let Some(next) = self.next_event_at().filter(|next| *next <= when) {
            // An event can lie before the clock when its database has had no call since; it is late, not early.
            let before = self.now();
            let next = self.move_to(next, begun);
            if next > before {
                (wrote, standing_rounds) = (0, 0);
            }
            for timed in self.living() {
                if timed.next_event_at().is_some_and(|event| event <= next) {
                    timed.tick(next)?;
                }
            }
            let calls = self.invoke()?;
            wrote += calls.wrote;
            standing_rounds = if calls.made == 0 { standing_rounds + 1 } else { 0 };
            if standing_rounds > STANDING_ROUNDS_MAX {
                return Err(Error::Internal("an event renews itself without time passing".to_owned()));
            }
            if wrote > WRITING_CALLS_MAX {
                return Err(Error::Internal(format!(
                    "more than {WRITING_CALLS_MAX} calls of functions that write to streams, without time passing: does \
                     what a function writes call it again?"
                )));
            }
        }
        self.move_to(when, begun);
        Ok(())
    }

    /// Makes the calls that wait, in all databases.
    fn invoke(&self) -> Result<Calls, Error> {
        self.living().iter().try_fold(Calls::default(), |calls, timed| Ok(calls + timed.invoke()?))
    }

    fn next_event_at(&self) -> Option<Timestamp> {
        self.living().iter().filter_map(|timed| timed.next_event_at()).min()
    }

    /// What lives now: a function that is called may make a database.
    fn living(&self) -> Vec<Arc<dyn Timed>> {
        self.driven().iter().filter_map(Weak::upgrade).collect()
    }

    /// Only called by who moves the clock.
    fn move_to(&self, when: Timestamp, _: &Move<'_>) -> Timestamp {
        let reached = self.now().max(when);
        self.now.store(reached.as_nanos(), Ordering::Release);
        reached
    }

    /// The list is whole between any two of its changes, so a panic while it was held leaves nothing to repair.
    fn driven(&self) -> MutexGuard<'_, Vec<Weak<dyn Timed>>> {
        self.timed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Log = Arc<Mutex<Vec<(&'static str, i64)>>>;

    /// Something with an event every `period_seconds`, which writes down when it had one.
    struct Metronome {
        name: &'static str,
        period_seconds: i64,
        next_seconds: AtomicI64,
        log: Log,
    }

    impl Timed for Metronome {
        fn next_event_at(&self) -> Option<Timestamp> {
            Some(Timestamp::from_seconds(self.next_seconds.load(Ordering::Relaxed)))
        }

        fn tick(&self, now: Timestamp) -> Result<(), Error> {
            let event = self.next_seconds.fetch_add(self.period_seconds, Ordering::Relaxed);
            assert_eq!(Timestamp::from_seconds(event), now, "an event happens at its own time");
            self.log.lock().unwrap().push((self.name, event));
            Ok(())
        }
    }

    fn metronome(clock: &VirtualClock, name: &'static str, period_seconds: i64, log: &Log) -> Arc<Metronome> {
        let next_seconds = AtomicI64::new(period_seconds);
        let made = Arc::new(Metronome { name, period_seconds, next_seconds, log: Arc::clone(log) });
        let timed: Arc<dyn Timed> = made.clone();
        clock.drive(Arc::downgrade(&timed));
        made
    }

    #[test]
    fn events_of_all_databases_happen_in_the_order_of_their_times() {
        let clock = VirtualClock::new(Timestamp::from_seconds(0));
        let log = Log::default();
        let _kept = [metronome(&clock, "slow", 3, &log), metronome(&clock, "fast", 2, &log)];
        clock.advance(Duration::from_secs(5)).unwrap();
        clock.advance(Duration::from_secs(1)).unwrap();
        let expected = [("fast", 2), ("slow", 3), ("fast", 4), ("slow", 6), ("fast", 6)];
        assert_eq!(*log.lock().unwrap(), expected);
        assert_eq!(clock.now(), Timestamp::from_seconds(6));
    }

    #[test]
    fn what_others_make_due_meanwhile_happens_and_is_no_error() {
        /// Due as often as others have made it so.
        struct Crowd(AtomicI64);

        impl Timed for Crowd {
            fn next_event_at(&self) -> Option<Timestamp> {
                (self.0.load(Ordering::Relaxed) > 0).then(|| Timestamp::from_seconds(1))
            }

            fn tick(&self, _now: Timestamp) -> Result<(), Error> {
                self.0.fetch_sub(1, Ordering::Relaxed);
                Ok(())
            }
        }

        let clock = VirtualClock::new(Timestamp::from_seconds(0));
        let crowd = Arc::new(Crowd(AtomicI64::new(1_000)));
        let timed: Arc<dyn Timed> = crowd.clone();
        clock.drive(Arc::downgrade(&timed));
        clock.advance(Duration::from_secs(2)).unwrap();
        assert_eq!(crowd.0.load(Ordering::Relaxed), 0);
        assert_eq!(clock.now(), Timestamp::from_seconds(2));
    }

    #[test]
    fn an_event_that_renews_itself_is_an_error() {
        let clock = VirtualClock::new(Timestamp::from_seconds(0));
        let log = Log::default();
        let endless = metronome(&clock, "endless", 0, &log);
        endless.next_seconds.store(1, Ordering::Relaxed);
        let refused = clock.advance(Duration::from_secs(2)).unwrap_err();
        assert!(refused.message().contains("renews itself"), "{}", refused.message());
        assert_eq!(clock.now(), Timestamp::from_seconds(1));
    }

    #[test]
    fn what_is_gone_is_no_longer_driven_and_time_never_runs_back() {
        let clock = VirtualClock::new(Timestamp::from_seconds(10));
        let log = Log::default();
        drop(metronome(&clock, "gone", 1, &log));
        clock.run_until(Timestamp::from_seconds(20)).unwrap();
        clock.run_until(Timestamp::from_seconds(5)).unwrap();
        assert_eq!(clock.now(), Timestamp::from_seconds(20));
        assert!(log.lock().unwrap().is_empty());
    }
}
