//! `#[jit]`: the function becomes a wrapper of the same signature, and a type of the same name
//! carries the handle's methods.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Error, FnArg, ItemFn, Lifetime, Pat, Path, Result, ReturnType, Type, TypeReference, Visibility,
    parse_quote, parse2,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use crate::options::Options;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = parse2(options)?;
    let function: ItemFn = parse2(item)?;
    check(&function)?;
    let args = arguments(&function)?;
    let names: Vec<Ident> = args.iter().map(|(name, _)| name.clone()).collect();
    let statics = options.statics(&function.sig.ident.to_string(), &names)?;
    let krate = options.krate();
    let args: Vec<Argument> = args
        .into_iter()
        .zip(statics)
        .map(|((name, ty), is_static)| Argument::new(name, ty, is_static, &krate))
        .collect();
    Ok(generate(&function, &args, &options, &krate))
}

fn check(function: &ItemFn) -> Result<()> {
    if let Some(parameter) = function.sig.generics.type_params().next() {
        return Err(Error::new(
            parameter.span(),
            "#[jit] needs a function without type parameters (its cache is one static): call \
             `jit(f::<T>)` where T is known",
        ));
    }
    if let Some(parameter) = function.sig.generics.const_params().next() {
        return Err(Error::new(
            parameter.span(),
            "#[jit] needs a function without const parameters: make it a static argument",
        ));
    }
    let sig = &function.sig;
    let qualifier = None
        .or(sig.asyncness.as_ref().map(Spanned::span))
        .or(sig.constness.as_ref().map(Spanned::span))
        .or(sig.unsafety.as_ref().map(Spanned::span))
        .or(sig.abi.as_ref().map(Spanned::span));
    if let Some(span) = qualifier {
        return Err(Error::new(span, "#[jit] needs a plain fn"));
    }
    for arg in &sig.inputs {
        if let FnArg::Typed(typed) = arg
            && let Type::ImplTrait(ty) = &*typed.ty
        {
            let message = "#[jit] needs the argument's type: `&Array`, or `&T` with `T: Tree`";
            return Err(Error::new(ty.span(), message));
        }
    }
    Ok(())
}

fn arguments(function: &ItemFn) -> Result<Vec<(Ident, Type)>> {
    let argument = |(index, arg): (usize, &FnArg)| match arg {
        FnArg::Receiver(receiver) => Err(Error::new(
            receiver.span(),
            "#[jit] on a method: write a free function that takes `&T` with \
             `#[derive(Tree)] struct T`",
        )),
        FnArg::Typed(typed) => {
            let name = match &*typed.pat {
                Pat::Ident(pattern) => pattern.ident.clone(),
                _ => format_ident!("arg{index}"),
            };
            Ok((name, (*typed.ty).clone()))
        }
    };
    function.sig.inputs.iter().enumerate().map(argument).collect()
}

/// One argument in the forms that the parts of the expansion need.
struct Argument {
    name: Ident,
    /// As the user wrote it.
    ty: Type,
    is_static: bool,
    /// In the parameter list, references `'static`.
    param: TokenStream,
    /// In the signature of the shim.
    shim: TokenStream,
    /// From the wrapper to the handle.
    pass: TokenStream,
    /// From the shim to the body.
    unwrap: TokenStream,
}

