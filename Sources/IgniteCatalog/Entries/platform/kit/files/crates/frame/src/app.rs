//! One service put together, run and drained.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use frame::config::Defaults;
//! use frame::{App, Database, Reader, Settings, Shutdown};
//!
//! #[tokio::main]
//! async fn main() -> std::process::ExitCode {
//!     frame::main(async {
//!         let mut reader = Reader::from_env();
//!         let settings = Settings::read(&mut reader, Defaults { name: "orders", port: 8080 });
//!         reader.finish()?;
//!         frame::telemetry::init(&settings.log)?;
//!         let database = Database::open(&settings.database).await?;
//!         let app = App::new(&settings)?
//!             .database(database)
//!             .bus(frame::bus::open(&settings.bus).await?)
//!             .routes(Router::new().route("/orders", get(async || "none yet")));
//!         app.bind().await?.run(Shutdown::on_signals()).await
//!     })
//!     .await
//! }
//! ```
//!
//! A stop goes this way: readiness off, `SHUTDOWN_DELAY`, no new connections, running requests to
//! their end, consumers and background tasks stop, the outbox is flushed, connections close. All of
//! it has `SHUTDOWN_GRACE`.

use std::fmt;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::bus::{Bus, Subscription};
use crate::config::{IdempotencyStorage, Settings};
use crate::health::Health;
use crate::http::{layers, limits};
use crate::idempotency::{DatabaseStore, Idempotency, IdempotencyStore, RedisStore};
use crate::messaging::{ConsumerRunner, Handlers, purge_inbox};
use crate::metrics::Metrics;
use crate::outbox::{Outbox, Relay};
use crate::schedule::Scheduler;
use crate::{Database, Error, Result, Shutdown, ShutdownAwareTaskSpawner, operations};

/// How often records past their time are deleted.
const CLEAN_EVERY: Duration = Duration::from_secs(600);
/// How long the inbox remembers what was handled.
const INBOX_AGE: Duration = Duration::from_secs(14 * 86_400);

type Start = Box<dyn FnOnce(&ShutdownAwareTaskSpawner) + Send>;
type Guard = dyn Fn(Router) -> Router + Send + Sync;

/// A service before it runs.
pub struct App {
    settings: Settings,
    routes: Router,
    signed: Router,
    open: Router,
    operations: Router,
    health: Health,
    metrics: Metrics,
    database: Option<Database>,
    bus: Option<Arc<dyn Bus>>,
    owns_bus: bool,
    outbox: Option<Outbox>,
    idempotency: Option<Idempotency>,
    guard: Option<Arc<Guard>>,
    wrap: Option<Arc<Guard>>,
    more_ports: Vec<u16>,
    background: Vec<Start>,
}

