//! The use cases over gRPC.

mod author;
mod book;

use frame::Error;
use frame::grpc::{Grpc, GrpcSettings};

use crate::application::Application;

/// What the contract describes.
pub mod pb {
    #![allow(clippy::all)]

    tonic::include_proto!("books.v1");
}

/// The contract, in descriptors.
const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The services, over the use cases.
///
/// # Errors
/// Descriptors that are none.
pub fn server(application: &Application, settings: &GrpcSettings) -> Result<Grpc, Error> {
    let largest = settings.max_message;
    Ok(Grpc::new(DESCRIPTORS, settings)?
        .service(author::server(&application.author, largest))
        .service(book::server(&application.book, largest))
    )
}
