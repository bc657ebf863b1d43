use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use secrecy::SecretString;

use super::{TestDatabase, open, postgres_url};
use crate::bus::{self, Bus};
use crate::config::{BusSettings, DatabaseSettings};
use crate::{Database, Error, Reader, Result, new_id};

/// Where a program runs that is killed: a database and a bus that outlive it.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// for place in frame::testing::Place::with_databases().await? {
///     let place = place.set("LOG_LEVEL", "info");
///     place.database().await?.ping().await?;
/// }
/// # Ok::<(), frame::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Place {
    /// Which one it is, for the messages of assertions.
    pub name: &'static str,
    variables: Vec<(String, String)>,
    /// Keeps the file of the database as long as the place.
    _file: Option<TestDatabase>,
}

impl Place {
    /// A place for each bus that outlives a program and is at hand, with all kinds of databases.
    ///
    /// # Errors
    /// A database that cannot be made.
    pub async fn with_buses() -> Result<Vec<Self>> {
        let mut places = Vec::new();
        match std::env::var("TEST_REDIS_URL") {
            Ok(url) => places.push(Self::on_sqlite("redis").await?.set("BUS_URL", url)),
            Err(_) => eprintln!("not tested on Redis: TEST_REDIS_URL is not set"),
        }
        if let (Some(place), Some(url)) = (Self::on_postgres().await?, postgres_url().await?) {
            places.push(place.set("BUS_URL", url));
        }
        Ok(places)
    }

    /// A place for each kind of database at hand, for programs that need no bus.
    ///
    /// # Errors
    /// A database that cannot be made.
    pub async fn with_databases() -> Result<Vec<Self>> {
        let mut places = vec![Self::on_sqlite("sqlite").await?];
        places.extend(Self::on_postgres().await?);
        Ok(places)
    }

    async fn on_sqlite(name: &'static str) -> Result<Self> {
        let file = new_file();
        let url = format!("sqlite://{}", file.display());
        let kept = open("sqlite in a file", &url, Some(file), None).await?;
        Ok(Self::new(name, url, Some(kept)))
    }

    async fn on_postgres() -> Result<Option<Self>> {
        let url = postgres_url().await?;
        Ok(url.map(|url| Self::new("postgres", url, None)))
    }

    fn new(name: &'static str, database_url: String, file: Option<TestDatabase>) -> Self {
        let place = Self {
            name,
            variables: Vec::new(),
            _file: file,
        };
        place
            .set("PORT", "0")
            .set("HOST", "127.0.0.1")
            .set("LOG_FORMAT", "json")
            .set("LOG_LEVEL", "info")
            .set("BUS_PREFIX", new_id())
            .set("BUS_LEASE", "1s")
            .set("DATABASE_URL", database_url)
    }

    /// The same place with a variable for its programs.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.variables.push((name.to_owned(), value.to_string()));
        self
    }

    /// What its programs are told.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::from_pairs(self.variables.clone())
    }

    /// Its bus, from outside of the programs.
    ///
    /// # Errors
    /// What the bus answers.
    pub async fn bus(&self) -> Result<Arc<dyn Bus>> {
        let settings = BusSettings {
            url: self.secret("BUS_URL"),
            prefix: self.value("BUS_PREFIX"),
            ..BusSettings::default()
        };
        bus::open(&settings).await
    }

    /// Its database, from outside of the programs, with the kit's tables.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn database(&self) -> Result<Database> {
        let settings = DatabaseSettings {
            url: self.secret("DATABASE_URL"),
            ..DatabaseSettings::default()
        };
        let database = Database::open(&settings).await?;
        database.migrate_frame().await?;
        Ok(database)
    }

    /// Runs a program to its end.
    ///
    /// # Errors
    /// A program that cannot be started.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command(program);
        command.args(arguments).output().map_err(broken)
    }

    /// Starts a service and waits until it listens.
    ///
    /// # Errors
    /// A program that cannot be started, or that ends before it listens.
    pub fn start(&self, program: &str) -> Result<Program> {
        let mut child = self.command(program);
        let mut child = child.stdout(Stdio::piped()).spawn().map_err(broken)?;
        let mut lines = child.stdout.take().map(|out| BufReader::new(out).lines());
        let said = lines.iter_mut().flatten().map_while(|line| line.ok());
        let address = said.into_iter().find_map(|line| {
            let (_, rest) = line.split_once("\"address\":\"")?;
            Some(rest.split_once('"')?.0.to_owned())
        });
        // What it goes on to say must not fill the pipe.
        std::thread::spawn(move || lines.into_iter().flatten().for_each(drop));
        let address = address.ok_or_else(|| broken("the program ended"))?;
        Ok(Program { child, address })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.variables.iter().cloned());
        command
    }

    fn value(&self, name: &str) -> String {
        let mut variables = self.variables.iter().rev();
        let found = variables.find(|(of, _)| of == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.value(name))
    }
}

/// A service that runs as a process of its own; it is killed when this is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: String,
}

impl Program {
    /// Where it listens, as `127.0.0.1:8080`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends it by SIGKILL: nothing can be put in order before the end.
    ///
    /// # Errors
    /// A program that cannot be ended.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().map_err(broken)?;
        self.child.wait().map(drop).map_err(broken)
    }

    /// Asks it to stop by SIGTERM and waits; whether it ended well.
    ///
    /// # Errors
    /// A program that cannot be asked.
    pub fn stop(mut self) -> Result<bool> {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .map_err(broken)?;
        Ok(self.child.wait().map_err(broken)?.success())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended already is as good as killed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The path of a database that nobody else has.
pub(super) fn new_file() -> PathBuf {
    let folder = std::env::temp_dir().join("frame-tests");
    folder.join(format!("{}.db", new_id()))
}

fn broken(error: impl ToString) -> Error {
    Error::Unavailable(error.to_string())
}
