//! Where running programs print to: one sink for the process, standard output unless replaced, and
//! a capture for what one thread runs.

use std::{
    cell::RefCell,
    io::Write,
    sync::{Arc, PoisonError, RwLock},
};

/// Takes one printed line, without its end.
pub type Sink = Arc<dyn Fn(&str) + Send + Sync>;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);

thread_local! {
    static CAPTURED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Sends what programs print from now on to a sink, or to standard output again. Returns the sink
/// before.
pub fn set_sink(sink: Option<Sink>) -> Option<Sink> {
    std::mem::replace(&mut SINK.write().unwrap_or_else(PoisonError::into_inner), sink)
}

/// Runs `body` and returns the lines that programs print on this thread meanwhile, in order; they
/// go nowhere else.
///
/// ```
/// use jaxide_runtime::print;
/// let (sum, lines) = print::captured(|| {
///     print::line("adding");
///     1 + 1
/// });
/// assert_eq!((sum, lines), (2, vec!["adding".to_owned()]));
/// ```
pub fn captured<R>(body: impl FnOnce() -> R) -> (R, Vec<String>) {
    /// Puts the capture around this one back, also when `body` unwinds.
    struct Outer(Option<Vec<String>>);
    impl Drop for Outer {
        fn drop(&mut self) {
            CAPTURED.set(self.0.take());
        }
    }
    let _outer = Outer(CAPTURED.replace(Some(Vec::new())));
    let result = body();
    (result, CAPTURED.take().unwrap_or_default())
}

/// Prints a line.
pub fn line(text: &str) {
    let capture = |lines: &mut Option<Vec<String>>| match lines {
        Some(lines) => {
            lines.push(text.to_owned());
            true
        }
        None => false,
    };
    if CAPTURED.with_borrow_mut(capture) {
        return;
    }
    let sink = SINK.read().unwrap_or_else(PoisonError::into_inner).clone();
    match sink {
        Some(sink) => sink(text),
        // A reader that has gone away is no reason to stop the program.
        None => drop(writeln!(std::io::stdout().lock(), "{text}")),
    }
}
