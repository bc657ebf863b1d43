use frame_macros::di_container;

#[di_container]
struct Container {
    #[input]
    clock: u8,
    #[provide(orders(&stock, clock))]
    orders: u8,
    #[provide(stock(&prices))]
    stock: u8,
    #[provide(prices(&orders))]
    prices: u8,
}

fn main() {}