impl App {
    /// A service without routes.
    ///
    /// # Errors
    /// [`Error::Internal`] when its metrics cannot be made.
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self {
            metrics: Metrics::new(&settings.name)?,
            settings: settings.clone(),
            routes: Router::new(),
            signed: Router::new(),
            open: Router::new(),
            operations: Router::new(),
            health: Health::default(),
            database: None,
            bus: None,
            owns_bus: true,
            outbox: None,
            idempotency: None,
            guard: None,
            wrap: None,
            more_ports: Vec::new(),
            background: Vec::new(),
        })
    }

    /// Adds routes.
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// Adds routes that know by themselves whether they trust a request, as by its signature.
    #[must_use]
    pub fn signed_routes(mut self, routes: Router) -> Self {
        self.signed = self.signed.merge(routes);
        self
    }

    /// Adds routes that everybody may call at any time, as those that say how the service is.
    #[must_use]
    pub fn open_routes(mut self, routes: Router) -> Self {
        self.open = self.open.merge(routes);
        self
    }

    /// Adds routes under `/operations`, for the people who run the service; see [`operations`].
    #[must_use]
    pub fn operations(mut self, routes: Router) -> Self {
        self.operations = self.operations.merge(routes);
        self
    }

    /// Makes a value known to the routes added so far, as [`axum::Extension`].
    #[must_use]
    pub fn share<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.routes = self.routes.layer(axum::Extension(value));
        self
    }

    /// Uses a database: readiness checks it and the stop closes it.
    #[must_use]
    pub fn database(mut self, database: Database) -> Self {
        let checked = database.clone();
        self.health.check("database", move || {
            let database = checked.clone();
            async move { database.ping().await }
        });
        self.database = Some(database);
        self
    }

    /// Uses a bus: readiness checks it and the stop closes it.
    #[must_use]
    pub fn bus(mut self, bus: Arc<dyn Bus>) -> Self {
        let checked = bus.clone();
        self.health.check("bus", move || {
            let bus = checked.clone();
            async move { Ok(bus.ping().await?) }
        });
        self.bus = Some(bus);
        self
    }

    /// Leaves the bus open at the stop, because other services in the process use it.
    #[must_use]
    pub fn shared_bus(mut self) -> Self {
        self.owns_bus = false;
        self
    }

    /// Publishes what is appended to an outbox; needs a database and a bus.
    #[must_use]
    pub fn outbox(mut self, outbox: &Outbox) -> Self {
        self.outbox = Some(outbox.clone());
        self
    }

    /// Puts the `Idempotency-Key` middleware around the routes, and cleans its store.
    #[must_use]
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// As [`Self::idempotency`], with the store that `IDEMPOTENCY_STORE` names.
    ///
    /// # Errors
    /// [`Error::Internal`] without a database, [`Error::Unavailable`] when Redis does not answer.
    pub async fn idempotent(self) -> Result<Self> {
        let settings = self.settings.idempotency.clone();
        let store: Arc<dyn IdempotencyStore> = match (&settings.storage, &self.database) {
            (IdempotencyStorage::Redis(url), _) => {
                Arc::new(RedisStore::open(url, &self.settings.bus.prefix).await?)
            }
            (IdempotencyStorage::Database, Some(database)) => {
                Arc::new(DatabaseStore::new(database.clone()))
            }
            (IdempotencyStorage::Database, None) => {
                return Err(Error::Internal("idempotency needs a database".to_owned()));
            }
        };
        let idempotency = Idempotency::new(store, &self.settings.name, settings);
        Ok(self.idempotency(idempotency))
    }

    /// Consumes the events that `handlers` knows, as one of the group; needs a bus, given before.
    #[must_use]
    pub fn consumer(mut self, group: &str, handlers: Handlers) -> Self {
        let Some(bus) = self.bus.clone() else {
            return self.background(&format!("consumer {group}"), async |_| {
                Err(Error::Internal("a consumer needs a bus".to_owned()))
            });
        };
        let letters = operations::dead_letters(bus.clone(), group);
        let subscription = Subscription::new(group, handlers.types());
        let runner = ConsumerRunner::new(
            bus,
            subscription,
            Arc::new(handlers),
            self.settings.consumer.clone(),
            self.metrics.consumer.clone(),
        );
        let name = format!("consumer {group}");
        self.background.push(Box::new(move |tasks| {
            tasks.spawn(&name, |stop| runner.run(stop));
        }));
        self.operations(letters)
    }

    /// Puts a layer around all routes but those that check signatures and those for operators.
    #[must_use]
    pub fn guarded_by(mut self, guard: impl Fn(Router) -> Router + Send + Sync + 'static) -> Self {
        self.guard = Some(Arc::new(guard));
        self
    }

    /// Puts a layer around everything that is answered, outside of all other layers.
    #[must_use]
    pub fn wrapped_by(mut self, wrap: impl Fn(Router) -> Router + Send + Sync + 'static) -> Self {
        self.wrap = Some(Arc::new(wrap));
        self
    }

    /// Listens on another port, too; 0 takes any free one.
    #[must_use]
    pub fn also_on(mut self, port: u16) -> Self {
        self.more_ports.push(port);
        self
    }

    /// Runs jobs when they are due, and adds the routes that show them.
    #[must_use]
    pub fn scheduler(self, scheduler: Scheduler) -> Self {
        let (routes, metrics) = (scheduler.routes(), self.metrics.jobs.clone());
        self.operations(routes)
            .background("jobs", |stop| scheduler.run(metrics, stop))
    }

    /// Runs a task until its token is cancelled; when it fails, the service stops.
    #[must_use]
    pub fn background<F>(
        mut self,
        name: &str,
        task: impl FnOnce(CancellationToken) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let name = name.to_owned();
        self.background
            .push(Box::new(move |tasks| tasks.spawn(&name, task)));
        self
    }

    /// Adds a check that readiness depends on.
    #[must_use]
    pub fn check<F>(self, name: &str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.health.check(name, check);
        self
    }

    /// The service's metrics, to add some of its own.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How the service is.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// All routes with all layers, for tests in process and for [`Self::bind`].
    pub fn router(&self) -> Router {
        let mut routes = self.routes.clone();
        if let Some(idempotency) = &self.idempotency {
            routes = idempotency.layer(routes);
        }
        if let Some(guard) = &self.guard {
            routes = guard(routes);
        }
        let http = &self.settings.http;
        routes = routes.merge(self.signed.clone());
        routes = routes.merge(operations::guarded(self.operations.clone(), &self.settings));
        let metrics = Router::new()
            .route("/metrics", get(render))
            .with_state(self.metrics.clone());
        let routes = limits(routes, http, &self.metrics.http)
            .merge(self.open.clone())
            .merge(self.health.routes())
            .merge(metrics);
        let routes = layers(routes, http, &self.metrics.http, &self.settings.name);
        match &self.wrap {
            Some(wrap) => wrap(routes),
            None => routes,
        }
    }

    /// Takes the port.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is taken.
    pub async fn bind(self) -> Result<Bound> {
        let (listener, address) = self.listen(self.settings.http.port).await?;
        let mut more = Vec::new();
        for port in &self.more_ports {
            more.push(self.listen(*port).await?);
        }
        Ok(Bound {
            app: self,
            listener,
            address,
            more,
        })
    }

    async fn listen(&self, port: u16) -> Result<(TcpListener, SocketAddr)> {
        let address = SocketAddr::new(self.settings.http.host, port);
        let fail = |error| Error::Unavailable(format!("cannot listen on {address}: {error}"));
        let listener = TcpListener::bind(address).await.map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?;
        Ok((listener, address))
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("name", &self.settings.name)
            .finish_non_exhaustive()
    }
}

