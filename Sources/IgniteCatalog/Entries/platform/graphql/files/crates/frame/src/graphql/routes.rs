use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};
use juniper::http::{GraphQLRequest, GraphQLResponse};
use juniper::{DefaultScalarValue, EmptySubscription, GraphQLTypeAsync, IntoFieldError, RootNode};

use super::error::status_of;
use super::{GraphqlSettings, Limits, Weight};
use crate::http::Json;
use crate::idempotency::Told;
use crate::{Error, Result};

/// The page to try queries, with nothing from elsewhere.
const EXPLORER: &str = include_str!("explorer.html");
/// The page of GraphiQL, which comes from elsewhere and leads to the other one when it does not come.
const GRAPHIQL: &str = include_str!("graphiql.html");

/// `POST /graphql` over a schema, each request with a context of its own; where introspection is on,
/// the page to try it at the same path.
pub fn routes<C, Q, M>(
    schema: RootNode<'static, Q, M, EmptySubscription<C>>,
    settings: &GraphqlSettings,
    context: impl Fn() -> C + Clone + Send + Sync + 'static,
) -> Router
where
    C: Send + Sync + 'static,
    Q: GraphQLTypeAsync<DefaultScalarValue, Context = C, TypeInfo = ()> + Send + 'static,
    M: GraphQLTypeAsync<DefaultScalarValue, Context = C, TypeInfo = ()> + Send + 'static,
{
    let limits = settings.limits;
    let introspection = settings.introspection;
    let schema = if introspection {
        schema
    } else {
        schema.disable_introspection()
    };
    let schema = Arc::new(schema);
    let answer: MethodRouter =
        axum::routing::post(move |Json(request): Json<GraphQLRequest>| async move {
            let context = context();
            execute(&schema, limits, &context, &request).await
        });
    let routes = Router::new().route("/graphql", answer);
    if !introspection {
        return routes;
    }
    routes
        .route("/graphql", get(async || page(GRAPHIQL)))
        .route("/graphql/explorer", get(async || page(EXPLORER)))
}

async fn execute<C, Q, M>(
    schema: &RootNode<'static, Q, M, EmptySubscription<C>>,
    limits: Limits,
    context: &C,
    request: &GraphQLRequest,
) -> Response
where
    C: Send + Sync,
    Q: GraphQLTypeAsync<DefaultScalarValue, Context = C, TypeInfo = ()> + Send,
    M: GraphQLTypeAsync<DefaultScalarValue, Context = C, TypeInfo = ()> + Send,
{
    let variables = request.variables();
    let weighed = limits.check(&request.query, &variables);
    if let Err(error) = weighed.and_then(|weight| can_run(&weight, schema)) {
        let response: GraphQLResponse = GraphQLResponse::error(error.into_field_error());
        return (StatusCode::BAD_REQUEST, axum::Json(response)).into_response();
    }
    let operation = request.operation_name.as_deref();
    let result = juniper::execute(&request.query, operation, schema, &variables, context).await;
    let (status, told) = match &result {
        Ok((_, errors)) => {
            let told = errors.iter().filter_map(|error| status_of(error.error()));
            (StatusCode::OK, told.collect())
        }
        Err(_) => (StatusCode::BAD_REQUEST, Vec::new()),
    };
    let response = axum::Json(GraphQLResponse::from_result(result));
    (status, Extension(Told(told)), response).into_response()
}

/// Refuses a change where there are none: juniper ends with a panic.
fn can_run<Q, M, C>(
    weight: &Weight,
    schema: &RootNode<'static, Q, M, EmptySubscription<C>>,
) -> Result<()>
where
    C: Send + Sync,
    Q: GraphQLTypeAsync<DefaultScalarValue, Context = C, TypeInfo = ()> + Send,
    M: GraphQLTypeAsync<DefaultScalarValue, Context = C, TypeInfo = ()> + Send,
{
    if weight.is_change && schema.schema.concrete_mutation_type().is_none() {
        return Err(Error::Malformed("nothing can be changed here".to_owned()));
    }
    Ok(())
}

