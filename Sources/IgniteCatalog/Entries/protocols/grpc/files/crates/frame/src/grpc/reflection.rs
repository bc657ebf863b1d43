use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;

use futures_util::{Stream, StreamExt as _};
use prost_reflect::{DescriptorPool, FileDescriptor};
use tonic::{Code, Request, Response, Status, Streaming};

use super::health::drained;
use super::pb::reflection::server_reflection_request::MessageRequest as Question;
use super::pb::reflection::server_reflection_response::MessageResponse as Answer;
use super::pb::reflection::server_reflection_server::ServerReflection;
use super::pb::reflection::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse,
    ServerReflectionRequest, ServerReflectionResponse, ServiceResponse,
};
use crate::health::Health;

/// `grpc.reflection.v1` over the descriptors of the server.
#[derive(Clone)]
pub(super) struct Reflection {
    pub(super) pool: DescriptorPool,
    pub(super) names: BTreeSet<String>,
    pub(super) health: Health,
}

impl Reflection {
    fn answer(&self, question: &Question) -> Result<Answer, Status> {
        let file = match question {
            Question::ListServices(_) => return Ok(self.list()),
            Question::FileByFilename(name) => self.pool.get_file_by_name(name),
            Question::FileContainingSymbol(symbol) => self.file_of(symbol),
            Question::FileContainingExtension(asked) => {
                let message = self.pool.get_message_by_name(&asked.containing_type);
                let number = u32::try_from(asked.extension_number).unwrap_or_default();
                message
                    .and_then(|message| message.get_extension(number))
                    .map(|extension| extension.parent_file())
            }
            Question::AllExtensionNumbersOfType(name) => return self.extensions(name),
        };
        file.map(|file| self.with_imports(file)).ok_or_else(missing)
    }

    fn list(&self) -> Answer {
        let names = self.names.iter().cloned();
        let service = names.map(|name| ServiceResponse { name }).collect();
        Answer::ListServicesResponse(ListServiceResponse { service })
    }

    fn extensions(&self, name: &str) -> Result<Answer, Status> {
        let message = self.pool.get_message_by_name(name).ok_or_else(missing)?;
        let numbers = message.extensions().map(|extension| extension.number());
        Ok(Answer::AllExtensionNumbersResponse(
            ExtensionNumberResponse {
                base_type_name: name.to_owned(),
                extension_number: numbers
                    .filter_map(|number| i32::try_from(number).ok())
                    .collect(),
            },
        ))
    }

    /// The file with a type or a service, or with one that the symbol is a member of.
    fn file_of(&self, symbol: &str) -> Option<FileDescriptor> {
        let symbol = symbol.trim_start_matches('.');
        let whole = self.file_of_whole(symbol);
        let member = || {
            symbol
                .rsplit_once('.')
                .and_then(|(of, name)| self.file_of_member(of, name))
        };
        whole.or_else(member)
    }

    fn file_of_whole(&self, name: &str) -> Option<FileDescriptor> {
        let message = self
            .pool
            .get_message_by_name(name)
            .map(|found| found.parent_file());
        let words = || {
            self.pool
                .get_enum_by_name(name)
                .map(|found| found.parent_file())
        };
        let service = || {
            self.pool
                .get_service_by_name(name)
                .map(|found| found.parent_file())
        };
        message.or_else(words).or_else(service)
    }

    fn file_of_member(&self, of: &str, name: &str) -> Option<FileDescriptor> {
        let service = self.pool.get_service_by_name(of);
        let message = self.pool.get_message_by_name(of);
        let is_method =
            service.is_some_and(|service| service.methods().any(|method| method.name() == name));
        let is_field = message.is_some_and(|message| message.get_field_by_name(name).is_some());
        (is_method || is_field)
            .then(|| self.file_of_whole(of))
            .flatten()
    }

    /// A file and all that it needs, each once.
    fn with_imports(&self, file: FileDescriptor) -> Answer {
        let mut files = BTreeMap::new();
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            let bytes = file.encode_to_vec();
            if files.insert(file.name().to_owned(), bytes).is_none() {
                open.extend(file.dependencies());
            }
        }
        Answer::FileDescriptorResponse(FileDescriptorResponse {
            file_descriptor_proto: files.into_values().collect(),
        })
    }

    fn response(&self, request: ServerReflectionRequest) -> ServerReflectionResponse {
        let answer = match &request.message_request {
            Some(question) => self.answer(question),
            None => Err(Status::invalid_argument("nothing was asked")),
        };
        let answer = answer.unwrap_or_else(|status| {
            Answer::ErrorResponse(ErrorResponse {
                error_code: status.code().into(),
                error_message: status.message().to_owned(),
            })
        });
        ServerReflectionResponse {
            valid_host: request.host.clone(),
            original_request: Some(request),
            message_response: Some(answer),
        }
    }
}

fn missing() -> Status {
    Status::new(Code::NotFound, "there is nothing of this name")
}

#[tonic::async_trait]
impl ServerReflection for Reflection {
    type ServerReflectionInfoStream =
        Pin<Box<dyn Stream<Item = Result<ServerReflectionResponse, Status>> + Send>>;

    async fn server_reflection_info(
        &self,
        request: Request<Streaming<ServerReflectionRequest>>,
    ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
        let this = self.clone();
        let end = Box::pin(drained(self.health.clone()));
        let answers = request
            .into_inner()
            .map(move |request| request.map(|request| this.response(request)))
            .take_until(end);
        Ok(Response::new(Box::pin(answers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::DESCRIPTORS;
    use crate::grpc::pb::reflection::ExtensionRequest;

    fn ask(question: Question) -> Answer {
        let reflection = Reflection {
            pool: DescriptorPool::decode(DESCRIPTORS).unwrap(),
            names: BTreeSet::from(["grpc.health.v1.Health".to_owned()]),
            health: Health::default(),
        };
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(question),
        };
        reflection.response(request).message_response.unwrap()
    }

    fn is_file(answer: &Answer) -> bool {
        matches!(answer, Answer::FileDescriptorResponse(files) if files.file_descriptor_proto.len() == 1)
    }

    #[test]
    fn files_are_found_by_name_and_by_what_is_in_them() {
        let symbol = |name: &str| ask(Question::FileContainingSymbol(name.to_owned()));
        for name in [
            "grpc.health.v1.Health",
            "grpc.health.v1.Health.Check",
            "grpc.health.v1.HealthCheckRequest",
            "grpc.health.v1.HealthCheckRequest.service",
            "grpc.health.v1.HealthCheckResponse.ServingStatus",
        ] {
            assert!(is_file(&symbol(name)), "{name}");
        }
        assert!(is_file(&ask(Question::FileByFilename(
            "grpc/health.proto".to_owned()
        ))));
        for name in ["grpc.health.v1.Health.Heal", "grpc", ""] {
            assert!(matches!(symbol(name), Answer::ErrorResponse(_)), "{name}");
        }
    }

    #[test]
    fn there_are_no_extensions() {
        let kind = "grpc.health.v1.HealthCheckRequest".to_owned();
        let all = ask(Question::AllExtensionNumbersOfType(kind.clone()));
        assert!(
            matches!(all, Answer::AllExtensionNumbersResponse(all) if all.extension_number.is_empty())
        );
        let one = ask(Question::FileContainingExtension(ExtensionRequest {
            containing_type: kind,
            extension_number: 7,
        }));
        assert!(matches!(one, Answer::ErrorResponse(_)));
        let list = ask(Question::ListServices(String::new()));
        assert!(matches!(list, Answer::ListServicesResponse(list) if list.service.len() == 1));
    }
}