async fn render(State(metrics): State<Metrics>) -> Result<impl IntoResponse> {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    Ok((kind, metrics.render()?))
}

/// A service that has its port.
#[derive(Debug)]
pub struct Bound {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    more: Vec<(TcpListener, SocketAddr)>,
}

impl Bound {
    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The addresses that [`App::also_on`] asked for.
    #[must_use]
    pub fn more_addresses(&self) -> Vec<SocketAddr> {
        self.more.iter().map(|(_, address)| *address).collect()
    }

    /// Serves until `shutdown`, then drains.
    ///
    /// # Errors
    /// [`Error::Internal`] when a background task failed, [`Error::Unavailable`] when the drain took
    /// longer than the grace time.
    pub async fn run(self, shutdown: Shutdown) -> Result<()> {
        let span = tracing::info_span!("service", service = self.app.settings.name);
        self.run_in_span(shutdown).instrument(span).await
    }

    async fn run_in_span(mut self, shutdown: Shutdown) -> Result<()> {
        let router = self.app.router();
        let (tasks, relay) = (
            ShutdownAwareTaskSpawner::new(),
            ShutdownAwareTaskSpawner::new(),
        );
        self.app.start(&tasks, &relay)?;

        let close = CancellationToken::new();
        let mut servers = Vec::new();
        let listeners = std::iter::once((self.listener, self.address)).chain(self.more);
        for (listener, address) in listeners {
            let closed = close.clone().cancelled_owned();
            let router = router
                .clone()
                .into_make_service_with_connect_info::<SocketAddr>();
            let server = axum::serve(listener, router).with_graceful_shutdown(closed);
            servers.push(tokio::spawn(server.into_future().in_current_span()));
            tracing::info!(%address, "serving");
        }

        tokio::select! {
            () = shutdown.triggered() => {}
            () = tasks.failed() => {}
            () = relay.failed() => {}
        }
        let grace = self.app.settings.shutdown_grace;
        let deadline = Instant::now() + grace;
        tracing::info!(?grace, "draining");
        self.app.health.drain();
        let delay = self.app.settings.shutdown_delay;
        tokio::time::sleep(delay.min(grace / 2)).await;

        close.cancel();
        let left = || deadline.saturating_duration_since(Instant::now());
        let mut late = Vec::new();
        let servers = futures_util::future::join_all(servers);
        if tokio::time::timeout(left(), servers).await.is_err() {
            late.push("requests");
        }
        if let Some(idempotency) = &self.app.idempotency
            && tokio::time::timeout(left(), idempotency.finish())
                .await
                .is_err()
        {
            late.push("idempotent requests");
        }
        if !tasks.stop(left()).await {
            late.push("consumers and background tasks");
        }
        if !relay.stop(left()).await {
            late.push("outbox");
        }
        let bus = self.app.bus.take().filter(|_| self.app.owns_bus);
        let let_go = let_go(bus, self.app.database.take());
        if tokio::time::timeout(left(), let_go).await.is_err() {
            late.push("connections");
        }
        if !late.is_empty() {
            let late = late.join(", ");
            return Err(Error::Unavailable(format!("not done in {grace:?}: {late}")));
        }
        if tasks.has_failed() || relay.has_failed() {
            return Err(Error::Internal("a background task failed".to_owned()));
        }
        tracing::info!("stopped");
        Ok(())
    }
}

