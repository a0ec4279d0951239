//! Messages of the front end, one function a mistake. Tracer and shape messages keep JAX's
//! words; those of control flow are `jaxide_lax::control::diag`'s.

use std::{fmt::Display, ops::Range, panic::Location};

use jaxide_ir::{ArrayType, Code, DType, Diagnostic, Loc};

use crate::{
    func::FnInfo,
    promote::shape_text,
    trace::{Tracer, depends_on},
};

const TRACER: Code = Code("J0301");
const LEAK: Code = Code("J0302");
const STATIC: Code = Code("J0303");
const SHAPE: Code = Code("J0304");
const RECOMPILED: Code = Code("J0306");
const HOST: Code = Code("J0307");
const ARRAY: Code = Code("J0308");
const INDEX: Code = Code("J0309");
const CHECKS: Code = Code("J0310");
const CUSTOM_TREE: Code = Code("J0320");
const CUSTOM_TYPE: Code = Code("J0321");

/// `Loc` of the user's line, or of nothing where core's comparison traits hide it.
fn user_line(at: &'static Location<'static>) -> Loc {
    if at.file().ends_with("library/core/src/cmp.rs") { Loc::unknown() } else { Loc::rust(at) }
}

fn hidden_line(diagnostic: Diagnostic, at: &'static Location<'static>) -> Diagnostic {
    if user_line(at).is_unknown() {
        diagnostic.note("in a comparison of two `&Array`; write `*a < *b` to see its line")
    } else {
        diagnostic
    }
}

/// A traced value was used where a known one is needed; `head` says what was tried.
pub(crate) fn concretization(
    head: String,
    tracer: &Tracer,
    at: &'static Location<'static>,
) -> Diagnostic {
    let Some(why) = depends_on(tracer) else { return unexpected_tracer(tracer, at) };
    let diagnostic = Diagnostic::new(TRACER, format!("{head}\n{why}")).at(&user_line(at));
    hidden_line(diagnostic, at)
}

/// `if x < 0.0` on a traced value.
pub(crate) fn bool_conversion(tracer: &Tracer, at: &'static Location<'static>) -> Diagnostic {
    let ty = tracer.ty.with_dtype(DType::Bool);
    let head =
        format!("Attempted boolean conversion of traced array with shape {}.", ty.numpy_text());
    concretization(head, tracer, at)
}

/// A traced value was used as an integer of the host.
pub(crate) fn integer_conversion(tracer: &Tracer, at: &'static Location<'static>) -> Diagnostic {
    let ty = tracer.ty.numpy_text();
    let head = format!("The conversion to an integer was called on traced array with shape {ty}");
    concretization(head, tracer, at)
}

/// The elements of a traced value were asked for.
pub(crate) fn array_conversion(tracer: &Tracer, at: &'static Location<'static>) -> Diagnostic {
    let ty = tracer.ty.numpy_text();
    let head = format!("The conversion to host data was called on traced array with shape {ty}");
    concretization(head, tracer, at)
}

/// A traced value where a concrete one is expected.
pub(crate) fn needs_value(
    hint: &str,
    tracer: &Tracer,
    at: &'static Location<'static>,
) -> Diagnostic {
    let ty = tracer.ty.numpy_text();
    let head = format!(
        "Abstract tracer value encountered where concrete value is expected: traced array with \
         shape {ty}\n{hint}"
    );
    concretization(head, tracer, at)
}

/// A shape that holds a traced value; `got` shows it.
pub(crate) fn shape_from_tracer(
    got: impl Display,
    tracer: &Tracer,
    at: &'static Location<'static>,
) -> Diagnostic {
    let head = format!(
        "Shapes must be 1D sequences of concrete values of integer type, got {got}.\nIf using \
         `jit`, try using `static_argnums` or applying `jit` to smaller subfunctions."
    );
    concretization(head, tracer, at)
}

/// A shape that is no shape.
pub(crate) fn bad_shape(message: impl Display, at: &'static Location<'static>) -> Diagnostic {
    Diagnostic::new(SHAPE, message.to_string()).at(&Loc::rust(at))
}

