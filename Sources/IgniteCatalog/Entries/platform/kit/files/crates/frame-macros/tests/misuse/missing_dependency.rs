use frame_macros::di_container;

struct Orders;

impl Orders {
    fn new(_repository: u8) -> Self {
        Self
    }
}

#[di_container]
struct Container {
    #[provide(Orders::new(repository))]
    orders: Orders,
}

fn main() {}
