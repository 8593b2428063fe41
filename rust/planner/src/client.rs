//! What a client does when it is throttled (facts 16).

use dynacore::random::Random;

use crate::arrival::unit;
use crate::scenario::Retry;

/// Attempts in all, of botocore's legacy mode with DynamoDB.
const LEGACY_ATTEMPTS_MAX: u32 = 10;
const LEGACY_DELAY_SECONDS: f64 = 0.05;

/// Attempts in all, of the standard mode.
const STANDARD_ATTEMPTS_MAX: u32 = 3;
const STANDARD_DELAY_SECONDS_MAX: f64 = 20.0;

/// The standard mode's quota: a client that is throttled all the time stops to retry.
const QUOTA_TOKENS: u32 = 500;
const RETRY_TOKENS: u32 = 5;

/// The client of a load, with what its retry mode remembers.
pub struct Client {
    retry: Retry,
    tokens: u32,
}

impl Client {
    /// A client with a full quota.
    pub fn new(retry: Retry) -> Self {
        Self { retry, tokens: QUOTA_TOKENS }
    }

    /// Seconds to wait before the next attempt after `attempts` were throttled; `None` gives up.
    pub fn delay(&mut self, attempts: u32, random: &mut Random) -> Option<f64> {
        match self.retry {
            Retry::None => None,
            Retry::Legacy => (attempts < LEGACY_ATTEMPTS_MAX)
                .then(|| LEGACY_DELAY_SECONDS * f64::from(1_u32 << (attempts - 1))),
            Retry::Standard => {
                if attempts >= STANDARD_ATTEMPTS_MAX || self.tokens < RETRY_TOKENS {
                    return None;
                }
                self.tokens -= RETRY_TOKENS;
                let longest = f64::from(1_u32 << (attempts - 1)).min(STANDARD_DELAY_SECONDS_MAX);
                Some(longest * unit(random))
            }
        }
    }

    /// A request succeeded after `attempts`: the standard mode gives the last retry's tokens back, or one.
    pub fn succeeded(&mut self, attempts: u32) {
        if self.retry == Retry::Standard {
            let returned = if attempts > 1 { RETRY_TOKENS } else { 1 };
            self.tokens = (self.tokens + returned).min(QUOTA_TOKENS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_waits_twice_as_long_each_time_and_gives_up_after_ten() {
        let (mut client, mut random) = (Client::new(Retry::Legacy), Random::new(7));
        let delays: Vec<f64> = (1..).map_while(|attempts| client.delay(attempts, &mut random)).collect();
        assert_eq!(delays, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]);
    }

    #[test]
    fn standard_gives_up_after_three_or_when_its_quota_is_used_up() {
        let (mut client, mut random) = (Client::new(Retry::Standard), Random::new(7));
        for attempts in [1, 2] {
            let delay = client.delay(attempts, &mut random).expect("attempts are left");
            assert!((0.0..f64::from(attempts)).contains(&delay));
        }
        assert_eq!(client.delay(3, &mut random), None);
        let more = (0..).take_while(|_| client.delay(1, &mut random).is_some()).count();
        assert_eq!(more, 98, "500 tokens are 100 retries");
        client.succeeded(1);
        assert_eq!(client.delay(1, &mut random), None);
        client.succeeded(2);
        assert!(client.delay(1, &mut random).is_some());
    }

    #[test]
    fn none_gives_up_at_once() {
        assert_eq!(Client::new(Retry::None).delay(1, &mut Random::new(7)), None);
    }
}
