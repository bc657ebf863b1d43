use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::post_service;
use prost_reflect::DescriptorPool;
use tonic::server::NamedService;
use tower::Service;

use super::health::HealthService;
use super::metrics::{GrpcMetrics, observe};
use super::pb::health::health_server::HealthServer;
use super::pb::reflection::server_reflection_server::ServerReflectionServer;
use super::reflection::Reflection;
use super::{DESCRIPTORS, GrpcSettings, answer, deadline, explorer};
use crate::{App, Error, Result};

/// The gRPC services of one server.
#[derive(Debug)]
pub struct Grpc {
    pool: DescriptorPool,
    routes: Router,
    names: BTreeSet<String>,
    settings: GrpcSettings,
}

impl Grpc {
    /// A server without services of its own; `descriptors` tell of those that follow.
    ///
    /// # Errors
    /// [`Error::Internal`] for descriptors that are none.
    pub fn new(descriptors: &[u8], settings: &GrpcSettings) -> Result<Self> {
        let fail = |error| Error::Internal(format!("descriptors: {error}"));
        let mut pool = DescriptorPool::decode(DESCRIPTORS).map_err(fail)?;
        pool.decode_file_descriptor_set(descriptors).map_err(fail)?;
        Ok(Self {
            pool,
            routes: Router::new(),
            names: BTreeSet::new(),
            settings: settings.clone(),
        })
    }

    /// Adds a service, one route for each method that the descriptors tell of.
    #[must_use]
    pub fn service<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        self.routes = self.routes.merge(routes(&self.pool, service));
        self.names.insert(S::NAME.to_owned());
        self
    }
}

fn routes<S>(pool: &DescriptorPool, service: S) -> Router
where
    S: Service<Request<Body>, Error = Infallible> + NamedService + Clone + Send + Sync + 'static,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    let described = pool.get_service_by_name(S::NAME);
    let methods = described.iter().flat_map(|service| service.methods());
    methods.fold(Router::new(), |routes, method| {
        let path = format!("/{}/{}", S::NAME, method.name());
        routes.route(&path, post_service(service.clone()))
    })
}

impl App {
    /// Serves gRPC beside the other routes, and what every gRPC server has.
    ///
    /// # Errors
    /// [`Error::Internal`] when that is asked for twice.
    pub fn grpc(self, grpc: Grpc) -> Result<Self> {
        let metrics = GrpcMetrics::new(self.metrics())?;
        let health = self.health().clone();
        let observed = |routes: Router| {
            routes
                .route_layer(from_fn_with_state(metrics.clone(), observe))
                .route_layer(from_fn(answer::require))
        };
        let mut names = grpc.names;
        names.insert(<HealthServer<HealthService> as NamedService>::NAME.to_owned());
        let checks = HealthServer::new(HealthService::new(health.clone(), names.clone()));
        let checks = routes(&grpc.pool, checks);
        let mut app = self.open_routes(observed(checks.clone()));
        let mut own = grpc.routes;
        if grpc.settings.reflection {
            names.insert(<ServerReflectionServer<Reflection> as NamedService>::NAME.to_owned());
            let pool = grpc.pool.clone();
            let callable = own.clone().merge(checks);
            let reflection = Reflection {
                pool,
                names,
                health,
            };
            app = app
                .open_routes(explorer::page())
                .routes(explorer::bridge(grpc.pool.clone(), callable));
            own = own.merge(routes(&grpc.pool, ServerReflectionServer::new(reflection)));
        }
        if own.has_routes() {
            own = observed(own);
        }
        if let Some(port) = grpc.settings.port {
            app = app.also_on(port);
        }
        Ok(app.routes(own).wrapped_by(|routes| {
            routes
                .layer(from_fn(deadline::keep_of_grpc))
                .layer(from_fn(answer::translate))
        }))
    }
}