fn page(html: &'static str) -> impl IntoResponse {
    // The page shows what services answer and runs nothing that they send.
    let policy = "default-src 'none'; connect-src 'self'; img-src 'self' data:; \
                  script-src 'self' 'unsafe-inline' https://unpkg.com; \
                  style-src 'self' 'unsafe-inline' https://unpkg.com; font-src data:; \
                  worker-src blob:; frame-ancestors 'none'";
    let headers = [(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    )];
    (headers, Html(html))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use juniper::{EmptyMutation, graphql_object};
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    use super::*;
    use crate::config::IdempotencySettings;
    use crate::idempotency::{Idempotency, MemoryStore};

    struct Query;

    #[graphql_object]
    impl Query {
        fn number() -> i32 {
            3
        }
    }

    struct Calls(AtomicU32);

    impl juniper::Context for Calls {}

    struct Asked;

    #[graphql_object(context = Calls)]
    impl Asked {
        fn calls(context: &Calls) -> i32 {
            i32::try_from(context.0.load(Ordering::SeqCst)).unwrap_or(-1)
        }
    }

    struct Tried;

    #[graphql_object(context = Calls)]
    impl Tried {
        /// Does not find what it needs, then meets another, and then works.
        fn work(context: &Calls) -> Result<i32> {
            match context.0.fetch_add(1, Ordering::SeqCst) {
                0 => Err(Error::Unavailable("away".to_owned())),
                1 => Err(Error::Conflict("taken".to_owned())),
                calls => Ok(i32::try_from(calls).unwrap_or(-1)),
            }
        }

        fn miss(context: &Calls) -> Result<i32> {
            context.0.fetch_add(1, Ordering::SeqCst);
            Err(Error::NotFound("it".to_owned()))
        }
    }

    #[tokio::test]
    async fn a_key_keeps_what_would_be_answered_again() {
        let calls = Arc::new(Calls(AtomicU32::new(0)));
        let schema = Arc::new(RootNode::new(
            Asked,
            Tried,
            EmptySubscription::<Calls>::new(),
        ));
        let limits = Limits::default();
        let state = calls.clone();
        let answer = move |Json(request): Json<GraphQLRequest>| async move {
            execute(&schema, limits, &*state, &request).await
        };
        let routes = Router::new().route("/graphql", axum::routing::post(answer));
        let store = Arc::new(MemoryStore::default());
        let idempotency = Idempotency::new(store, None, "s", IdempotencySettings::default());
        let routes = idempotency.layer(routes);
        let send = async |key: &str, query: &str| -> Value {
            let request = Request::post("/graphql")
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .body(Body::from(json!({ "query": query }).to_string()));
            let answer = routes.clone().oneshot(request.unwrap()).await.unwrap();
            assert_eq!(answer.status(), 200);
            serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap()
        };
        for status in [503, 409] {
            let failed = send("a", "mutation { work }").await;
            assert_eq!(
                failed["errors"][0]["extensions"]["status"], status,
                "{failed}"
            );
        }
        for _ in 0..2 {
            assert_eq!(send("a", "mutation { work }").await["data"]["work"], 2);
            let missing = send("b", "mutation { miss }").await;
            assert_eq!(
                missing["errors"][0]["extensions"]["status"], 404,
                "{missing}"
            );
        }
        assert_eq!(calls.0.load(Ordering::SeqCst), 4);
    }

    #[tokio::test]
    async fn a_change_where_there_are_none_is_refused() {
        let schema = RootNode::new(Query, EmptyMutation::new(), EmptySubscription::new());
        let routes = routes(schema, &GraphqlSettings::default(), || ());
        for (query, status) in [("{ number }", 200), ("mutation { number }", 400)] {
            let request = Request::post("/graphql").header("content-type", "application/json");
            let request = request.body(Body::from(format!("{{\"query\":\"{query}\"}}")));
            let answer = routes.clone().oneshot(request.unwrap()).await.unwrap();
            assert_eq!(answer.status(), status, "{query}");
        }
    }
}
