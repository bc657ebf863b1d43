//! Answers of a service over gRPC, for tests (feature `testing`).

use axum::http::{HeaderMap, HeaderValue, header};
use prost::Message;
use tonic::Status;

use super::explorer::framed;
use crate::testing::{Call, Reply};
use crate::{Error, Result};

/// A message, for a [`Callee`](crate::testing::Callee).
#[must_use]
pub fn message(message: &impl Message) -> Reply {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    Reply::raw(headers(), framed(&message.encode_to_vec()), trailers)
}

/// A refusal, as the kit tells it.
#[must_use]
pub fn refusal(error: Error) -> Reply {
    let (head, ()) = Status::from(error).into_http::<()>().into_parts();
    Reply::raw(head.headers, Vec::new(), HeaderMap::new())
}

/// The message of a call that was received.
///
/// # Errors
/// [`Error::Malformed`] when it holds another one.
pub fn sent<M: Message + Default>(call: &Call) -> Result<M> {
    let bytes = call.bytes.get(5..).unwrap_or_default();
    M::decode(bytes).map_err(|error| Error::Malformed(error.to_string()))
}

fn headers() -> HeaderMap {
    let kind = HeaderValue::from_static("application/grpc");
    HeaderMap::from_iter([(header::CONTENT_TYPE, kind)])
}
