//! `name = value` pairs between the parentheses of an attribute.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, Ident, Lit, Result, Token};

/// The options as they were written.
#[derive(Default)]
pub struct Options(BTreeMap<String, (Span, Expr)>);

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        for pair in Punctuated::<Pair, Token![,]>::parse_terminated(input)? {
            let (name, span) = (pair.name.to_string(), pair.name.span());
            if options.0.insert(name.clone(), (span, pair.value)).is_some() {
                return Err(Error::new(span, format!("`{name}` is given twice")));
            }
        }
        Ok(options)
    }
}

struct Pair {
    name: Ident,
    value: Expr,
}

impl Parse for Pair {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        Ok(Self { name, value })
    }
}

impl Options {
    /// The value of an option that may be absent.
    pub fn take(&mut self, name: &str) -> Option<Expr> {
        self.0.remove(name).map(|(_, value)| value)
    }

    /// The tokens of a number that is not zero, or of its default.
    pub fn number(&mut self, name: &str, default: u64) -> Result<TokenStream> {
        match self.take(name) {
            None => {
                let literal = proc_macro2::Literal::u64_unsuffixed(default);
                Ok(quote!(#literal))
            }
            Some(Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            })) => match number.base10_parse::<u32>()? {
                0 => Err(Error::new(number.span(), format!("`{name}` must not be 0"))),
                _ => Ok(number.to_token_stream()),
            },
            Some(other) => Err(Error::new_spanned(
                other,
                format!("`{name}` must be a number"),
            )),
        }
    }

    /// Refuses options that nobody took.
    pub fn finish(self, known: &[&str]) -> Result<()> {
        let Some((name, (span, _))) = self.0.into_iter().next() else {
            return Ok(());
        };
        let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
        let known = known.join(", ");
        Err(Error::new(
            span,
            format!("there is no option `{name}`, only {known}"),
        ))
    }
}
