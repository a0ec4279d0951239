//! Diagnostics of control flow, one function a mistake, in JAX's words where a user of JAX knows
//! them. Records use them on programs, the front end with the names and lines of user functions.

use jaxide_ir::{ArrayType, Code, Diagnostic};

use crate::shape::tuple_text;

/// A function that a user passed to a control-flow op.
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    /// What it is to the op: `true_fun`, `branch 0`.
    pub label: &'a str,
    /// Its name and place, where known: `<lambda> at f.rs:117`.
    pub source: Option<&'a str>,
}

/// Two types that should be equal and are not.
#[derive(Clone, Debug)]
pub struct Mismatch<'a> {
    /// Which part of the value, empty for the whole: `c['b']`, `[1]`.
    pub path: &'a str,
    /// The type of the first side: first branch, carry input.
    pub expected: ArrayType,
    /// The type of the other side.
    pub got: ArrayType,
}

/// Results of branches differ in type.
pub fn branch_types(
    op: &str,
    first: Role<'_>,
    other: Role<'_>,
    mismatches: &[Mismatch<'_>],
) -> Diagnostic {
    let (a, b) = (first.label, other.label);
    let line = |m: &Mismatch<'_>| {
        let at = if m.path.is_empty() { String::new() } else { format!(" at path {}", m.path) };
        let (ty_a, ty_b) = (m.expected.numpy_text(), m.got.numpy_text());
        format!(
            "The output of {a}{at} has type {ty_a} but the corresponding output of {b} has type \
             {ty_b}{}",
            why(m)
        )
    };
    let header = format!("{op} branches must have equal output types but they differ.");
    let advice = format!("Revise {a} and/or {b} so that all output types match.");
    let lines: Vec<String> = mismatches.iter().map(line).collect();
    let parts = [header, sources(&[first, other]), listed(&lines), advice];
    Diagnostic::new(Code("J0120"), paragraphs(&parts))
}

/// Results of branches differ in structure; `difference` is a sentence about the first one.
pub fn branch_trees(op: &str, first: Role<'_>, other: Role<'_>, difference: &str) -> Diagnostic {
    let header =
        format!("{op} branch outputs must have the same pytree structure, but they differ:");
    let advice = format!(
        "Revise {} and/or {} so that they have the same pytree structure.",
        first.label, other.label
    );
    let parts = [header, sources(&[first, other]), difference.to_owned(), advice];
    Diagnostic::new(Code("J0121"), paragraphs(&parts))
}

/// A loop body returns a carry of other types than it takes. `op` is `while_loop` or `scan`; paths
/// name the carry as the user does: `c`, `c['b']`, `loop_carry[1]`.
pub fn carry_types(op: &str, mismatches: &[Mismatch<'_>]) -> Diagnostic {
    let line = |m: &Mismatch<'_>| {
        // A plain name is the carry itself, anything else a component of it.
        let whole = m.path.chars().all(|c| c.is_alphanumeric() || c == '_');
        let component = if whole { "" } else { "component " };
        let (ty_in, ty_out) = (m.expected.numpy_text(), m.got.numpy_text());
        format!(
            "The input carry {component}{} has type {ty_in} but the corresponding output carry \
             component has type {ty_out}{}",
            m.path,
            why(m)
        )
    };
    let header = format!(
        "{op} body function carry input and carry output must have equal types, but they differ:"
    );
    let advice =
        "Revise the function so that all output types match the corresponding input types.";
    let lines: Vec<String> = mismatches.iter().map(line).collect();
    let parts = [header, listed(&lines), advice.to_owned()];
    Diagnostic::new(Code("J0122"), paragraphs(&parts))
}

/// A loop body returns a carry of another structure than it takes; `difference` is a sentence about
/// the first one.
pub fn carry_trees(op: &str, difference: &str) -> Diagnostic {
    let header = format!(
        "{op} body function carry input and carry output must have the same pytree structure, but \
         they differ:"
    );
    let advice = "Revise the function so that the carry output has the same pytree structure as \
                  the carry input.";
    let parts = [header, difference.to_owned(), advice.to_owned()];
    Diagnostic::new(Code("J0123"), paragraphs(&parts))
}

/// The condition of a loop does not return one bool.
pub fn while_predicate(types: &[ArrayType]) -> Diagnostic {
    let types: Vec<String> = types.iter().map(traced_text).collect();
    let message = format!(
        "cond_fun must return a boolean scalar, but got output type(s) [{}].",
        types.join(", ")
    );
    Diagnostic::new(Code("J0124"), message)
}

