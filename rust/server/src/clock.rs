//! Where a database takes the time from.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
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
    /// The lock also keeps two movers apart.
    timed: Mutex<Vec<Weak<dyn Timed>>>,
}

impl VirtualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self { now: AtomicI64::new(start.as_nanos()), timed: Mutex::default() }
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
        let driven = self.driven();
        self.step_until(self.now() + duration, &driven)
    }

    /// Moves the clock forward to `when`; it stays where it is if that has passed.
    ///
    /// # Errors
    /// As [`VirtualClock::advance`].
    pub fn run_until(&self, when: Timestamp) -> Result<(), Error> {
        let driven = self.driven();
        self.step_until(when, &driven)
    }

    fn step_until(&self, when: Timestamp, driven: &[Weak<dyn Timed>]) -> Result<(), Error> {
        let driven: Vec<Arc<dyn Timed>> = driven.iter().filter_map(Weak::upgrade).collect();
        let next_event = || driven.iter().filter_map(|timed| timed.next_event_at()).min();
        while let Some(next) = next_event().filter(|next| *next <= when) {
            // An event can lie before the clock when its database has had no call since; it is late, not early.
            let next = self.move_to(next);
            for timed in
                driven.iter().filter(|timed| timed.next_event_at().is_some_and(|event| event <= next))
            {
                timed.tick(next)?;
            }
            if next_event().is_some_and(|again| again <= next) {
                return Err(Error::Internal("an event renews itself without time passing".to_owned()));
            }
        }
        self.move_to(when);
        Ok(())
    }

    /// Only called by the holder of the lock.
    fn move_to(&self, when: Timestamp) -> Timestamp {
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
