//! `jit_fn!`: `jit` with the names and the line that a function call cannot know.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Expr, ExprClosure, Pat, PatType, Result, Token,
    parse::{Parse, ParseStream},
    parse_quote, parse2,
    spanned::Spanned,
};

use crate::options::Options;

struct Input {
    function: Expr,
    options: Options,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Input> {
        let function = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Input { function, options: input.parse()? })
    }
}

pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let Input { function, options } = parse2(input)?;
    let krate = options.krate();
    let line = quote_spanned!(function.span() => line!());
    let Expr::Closure(mut closure) = function else {
        let (nums, names) = (options.nums(), options.names());
        let nums = (!nums.is_empty()).then(|| quote!(.static_argnums([#(#nums),*])));
        let names = (!names.is_empty()).then(|| quote!(.static_argnames([#(#names),*])));
        return Ok(quote!(
            #krate::jit(#function).defined(::core::option::Option::None, file!(), #line, &[]) #nums #names
        ));
    };
    let names = name_parameters(&mut closure, &krate);
    let statics = options.statics("the closure", &names)?;
    let positions = statics.iter().enumerate().filter(|(_, s)| **s).map(|(position, _)| position);
    let names = names.iter().map(Ident::to_string);
    Ok(quote!(
        #krate::jit(#closure)
            .defined(::core::option::Option::None, file!(), #line, &[#(#names),*])
            .static_argnums([#(#positions),*])
    ))
}

/// Gives untyped parameters the type `&Array`; returns the names.
fn name_parameters(closure: &mut ExprClosure, krate: &syn::Path) -> Vec<Ident> {
    let mut names = Vec::new();
    for (index, pattern) in closure.inputs.iter_mut().enumerate() {
        let name = |pattern: &Pat| match pattern {
            Pat::Ident(pattern) => pattern.ident.clone(),
            _ => format_ident!("arg{index}"),
        };
        match pattern {
            Pat::Type(PatType { pat, .. }) => names.push(name(pat)),
            untyped => {
                names.push(name(untyped));
                let inner = untyped.clone();
                *untyped = Pat::Type(parse_quote!(#inner: &#krate::Array));
            }
        }
    }
    names
}
