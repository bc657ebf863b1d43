//! The service over each database that it may have.

use crate::harness::Harness;

#[tokio::test]
async fn it_is_ready_whatever_its_database() {
    for harness in Harness::everywhere().await {
        let ready = harness.get("/health/ready").await;
        assert_eq!(ready.status, 200, "{ready:?}");
        let unknown = harness.get("/integrations/nobody/x").await;
        assert_eq!(unknown.status, 404);
        let health = harness.get("/operations/integrations").await;
        // Closed, because the service does not listen to its own machine only.
        assert_eq!(health.status, 403);
    }
}
