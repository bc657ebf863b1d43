use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{Error, Result};

/// Which part of a list a caller wants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// How many items to return: 20 when absent, 100 at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
}

impl PageRequest {
    /// The number of items of a page when the caller names none.
    pub const DEFAULT_LIMIT: u32 = 20;
    /// The largest number of items of a page.
    pub const MAX_LIMIT: u32 = 100;

    /// The number of items, within the bounds.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit
            .unwrap_or(Self::DEFAULT_LIMIT)
            .clamp(1, Self::MAX_LIMIT)
    }

    /// Where the page before ended; `None` for the first page.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the cursor is not one of ours.
    pub fn after<C: DeserializeOwned>(&self) -> Result<Option<C>> {
        let cursor = self.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        cursor.map(decode_cursor).transpose()
    }
}

/// Which ones a caller wants at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IdsRequest {
    /// The ids, separated by commas, 100 at most.
    pub ids: String,
}

impl IdsRequest {
    /// How many may be asked for at once.
    pub const MAX: usize = 100;

    /// Asks for these.
    #[must_use]
    pub fn of(ids: &[Uuid]) -> Self {
        let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
        Self {
            ids: ids.join(","),
        }
    }

    /// The ids, each once.
    ///
    /// # Errors
    /// [`Error::Malformed`] when there are too many or one is not an id.
    pub fn ids(&self) -> Result<Vec<Uuid>> {
        let words = self.ids.split(',').filter(|word| !word.is_empty());
        let ids: BTreeSet<Uuid> = words
            .map(Uuid::parse_str)
            .collect::<Result<_, _>>()
            .map_err(|_| Error::Malformed("`ids` holds something that is no id".to_owned()))?;
        if ids.len() > Self::MAX {
            let reason = format!("`ids` holds more than {}", Self::MAX);
            return Err(Error::Malformed(reason));
        }
        Ok(ids.into_iter().collect())
    }
}

/// A part of a list.
///
/// ```
/// use frame::http::{Page, PageRequest};
///
/// let request = PageRequest { cursor: None, limit: Some(2) };
/// let rows = vec![1, 2, 3]; // one more than asked for shows that there is a next page
/// let page = Page::of(rows, request.limit(), |last| *last);
/// assert_eq!(page.items, [1, 2]);
/// let next = PageRequest { cursor: page.next_cursor, limit: None };
/// assert_eq!(next.after::<i32>(), Ok(Some(2)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// What to send as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of up to `limit` items out of `limit + 1` fetched rows.
    ///
    /// `cursor` tells where a page that ends with the given row ends.
    pub fn of<C: Serialize>(mut rows: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> C) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| has_more);
        let next_cursor = last.map(|last| encode_cursor(&cursor(last)));
        Self {
            items: rows,
            next_cursor,
        }
    }

    /// The same page with every item turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

/// An opaque text for a position in a list.
#[must_use]
pub fn encode_cursor<C: Serialize>(position: &C) -> String {
    let json = serde_json::to_vec(position).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// The position of an opaque text.
///
/// # Errors
/// [`Error::Malformed`] when the text is not one of ours.
pub fn decode_cursor<C: DeserializeOwned>(cursor: &str) -> Result<C> {
    let json = URL_SAFE_NO_PAD.decode(cursor).ok();
    json.and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or_else(|| Error::Malformed("the cursor is not one of ours".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_bounded() {
        let limit = |limit| {
            PageRequest {
                cursor: None,
                limit,
            }
            .limit()
        };
        assert_eq!(limit(None), 20);
        assert_eq!(limit(Some(0)), 1);
        assert_eq!(limit(Some(1_000)), 100);
    }

    #[test]
    fn ids_are_bounded_and_come_once() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(IdsRequest::of(&[two, one, two]).ids(), Ok(vec![one, two]));
        assert_eq!(IdsRequest::of(&[]).ids(), Ok(vec![]));
        let many: Vec<_> = (0..=100).map(Uuid::from_u128).collect();
        assert!(IdsRequest::of(&many[1..]).ids().is_ok());
        for wrong in [IdsRequest::of(&many), IdsRequest { ids: "1,x".to_owned() }] {
            assert!(matches!(wrong.ids(), Err(Error::Malformed(_))));
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let page = Page::of(vec![1, 2], 2, |last| *last);
        assert_eq!(page.next_cursor, None);
        assert_eq!(page.map(|n| n * 2).items, [2, 4]);
    }

    #[test]
    fn strange_cursors_are_refused() {
        for cursor in ["%", "aGFsbG8", "e30"] {
            let result = decode_cursor::<(i64, String)>(cursor);
            assert!(matches!(result, Err(Error::Malformed(_))), "{cursor}");
        }
        let none = PageRequest {
            cursor: Some(String::new()),
            limit: None,
        };
        assert_eq!(none.after::<i64>(), Ok(None));
    }
}
