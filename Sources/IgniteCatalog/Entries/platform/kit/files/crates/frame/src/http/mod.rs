//! HTTP: problem details, extractors, `ETag`, pages and the layers around every service.
//!
//! ```
//! use axum::{Router, routing::get};
//! use frame::http::{Json, Path};
//!
//! async fn double(Path(number): Path<u32>) -> frame::Result<Json<u32>> {
//!     let twice = number.checked_mul(2);
//!     twice.map(Json).ok_or_else(|| frame::Error::Conflict("too large".to_owned()))
//! }
//! let routes: Router = Router::new().route("/double/{number}", get(double));
//! # let _ = routes;
//! ```

mod etag;
mod extract;
mod layers;
mod observed;
mod page;
mod problem;

pub use etag::{IfMatch, IfNoneMatch, NotModified, etag};
pub use extract::{Json, Path, Query};
pub use layers::{layers, limits};
pub use page::{IdsRequest, Page, PageRequest, decode_cursor, encode_cursor};
pub use problem::Problem;

pub use crate::context::{RequestContext, TraceContext};
