//! The events as subscriptions of GraphQL.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use frame::graphql::Limits;
use frame::websocket::{Documents, Opened, Operation};
use frame::{Envelope, Error, Event};
use futures_util::future::ready;
use futures_util::stream::{self, Stream, StreamExt};
use juniper::http::{GraphQLRequest, GraphQLResponse};
use juniper::{
    EmptyMutation, GraphQLError, InputValue, IntoFieldError, RootNode, graphql_object,
    graphql_subscription, resolve_into_stream,
};
use serde_json::{Map, Value, json};

use crate::application::access::TOPICS;

/// How many fields a document may ask for: it is read again for each event.
const MOST_FIELDS: usize = 500;

/// What an event shows.
pub mod shown {
    #![allow(unused_imports)]

    use chrono::{DateTime, NaiveDate, Utc};
    use frame::Bytes;
    use frame::graphql::{BigInt, Json};
    use juniper::graphql_object;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    /// Published when one \`Loan\` was created.
    pub struct LoanStarted(pub events::LoanStarted);

    #[graphql_object(context = super::Context)]
    impl LoanStarted {
        fn id(&self) -> Uuid {
            self.0.id
        }

        #[graphql(name = "reader")]
        fn reader(&self) -> String {
            self.0.reader.clone()
        }

        #[graphql(name = "book")]
        fn book(&self) -> String {
            self.0.book.clone()
        }

        #[graphql(name = "cents")]
        fn cents(&self) -> BigInt {
            BigInt(self.0.cents)
        }

        #[graphql(name = "due")]
        fn due(&self) -> Option<NaiveDate> {
            self.0.due
        }

        #[graphql(name = "marks")]
        fn marks(&self) -> Vec<String> {
            self.0.marks.clone()
        }
    }

    /// Published by the code of its service.
    pub struct LoanEnded(pub events::LoanEnded);

    #[graphql_object(context = super::Context)]
    impl LoanEnded {
        fn id(&self) -> Uuid {
            self.0.id
        }
    }
}

/// What a client is told, one after the other.
type Told<T> = Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>;

/// What a document is run for.
pub struct Context(Moment);

enum Moment {
    /// To see what it listens to.
    Opening(Mutex<Vec<(&'static str, Option<String>)>>),
    /// To say what it shows of one event.
    Telling(Box<Envelope>),
}

impl juniper::Context for Context {}

impl Context {
    fn opening() -> Self {
        Self(Moment::Opening(Mutex::default()))
    }

    fn tell<E: Event + Send + 'static, T: Send + 'static>(&self, key: Option<String>, shown: fn(E) -> T) -> Told<T> {
        match &self.0 {
            Moment::Opening(heard) => {
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                heard.push((E::TYPE, key));
                stream::empty().boxed()
            }
            Moment::Telling(event) => {
                let told = event.decode().map(shown);
                stream::once(ready(told)).boxed()
            }
        }
    }

    fn heard(self) -> Vec<(&'static str, Option<String>)> {
        match self.0 {
            Moment::Opening(heard) => heard.into_inner().unwrap_or_else(PoisonError::into_inner),
            Moment::Telling(_) => Vec::new(),
        }
    }
}

/// What can be asked once.
pub struct Query;

#[graphql_object(context = Context, name = "TopicQuery")]
impl Query {
    /// The events that there are.
    fn topics() -> Vec<&'static str> {
        TOPICS.to_vec()
    }
}

/// What can be heard.
pub struct Subscription;

#[graphql_subscription(context = Context, name = "EventSubscription")]
impl Subscription {
    /// Published when one \`Loan\` was created. With a key those of one thing only.
    #[graphql(name = "loanStarted")]
    async fn loan_started(context: &Context, key: Option<String>) -> Told<shown::LoanStarted> {
        context.tell(key, shown::LoanStarted)
    }

