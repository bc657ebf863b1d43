use frame_macros::Obfuscate;

#[derive(Obfuscate)]
enum Choice {
    One,
}

#[derive(Obfuscate)]
struct Unnamed(String);

#[derive(Obfuscate)]
struct Marked {
    #[sensitive(very)]
    key: String,
}

fn main() {}
