use frame_macros::rate_limited;

#[rate_limited]
async fn unbounded() -> Result<(), String> {
    Ok(())
}

#[rate_limited(rps = 5)]
fn blocking() -> Result<(), String> {
    Ok(())
}

fn main() {}
