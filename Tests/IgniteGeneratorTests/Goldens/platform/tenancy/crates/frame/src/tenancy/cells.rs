//! One part of a service for each tenant, all in one program.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use prometheus::IntCounterVec;
use tokio_util::sync::CancellationToken;
use tower::Service as _;
use tracing::Instrument as _;

use super::bus::TenantBus;
use super::measures::TenantMetrics;
use super::{MADE_FOR, TenancySettings, Tenant, entrance, open_place, registry};
use crate::app::Cell;
use crate::bus::Bus;
use crate::config::{DatabaseSettings, Settings};
use crate::http::Path;
use crate::{
    App, Database, Envelope, Error, Handler, HandlerError, Handlers, MemoryBus, Migrations, Result,
};

type Making = Pin<Box<dyn Future<Output = Result<App>> + Send>>;
type Assemble = dyn Fn(Database, Arc<dyn Bus>) -> Making + Send + Sync;

/// The parts of a service that its tenants have; clones are the same.
#[derive(Clone)]
pub struct Tenants(Arc<Inner>);

pub(super) struct Inner {
    service: String,
    settings: TenancySettings,
    database: DatabaseSettings,
    control: Database,
    bus: Arc<dyn Bus>,
    migrations: Option<&'static Migrations>,
    assemble: Box<Assemble>,
    cells: RwLock<BTreeMap<Tenant, Arc<Cell>>>,
    /// Held while a cell is made, and for good at the end.
    opening: tokio::sync::Mutex<Opening>,
    /// Held for reading by handlers at work.
    handling: tokio::sync::RwLock<()>,
    requests: IntCounterVec,
}

#[derive(Default)]
struct Opening {
    is_closed: bool,
}

impl Inner {
    /// The tenants that are at work.
    pub fn cells(&self) -> BTreeMap<Tenant, Arc<Cell>> {
        let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
        cells.clone()
    }

    fn open(&self, tenant: &Tenant) -> Option<Arc<Cell>> {
        let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
        cells.get(tenant).cloned()
    }
}

/// Puts a service together that keeps the data of tenants: `assemble` makes the part of one tenant over
/// a database of its own.
///
/// # Errors
/// A database that cannot be opened or migrated, or a part that cannot be made.
pub async fn app<F>(
    service: &Settings,
    tenancy: &TenancySettings,
    bus: Option<Arc<dyn Bus>>,
    migrations: Option<&'static Migrations>,
    assemble: impl Fn(Database, Arc<dyn Bus>) -> F + Send + Sync + 'static,
) -> Result<App>
where
    F: Future<Output = Result<App>> + Send + 'static,
{
    let control = Database::open(&service.database).await?;
    registry::prepare(&control).await?;
    let requests = TenantMetrics::requests()?;
    let tenants = Tenants(Arc::new(Inner {
        service: service.name.clone(),
        settings: tenancy.clone(),
        database: DatabaseSettings {
            min_connections: 0,
            max_connections: tenancy.max_connections,
            ..service.database.clone()
        },
        control: control.clone(),
        bus: bus.clone().unwrap_or_else(|| Arc::new(MemoryBus::new())),
        migrations,
        assemble: Box::new(move |database, bus| Box::pin(assemble(database, bus))),
        cells: RwLock::default(),
        opening: tokio::sync::Mutex::default(),
        handling: tokio::sync::RwLock::default(),
        requests: requests.clone(),
    }));
    let template = tenants.template().await?;
    let mut app = App::new(service)?.database(control);
    if let Some(bus) = bus {
        app = app.bus(bus);
    }
    app.metrics().register(Box::new(TenantMetrics {
        requests,
        tenants: Arc::downgrade(&tenants.0),
    }))?;
    for (group, handlers) in template.consumers {
        app = app.listening(&group, tenants.handlers(&group, &handlers));
    }
    for tenant in &tenancy.known {
        tenants.add(tenant).await?;
    }
    for tenant in registry::all(&tenants.0.control).await? {
        tenants.cell(&tenant).await?;
    }
    let (state, operated) = (tenants.clone(), tenants.clone());
    let routes = template.routes;
    let routes = routes.layer(middleware::from_fn_with_state(state, dispatch));
    let operations = template.operations;
    let operations = operations.layer(middleware::from_fn_with_state(
        operated,
        dispatch_operations,
    ));
    Ok(app
        .routes(routes)
        .open_routes(template.open)
        .operations(operations)
        .operations(tenants.operations())
        .entered_by(tenancy)
        .background("tenants", move |stop| tenants.run(stop)))
}

