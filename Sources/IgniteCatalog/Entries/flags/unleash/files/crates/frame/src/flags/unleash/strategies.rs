use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::features::Features;
use super::rules::{Constraint, value};
use crate::flags::{FlagContext, bucket};

/// The strategies that are evaluated here; a flag with another one only is off.
pub(super) const KNOWN: [&str; 6] = [
    "default",
    "userWithId",
    "gradualRolloutUserId",
    "gradualRolloutSessionId",
    "gradualRolloutRandom",
    "flexibleRollout",
];

/// A way in which a flag comes on.
#[derive(Debug, Deserialize)]
pub(super) struct Strategy {
    name: String,
    #[serde(default, deserialize_with = "texts")]
    parameters: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_none")]
    constraints: Vec<Constraint>,
    #[serde(default, deserialize_with = "or_none")]
    segments: Vec<i64>,
    #[serde(default)]
    disabled: bool,
}

impl Strategy {
    /// Whether it switches a flag on.
    pub fn is_on(&self, flag: &str, context: &FlagContext, app: &str, all: &Features) -> bool {
        if self.disabled {
            return false;
        }
        let holds = |constraint: &Constraint| constraint.holds(context, app);
        let in_segment = |id: &i64| {
            all.segment(*id)
                .is_some_and(|rules| rules.iter().all(holds))
        };
        self.constraints.iter().all(holds)
            && self.segments.iter().all(in_segment)
            && self.takes(flag, context, app)
    }

    fn takes(&self, flag: &str, context: &FlagContext, app: &str) -> bool {
        let percent = |name: &str| self.parameters.get(name).and_then(|text| text.parse().ok());
        let rollout = |name: &str, id: Option<&str>| match (percent(name), id) {
            (Some(percent), Some(id)) => bucket(self.group(flag), id) <= percent,
            _ => false,
        };
        match self.name.as_str() {
            "default" => true,
            "userWithId" => context.user.as_deref().is_some_and(|user| self.lists(user)),
            "gradualRolloutUserId" => rollout("percentage", context.user.as_deref()),
            "gradualRolloutSessionId" => rollout("percentage", context.session.as_deref()),
            "gradualRolloutRandom" => {
                percent("percentage").is_some_and(|percent| fastrand::u32(1..=100) <= percent)
            }
            "flexibleRollout" => {
                let sticks_to = self.sticks_to(context, app);
                rollout("rollout", sticks_to.as_deref())
            }
            _ => false,
        }
    }

    fn lists(&self, user: &str) -> bool {
        let ids = self.parameters.get("userIds");
        ids.is_some_and(|ids| ids.split(',').any(|id| id.trim() == user))
    }

    fn group<'f>(&'f self, flag: &'f str) -> &'f str {
        let group = self.parameters.get("groupId").map(String::as_str);
        group.filter(|group| !group.is_empty()).unwrap_or(flag)
    }

    /// The id that decides; without one for a custom stickiness there is no decision.
    fn sticks_to(&self, context: &FlagContext, app: &str) -> Option<String> {
        let random = || Some(fastrand::u32(..).to_string());
        let stickiness = self.parameters.get("stickiness").map(String::as_str);
        match stickiness.unwrap_or("default") {
            "default" => [&context.user, &context.session]
                .into_iter()
                .find_map(Clone::clone)
                .or_else(random),
            "random" => random(),
            name => value(name, context, app),
        }
    }
}

/// Parameters are texts; older servers send numbers.
fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values = Option::<BTreeMap<String, serde_json::Value>>::deserialize(from)?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let values = values.unwrap_or_default().into_iter();
    Ok(values.map(|(name, value)| (name, text(value))).collect())
}

fn or_none<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
