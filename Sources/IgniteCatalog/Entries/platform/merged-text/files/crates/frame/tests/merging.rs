//! What a text must hold to, whoever writes what in which order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use fastrand::Rng;
use frame::Error;
use frame::merging::{Change, ChangeId, Merging, Replica};
use frame::testing;

const ROUNDS: u64 = 300;

/// Some people who write for a while, and hear of each other now and then.
fn written(random: &mut Rng) -> Vec<Replica> {
    let count = random.usize(2..5);
    let mut people: Vec<Replica> = (0..count).map(|n| Replica::new(format!("p{n}"))).collect();
    for _ in 0..random.usize(1..40) {
        let who = random.usize(..people.len());
        let length = people[who].text().chars().count();
        match random.u8(..10) {
            0..5 => {
                let text: String = (0..random.usize(1..6))
                    .map(|_| random.alphabetic())
                    .collect();
                people[who].insert(random.usize(..=length), &text);
            }
            5..8 if length > 0 => {
                people[who].remove(random.usize(..length), random.usize(1..4));
            }
            _ => {
                let other = random.usize(..people.len());
                let mut heard: Vec<Change> = people[other].changes().cloned().collect();
                random.shuffle(&mut heard);
                heard.truncate(random.usize(..=heard.len()));
                people[who].take(heard).unwrap();
            }
        }
    }
    people
}

fn all(people: &[Replica]) -> Vec<Change> {
    people.iter().flat_map(Replica::changes).cloned().collect()
}

fn text_of(changes: impl IntoIterator<Item = Change>) -> String {
    let mut replica = Replica::new("reader");
    replica.take(changes).unwrap();
    replica.text()
}

#[test]
fn everybody_comes_to_the_same_text() {
    for seed in 0..ROUNDS {
        let mut people = written(&mut Rng::with_seed(seed));
        let changes = all(&people);
        for person in &mut people {
            person.take(changes.clone()).unwrap();
        }
        let text = people[0].text();
        assert!(
            people.iter().all(|person| person.text() == text),
            "seed {seed}"
        );
    }
}

#[test]
fn neither_order_nor_repetition_matters() {
    for seed in 0..ROUNDS {
        let mut random = Rng::with_seed(seed);
        let mut changes = all(&written(&mut random));
        let text = text_of(changes.clone());
        changes.extend(changes.clone());
        random.shuffle(&mut changes);
        assert_eq!(text_of(changes), text, "seed {seed}");
    }
}

#[test]
fn merging_is_associative() {
    for seed in 0..ROUNDS {
        let people = written(&mut Rng::with_seed(seed));
        let left = people.iter().fold(Replica::new("left"), |mut all, person| {
            all.take(person.changes().cloned()).unwrap();
            all
        });
        let right = people
            .iter()
            .rev()
            .fold(Replica::new("right"), |tail, person| {
                let mut all = Replica::new("right");
                all.take(person.changes().cloned()).unwrap();
                all.take(tail.changes().cloned()).unwrap();
                all
            });
        assert_eq!(left.text(), right.text(), "seed {seed}");
    }
}

#[test]
fn alone_it_is_a_text_like_any_other() {
    for seed in 0..ROUNDS {
        let mut random = Rng::with_seed(seed);
        let (mut replica, mut text) = (Replica::new("me"), Vec::<char>::new());
        for _ in 0..random.usize(..60) {
            let place = random.usize(..=text.len());
            if random.bool() {
                let new: Vec<char> = (0..random.usize(1..5))
                    .map(|_| random.char('a'..'ö'))
                    .collect();
                replica.insert(place, &new.iter().collect::<String>());
                text.splice(place..place, new);
            } else {
                let count = random.usize(..4);
                replica.remove(place, count);
                text.drain(place..(place + count).min(text.len()));
            }
            assert_eq!(
                replica.text(),
                text.iter().collect::<String>(),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn words_written_at_one_place_do_not_mix() {
    let mut ada = Replica::new("ada");
    ada.insert(0, "()");
    let mut bob = Replica::new("bob");
    bob.take(ada.changes().cloned()).unwrap();
    let (one, other) = (ada.insert(1, "one"), bob.insert(1, "two"));
    ada.take(other).unwrap();
    bob.take(one).unwrap();
    assert_eq!(ada.text(), bob.text());
    assert!(
        ["(onetwo)", "(twoone)"].contains(&ada.text().as_str()),
        "{}",
        ada.text()
    );
}

#[test]
fn a_letter_waits_for_the_one_before_it() {
    let mut writer = Replica::new("w");
    let mut changes = writer.insert(0, "ab");
    let (a, b) = (changes.remove(0), changes.remove(0));
    let mut reader = Replica::new("r");
    reader.take([b]).unwrap();
    assert_eq!(reader.text(), "");
    reader.take([a]).unwrap();
    assert_eq!(reader.text(), "ab");
}

fn id(number: u32, site: &str) -> ChangeId {
    ChangeId {
        number,
        site: site.to_owned(),
    }
}

#[test]
fn what_no_honest_writer_makes_is_refused() {
    let letter = |number, site: &str, after: Option<ChangeId>, letter| Change::Insert {
        id: id(number, site),
        after,
        letter,
    };
    let mut replica = Replica::new("r");
    replica.take([letter(1, "a", None, 'x')]).unwrap();
    for wrong in [
        vec![letter(0, "a", None, 'x')],
        vec![letter(2, "", None, 'x')],
        vec![letter(2, "a/b", None, 'x')],
        vec![letter(2, &"a".repeat(65), None, 'x')],
        vec![letter(2, "a", None, '\0')],
        vec![letter(2, "a", Some(id(2, "b")), 'x')],
        vec![letter(2, "a", Some(id(0, "b")), 'x')],
        vec![letter(1, "a", None, 'y')],
        vec![letter(3, "b", None, 'x'), letter(3, "b", None, 'y')],
        vec![letter(9, "c", None, 'x'), Change::Remove { id: id(0, "a") }],
    ] {
        let refused = replica.take(wrong.clone());
        assert!(matches!(refused, Err(Error::Malformed(_))), "{wrong:?}");
        assert_eq!(replica.text(), "x", "none of them was taken");
    }
}

#[tokio::test]
async fn what_is_kept_is_the_same_on_every_database() {
    for database in testing::databases(None).await.unwrap() {
        let merging = Merging::new((*database).clone(), "note/body");
        let note = frame::new_id();
        assert_eq!(
            merging.take(note, "Helo", Vec::new()).await.unwrap(),
            "Helo"
        );
        // Somebody else has the text from here, and changes it.
        let mut ada = Replica::new("ada");
        ada.take(merging.replica(note).await.unwrap().changes().cloned())
            .unwrap();
        let changes = ada.insert(3, "l");
        for _ in 0..2 {
            let text = merging
                .take(note, "is not looked at", changes.clone())
                .await
                .unwrap();
            assert_eq!(text, "Hello", "{}", database.name);
        }
        let wrong = vec![Change::Remove { id: id(0, "x") }];
        assert!(merging.take(note, "", wrong).await.is_err());
        // More than fit a page, and another note that has nothing to do with it.
        let changes = ada.insert(5, &"o".repeat(1_500));
        let text = merging.take(note, "", changes).await.unwrap();
        assert_eq!(text.len(), 1_505);
        assert_eq!(merging.replica(note).await.unwrap().text(), text);
        assert!(merging.replica(frame::new_id()).await.unwrap().is_empty());
    }
}
