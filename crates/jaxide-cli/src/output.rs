//! Lines on standard output. A reader that has gone away (`jaxide .. | head`) ends the program
//! quietly; a full disk ends it with an error.

use std::{
    fmt::Arguments,
    io::{ErrorKind, Write, stdout},
    process::exit,
};

/// Prints a line, as `println!` does, but never panics.
#[macro_export]
macro_rules! say {
    ($($arg:tt)*) => { $crate::output::line(format_args!($($arg)*)) };
}

pub(crate) fn line(text: Arguments<'_>) {
    let Err(error) = writeln!(stdout(), "{text}") else { return };
    if error.kind() == ErrorKind::BrokenPipe {
        exit(0);
    }
    eprintln!("error: standard output: {error}");
    exit(1);
}
