//! Services that speak gRPC, of which a test says what they answer as REST would have it.

mod stock;

use axum::Router;

/// `rest`, with the methods of those that are called over gRPC before it.
pub fn over_grpc(rest: &Router) -> Router {
    rest.clone()
        .merge(stock::methods(rest))
}
