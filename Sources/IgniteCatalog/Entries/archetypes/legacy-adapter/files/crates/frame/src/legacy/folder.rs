use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::file::{FileMap, Pattern};
use super::lines::{self, Mark};
use super::record::Item;
use super::sources::{Page, Source, SourceMap};
use super::translation::KindMap;
use crate::{Error, Result, new_id};

/// Where files are that one instance has taken for itself.
const WORKING: &str = ".working";
/// Where files go that were read to their end.
const DONE: &str = ".done";
/// Where files go that are not read.
const REFUSED: &str = ".refused";
/// The ends of names that are still being written.
const UNFINISHED: [&str; 5] = [".tmp", ".part", ".partial", ".filepart", "~"];

/// Reads files that the legacy system drops in a folder.
///
/// A file is taken by renaming it into `.working`, which only one instance can do, and goes to
/// `.done` when it is read to its end. One that changed a moment ago, or whose name says that it is
/// not whole yet, stays; a symbolic link goes to `.refused` unread.
#[derive(Debug, Clone)]
pub struct FolderSource {
    folder: PathBuf,
    settle: Duration,
    largest: u64,
}

/// How far a file was read.
#[derive(Serialize, Deserialize)]
struct Position {
    file: String,
    offset: u64,
    line: u64,
}

impl FolderSource {
    /// The files of a folder: those that have not changed for `settle` and have no more bytes than `largest`.
    #[must_use]
    pub fn new(folder: PathBuf, settle: Duration, largest: u64) -> Self {
        Self {
            folder,
            settle,
            largest,
        }
    }

    fn next_page(&self, map: &FileMap, size: usize, position: Option<&str>) -> io::Result<Page> {
        for place in [WORKING, DONE, REFUSED] {
            make_folder(&self.folder.join(place))?;
        }
        let mut refused = Vec::new();
        let file = match self.taken(&map.names)? {
            Some(file) => Some(file),
            None => self.take(&map.names, &mut refused)?,
        };
        let Some(file) = file else {
            return Ok(Page {
                items: refused,
                position: position.map(str::to_owned),
                ..Page::default()
            });
        };
        let known = position.and_then(|text| serde_json::from_str::<Position>(text).ok());
        let known = known.filter(|position| position.file == file);
        let from = known.map_or(Mark { offset: 0, line: 0 }, |position| Mark {
            offset: position.offset,
            line: position.line,
        });
        let path = self.folder.join(WORKING).join(&file);
        let read = lines::read(&path, told(&file), map, from, size)?;
        let (mut items, mark, is_end) = read;
        items.splice(0..0, refused);
        let position = Position {
            file: file.clone(),
            offset: mark.offset,
            line: mark.line,
        };
        Ok(Page {
            items,
            position: serde_json::to_string(&position).ok(),
            ends_pass: is_end,
            has_more: true,
            finished: is_end.then_some(file),
        })
    }

    /// A file that was taken before and not read to its end, as by an instance that died.
    fn taken(&self, names: &Pattern) -> io::Result<Option<String>> {
        let files = files(&self.folder.join(WORKING))?;
        Ok(files.into_iter().find(|file| names.matches(told(file))))
    }

    fn take(&self, names: &Pattern, refused: &mut Vec<Item>) -> io::Result<Option<String>> {
        for name in files(&self.folder)? {
            let is_unfinished = UNFINISHED.iter().any(|end| name.ends_with(end));
            if name.starts_with('.') || is_unfinished || !names.matches(&name) {
                continue;
            }
            let from = self.folder.join(&name);
            let Ok(about) = fs::symlink_metadata(&from) else {
                continue;
            };
            let rests = about
                .modified()?
                .elapsed()
                .is_ok_and(|age| age >= self.settle);
            if about.is_file() && !rests {
                continue;
            }
            let file = format!("{}.{name}", new_id().simple());
            let taken = self.folder.join(WORKING).join(&file);
            match fs::rename(&from, &taken) {
                Ok(()) => {}
                // Another instance was faster.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            }
            // What is looked at is what was taken, whatever was there before.
            let about = fs::symlink_metadata(&taken)?;
            let reason = if !about.is_file() {
                "it is no file of its own"
            } else if about.len() > self.largest {
                "the file is larger than LEGACY_LARGEST_FILE allows"
            } else {
                return Ok(Some(file));
            };
            fs::rename(&taken, self.folder.join(REFUSED).join(&file))?;
            tracing::warn!(file, reason, "a file is not read");
            refused.push(Item::broken(&name, &name, reason));
        }
        Ok(None)
    }
}

/// The name under which the legacy system dropped a file.
fn told(file: &str) -> &str {
    file.split_once('.').map_or(file, |(_, name)| name)
}

/// The names in a folder, in order; those that are no text are not ours.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            continue;
        }
        names.extend(entry.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => Ok(()),
        Ok(_) => Err(io::Error::other(format!("{} is no folder", path.display()))),
        Err(_) => fs::create_dir(path).or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(error),
        }),
    }
}

fn lost(error: &io::Error) -> Error {
    Error::Unavailable(format!("the folder of the legacy system: {error}"))
}

#[async_trait]
impl Source for FolderSource {
    async fn page(&self, kind: &KindMap, position: Option<&str>) -> Result<Page> {
        let SourceMap::File(map) = kind.source.clone() else {
            return Err(Error::Internal(
                "the translation is not for files".to_owned(),
            ));
        };
        let (source, position) = (self.clone(), position.map(str::to_owned));
        let size = usize::try_from(kind.page_size).unwrap_or(usize::MAX);
        let work = move || source.next_page(&map, size, position.as_deref());
        let page = tokio::task::spawn_blocking(work).await;
        let page = page.map_err(|error| Error::Internal(format!("reading a file: {error}")))?;
        page.map_err(|error| lost(&error))
    }

    async fn done(&self, page: &Page) -> Result<()> {
        let Some(file) = &page.finished else {
            return Ok(());
        };
        let from = self.folder.join(WORKING).join(file);
        let to = self.folder.join(DONE).join(file);
        tokio::fs::rename(from, to)
            .await
            .map_err(|error| lost(&error))
    }
}
