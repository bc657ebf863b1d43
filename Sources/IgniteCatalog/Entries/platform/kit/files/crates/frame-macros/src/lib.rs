//! The attributes and derives of the runtime kit; `frame` exports them beside what they use.
//!
//! Each is a function from tokens to tokens in a module of its own. What they write names
//! everything by its full path, so that it works wherever `frame` is a dependency.

#![warn(missing_docs)]

mod container;
mod guard;
mod obfuscate;
mod options;

use proc_macro::TokenStream;
use syn::{Error, parse_macro_input};

/// Repeats an async function that fails in passing.
///
/// It must be safe to call twice. Options, all of them optional: `max_attempts` (3), `initial_ms`
/// (100) for the first wait, `max_ms` (10 000) for the longest. The error must be
/// `frame::resilience::Transient`, and the arguments must only be borrowed, because each attempt
/// needs them.
#[proc_macro_attribute]
pub fn retry(options: TokenStream, function: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options);
    let function = parse_macro_input!(function);
    finish(guard::retry(options, function))
}

/// Stops calling an async function that keeps failing.
///
/// Options, all of them optional: `failure_threshold` (5) failures among the last `window` (10)
/// calls open the circuit for `open_ms` (30 000); `success_threshold` (3) probes close it again. All
/// callers of the function share the circuit. The error must be `frame::resilience::Transient` and
/// made `From<frame::resilience::Rejection>`.
#[proc_macro_attribute]
pub fn circuit_breaker(options: TokenStream, function: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options);
    let function = parse_macro_input!(function);
    finish(guard::circuit_breaker(options, function))
}

/// Bounds how often an async function is called.
///
/// Options: `rps` calls a second over time, `burst` (the same number) at once, and `key`, an expression
/// that gives a text, such as an argument's name: each key has its own bound. The error must be made
/// `From<frame::resilience::Rejection>`.
#[proc_macro_attribute]
pub fn rate_limited(options: TokenStream, function: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options);
    let function = parse_macro_input!(function);
    finish(guard::rate_limited(options, function))
}

/// Wires the components of a program together while it compiles.
///
/// Each field of the struct is a component: `#[input]` is handed to `new`, `#[provide(call)]` is made by
/// a call whose arguments are names of other components, as `name` (cloned) or `&name`. The calls are
/// put in order; a missing or cyclic dependency does not compile. A call may end in `.await` and
/// `?`; for the latter name the error: `#[di_container(error = Error)]`.
#[proc_macro_attribute]
pub fn di_container(options: TokenStream, container: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options);
    let container = parse_macro_input!(container);
    finish(container::expand(options, container))
}

/// Writes `Obfuscate` and a `Debug` that never show the fields marked `#[sensitive]`.
#[proc_macro_derive(Obfuscate, attributes(sensitive))]
pub fn derive_obfuscate(input: TokenStream) -> TokenStream {
    finish(obfuscate::expand(parse_macro_input!(input)))
}

fn finish(expansion: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expansion.unwrap_or_else(Error::into_compile_error).into()
}