impl Argument {
    fn new(name: Ident, ty: Type, is_static: bool, krate: &Path) -> Argument {
        let span = ty.span();
        let mut lasting = ty.clone();
        Lasting.visit_type_mut(&mut lasting);
        let plain = (quote_spanned!(span => #lasting), quote!(#ty), quote!(#name), quote!(#name));
        let (param, shim, pass, unwrap) = match &ty {
            _ if !is_static || is_param(&ty) => plain,
            Type::Reference(TypeReference { elem, .. }) => (
                quote_spanned!(span => #krate::Static<#elem>),
                quote_spanned!(span => #krate::Static<#elem>),
                quote!(#krate::Static(::core::clone::Clone::clone(#name))),
                quote!(&#name.0),
            ),
            ty => (
                quote_spanned!(span => #krate::Static<#ty>),
                quote_spanned!(span => #krate::Static<#ty>),
                quote!(#krate::Static(#name)),
                quote!(#name.0),
            ),
        };
        Argument { name, ty, is_static, param, shim, pass, unwrap }
    }

    /// A check at the user's span that an argument which is not static can be traced.
    fn check(&self, krate: &Path) -> TokenStream {
        let mut ty = self.ty.clone();
        Lasting.visit_type_mut(&mut ty);
        let span = ty.span();
        let inner = match ty {
            Type::Reference(reference) => *reference.elem,
            ty => ty,
        };
        let inner = match inner {
            Type::Slice(slice) => *slice.elem,
            ty => ty,
        };
        quote_spanned!(span =>
            const _: fn() = || {
                fn traceable<T: #krate::Tree>() {}
                traceable::<#inner>()
            };
        )
    }
}

/// Gives every reference the lifetime `'static`.
struct Lasting;

impl VisitMut for Lasting {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        reference.lifetime = Some(parse_quote!('static));
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = parse_quote!('static);
    }
}

/// Static types that are parameters as they are; others are wrapped in `Static`.
const PARAMS: [&str; 18] = [
    "Array", "&Array", "bool", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64",
    "usize", "f32", "f64", "char", "String", "&str",
];

fn is_param(ty: &Type) -> bool {
    let text = quote!(#ty).to_string().replace(' ', "");
    let reference = text.starts_with('&');
    let last = text.trim_start_matches('&').rsplit("::").next().unwrap_or_default().to_string();
    let short = if reference { format!("&{last}") } else { last };
    PARAMS.contains(&short.as_str())
}

fn generate(function: &ItemFn, args: &[Argument], options: &Options, krate: &Path) -> TokenStream {
    let (vis, sig, attrs) = (&function.vis, &function.sig, &function.attrs);
    let name = &sig.ident;
    let handle = options.handle.as_ref().unwrap_or(name);
    let generics = &sig.generics;
    let out = match &sig.output {
        ReturnType::Type(_, ty) => quote!(#ty),
        ReturnType::Default => quote!(()),
    };
    let declared: Vec<TokenStream> =
        args.iter().map(|Argument { name, ty, .. }| quote!(#name: #ty)).collect();
    let pass: Vec<&TokenStream> = args.iter().map(|arg| &arg.pass).collect();
    let cfgs: Vec<_> = attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    let handle_fn = handle_fn(function, args, &out, krate);
    quote! {
        #(#attrs)*
        #[track_caller]
        #[allow(clippy::too_many_arguments)]
        #vis fn #name #generics (#(#declared),*) -> #out {
            #handle::handle().call_here(#(#pass),*)
        }

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #vis struct #handle {}

        #(#cfgs)*
        #[allow(dead_code, missing_docs, clippy::too_many_arguments)]
        impl #handle {
            #handle_fn

            #[track_caller]
            #vis fn try_call #generics (#(#declared),*)
                -> ::core::result::Result<#out, #krate::Error>
            {
                Self::handle().try_call(#(#pass),*)
            }

            #[track_caller]
            #vis fn lower #generics (#(#declared),*) -> #krate::Lowered {
                Self::handle().lower(#(#pass),*)
            }

            #vis fn cache_size() -> usize {
                Self::handle().cache_size()
            }

            #vis fn trace_count() -> usize {
                Self::handle().trace_count()
            }

            #vis fn compile_count() -> usize {
                Self::handle().compile_count()
            }

            #vis fn explain() -> #krate::Explanation {
                Self::handle().explain()
            }

            #vis fn clear_cache() {
                Self::handle().clear_cache()
            }
        }
    }
}

/// The function that owns the jitted function. A nested `fn` with elided lifetimes is general
/// over them, which a closure with `'static` references in its type would not be.
fn handle_fn(function: &ItemFn, args: &[Argument], out: &TokenStream, krate: &Path) -> TokenStream {
    let (vis, name, generics) = (&function.vis, &function.sig.ident, &function.sig.generics);
    let mut body = function.clone();
    body.vis = Visibility::Inherited;
    body.attrs.clear();
    body.sig.ident = format_ident!("__body");
    let checks = args.iter().filter(|arg| !arg.is_static).map(|arg| arg.check(krate));
    let params: Vec<&TokenStream> = args.iter().map(|arg| &arg.param).collect();
    let shim = args.iter().map(|Argument { name, shim, .. }| quote!(#name: #shim));
    let unwrap = args.iter().map(|arg| &arg.unwrap);
    let names = args.iter().map(|arg| arg.name.to_string());
    let positions =
        args.iter().enumerate().filter(|(_, arg)| arg.is_static).map(|(position, _)| position);
    let text = name.to_string();
    let line = quote_spanned!(name.span() => line!());
    quote! {
        #vis fn handle() -> &'static #krate::Jitted<'static, (#(#params,)*), #out> {
            #(#checks)*
            #body
            fn __shim #generics (#(#shim),*) -> #out {
                __body(#(#unwrap),*)
            }
            static HANDLE: ::std::sync::LazyLock<#krate::Jitted<'static, (#(#params,)*), #out>> =
                ::std::sync::LazyLock::new(|| {
                    #krate::jit(__shim)
                        .defined(::core::option::Option::Some(#text), file!(), #line, &[#(#names),*])
                        .static_argnums([#(#positions),*])
                });
            &HANDLE
        }
    }
}
