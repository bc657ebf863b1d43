import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteCatalog
@testable import IgniteGenerator

/// Which services a cloud brings their events, and what is told of the others.
struct DeliveryTests {
  private static let stack = "infrastructure/terraform/gcp/"

  private func plan(_ journal: String, on bus: String = "pubsub") -> CloudPlan {
    CloudPlan(
      """
      [architecture]
      name = "parcels"
      [settings]
      default_database = "postgres"
      event_bus = "\(bus)"
      [cloud]
      primary = "gcp"
      [cloud.gcp]
      delivery = "push"
      [[services]]
      name = "scanners"
      type = "producer"
      publishes = ["ParcelSeen"]
      [[services]]
      name = "journal"
      consumes = ["ParcelSeen"]
      \(journal)
      """)
  }

  private func told(_ plan: CloudPlan) -> [String] {
    plan.diagnostics.filter { $0.code == DeliveryCheck.code }.map {
      "\($0.severity): \($0.message): \($0.notes.joined(separator: "; "))"
    }
  }

  @Test func aServiceWithoutOtherWorkIsBroughtItsEvents() {
    let plan = plan("type = \"consumer\"\ncloud = { min_instances = 0 }")
    #expect(told(plan) == [])
    let journal = plan.text("\(Self.stack)service-journal.tf")
    #expect(journal.contains("PUBSUB_PUSH_ACCOUNT = google_service_account.push.email"))
    #expect(journal.contains("\"events_reach_journal\""))
    #expect(!journal.contains("works_between_requests = true"))
    #expect(plan.text("\(Self.stack)messaging.tf").contains("push = {"))
    let scanners = plan.text("\(Self.stack)service-scanners.tf")
    #expect(scanners.contains("works_between_requests = true"))
    #expect(!scanners.contains("events_reach"))
  }

  @Test(
    arguments: [
      ("type = \"stateless\"", "everybody may call it"),
      ("type = \"stateless\"\npublishes = [\"Noted\"]\ncloud = { ingress = \"none\" }", "outbox"),
      (
        "type = \"consumer\"\n[tenant]\nenabled = true", "each tenant has a consumer of its own"
      ),
      ("type = \"event-sourced\"\ncloud = { ingress = \"private\" }", "its type works"),
    ])
  func whoHasOtherWorkGoesOnAsking(journal: String, reason: String) throws {
    let plan = plan(journal)
    let note = try #require(told(plan).first)
    #expect(note.hasPrefix("note: `journal` goes on asking for its events"))
    #expect(note.contains(reason), "\(note)")
    #expect(!plan.text("\(Self.stack)messaging.tf").contains("push = {"))
    #expect(plan.text("\(Self.stack)service-journal.tf").contains("works_between_requests = true"))
  }

  @Test func aBusThatBringsNothingIsTold() throws {
    let plan = plan("type = \"consumer\"", on: "redis")
    #expect(told(plan) == ["warning: `redis` brings no events, so services ask for them: "])
    let fixes = plan.diagnostics.filter { $0.code == DeliveryCheck.code }.flatMap(\.fixes)
    #expect(fixes.map(\.title) == ["use `pubsub`"])
  }
}