impl Tenants {
    /// The names of those that were added, sorted.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn all(&self) -> Result<Vec<Tenant>> {
        registry::all(&self.0.control).await
    }

    /// Adds a tenant and makes its part of the service; again, it has no effect.
    ///
    /// # Errors
    /// [`Error::Conflict`] when there are as many as the service takes, or what the database answers.
    pub async fn add(&self, tenant: &Tenant) -> Result<()> {
        let known = self.all().await?;
        if !known.contains(tenant) && known.len() >= self.0.settings.most {
            let most = self.0.settings.most;
            return Err(Error::Conflict(format!(
                "the service takes {most} tenants (TENANTS_MAX)"
            )));
        }
        // Made first: a tenant that is known can be used.
        self.make(tenant).await?;
        registry::add(&self.0.control, tenant).await
    }

    /// The part of a tenant that was added, here or at another instance.
    pub(crate) async fn cell(&self, tenant: &Tenant) -> Result<Arc<Cell>> {
        if let Some(cell) = self.0.open(tenant) {
            return Ok(cell);
        }
        if !registry::has(&self.0.control, tenant).await? {
            return Err(Error::NotFound(format!("there is no tenant {tenant}")));
        }
        self.make(tenant).await
    }

    async fn make(&self, tenant: &Tenant) -> Result<Arc<Cell>> {
        let inner = &self.0;
        let opening = inner.opening.lock().await;
        if opening.is_closed {
            return Err(Error::Unavailable("the service is stopping".to_owned()));
        }
        if let Some(cell) = inner.open(tenant) {
            return Ok(cell);
        }
        let database = open_place(&inner.control, &inner.service, &inner.database, tenant).await?;
        let app = MADE_FOR.scope(tenant.clone(), self.assemble(database, Some(tenant)));
        let app = app.await?;
        let span = tracing::info_span!("tenant", tenant = %tenant);
        let cell = Arc::new(span.in_scope(|| app.cell(&inner.settings))?);
        let mut cells = inner.cells.write().unwrap_or_else(PoisonError::into_inner);
        cells.insert(tenant.clone(), Arc::clone(&cell));
        tracing::info!(tenant = %tenant, "a tenant is there");
        Ok(cell)
    }

    async fn assemble(&self, database: Database, tenant: Option<&Tenant>) -> Result<App> {
        match self.0.migrations {
            Some(migrations) => database.migrate(migrations).await?,
            None => database.migrate_frame().await?,
        }
        let bus = Arc::clone(&self.0.bus);
        let bus: Arc<dyn Bus> = match tenant {
            Some(tenant) => Arc::new(TenantBus {
                bus,
                tenant: tenant.clone(),
            }),
            None => bus,
        };
        (self.0.assemble)(database, bus).await
    }

    /// What the service has without any tenant: the shape of its routes, and what it consumes.
    async fn template(&self) -> Result<Template> {
        let app = self.assemble(Database::memory().await?, None).await?;
        Ok(app.template())
    }

    fn handlers(&self, group: &str, of: &Handlers) -> Handlers {
        let types = of.types().into_iter();
        types.fold(Handlers::new(), |handlers, kind| {
            let handler = InCell {
                tenants: self.clone(),
                group: group.to_owned(),
            };
            handlers.on_type(kind, handler)
        })
    }

    /// Watches over the parts until `stop`, then lets all of them finish what they have begun.
    async fn run(self, stop: CancellationToken) -> Result<()> {
        let failed = loop {
            let wait = tokio::time::sleep(Duration::from_millis(200));
            if stop.run_until_cancelled(wait).await.is_none() {
                break false;
            }
            if self.0.cells().values().any(|cell| cell.has_failed()) {
                break true;
            }
        };
        self.0.opening.lock().await.is_closed = true;
        drop(self.0.handling.write().await);
        let cells = self.0.cells();
        let ends = cells.values().map(|cell| cell.stop());
        let ended = futures_util::future::join_all(ends).await;
        if failed || !ended.into_iter().all(|ended| ended) {
            return Err(Error::Internal(
                "a tenant's background task failed".to_owned(),
            ));
        }
        Ok(())
    }

    /// The routes that show and add tenants.
    fn operations(&self) -> Router {
        Router::new()
            .route("/operations/tenants", get(list))
            .route("/operations/tenants/{name}", axum::routing::put(add))
            .with_state(self.clone())
    }
}

