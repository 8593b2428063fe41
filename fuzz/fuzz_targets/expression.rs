//! Text of every kind of expression.
#![no_main]

use dynacore::expression::fuzz_expression;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz_expression(data));
