//! Keys sort as their values do, and bytes are an item or are refused.
#![no_main]

use dynacore::value::fuzz_key_order;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz_key_order(data));