impl App {
    fn start(
        &mut self,
        tasks: &ShutdownAwareTaskSpawner,
        relay: &ShutdownAwareTaskSpawner,
    ) -> Result<()> {
        match (self.outbox.take(), &self.database, &self.bus) {
            (Some(outbox), Some(database), Some(bus)) => {
                let settings = self.settings.outbox.clone();
                let metrics = self.metrics.outbox.clone();
                let (database, bus) = (database.clone(), bus.clone());
                let work = Relay::new(database, &outbox, bus, settings, metrics);
                relay.spawn("outbox", |stop| work.run(stop));
            }
            (Some(_), _, _) => {
                let reason = "an outbox needs a database and a bus".to_owned();
                return Err(Error::Internal(reason));
            }
            (None, _, _) => {}
        }
        for start in self.background.drain(..) {
            start(tasks);
        }
        let database = self.database.clone();
        let store = self.idempotency.as_ref().map(Idempotency::store);
        tasks.spawn("cleaning", |stop| async move {
            while stop
                .run_until_cancelled(tokio::time::sleep(CLEAN_EVERY))
                .await
                .is_some()
            {
                clean(database.as_ref(), store.as_deref()).await;
            }
            Ok(())
        });
        Ok(())
    }
}

async fn let_go(bus: Option<Arc<dyn Bus>>, database: Option<Database>) {
    if let Some(bus) = bus {
        bus.close().await;
    }
    if let Some(database) = database {
        database.close().await;
    }
}

async fn clean(database: Option<&Database>, store: Option<&dyn IdempotencyStore>) {
    if let Some(database) = database
        && let Err(error) = purge_inbox(database, INBOX_AGE).await
    {
        tracing::warn!(%error, "cannot clean the inbox");
    }
    if let Some(store) = store
        && let Err(error) = store.purge().await
    {
        tracing::warn!(%error, "cannot clean the stored responses");
    }
}

/// Runs a program to its end: 0 when it succeeds, else 1 and the reason on standard error.
pub async fn main<E: fmt::Display>(program: impl Future<Output = Result<(), E>>) -> ExitCode {
    match program.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