/// Shapes that do not broadcast.
pub(crate) fn broadcast(op: &str, shapes: &str, at: &'static Location<'static>) -> Diagnostic {
    let message = format!("{op} got incompatible shapes for broadcasting: {shapes}.");
    Diagnostic::new(SHAPE, message).at(&Loc::rust(at))
}

/// Matrices whose summed sizes differ.
pub(crate) fn contraction(
    op: &str,
    shapes: &[String; 2],
    sizes: &[usize; 2],
    at: &'static Location<'static>,
) -> Diagnostic {
    let message = format!(
        "{op}: expected contracting dimensions of equal sizes, got {} and {} of shapes {} and {}",
        sizes[0], sizes[1], shapes[0], shapes[1]
    );
    Diagnostic::new(SHAPE, message).at(&Loc::rust(at))
}

/// A traced value outside of its trace.
pub(crate) fn unexpected_tracer(tracer: &Tracer, at: &'static Location<'static>) -> Diagnostic {
    let message = format!(
        "Encountered an unexpected tracer. A function transformed by jaxide had a side effect, \
         allowing for a reference to an intermediate value with type {} wrapped in a \
         DynamicJaxprTracer to escape the scope of the transformation.\njaxide transformations \
         require that functions explicitly return their outputs, and disallow saving intermediate \
         values to global state.\nThe function being traced when the value leaked was {} traced \
         for {}.\nThe leaked intermediate value was created on line {}:{}:{}.",
        tracer.ty.numpy_text(),
        tracer.info.function.place(),
        tracer.info.transform,
        tracer.at.file(),
        tracer.at.line(),
        tracer.at.column(),
    );
    Diagnostic::new(LEAK, message)
        .note("To catch the leak earlier, try `config::check_leaks`.")
        .at(&user_line(at))
}

/// A traced value that is still alive when its trace ends.
pub(crate) fn leaked_trace(tracer: &Tracer) -> Diagnostic {
    let message = format!(
        "Leaked trace DynamicJaxprTrace. Leaked tracer: a value of type {} that the function {} \
         made while it was traced for {}",
        tracer.ty.numpy_text(),
        tracer.info.function.place(),
        tracer.info.transform
    );
    Diagnostic::new(LEAK, message).at(&Loc::rust(tracer.at))
}

/// The value of an array with more than one element was asked for.
pub(crate) fn ambiguous_truth(at: &'static Location<'static>) -> Diagnostic {
    let message = "The truth value of an array with more than one element is ambiguous. \
                   Use a.any() or a.all()";
    let diagnostic = Diagnostic::new(HOST, message)
        .at(&user_line(at))
        .note("x.eq(&y) compares element by element, jnp::array_equal(&x, &y) as a whole");
    hidden_line(diagnostic, at)
}

/// `item()` of an array that has not exactly one element.
pub(crate) fn item_size(ty: &ArrayType, at: &'static Location<'static>) -> Diagnostic {
    let message = format!(
        "can only convert an array of size 1 to a scalar, got {} of size {}",
        ty.numpy_text(),
        ty.size()
    );
    Diagnostic::new(HOST, message).at(&Loc::rust(at))
}

/// Elements of another type were asked for.
pub(crate) fn element_type(
    expected: DType,
    got: DType,
    at: &'static Location<'static>,
) -> Diagnostic {
    let message = format!("expected an array of {expected}, got {got}; convert with `astype`");
    Diagnostic::new(HOST, message).at(&Loc::rust(at))
}

/// An integer that its dtype cannot hold.
pub(crate) fn overflow(value: i128, dtype: DType, at: &'static Location<'static>) -> Diagnostic {
    let message = format!("integer {value} too large to convert to {}", dtype.numpy_name());
    Diagnostic::new(ARRAY, message).at(&Loc::rust(at))
}

/// Nested data whose rows differ in length, or other data of the wrong size.
pub(crate) fn array_data(message: impl Display, at: &'static Location<'static>) -> Diagnostic {
    Diagnostic::new(ARRAY, message.to_string()).at(&Loc::rust(at))
}