/// The predicate of `cond` is no scalar; `value` is what was passed, as text.
pub fn cond_predicate(value: &str, ty: &ArrayType) -> Diagnostic {
    let message = format!("Pred must be a scalar, got {value} of shape {}.", tuple_text(&ty.shape));
    Diagnostic::new(Code("J0125"), message)
}

/// The index of `switch` is no scalar; `value` is what was passed, as text.
pub fn switch_index_shape(value: &str, ty: &ArrayType) -> Diagnostic {
    let shape = tuple_text(&ty.shape);
    let message = format!("Branch index must be scalar, got {value} of shape {shape}.");
    Diagnostic::new(Code("J0125"), message)
}

/// The index of `switch` is no integer; `value` is what was passed, as text.
pub fn switch_index_dtype(value: &str, ty: &ArrayType) -> Diagnostic {
    let dtype = ty.dtype.numpy_name();
    let message = format!("Index type must be an integer, got {value} as {dtype}");
    Diagnostic::new(Code("J0125"), message)
}

/// No branches.
pub fn switch_empty() -> Diagnostic {
    Diagnostic::new(Code("J0126"), "Empty branch sequence")
}

/// Scanned values of different lengths.
pub fn scan_lengths(sizes: &[usize]) -> Diagnostic {
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    let sizes = sizes.join(", ");
    let message = format!("scan got values with different leading axis sizes: {sizes}.");
    Diagnostic::new(Code("J0127"), message)
}

/// A length that the scanned values do not have.
pub fn scan_length_disagrees(length: usize, sizes: &[usize]) -> Diagnostic {
    let message = format!(
        "scan got `length` argument of {length} which disagrees with leading axis sizes {sizes:?}."
    );
    Diagnostic::new(Code("J0127"), message)
}

/// Nothing to scan over and no length.
pub fn scan_no_length() -> Diagnostic {
    let message = "scan got no values to scan over and `length` not provided.";
    Diagnostic::new(Code("J0127"), message)
}

/// A scanned value of rank 0; `value` is what was passed, as text.
pub fn scan_no_axis(value: &str) -> Diagnostic {
    let message = format!("scan got value with no leading axis to scan over: {value}.");
    Diagnostic::new(Code("J0127"), message)
}

/// Bounds of `fori_loop` of different dtypes.
pub fn fori_bounds(lower: &ArrayType, upper: &ArrayType) -> Diagnostic {
    let message = format!(
        "lower and upper arguments to fori_loop must have equal types, got {} and {}",
        lower.dtype.numpy_name(),
        upper.dtype.numpy_name()
    );
    Diagnostic::new(Code("J0128"), message)
}

/// An operand does not fit the nested program that gets it.
pub fn nested_operand(
    op: &str,
    param: &str,
    position: usize,
    expected: &ArrayType,
    got: &ArrayType,
) -> Diagnostic {
    let message = format!("{op}: operand {position}: expected {expected} for {param}, got {got}");
    Diagnostic::new(Code("J0129"), message)
}

/// A nested program takes or returns another number of values than the op needs.
pub fn nested_count(op: &str, param: &str, what: &str, expected: usize, got: usize) -> Diagnostic {
    let message = format!("{op}: {param}: expected {expected} {what}, got {got}");
    Diagnostic::new(Code("J0129"), message)
}

/// `~float32[]`: the type as texts about traced values show it, weak types marked.
fn traced_text(ty: &ArrayType) -> String {
    format!("{}{}", if ty.weak { "~" } else { "" }, ty.numpy_text())
}

fn why(m: &Mismatch<'_>) -> &'static str {
    match (m.expected.dtype == m.got.dtype, m.expected.shape == m.got.shape) {
        (false, true) => ", so the dtypes do not match",
        (true, false) => ", so the shapes do not match",
        (false, false) => ", so the dtypes do not match, and the shapes do not match",
        (true, true) => "",
    }
}

/// One sentence as it is, several as a list.
fn listed(lines: &[String]) -> String {
    match lines {
        [line] => format!("{line}."),
        _ => {
            let items: Vec<String> = lines.iter().map(|line| format!("  * {line}")).collect();
            format!("{}.", items.join(";\n"))
        }
    }
}

fn sources(roles: &[Role<'_>]) -> String {
    let line = |role: &Role<'_>| role.source.map(|source| format!("{} is {source}", role.label));
    roles.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn paragraphs(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    parts.join("\n\n")
}
