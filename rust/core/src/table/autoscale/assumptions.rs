//! What AWS does not publish about auto scaling, and what is taken for it here.
//!
//! AWS documents the alarms (two minutes above, fifteen minutes below) and the formula, not which of those minutes
//! gives the consumption, when the alarms see a minute, or how long a change takes. The choices below are plain
//! readings of what was measured, and together they reproduce a published experiment within 5 %: a table of 5 write
//! units, empty at first, left idle for 244 s; 1,500 puts by one client of 8.8 ms latency (56 s); auto scaling
//! switched on for 5 to 100 units at 70 %; 5,000 puts (274 s); 180 s of waiting; 5,000 puts (44 s). See the test
//! `experiment`.
//!
//! How long switching on took is not known. With these choices, and a table made at the beginning of a minute, the
//! second batch comes out within 5 % for 34 to 56 s, 272 to 296 s, 304 to 356 s and 364 to 408 s, and then with a
//! period of a minute (the saved-up 300 s of capacity are full by then; what remains is where in a minute the batch
//! begins). For a table made some seconds into a minute these ranges lie about as many seconds earlier. Between 57
//! and 270 s it takes longer, as less capacity was saved up to be spent in the first minute.
//!
//! Tried and not taken: counting the newest minute only (the batch spends what was saved up in its first minute, so
//! the second one asks for 8 units and the table crawls: hardly any switch-on time fits), and counting the highest
//! minute (fits about as often, but only if seeing a minute and applying a change take two minutes together).

use std::time::Duration;

/// Which of the minutes an alarm looked at gives the consumption the new capacity is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BreachingMinute {
    /// The newest one.
    Latest,
    /// The one with the highest consumption.
    Highest,
    /// The mean of all: what was consumed a second over the whole time the alarm looked at.
    #[default]
    Mean,
}

/// The choices of this simulation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assumptions {
    /// How long after a minute has ended the alarms see it. A minute by default: DynamoDB's metrics are known to
    /// come with such a delay, and reactions take two minutes of breach and "metric delay" (facts 3.3).
    pub metric_delay: Duration,
    /// How long after an alarm's action, or a registration, the table has its new capacity. 8 s by default: a
    /// raised minimum was seen on the table within some 4 s, and its activity ended after 30 s (facts 3.3). The
    /// engine is asked for the change when this time is over, and should make it without a further delay.
    pub apply_delay: Duration,
    /// Which minute counts.
    pub breaching_minute: BreachingMinute,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            metric_delay: Duration::from_secs(60),
            apply_delay: Duration::from_secs(8),
            breaching_minute: BreachingMinute::default(),
        }
    }
}