fn index(message: impl Display, at: &'static Location<'static>) -> Diagnostic {
    Diagnostic::new(INDEX, message.to_string()).at(&Loc::rust(at))
}

/// More entries than axes.
pub(crate) fn too_many_indices(
    rank: usize,
    count: usize,
    at: &'static Location<'static>,
) -> Diagnostic {
    let message =
        format!("Too many indices: array is {rank}-dimensional, but {count} were indexed");
    index(message, at)
}

/// Two entries that stand for what is left.
pub(crate) fn two_ellipses(at: &'static Location<'static>) -> Diagnostic {
    index("an index can only have a single ellipsis ('...')", at)
}

/// A host integer that the axis has not.
pub(crate) fn out_of_bounds(
    position: i64,
    axis: usize,
    size: usize,
    at: &'static Location<'static>,
) -> Diagnostic {
    index(format!("index {position} is out of bounds for axis {axis} with size {size}"), at)
}

/// An array of indices into an axis without elements.
pub(crate) fn empty_axis(axis: usize, at: &'static Location<'static>) -> Diagnostic {
    index(format!("index is out of bounds for axis {axis} with size 0"), at)
}

/// A window that is larger than its axis.
pub(crate) fn window(
    count: usize,
    axis: usize,
    size: usize,
    at: &'static Location<'static>,
) -> Diagnostic {
    index(format!("a window of size {count} does not fit into axis {axis} with size {size}"), at)
}

/// A range that does not move.
pub(crate) fn zero_step(at: &'static Location<'static>) -> Diagnostic {
    index("slice step cannot be zero", at)
}

/// An array of floats as index.
pub(crate) fn indexer(dtype: DType, at: &'static Location<'static>) -> Diagnostic {
    let name = dtype.numpy_name();
    index(format!("Indexer must have integer or boolean type, got indexer with type {name}"), at)
}

/// A traced mask, whose places are not known.
pub(crate) fn traced_mask(tracer: &Tracer, at: &'static Location<'static>) -> Diagnostic {
    let head = format!("Array boolean indices must be concrete; got {}", tracer.ty);
    concretization(head, tracer, at).note("`jnp::where_` chooses by a traced mask")
}

/// A mask that is not as the axes which it covers.
pub(crate) fn mask_shape(
    position: usize,
    got: &[usize],
    expected: &[usize],
    axes: Range<usize>,
    at: &'static Location<'static>,
) -> Diagnostic {
    let (got, expected) = (shape_text(got), shape_text(expected));
    let message = format!(
        "boolean index did not match shape of indexed array in index {position}: got {got}, \
         expected {expected}"
    );
    let named = axes.map(|axis| axis.to_string()).collect::<Vec<_>>().join(", ");
    index(message, at).note(format!("it stands for axis {named} of the array"))
}

/// Arrays of an index that do not broadcast.
pub(crate) fn index_shapes(shapes: &str, at: &'static Location<'static>) -> Diagnostic {
    let message = "shape mismatch: indexing arrays could not be broadcast together with shapes";
    index(format!("{message} {shapes}"), at)
}

/// A function of one element that is none.
pub(crate) fn element_function(
    captured: usize,
    shape: &[usize],
    at: &'static Location<'static>,
) -> Diagnostic {
    let got = if captured > 0 {
        format!("one that uses {captured} other arrays")
    } else {
        format!("a result of shape {}", shape_text(shape))
    };
    index(format!("apply: expected a function of one element, got {got}"), at)
        .note("`x.at(i).set(f(&x.get(i)))` takes any function")
}

/// An argument that is no array and not static.
pub(crate) fn not_an_array(function: &str, arg: &str, index: usize, ty: &str) -> Diagnostic {
    let message =
        format!("argument {arg} of {function}: expected an array or a static value, got {ty}");
    Diagnostic::new(STATIC, message)
        .note(format!("mark it static (`static_argnums = [{index}]`) or pass an `Array`"))
}

