use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Flags;
use crate::{Error, RequestContext};

/// For whom a flag is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagContext {
    /// Who calls, as their token says.
    pub user: Option<String>,
    /// What several requests of a visitor have in common.
    pub session: Option<String>,
    /// The tenant, when the caller named one.
    pub tenant: Option<String>,
    /// The request, for what must at least stay the same in one.
    pub request: Option<String>,
    /// Anything else that rules may ask for.
    pub properties: BTreeMap<String, String>,
}

impl FlagContext {
    /// What the running task knows: the request and its tenant.
    #[must_use]
    pub fn current() -> Self {
        let Some(context) = RequestContext::current() else {
            return Self::default();
        };
        Self {
            tenant: context.tenant,
            request: Some(context.request_id),
            ..Self::default()
        }
    }

    /// The same for a user.
    #[must_use]
    pub fn of_user(self, user: impl Into<String>) -> Self {
        Self {
            user: Some(user.into()),
            ..self
        }
    }

    /// The same with a property.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(name.into(), value.into());
        self
    }

    /// What a gradual change holds to: the user, else the session, else the tenant, else the request.
    #[must_use]
    pub fn sticks_to(&self) -> Option<&str> {
        let ids = [&self.user, &self.session, &self.tenant, &self.request];
        ids.into_iter().find_map(|id| id.as_deref())
    }
}

/// The flags for the caller at hand, as an extractor.
#[derive(Debug, Clone)]
pub struct FeatureFlags {
    flags: Flags,
    /// For whom they are asked.
    pub context: FlagContext,
}

impl FeatureFlags {
    /// Whether a flag is on for this caller.
    #[must_use]
    pub fn is_on(&self, flag: &str) -> bool {
        self.flags.is_on(flag, &self.context)
    }

    /// Whether somebody says that a flag is on.
    pub(super) fn is_switched_on(&self, flag: &str) -> bool {
        self.flags.is_switched_on(flag, &self.context)
    }

    pub(super) fn of(parts: &Parts) -> Result<Self, Error> {
        let flags = parts.extensions.get::<Flags>().cloned();
        let flags = flags.ok_or_else(|| Error::Internal("the service has no flags".to_owned()))?;
        #[allow(unused_mut)]
        let mut context = FlagContext::current();
        #[cfg(feature = "jwt")]
        if let Some(caller) = parts.extensions.get::<crate::security::jwt::Principal>() {
            context = context.of_user(&caller.subject);
        }
        Ok(Self { flags, context })
    }
}

impl<S: Sync> FromRequestParts<S> for FeatureFlags {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::of(parts)
    }
}
