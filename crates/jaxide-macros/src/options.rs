//! The options that `#[jit]` and `jit_fn!` share.

use proc_macro2::Span;
use syn::{
    Error, Expr, ExprArray, ExprLit, Ident, Lit, LitStr, Path, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    parse_quote,
};

/// `static_argnums = [0], static_argnames = ["n"], handle = Name, crate = path`.
#[derive(Default)]
pub(crate) struct Options {
    nums: Vec<(usize, Span)>,
    names: Vec<LitStr>,
    pub(crate) handle: Option<Ident>,
    krate: Option<Path>,
}

const EXPECTED: &str = "expected `static_argnums = [0, ..]`, `static_argnames = [\"n\", ..]`, \
                        `handle = Name` or `crate = path`";

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Options> {
        let mut options = Options::default();
        while !input.is_empty() {
            let key = input.call(Ident::parse_any).map_err(|e| Error::new(e.span(), EXPECTED))?;
            input.parse::<Token![=]>().map_err(|e| Error::new(e.span(), EXPECTED))?;
            match key.to_string().as_str() {
                "static_argnums" => options.nums = list(input, num)?,
                "static_argnames" => options.names = list(input, name)?,
                "handle" => options.handle = Some(input.parse()?),
                "crate" => options.krate = Some(input.call(Path::parse_mod_style)?),
                _ => return Err(Error::new(key.span(), EXPECTED)),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    /// The crate that holds the runtime parts.
    pub(crate) fn krate(&self) -> Path {
        self.krate.clone().unwrap_or_else(|| parse_quote!(::jaxide))
    }

    /// One flag per argument: whether it is static.
    pub(crate) fn statics(&self, function: &str, args: &[Ident]) -> Result<Vec<bool>> {
        let mut statics = vec![false; args.len()];
        for (num, span) in &self.nums {
            let count = args.len();
            *statics.get_mut(*num).ok_or_else(|| {
                Error::new(*span, format!("`{function}` has {count} arguments, numbered from 0"))
            })? = true;
        }
        for name in &self.names {
            let position = args.iter().position(|arg| *arg == name.value()).ok_or_else(|| {
                let name_text = name.value();
                Error::new(name.span(), format!("`{function}` has no argument named `{name_text}`"))
            })?;
            statics[position] = true;
        }
        Ok(statics)
    }

    /// The static positions as given.
    pub(crate) fn nums(&self) -> Vec<usize> {
        self.nums.iter().map(|(num, _)| *num).collect()
    }

    /// The static names as given.
    pub(crate) fn names(&self) -> &[LitStr] {
        &self.names
    }
}

/// One item or a list of items.
fn list<T>(input: ParseStream<'_>, item: fn(&Expr) -> Result<T>) -> Result<Vec<T>> {
    match input.parse::<Expr>()? {
        Expr::Array(ExprArray { elems, .. }) => elems.iter().map(item).collect(),
        single => Ok(vec![item(&single)?]),
    }
}

fn num(expr: &Expr) -> Result<(usize, Span)> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => Ok((int.base10_parse()?, int.span())),
        other => Err(Error::new_spanned(other, "expected a list of positions: [0, 1]")),
    }
}

fn name(expr: &Expr) -> Result<LitStr> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Ok(name.clone()),
        other => Err(Error::new_spanned(other, "expected a list of names: [\"n\"]")),
    }
}
