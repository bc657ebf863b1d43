use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use juniper::http::{GraphQLRequest, GraphQLResponse};
use juniper::{DefaultScalarValue, EmptySubscription, GraphQLTypeAsync, IntoFieldError, RootNode};

use super::{GraphqlSettings, Limits, Weight};
use crate::http::Json;
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
    let weighed = limits.check(&request.query, &request.variables());
    let (is_run, response) = match weighed.and_then(|weight| can_run(&weight, schema)) {
        Ok(()) => {
            let response = request.execute(schema, context).await;
            (response.is_ok(), response)
        }
        Err(error) => (false, GraphQLResponse::error(error.into_field_error())),
    };
    let status = if is_run {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    (status, axum::Json(response)).into_response()
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
    use axum::http::Request;
    use juniper::{EmptyMutation, graphql_object};
    use tower::ServiceExt as _;

    use super::*;

    struct Query;

    #[graphql_object]
    impl Query {
        fn number() -> i32 {
            3
        }
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
