use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::Value;

use super::{PATIENCE, Shared, blocking, gone};
use crate::Envelope;
use crate::bus::{BusError, DeadLetter};

/// Puts an event among the dead letters of a group.
pub(super) async fn bury(
    shared: &Shared,
    group: &str,
    letter: &DeadLetter,
) -> Result<(), BusError> {
    let json = serde_json::to_string(letter).map_err(gone)?;
    let topic = shared.settings.dead(group);
    shared.send(&topic, &[(&letter.envelope.key, &json)]).await
}

fn letter(payload: &[u8]) -> Option<DeadLetter> {
    let json: Value = serde_json::from_slice(payload).ok()?;
    Some(DeadLetter {
        envelope: Envelope::from_json(&json["envelope"].to_string()).ok()?,
        reason: json["reason"].as_str()?.to_owned(),
        attempts: u32::try_from(json["attempts"].as_u64()?).ok()?,
    })
}

/// Dead letters that did not come again yet, with who read them and up to where.
struct Read {
    consumer: BaseConsumer,
    topic: String,
    letters: Vec<DeadLetter>,
    /// The next offset of each partition.
    next: HashMap<i32, i64>,
}

pub(super) fn read(
    shared: &Shared,
    group: &str,
    limit: usize,
) -> Result<Vec<DeadLetter>, BusError> {
    Ok(read_all(shared, group, limit)?.letters)
}

fn read_all(shared: &Shared, group: &str, limit: usize) -> Result<Read, BusError> {
    let topic = shared.settings.dead(group);
    let consumer = shared.settings.undertaker(group).create().map_err(gone)?;
    let mut read = Read {
        consumer,
        topic,
        letters: Vec::new(),
        next: HashMap::new(),
    };
    let count = i32::try_from(shared.partitions(&read.topic)?).map_err(gone)?;
    let (mut all, mut ends) = (TopicPartitionList::new(), HashMap::new());
    for partition in 0..count {
        all.add_partition(&read.topic, partition);
    }
    let committed = read
        .consumer
        .committed_offsets(all, PATIENCE)
        .map_err(gone)?;
    let mut start = TopicPartitionList::new();
    for element in committed.elements() {
        let partition = element.partition();
        let marks = read
            .consumer
            .fetch_watermarks(&read.topic, partition, PATIENCE);
        let (low, high) = marks.map_err(gone)?;
        let from = match element.offset() {
            Offset::Offset(offset) => offset.max(low),
            _ => low,
        };
        if from < high {
            let added = start.add_partition_offset(&read.topic, partition, Offset::Offset(from));
            added.map_err(gone)?;
            ends.insert(partition, high);
        }
    }
    if ends.is_empty() {
        return Ok(read);
    }
    read.consumer.assign(&start).map_err(gone)?;
    let deadline = Instant::now() + PATIENCE;
    while !ends.is_empty() && read.letters.len() < limit {
        if Instant::now() > deadline {
            return Err(gone("kafka does not hand over dead letters"));
        }
        let Some(message) = read.consumer.poll(PATIENCE / 100) else {
            continue;
        };
        let message = message.map_err(gone)?;
        let (partition, next) = (message.partition(), message.offset() + 1);
        match letter(message.payload().unwrap_or_default()) {
            Some(letter) => read.letters.push(letter),
            None => tracing::error!(partition, next, "a dead letter cannot be read"),
        }
        read.next.insert(partition, next);
        ends.retain(|at, end| *at != partition || next < *end);
    }
    Ok(read)
}

/// Sends the dead letters of a group to it again.
pub(super) async fn redrive(shared: &Arc<Shared>, group: &str) -> Result<usize, BusError> {
    let read = {
        let (shared, group) = (shared.clone(), group.to_owned());
        blocking(move || read_all(&shared, &group, usize::MAX)).await?
    };
    let topic = shared.settings.again(group);
    for letter in &read.letters {
        let json = letter.envelope.to_json()?;
        shared
            .send(&topic, &[(&letter.envelope.key, &json)])
            .await?;
    }
    let count = read.letters.len();
    blocking(move || {
        let mut done = TopicPartitionList::new();
        for (partition, next) in &read.next {
            let added = done.add_partition_offset(&read.topic, *partition, Offset::Offset(*next));
            added.map_err(gone)?;
        }
        if read.next.is_empty() {
            return Ok(());
        }
        read.consumer.commit(&done, CommitMode::Sync).map_err(gone)
    })
    .await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_letter_is_left() {
        assert!(letter(b"").is_none());
        assert!(letter(b"{}").is_none());
    }
}
