//! Text of PartiQL statements.
#![no_main]

use dynacore::expression::fuzz_statement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz_statement(data));
