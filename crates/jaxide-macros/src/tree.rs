//! `#[derive(Tree)]`: leaves in field order.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Ident, Member, Path, Result, Token, ext::IdentExt,
    parse_quote, parse2, spanned::Spanned,
};

pub(crate) fn expand(item: TokenStream) -> Result<TokenStream> {
    let mut item: DeriveInput = parse2(item)?;
    let Data::Struct(data) = &item.data else {
        return Err(Error::new(item.ident.span(), "#[derive(Tree)] is for structs"));
    };
    let krate = krate(&item.attrs)?;
    let (mut visits, mut maps) = (Vec::new(), Vec::new());
    for (index, field) in data.fields.iter().enumerate() {
        let (visit, map) = field_code(index, field, &krate)?;
        visits.push(visit);
        maps.push(map);
    }
    let name = &item.ident;
    for parameter in item.generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#krate::Tree));
    }
    let (impl_generics, type_generics, bounds) = item.generics.split_for_impl();
    let params = &item.generics.params;
    Ok(quote! {
        impl #impl_generics #krate::Tree for #name #type_generics #bounds {
            #[inline]
            #[allow(unused_variables)]
            fn visit<'__s, __V: #krate::Visitor<'__s>>(&'__s self, visitor: &mut __V) {
                #(#visits)*
            }

            #[allow(unused_variables)]
            fn map(&self, f: &mut dyn FnMut(&#krate::Array) -> #krate::Array) -> Self {
                #name { #(#maps),* }
            }
        }

        #krate::param_by_value!([#params] #name #type_generics #bounds);
    })
}

/// The code that visits and maps one field.
fn field_code(index: usize, field: &Field, krate: &Path) -> Result<(TokenStream, TokenStream)> {
    let member = field.ident.clone().map_or_else(|| Member::Unnamed(index.into()), Member::Named);
    let step = match &field.ident {
        Some(name) => {
            let name = name.unraw().to_string();
            quote!(#krate::Step::Field(#name))
        }
        None => quote!(#krate::Step::Index(#index)),
    };
    let (span, ty) = (field.ty.span(), &field.ty);
    Ok(if is_fixed(field)? {
        (
            quote_spanned!(span => visitor.enter(#step); visitor.aux(&self.#member); visitor.exit();),
            quote_spanned!(span => #member: ::core::clone::Clone::clone(&self.#member)),
        )
    } else {
        (
            quote_spanned!(span =>
                visitor.enter(#step);
                <#ty as #krate::Tree>::visit(&self.#member, visitor);
                visitor.exit();
            ),
            quote_spanned!(span => #member: <#ty as #krate::Tree>::map(&self.#member, f)),
        )
    })
}

fn is_fixed(field: &Field) -> Result<bool> {
    let mut fixed = false;
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("tree")) {
        let word: Ident = attr.parse_args()?;
        if word != "fixed" {
            return Err(Error::new(word.span(), "expected `fixed`"));
        }
        fixed = true;
    }
    Ok(fixed)
}

fn krate(attrs: &[Attribute]) -> Result<Path> {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("tree")) else {
        return Ok(parse_quote!(::jaxide));
    };
    attr.parse_args_with(|input: syn::parse::ParseStream<'_>| {
        let key = input.call(Ident::parse_any)?;
        if key != "crate" {
            return Err(Error::new(key.span(), "expected `crate = path`"));
        }
        input.parse::<Token![=]>()?;
        input.call(Path::parse_mod_style)
    })
}
