//! Bytes of a request: the first picks the operation, the rest is its body.
#![no_main]

use dynacore::testing::fuzz_request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz_request(data));
