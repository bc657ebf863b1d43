//! The texts of `Note`.

use frame::merging::{Change, Replica};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::note::stored;
use crate::harness::Harness;

mod of_body {
    use super::*;

    fn path(id: Uuid) -> String {
        format!("{}/{id}/{}/changes", "/api/notes", "body")
    }

    /// The text as one person has it.
    async fn replica(harness: &Harness, id: Uuid, site: &str) -> Replica {
        let answer = harness.get(&path(id)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let changes: Vec<Change> = serde_json::from_value(answer.body).unwrap();
        let mut replica = Replica::new(site);
        replica.take(changes).unwrap();
        replica
    }

    async fn send(harness: &Harness, id: Uuid, changes: &[Change]) -> (u16, Value) {
        let body = json!({ "changes": changes });
        let answer = harness.send("POST", &path(id), &[], Some(&body)).await;
        (answer.status.as_u16(), answer.body)
    }

    #[tokio::test]
    async fn changes_come_together() {
        for harness in Harness::everywhere().await {
            let one = stored(&harness).await;
            let text = one.fields.body.clone();
            let mut ada = replica(&harness, one.id, "ada").await;
            let mut bob = replica(&harness, one.id, "bob").await;
            assert_eq!(ada.text(), text);
            let end = text.chars().count();
            let (by_ada, by_bob) = (ada.insert(0, "A "), bob.insert(end, " B"));
            let (first, second) = tokio::join!(send(&harness, one.id, &by_ada), send(&harness, one.id, &by_bob));
            assert_eq!((first.0, second.0), (200, 200), "{first:?} {second:?}");
            let expected = format!("A {text} B");
            let merged = harness.application.note.get(one.id).await.unwrap();
            assert_eq!(merged.fields.body, expected, "{}", harness.database.name);
            // What is told again changes nothing, not even the version.
            let (_, again) = send(&harness, one.id, &by_ada).await;
            assert_eq!(again, json!({ "text": expected, "version": merged.version }));
            assert_eq!(replica(&harness, one.id, "eve").await.text(), expected);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_merged_is_refused() {
        let harness = Harness::start().await;
        let one = stored(&harness).await;
        let wrong = json!({ "changes": [{ "kind": "remove", "id": { "number": 0, "site": "x" } }] });
        assert_eq!(harness.send("POST", &path(one.id), &[], Some(&wrong)).await.status, 400);
        assert_eq!(harness.get(&path(Uuid::nil())).await.status, 404);
        assert_eq!(send(&harness, Uuid::nil(), &[]).await.0, 404);
    }
}
