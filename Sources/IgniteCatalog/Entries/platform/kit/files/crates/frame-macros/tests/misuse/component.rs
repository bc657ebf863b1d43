use frame_macros::di_container;

#[di_container]
struct Neither {
    clock: u8,
}

#[di_container]
struct NotACall {
    #[provide(5)]
    clock: u8,
}

#[di_container]
struct NotAName {
    #[provide(clock(5))]
    clock: u8,
}

#[di_container]
struct Unnamed(u8);

fn main() {}
