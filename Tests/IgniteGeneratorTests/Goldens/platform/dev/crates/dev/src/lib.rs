//! The services side by side: each on its own port and database, all on one
//! bus in memory. `<SERVICE>_DATABASE_URL`, `<SERVICE>_PORT` and the like set one service apart.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use frame::bus::{Bus, MemoryBus};
use frame::config::Reader;
use frame::app::Bound;
use frame::{Error, Shutdown};
use tokio::task::JoinSet;

/// The name of the platform.
const NAME: &str = "shop";

/// Services that listen and have not begun to answer.
pub struct Platform {
    services: Vec<(&'static str, Bound)>,
    bus: Arc<dyn Bus>,
}

/// Makes every service ready, with the environment that `reader` gives.
///
/// # Errors
/// A setting without meaning, a port that is taken, a database that cannot be opened.
pub async fn start(reader: impl Fn() -> Reader) -> Result<Platform, Error> {
    start_on(Arc::new(MemoryBus::new()), reader).await
}

/// Makes every service ready on another bus than the one in memory.
///
/// # Errors
/// As [`start`].
pub async fn start_on(bus: Arc<dyn Bus>, reader: impl Fn() -> Reader) -> Result<Platform, Error> {
    let mut services = Vec::new();
    let mut addresses: Vec<(&str, String)> = Vec::new();
    {
        let reader = with_addresses(reader(), &addresses).with_prefix("ORDERS_");
        let config = orders::Config::read(reader)?;
        let app = orders::app(&config, Arc::clone(&bus)).await?;
        let bound = app.shared_bus().bind().await?;
        addresses.push(("ORDERS_URL", format!("http://{}", bound.address())));
        services.push((orders::NAME, bound));
    }
    {
        let reader = with_addresses(reader(), &addresses).with_prefix("MAIL_");
        let config = mail::Config::read(reader)?;
        let app = mail::app(&config, Arc::clone(&bus)).await?;
        let bound = app.shared_bus().bind().await?;
        addresses.push(("MAIL_URL", format!("http://{}", bound.address())));
        services.push((mail::NAME, bound));
    }
    Ok(Platform { services, bus })
}

/// Lets a service find those that listen already, unless the environment says otherwise.
fn with_addresses(mut reader: Reader, addresses: &[(&str, String)]) -> Reader {
    for (name, address) in addresses {
        reader.default_to(*name, address);
    }
    reader
}

impl Platform {
    /// Where a service listens.
    #[must_use]
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        let mut services = self.services.iter();
        let (_, bound) = services.find(|(service, _)| *service == name)?;
        Some(bound.address())
    }

    /// Answers requests until `shutdown`, then lets every service finish what it has begun.
    ///
    /// # Errors
    /// The first failure of a service; the others are stopped then.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), Error> {
        let mut running = JoinSet::new();
        for (_, bound) in self.services {
            running.spawn(bound.run(shutdown.clone()));
        }
        let mut outcome = Ok(());
        while let Some(ended) = running.join_next().await {
            let ended = ended.unwrap_or_else(|error| Err(Error::Internal(error.to_string())));
            if outcome.is_ok() && ended.is_err() {
                outcome = ended;
                shutdown.trigger();
            }
        }
        self.bus.close().await;
        outcome
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{NAME} is up; Ctrl-C stops it")?;
        for (name, bound) in &self.services {
            let address = bound.address();
            writeln!(formatter, "  {name}  http://{address}  http://{address}/docs")?;
        }
        Ok(())
    }
}
