//! Taking events in from files.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use frame::intake::{Intake, IntakeError};
use frame::schedule::{Job, JobRun};
use frame::{Envelope, Error};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::incoming::Incoming;

/// How many lines are sent together.
const BATCH: usize = 50;

/// Takes the files `*.jsonl` of a folder in, one event a line.
///
/// A file that is done is renamed to `*.done`; lines that are no event are set aside in `*.rejected`.
/// The id of an event follows from its file and line, so one that is sent again after a crash is
/// known to those who heard it before.
pub struct Collect {
    folder: PathBuf,
    intake: Intake,
}

impl Collect {
    #[must_use]
    pub fn new(folder: impl AsRef<Path>, intake: Intake) -> Self {
        let folder = folder.as_ref().to_owned();
        Self { folder, intake }
    }

    /// The files that are to be taken in, by name.
    async fn files(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        if !fs::try_exists(&self.folder).await? {
            return Ok(files);
        }
        let mut entries = fs::read_dir(&self.folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "jsonl") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    async fn take_in(&self, path: &Path) -> Result<(), Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut lines = BufReader::new(File::open(path).await.map_err(unreadable)?).lines();
        let (mut batch, mut rejected, mut number) = (Vec::new(), String::new(), 0_u64);
        while let Some(line) = lines.next_line().await.map_err(unreadable)? {
            number += 1;
            if line.trim().is_empty() {
                continue;
            }
            match read(&line) {
                Ok(mut envelope) => {
                    envelope.id = frame::id_of(&[crate::NAME, &name, &number.to_string(), &line]);
                    batch.push(envelope);
                }
                Err(error) => {
                    tracing::warn!(file = %name, line = number, %error, "set aside");
                    rejected.push_str(&line);
                    rejected.push('\n');
                }
            }
            if batch.len() == BATCH {
                self.send(std::mem::take(&mut batch)).await?;
            }
        }
        self.send(batch).await?;
        set_aside(&path.with_extension("rejected"), &rejected).await.map_err(unreadable)?;
        fs::rename(path, path.with_extension("done")).await.map_err(unreadable)?;
        tracing::info!(file = %name, lines = number, "taken in");
        Ok(())
    }

    /// Sends events, and waits while there is no room for them.
    async fn send(&self, batch: Vec<Envelope>) -> Result<(), Error> {
        loop {
            match self.intake.send(batch.clone()).await {
                Err(IntakeError::Full) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
                Err(IntakeError::Failed(error)) => return Err(error),
                Err(error) => return Err(Error::Internal(error.to_string())),
                Ok(()) => return Ok(()),
            }
        }
    }
}

fn read(line: &str) -> Result<Envelope, Error> {
    let event: Incoming = serde_json::from_str(line).map_err(|error| Error::Malformed(error.to_string()))?;
    event.envelope()
}

fn unreadable(error: std::io::Error) -> Error {
    Error::Unavailable(format!("the files of events: {error}"))
}

async fn set_aside(path: &Path, lines: &str) -> std::io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(path).await?;
    file.write_all(lines.as_bytes()).await?;
    file.flush().await
}

#[async_trait]
impl Job for Collect {
    async fn run(&self, _run: &JobRun) -> Result<(), Error> {
        for path in self.files().await.map_err(unreadable)? {
            self.take_in(&path).await?;
        }
        Ok(())
    }
}
