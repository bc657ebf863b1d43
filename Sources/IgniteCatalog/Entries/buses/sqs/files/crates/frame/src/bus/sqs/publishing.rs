use super::api::element;
use super::names::message_group;
use super::{MAX_BYTES, Shared};
use crate::Envelope;
use crate::aws::Refusal;

/// How many messages SNS takes at once.
const BATCH: usize = 10;

impl Shared {
    /// Publishes in order. Each call takes events of one type, as many as may go together.
    pub async fn publish(&self, envelopes: &[Envelope], json: &[String]) -> Result<(), Refusal> {
        let mut start = 0;
        while let (Some(envelopes), Some(json)) = (envelopes.get(start..), json.get(start..)) {
            let length = together(envelopes, json);
            let (Some(envelopes), Some(json)) = (envelopes.get(..length), json.get(..length))
            else {
                break;
            };
            if envelopes.is_empty() {
                break;
            }
            self.publish_batch(envelopes, json).await?;
            start += length;
        }
        Ok(())
    }

    async fn publish_batch(&self, envelopes: &[Envelope], json: &[String]) -> Result<(), Refusal> {
        let Some(first) = envelopes.first() else {
            return Ok(());
        };
        let mut input = vec![("TopicArn".to_owned(), self.topic(&first.kind).await?)];
        for (index, (envelope, json)) in envelopes.iter().zip(json).enumerate() {
            let entry = format!("PublishBatchRequestEntries.member.{}", index + 1);
            let fields = [
                ("Id", index.to_string()),
                ("Message", json.clone()),
                ("MessageGroupId", message_group(&envelope.key)),
                ("MessageDeduplicationId", envelope.id.to_string()),
            ];
            input.extend(fields.map(|(name, value)| (format!("{entry}.{name}"), value)));
        }
        let answer = self.api.sns("PublishBatch", &input).await?;
        let failed = element(&answer, "Failed").filter(|failed| !failed.is_empty());
        failed.map_or(Ok(()), |failed| {
            let code = element(failed, "Code").unwrap_or("Unknown");
            Err(Refusal::new(code, element(failed, "Message").unwrap_or_default()))
        })
    }
}

/// How many of the first events go into one call: of one type and no two of the same key, because of
/// a batch some may be taken and others not, and then a later one would overtake.
fn together(envelopes: &[Envelope], json: &[String]) -> usize {
    let mut bytes = 0;
    for (index, (envelope, json)) in envelopes.iter().zip(json).enumerate() {
        bytes += json.len();
        let before = envelopes.get(..index).unwrap_or_default();
        let is_apart = before
            .iter()
            .any(|other| other.key == envelope.key || other.kind != envelope.kind);
        if index == BATCH || (index > 0 && bytes > MAX_BYTES) || is_apart {
            return index;
        }
    }
    envelopes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::tests::counted;

    #[test]
    fn batches_hold_what_may_go_together() {
        let many: Vec<_> = (0..12).map(|n| counted(&n.to_string(), n)).collect();
        let small = vec![String::new(); 12];
        assert_eq!(together(&many, &small), 10);
        let large = vec!["x".repeat(MAX_BYTES / 3); 12];
        assert_eq!(together(&many, &large), 3);
        let same = [counted("a", 1), counted("b", 2), counted("a", 3)];
        assert_eq!(together(&same, &small), 2);
        let other = Envelope {
            kind: "Other".to_owned(),
            ..counted("b", 2)
        };
        assert_eq!(together(&[counted("a", 1), other], &small), 1);
        assert_eq!(together(&[], &[]), 0);
    }
}
