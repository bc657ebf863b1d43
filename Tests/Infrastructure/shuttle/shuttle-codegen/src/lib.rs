//! `#[shuttle_runtime::main]` for one argument, `#[shuttle_runtime::Secrets]`: the function stays as it is
//! without the attribute of the argument, inside a `main` that checks its type.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

#[proc_macro_attribute]
pub fn main(_: TokenStream, function: TokenStream) -> TokenStream {
    let function: TokenStream = function
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let attribute = inside.iter().take(2).map(ToString::to_string).collect::<String>();
                let plain = attribute.replace(' ', "") == "#[shuttle_runtime::Secrets]";
                let kept = inside.into_iter().skip(if plain { 2 } else { 0 }).collect();
                TokenTree::Group(Group::new(Delimiter::Parenthesis, kept))
            }
            other => other,
        })
        .collect();
    let text = format!("fn main() {{ {function} shuttle_runtime::start(main); }}");
    text.parse().unwrap_or_default()
}
