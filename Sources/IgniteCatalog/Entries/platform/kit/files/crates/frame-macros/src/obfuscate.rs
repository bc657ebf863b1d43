//! `derive(Obfuscate)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Field, Fields, Result};

pub fn expand(input: DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(
            &input.ident,
            "`Obfuscate` needs a struct",
        ));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(
            &input.ident,
            "`Obfuscate` needs named fields",
        ));
    };
    let shown = fields.named.iter().map(shown).collect::<Result<Vec<_>>>()?;
    let (name, text) = (&input.ident, input.ident.to_string());
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics ::std::fmt::Debug for #name #arguments #bounds {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#text)#(#shown)*.finish()
            }
        }

        impl #generics ::frame::security::Obfuscate for #name #arguments #bounds {}
    })
}

fn shown(field: &Field) -> Result<TokenStream> {
    let mut sensitive = false;
    for attribute in field
        .attrs
        .iter()
        .filter(|a| a.path().is_ident("sensitive"))
    {
        attribute.meta.require_path_only()?;
        sensitive = true;
    }
    let ident = &field.ident;
    let text = ident
        .as_ref()
        .map(|ident| ident.to_string())
        .unwrap_or_default();
    let text = text.trim_start_matches("r#");
    Ok(if sensitive {
        quote!(.field(#text, &::frame::security::REDACTED))
    } else {
        quote!(.field(#text, &self.#ident))
    })
}
