//! The procedural macros of jaxide: `#[jit]`, `jit_fn!` and `#[derive(Tree)]`.
//!
//! Each names the crate that holds the runtime parts: `::jaxide` unless `crate = path` says
//! otherwise. Deliberately not here: anything that needs types; errors about types come from the
//! traits of `jaxide-trace`, at the user's spans.

#![forbid(unsafe_code)]

mod jit;
mod jit_fn;
mod options;
mod tree;

use proc_macro::TokenStream;

/// Compiles a function at its first call per signature.
///
/// The function stays a real `fn`. Its handle is the type of the same name:
/// `f::try_call(&x)`, `f::lower(&x)`, `f::cache_size()`, `f::explain()`, `f::handle()`.
///
/// Options: `static_argnums = [0]`, `static_argnames = ["n"]`, `handle = Name` where a type or
/// module of the function's name exists already, `crate = path`.
#[proc_macro_attribute]
pub fn jit(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(jit::expand(options.into(), item.into()))
}

/// A jitted function or closure that knows names and its own line: `jit_fn!(f)`,
/// `jit_fn!(|x, y| x - y)`, `jit_fn!(|x, n: usize| x * n, static_argnames = ["n"])`. A closure
/// parameter without a type is `&Array`.
#[proc_macro]
pub fn jit_fn(input: TokenStream) -> TokenStream {
    finish(jit_fn::expand(input.into()))
}

/// Makes a struct a tree of its fields. Fields marked `#[tree(fixed)]` are data that key the
/// compilation: any `Hash + Eq + Clone + Send + Sync`. `#[tree(crate = path)]` on the struct names the
/// crate.
#[proc_macro_derive(Tree, attributes(tree))]
pub fn derive_tree(item: TokenStream) -> TokenStream {
    finish(tree::expand(item.into()))
}

fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(syn::Error::into_compile_error).into()
}
