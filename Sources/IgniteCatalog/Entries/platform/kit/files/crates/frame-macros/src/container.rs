//! `#[di_container]`: components in the order of what they need.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, Expr, ExprCall, Field, Fields, Ident, ItemStruct, Result, Type};

use crate::options::Options;

/// One field of the container.
struct Component {
    name: Ident,
    kind: Type,
    /// The call that makes it; none for an input.
    made: Option<Expr>,
    needs: Vec<Ident>,
}

pub fn expand(mut options: Options, mut container: ItemStruct) -> Result<TokenStream> {
    let error = options.take("error");
    options.finish(&["error"])?;
    let Fields::Named(fields) = &mut container.fields else {
        return Err(Error::new_spanned(
            &container.ident,
            "a container needs named fields",
        ));
    };
    let components = fields
        .named
        .iter_mut()
        .map(component)
        .collect::<Result<Vec<_>>>()?;
    let order = ordered(&components)?;
    let constructor = constructor(&order, error.as_ref());
    let (name, generics) = (&container.ident, &container.generics);
    let (generics, arguments, bounds) = generics.split_for_impl();
    Ok(quote! {
        #container

        impl #generics #name #arguments #bounds {
            #constructor
        }
    })
}

/// Reads a field, and takes away the attributes that are ours.
fn component(field: &mut Field) -> Result<Component> {
    let is_ours = |a: &Attribute| a.path().is_ident("input") || a.path().is_ident("provide");
    let ours: Vec<_> = field
        .attrs
        .extract_if(.., |attribute| is_ours(attribute))
        .collect();
    let name = field.ident.clone();
    let name = name.ok_or_else(|| Error::new_spanned(&*field, "a component needs a name"))?;
    let [attribute] = ours.as_slice() else {
        let what = "a component is either `#[input]` or `#[provide(call)]`";
        return Err(Error::new_spanned(name, what));
    };
    let (mut made, mut needs) = (None, Vec::new());
    if attribute.path().is_ident("provide") {
        let mut call: Expr = attribute.parse_args()?;
        needs = arguments(&mut call)?;
        made = Some(call);
    } else {
        attribute.meta.require_path_only()?;
    }
    let kind = field.ty.clone();
    Ok(Component {
        name,
        kind,
        made,
        needs,
    })
}

/// The components that a call takes; plain names are cloned from here on.
fn arguments(call: &mut Expr) -> Result<Vec<Ident>> {
    let ExprCall { args, .. } = innermost(call)?;
    let mut needs = Vec::new();
    for argument in args {
        let borrowed = matches!(argument, Expr::Reference(_));
        let place = match &*argument {
            Expr::Reference(reference) => &*reference.expr,
            other => other,
        };
        let Expr::Path(path) = place else {
            let what = "an argument is the name of a component, or a reference to one";
            return Err(Error::new_spanned(place, what));
        };
        let name = path.path.require_ident()?.clone();
        if !borrowed {
            *argument = syn::parse_quote!(::std::clone::Clone::clone(&#name));
        }
        needs.push(name);
    }
    Ok(needs)
}

/// The call below `.await` and `?`.
fn innermost(expression: &mut Expr) -> Result<&mut ExprCall> {
    match expression {
        Expr::Call(call) => Ok(call),
        Expr::Await(awaited) => innermost(&mut awaited.base),
        Expr::Try(tried) => innermost(&mut tried.expr),
        other => Err(Error::new_spanned(other, "a component is made by a call")),
    }
}

/// What a component needs before it, itself last.
fn ordered(components: &[Component]) -> Result<Vec<&Component>> {
    let known: BTreeMap<_, _> = components.iter().map(|c| (c.name.to_string(), c)).collect();
    let mut errors: Option<Error> = None;
    let mut add = |error: Error| match &mut errors {
        Some(all) => all.combine(error),
        None => errors = Some(error),
    };
    for need in components.iter().flat_map(|component| &component.needs) {
        if !known.contains_key(&need.to_string()) {
            add(Error::new_spanned(
                need,
                format!("no component is called `{need}`"),
            ));
        }
    }
    let (mut order, mut done) = (Vec::new(), BTreeSet::new());
    for component in components {
        let mut path = Vec::new();
        if let Err(error) = visit(component, &known, &mut path, &mut done, &mut order) {
            add(error);
            break;
        }
    }
    errors.map_or(Ok(order), Err)
}

fn visit<'c>(
    component: &'c Component,
    known: &BTreeMap<String, &'c Component>,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
    order: &mut Vec<&'c Component>,
) -> Result<()> {
    let name = component.name.to_string();
    if done.contains(&name) {
        return Ok(());
    }
    if let Some(start) = path.iter().position(|earlier| *earlier == name) {
        let mut circle = path.split_off(start);
        circle.push(name);
        let what = format!("components need each other: {}", circle.join(" -> "));
        return Err(Error::new_spanned(&component.name, what));
    }
    path.push(name.clone());
    for need in &component.needs {
        if let Some(needed) = known.get(&need.to_string()) {
            visit(needed, known, path, done, order)?;
        }
    }
    path.pop();
    done.insert(name);
    order.push(component);
    Ok(())
}

fn constructor(order: &[&Component], error: Option<&Expr>) -> TokenStream {
    let inputs = order.iter().filter(|component| component.made.is_none());
    let inputs = inputs.map(|Component { name, kind, .. }| quote!(#name: #kind));
    let steps = order.iter().filter_map(
        |Component {
             name, kind, made, ..
         }| { made.as_ref().map(|made| quote!(let #name: #kind = #made;)) },
    );
    let names = order.iter().map(|component| &component.name);
    let made = order.iter().filter_map(|component| component.made.as_ref());
    let asyncness = made.clone().any(awaits).then(|| quote!(async));
    let container = quote!(Self { #(#names),* });
    let (output, result) = match error {
        Some(error) => (
            quote!(::std::result::Result<Self, #error>),
            quote!(::std::result::Result::Ok(#container)),
        ),
        None => (quote!(Self), container),
    };
    quote! {
        /// Makes every component, each after those it needs.
        pub #asyncness fn new(#(#inputs),*) -> #output {
            #(#steps)*
            #result
        }
    }
}

fn awaits(expression: &Expr) -> bool {
    match expression {
        Expr::Await(_) => true,
        Expr::Try(tried) => awaits(&tried.expr),
        _ => false,
    }
}
