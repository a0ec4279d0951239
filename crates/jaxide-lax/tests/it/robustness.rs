//! Changed texts of JAX are refused or read; no record panics on what they say.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jaxide_ir::{parse, verify};

use crate::golden_jaxprs::cases;

/// What numbers are replaced by.
const NUMBERS: [&str; 7] =
    ["-1", "0", "7", "4294967296", "-9223372036854775808", "9223372036854775807", "()"];

/// The ranges of the numbers of a text.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match ranges.last_mut() {
            _ if !byte.is_ascii_digit() => {}
            Some(last) if last.1 == at => last.1 += 1,
            _ => ranges.push((at, at + 1)),
        }
    }
    ranges
}

/// The message of the panic that a text causes, if it does.
fn panic_of(text: &str) -> Option<String> {
    let registry = jaxide_lax::registry();
    let read = || {
        if let Ok(jaxpr) = parse(text, "text", &registry) {
            assert_eq!(verify(&jaxpr, Some(&registry)), Ok(()), "{text}");
        }
    };
    let panic = catch_unwind(AssertUnwindSafe(read)).err()?;
    let message = panic.downcast_ref::<String>().cloned();
    Some(message.or_else(|| panic.downcast_ref::<&str>().map(|&s| s.into())).unwrap_or_default())
}

#[test]
fn numbers_out_of_range_are_refused_without_panic() {
    let mut panics = Vec::new();
    for case in cases("0435") {
        for (at, (start, end)) in numbers(&case.text).into_iter().enumerate() {
            // Two for each number, in turn: all of them at every number take too long.
            for number in [NUMBERS[at % NUMBERS.len()], NUMBERS[(at + 3) % NUMBERS.len()]] {
                let text = format!("{}{number}{}", &case.text[..start], &case.text[end..]);
                let line = text[..start].lines().count();
                let place = || text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
                panics.extend(panic_of(&text).map(|panic| format!("{panic}: {}", place())));
            }
        }
    }
    panics.sort();
    panics.dedup();
    assert!(panics.is_empty(), "{} panics:\n{}", panics.len(), panics.join("\n"));
}