impl fmt::Debug for Tenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenants")
            .field("service", &self.0.service)
            .finish_non_exhaustive()
    }
}

/// A service without tenants, of which only the shape counts.
pub(crate) struct Template {
    pub routes: Router,
    pub open: Router,
    pub operations: Router,
    pub consumers: Vec<(String, Handlers)>,
}

async fn list(State(tenants): State<Tenants>) -> Result<Json<Vec<String>>> {
    let all = tenants.all().await?;
    Ok(Json(all.iter().map(ToString::to_string).collect()))
}

async fn add(State(tenants): State<Tenants>, Path(name): Path<String>) -> Result<StatusCode> {
    let tenant = Tenant::parse(&name)
        .ok_or_else(|| Error::Malformed(format!("{name:?} cannot be the name of a tenant")))?;
    tenants.add(&tenant).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a request to the part of the tenant that it names.
async fn dispatch(State(tenants): State<Tenants>, request: Request, next: Next) -> Response {
    let tenant = match entrance::tenant() {
        Ok(tenant) => tenant,
        Err(_) if entrance::is_open(request.uri().path()) => return next.run(request).await,
        Err(reason) => return entrance::refused(&reason).into_response(),
    };
    match tenants.cell(&tenant).await {
        Ok(cell) => {
            tenants
                .0
                .requests
                .with_label_values(&[tenant.as_ref()])
                .inc();
            answer(cell.routes.clone(), &tenant, request).await
        }
        Err(error) => error.into_response(),
    }
}

/// The same for those who run the service; without a tenant they see what is there for all.
async fn dispatch_operations(
    State(tenants): State<Tenants>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(tenant) = entrance::tenant() else {
        return next.run(request).await;
    };
    match tenants.cell(&tenant).await {
        Ok(cell) => answer(cell.operations.clone(), &tenant, request).await,
        Err(error) => error.into_response(),
    }
}

/// What a tenant's routes answer. They match the path themselves, so that what was matched before must
/// not come along.
async fn answer(mut routes: Router, tenant: &Tenant, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut inner = Request::new(body);
    *inner.method_mut() = parts.method;
    *inner.uri_mut() = parts.uri;
    *inner.version_mut() = parts.version;
    *inner.headers_mut() = parts.headers;
    if let Some(caller) = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>() {
        inner.extensions_mut().insert(*caller);
    }
    let span = tracing::info_span!("tenant", tenant = %tenant);
    match routes.call(inner).instrument(span).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Handles each event in the part of the tenant that it belongs to.
struct InCell {
    tenants: Tenants,
    group: String,
}

#[async_trait]
impl Handler for InCell {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let name = envelope.tenant.as_deref().unwrap_or_default();
        let tenant = Tenant::parse(name)
            .ok_or_else(|| HandlerError::Reject("the event names no tenant".to_owned()))?;
        let _handling = self.tenants.0.handling.read().await;
        // A tenant may be added here later than where the event comes from.
        let cell = self.tenants.cell(&tenant).await;
        let cell = cell.map_err(|error| HandlerError::Retry(error.to_string()))?;
        let span = tracing::info_span!("tenant", tenant = %tenant);
        match cell.handlers(&self.group) {
            Some(handlers) => handlers.handle(envelope).instrument(span).await,
            None => Err(HandlerError::Reject(
                "the tenant consumes nothing".to_owned(),
            )),
        }
    }
}
