//! Requests made up from bytes, against the model.
#![no_main]

use dynacore::testing::fuzz_sequence;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz_sequence(data));