/// A static argument that is traced.
pub(crate) fn traced_static(function: &str, path: &str, tracer: &Tracer) -> Diagnostic {
    let message = format!(
        "static argument {path} of {function} must be a concrete value, got a traced array of \
         type {}",
        tracer.ty.numpy_text()
    );
    Diagnostic::new(STATIC, message).at(&Loc::rust(tracer.at))
}

/// A position beyond the arguments.
pub(crate) fn static_argnum(
    index: usize,
    count: usize,
    at: &'static Location<'static>,
) -> Diagnostic {
    let message = format!(
        "Jitted function has static_argnums=({index},), but only accepts {count} positional \
         arguments."
    );
    Diagnostic::new(STATIC, message).at(&Loc::rust(at))
}

/// A name that no argument has.
pub(crate) fn static_argname(
    function: &str,
    name: &str,
    known: &[&str],
    at: &'static Location<'static>,
) -> Diagnostic {
    let message = format!(
        "Jitted function has invalid argnames {{'{name}'}} in static_argnames. Function does not \
         take these args."
    );
    let note = if known.is_empty() {
        format!("{function} has no argument names; they need `#[jit]` or `jit_fn!`")
    } else {
        format!("{function} takes {}", known.join(", "))
    };
    Diagnostic::new(STATIC, message).note(note).at(&Loc::rust(at))
}

/// A compilation that was forbidden.
pub(crate) fn recompiled(function: &FnInfo, limit: &str, reasons: &str) -> Diagnostic {
    Diagnostic::new(RECOMPILED, format!("{} would be compiled again, {limit}", function.name))
        .at(&Loc::rust(function.at))
        .note(reasons)
}

/// A function that runs as it is has no compiler.
pub(crate) fn no_backend(function: &str) -> Diagnostic {
    Diagnostic::new(RECOMPILED, format!("{function} has no backend to compile it"))
}

/// A word of `JAXIDE_CHECKS` that is none.
pub(crate) fn unknown_check(name: &str) -> Diagnostic {
    let expected = "expected 1, 0, all, or names of div, index, nan, overflow between commas";
    Diagnostic::new(CHECKS, format!("JAXIDE_CHECKS: {expected}, got {name:?}"))
}

/// Which function with a rule of its own, and which function of the rule.
#[derive(Clone, Copy)]
pub(crate) struct CustomRule<'a> {
    /// `JVP`, `VJP fwd`, `VJP bwd`.
    pub(crate) kind: &'static str,
    pub(crate) rule: &'a FnInfo,
    pub(crate) function: &'a FnInfo,
    pub(crate) at: &'static Location<'static>,
}

impl CustomRule<'_> {
    fn head(self) -> String {
        let CustomRule { kind, rule, function, .. } = self;
        format!("Custom {kind} rule {} for function {}", rule.name(), function.name())
    }

    fn diagnostic(self, code: Code, message: String) -> Diagnostic {
        Diagnostic::new(code, message).at(&Loc::rust(self.at))
    }

    /// A result of the rule has another structure than it must; `what` and `of` name both, `path`
    /// tells where they first differ.
    pub(crate) fn structure(self, what: &str, of: &str, path: &str) -> Diagnostic {
        let place = if path.is_empty() { "the root" } else { path };
        let message = format!(
            "{} must produce {what} with the same container (pytree) structure as {of}, but they \
             differ at {place}",
            self.head()
        );
        self.diagnostic(CUSTOM_TREE, message)
    }

    /// A result of the rule has another type than it must.
    pub(crate) fn types(
        self,
        what: &str,
        of: &str,
        path: &str,
        [expected, got]: [&ArrayType; 2],
    ) -> Diagnostic {
        let place = if path.is_empty() { String::new() } else { format!(" at {path}") };
        let message = format!(
            "{} must produce {what} with the shapes and dtypes of {of}, but{place} expected {}, got {}",
            self.head(),
            expected.numpy_text(),
            got.numpy_text()
        );
        self.diagnostic(CUSTOM_TYPE, message)
    }
}
