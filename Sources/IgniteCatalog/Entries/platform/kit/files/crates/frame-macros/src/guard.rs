//! Attributes that put a guard around an async function.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemFn, Result, ReturnType, Type};

use crate::options::Options;

pub fn retry(mut options: Options, function: ItemFn) -> Result<TokenStream> {
    let attempts = options.number("max_attempts", 3)?;
    let initial = options.number("initial_ms", 100)?;
    let max = options.number("max_ms", 10_000)?;
    options.finish(&["max_attempts", "initial_ms", "max_ms"])?;
    let output = output(&function, "retry")?;
    let body = &function.block;
    let guarded = quote! {
        ::frame::resilience::RetryExecutor::new(::frame::resilience::RetrySettings {
            max_attempts: #attempts,
            backoff: ::frame::retry::Backoff::new(
                ::std::time::Duration::from_millis(#initial),
                ::std::time::Duration::from_millis(#max),
            ),
        })
        .run(::frame::resilience::Repeat::Idempotent, || async {
            let result: #output = async #body.await;
            result
        })
        .await
    };
    Ok(with_body(&function, &guarded))
}

pub fn circuit_breaker(mut options: Options, function: ItemFn) -> Result<TokenStream> {
    let failures = options.number("failure_threshold", 5)?;
    let window = options.number("window", 10)?;
    let successes = options.number("success_threshold", 3)?;
    let open = options.number("open_ms", 30_000)?;
    options.finish(&[
        "failure_threshold",
        "window",
        "success_threshold",
        "open_ms",
    ])?;
    let output = output(&function, "circuit_breaker")?;
    let body = &function.block;
    let guarded = quote! {
        static CIRCUIT: ::std::sync::LazyLock<::frame::resilience::CircuitBreaker> =
            ::std::sync::LazyLock::new(|| {
                ::frame::resilience::CircuitBreaker::new(::frame::resilience::BreakerSettings {
                    failure_threshold: #failures,
                    window: #window,
                    success_threshold: #successes,
                    open_for: ::std::time::Duration::from_millis(#open),
                })
            });
        CIRCUIT
            .run(|| async {
                let result: #output = async #body.await;
                result
            })
            .await
    };
    Ok(with_body(&function, &guarded))
}

pub fn rate_limited(mut options: Options, function: ItemFn) -> Result<TokenStream> {
    let rps = options.number("rps", 0)?;
    if rps.to_string() == "0" {
        let what = "`rps` is missing, as in `#[rate_limited(rps = 50)]`";
        return Err(Error::new(proc_macro2::Span::call_site(), what));
    }
    let given = options.number("burst", 0)?;
    let burst = if given.to_string() == "0" {
        rps.clone()
    } else {
        given
    };
    let key = options
        .take("key")
        .map_or_else(|| quote!(""), |key| quote!(#key));
    options.finish(&["rps", "burst", "key"])?;
    let output = output(&function, "rate_limited")?;
    let body = &function.block;
    let guarded = quote! {
        static LIMITER: ::std::sync::LazyLock<::frame::resilience::RateLimiter> =
            ::std::sync::LazyLock::new(|| {
                ::frame::resilience::RateLimiter::new(::frame::resilience::RateSettings {
                    rps: f64::from(#rps),
                    burst: #burst,
                })
            });
        LIMITER.check(::std::convert::AsRef::<str>::as_ref(&#key))?;
        let result: #output = async #body.await;
        result
    };
    Ok(with_body(&function, &guarded))
}

/// The type the function returns, if it is one that a guard can go around.
fn output<'f>(function: &'f ItemFn, attribute: &str) -> Result<&'f Type> {
    if function.sig.asyncness.is_none() {
        let what = format!("`#[{attribute}]` needs an async function");
        return Err(Error::new_spanned(function.sig.fn_token, what));
    }
    match &function.sig.output {
        ReturnType::Type(_, output) => Ok(output),
        ReturnType::Default => {
            let what = format!("`#[{attribute}]` needs a function that returns a Result");
            Err(Error::new_spanned(&function.sig.ident, what))
        }
    }
}

fn with_body(function: &ItemFn, body: &TokenStream) -> TokenStream {
    let ItemFn {
        attrs, vis, sig, ..
    } = function;
    quote! {
        #(#attrs)*
        #vis #sig {
            #body
        }
    }
}
