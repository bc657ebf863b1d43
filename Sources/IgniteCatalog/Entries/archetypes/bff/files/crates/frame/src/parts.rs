//! Answers that are made of what several services say: each part is there, or says why it is not.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use std::time::Duration;
//! use frame::Error;
//! use frame::parts::{Deadline, Part, Reason};
//!
//! let deadline = Deadline::after(Duration::from_millis(50));
//! let away = async { Err::<u32, _>(Error::Unavailable("stock: away".to_owned())) };
//! let slow = std::future::pending::<Result<u32, Error>>();
//! let (there, away, slow) =
//!     tokio::join!(deadline.part(async { Ok(3) }), deadline.part(away), deadline.part(slow));
//! assert_eq!(there, Part::of(3));
//! assert_eq!(away, Part::missing(Reason::Unavailable));
//! assert_eq!(slow, Part::missing(Reason::Deadline));
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::IdsRequest;
use crate::{Error, Result};

/// What one service said: `data`, or the `reason` why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part<T> {
    /// What it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// Why there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Why a part is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The service says that it is not there.
    NotFound,
    /// The service did not answer in the time that the whole answer has.
    Deadline,
    /// The service does not answer, or is not asked because it did not.
    Unavailable,
    /// The service refuses the question, or answers something else.
    Failed,
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Self {
        match error {
            Error::NotFound(_) => Self::NotFound,
            Error::Unavailable(_) => Self::Unavailable,
            _ => Self::Failed,
        }
    }
}

impl<T> Part<T> {
    /// A part that is there.
    pub fn of(data: T) -> Self {
        Self {
            data: Some(data),
            reason: None,
        }
    }

    /// A part that is not.
    #[must_use]
    pub fn missing(reason: Reason) -> Self {
        Self {
            data: None,
            reason: Some(reason),
        }
    }

    /// Whether it is there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.data.is_some()
    }
}

/// When an answer must be given; all of its parts share it.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// The end of this time.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// A part that may be missing.
    pub async fn part<T>(self, load: impl Future<Output = Result<T>>) -> Part<T> {
        match timeout_at(self.0, load).await {
            Ok(Ok(data)) => Part::of(data),
            Ok(Err(error)) => {
                let reason = Reason::from(&error);
                tracing::warn!(%error, ?reason, "a part of an answer is missing");
                Part::missing(reason)
            }
            Err(_) => Part::missing(Reason::Deadline),
        }
    }

    /// The part without which there is no answer.
    ///
    /// # Errors
    /// What `load` says; [`Error::Unavailable`] after the deadline.
    pub async fn whole<T>(self, load: impl Future<Output = Result<T>>) -> Result<T> {
        let late = |_| Error::Unavailable("a service did not answer in time".to_owned());
        timeout_at(self.0, load).await.map_err(late)?
    }

    /// What ids lead to, a part for each; `find` is asked once for all of them.
    pub async fn linked<T: Clone, F>(
        self,
        ids: Vec<Option<Uuid>>,
        find: impl FnOnce(Vec<Uuid>) -> F,
    ) -> Vec<Option<Part<T>>>
    where
        F: Future<Output = Result<HashMap<Uuid, T>>>,
    {
        let distinct: BTreeSet<Uuid> = ids.iter().copied().flatten().collect();
        if distinct.is_empty() {
            return ids.iter().map(|_| None).collect();
        }
        let found = self.part(find(distinct.into_iter().collect())).await;
        let part = |id: Uuid| match (&found.data, found.reason) {
            (Some(data), _) => data
                .get(&id)
                .map_or(Part::missing(Reason::NotFound), |data| {
                    Part::of(data.clone())
                }),
            (None, reason) => Part::missing(reason.unwrap_or(Reason::Failed)),
        };
        ids.into_iter().map(|id| id.map(part)).collect()
    }
}

/// What `load` says about any number of ids, of which it is given as many as one call may ask for.
///
/// # Errors
/// What `load` says.
pub async fn in_calls<T, F>(ids: &[Uuid], load: impl Fn(Vec<Uuid>) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<Vec<T>>>,
{
    let calls = ids.chunks(IdsRequest::MAX).map(|ids| load(ids.to_vec()));
    let answers = try_join_all(calls).await?;
    Ok(answers.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn parts_share_their_deadline() {
        let deadline = Deadline::after(SOON);
        let slow = async {
            tokio::time::sleep(SOON - Duration::from_millis(1)).await;
            Ok(1)
        };
        assert_eq!(deadline.part(slow).await, Part::of(1));
        let then = async {
            tokio::time::sleep(Duration::from_millis(2)).await;
            Ok(2)
        };
        assert_eq!(deadline.part(then).await, Part::missing(Reason::Deadline));
        let late = deadline.whole(std::future::pending::<Result<()>>()).await;
        assert!(matches!(late, Err(Error::Unavailable(_))));
    }

    #[test]
    fn parts_say_why_they_are_missing() {
        let word = |error: Error| serde_json::to_value(Part::<u8>::missing(Reason::from(&error)));
        let reason = |word: &str| serde_json::json!({ "reason": word });
        let none = String::new;
        for (error, expected) in [
            (Error::NotFound(none()), "not-found"),
            (Error::Unavailable(none()), "unavailable"),
            (Error::Internal(none()), "failed"),
            (Error::Malformed(none()), "failed"),
        ] {
            assert_eq!(word(error).unwrap(), reason(expected));
        }
        let there = serde_json::to_value(Part::of(7)).unwrap();
        assert_eq!(there, serde_json::json!({ "data": 7 }));
    }

    #[tokio::test]
    async fn many_ids_take_few_calls() {
        let ids: Vec<_> = (0..250).map(Uuid::from_u128).collect();
        let sizes = in_calls(&ids, async |ids| Ok(vec![ids.len()])).await;
        assert_eq!(sizes, Ok(vec![100, 100, 50]));
        let away = || Error::Unavailable("away".to_owned());
        let refused = in_calls::<(), _>(&ids, async |_| Err(away())).await;
        assert_eq!(refused, Err(away()));
    }

    #[tokio::test]
    async fn links_are_asked_for_once() {
        let (one, two, none) = (Uuid::from_u128(1), Uuid::from_u128(2), None::<Uuid>);
        let ids = vec![Some(two), none, Some(one), Some(two)];
        let find = async |ids: Vec<Uuid>| {
            assert_eq!(ids, [one, two]);
            Ok(HashMap::from([(two, "two")]))
        };
        let linked = Deadline::after(SOON).linked(ids.clone(), find).await;
        let gone = Part::missing(Reason::NotFound);
        let expected = [
            Some(Part::of("two")),
            None,
            Some(gone),
            Some(Part::of("two")),
        ];
        assert_eq!(linked, expected);
        let away = async |_| Err::<HashMap<_, ()>, _>(Error::Unavailable("away".to_owned()));
        let linked = Deadline::after(SOON).linked(ids, away).await;
        assert_eq!(linked[0], Some(Part::missing(Reason::Unavailable)));
        let unasked = async |_| Err::<HashMap<_, ()>, _>(Error::Internal("asked".to_owned()));
        assert_eq!(
            Deadline::after(SOON).linked(vec![none], unasked).await,
            [None]
        );
    }
}