    /// Published by the code of its service. With a key those of one thing only.
    #[graphql(name = "loanEnded")]
    async fn loan_ended(context: &Context, key: Option<String>) -> Told<shown::LoanEnded> {
        context.tell(key, shown::LoanEnded)
    }
}

/// Every type that can be heard.
pub type Schema = RootNode<'static, Query, EmptyMutation<Context>, Subscription>;

/// The schema as it runs.
#[must_use]
pub fn schema() -> Schema {
    RootNode::new(Query, EmptyMutation::new(), Subscription)
}

/// Reads what clients subscribe to, and says what it shows of an event.
pub struct Events {
    schema: Schema,
    limits: Limits,
}

impl Events {
    /// Documents within these limits, and of so many fields as can be read for each event.
    #[must_use]
    pub fn new(mut limits: Limits) -> Self {
        limits.max_complexity = limits.max_complexity.min(MOST_FIELDS);
        Self { schema: schema(), limits }
    }

    fn request(&self, operation: &Operation) -> Result<GraphQLRequest, Error> {
        let variables = Value::Object(operation.variables.clone().unwrap_or_default());
        let variables: InputValue = serde_json::from_value(variables)
            .map_err(|error| Error::Malformed(format!("the variables cannot be read: {error}")))?;
        let name = operation.operation_name.clone();
        let request = GraphQLRequest::new(operation.query.clone(), name, Some(variables));
        let weight = self.limits.check(&request.query, &request.variables())?;
        if weight.is_change {
            return Err(Error::Malformed("nothing can be changed here".to_owned()));
        }
        Ok(request)
    }
}

#[async_trait]
impl Documents for Events {
    async fn open(&self, operation: &Operation) -> Opened {
        let request = match self.request(operation) {
            Ok(request) => request,
            Err(error) => return refused(failed(error)),
        };
        let (context, variables) = (Context::opening(), request.variables());
        let name = operation.operation_name.as_deref();
        let streams = resolve_into_stream(&request.query, name, &self.schema, &variables, &context);
        let errors = match streams.await {
            Err(GraphQLError::NotSubscription) => {
                let answer = request.execute(&self.schema, &context).await;
                return Opened::Answer(json!(answer));
            }
            Err(error) => return refused(GraphQLResponse::from_result(Err(error))),
            Ok((_, errors)) => errors,
        };
        if !errors.is_empty() {
            return Opened::Refused(json!(errors));
        }
        let mut heard = context.heard();
        match (heard.pop(), heard.is_empty()) {
            (Some((topic, key)), true) => Opened::Listen { topic: topic.to_owned(), key },
            _ => {
                let reason = "a subscription asks for one event".to_owned();
                refused(failed(Error::Malformed(reason)))
            }
        }
    }

    async fn tell(&self, operation: &Operation, event: &Envelope) -> Value {
        let told = async {
            let request = self.request(operation)?;
            let (context, variables) = (Context(Moment::Telling(Box::new(event.clone()))), request.variables());
            let name = operation.operation_name.as_deref();
            let streams = resolve_into_stream(&request.query, name, &self.schema, &variables, &context);
            let broken = |error: &dyn std::fmt::Display| Error::Internal(format!("a subscription does not run: {error}"));
            let (streams, _) = streams.await.map_err(|error| broken(&error))?;
            let juniper::Value::Object(streams) = streams else {
                return Err(broken(&"nothing to tell"));
            };
            let (mut data, mut errors) = (Map::new(), Vec::new());
            for (name, stream) in streams {
                let juniper::Value::Scalar(mut stream) = stream else {
                    continue;
                };
                let value = match stream.next().await {
                    Some(Ok(value)) => json!(value),
                    Some(Err(error)) => {
                        errors.push(json!(error));
                        Value::Null
                    }
                    None => Value::Null,
                };
                data.insert(name, value);
            }
            let mut told = json!({ "data": data });
            if !errors.is_empty() {
                told["data"] = Value::Null;
                told["errors"] = json!(errors);
            }
            Ok(told)
        };
        told.await.unwrap_or_else(|error| json!(failed(error)))
    }
}

fn failed(error: Error) -> GraphQLResponse {
    GraphQLResponse::error(error.into_field_error())
}

fn refused(response: GraphQLResponse) -> Opened {
    Opened::Refused(json!(response)["errors"].take())
}
