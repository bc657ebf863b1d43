use frame_macros::retry;

#[retry]
fn blocking() -> Result<(), String> {
    Ok(())
}

#[retry]
async fn silent() {}

#[retry(max_attempts = 0)]
async fn never() -> Result<(), String> {
    Ok(())
}

#[retry(attempts = 3)]
async fn misspelt() -> Result<(), String> {
    Ok(())
}

#[retry(max_ms = 1, max_ms = 2)]
async fn twice() -> Result<(), String> {
    Ok(())
}

fn main() {}
