use frame_macros::circuit_breaker;

#[circuit_breaker]
fn blocking() -> Result<(), String> {
    Ok(())
}

#[circuit_breaker(open_ms = "soon")]
async fn vague() -> Result<(), String> {
    Ok(())
}

fn main() {}
