import IgniteSyntax
import Testing

@testable import IgniteTUI

/// Walks through a config that somebody wrote with care: only the lines that were meant change.
@Suite struct EditingWalkTests {
  private static let text = """
    # Our shop. Ask Ada before you change the bus.
    [architecture]
    name = "shop"            # as the domain

    [settings]
    event_bus = "memory"     # redis from ten services on

    # What can be bought.
    [[services]]
    name = "catalog"
    type = "stateless"

    # Who bought it.
    [[services]]
    name = "orders"
    type = "stateless"
    calls = [ "catalog" ]    # for prices
    publishes = ["OrderPlaced"]

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    """

  /// The lines that are new, and those that are gone.
  private func changes(of robot: Robot) -> (added: [String], removed: [String]) {
    let old = Self.text.split(separator: "\n").map(String.init)
    let new = robot.text.split(separator: "\n").map(String.init)
    let difference = new.difference(from: old)
    let added = difference.insertions.map {
      if case .insert(_, let line, _) = $0 { line } else { "" }
    }
    let removed = difference.removals.map {
      if case .remove(_, let line, _) = $0 { line } else { "" }
    }
    return (added, removed)
  }

  @Test func changesOneAnswer() {
    var robot = Robot(opening: Self.text)
    robot.hit("alt-right")
    robot.go(to: "Event bus")
    robot.hit("enter")
    robot.type("redis")
    robot.hit("enter")
    let (added, removed) = changes(of: robot)
    #expect(added == ["event_bus = \"redis\"     # redis from ten services on"])
    #expect(removed == ["event_bus = \"memory\"     # redis from ten services on"])
  }

  @Test func asksOfACloudWhatMattersThere() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("enter")
    #expect(!robot.labels.contains("Memory mb"))
    robot = Robot(opening: Self.text + "\n[cloud]\nprimary = \"fly\"\n")
    robot.go(to: "orders")
    robot.hit("enter")
    #expect(robot.labels.contains("Memory mb"))
  }

  @Test func renamesAServiceWithItsMentions() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "catalog")
    robot.hit("r ctrl-u")
    robot.type("products")
    robot.hit("enter")
    let (added, removed) = changes(of: robot)
    #expect(added == ["name = \"products\"", "calls = [ \"products\" ]    # for prices"])
    #expect(removed.count == 2)
    robot.hit("u")
    #expect(robot.text == Self.text)
  }

  @Test func saysWhatARemovalBreaks() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "catalog")
    robot.hit("d")
    guard case .confirm(let confirm)? = robot.state.overlays.last else {
      Issue.record("nothing is asked")
      return
    }
    #expect(confirm.lines == ["orders mentions it"])
    robot.hit("enter")
    #expect(robot.state.analysis.errorCount == 0)
    #expect(!robot.text.contains("catalog"))
    #expect(robot.text.contains("# Who bought it."))
  }

  @Test func takesTypingBackWithEscape() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Responsibility")
    robot.hit("enter")
    robot.type("Sells")
    #expect(robot.text.contains("responsibility = \"Sells\""))
    robot.hit("escape")
    #expect(robot.text == Self.text)
    #expect(robot.state.session?.history.canUndo == false)
  }

  @Test func joinsTypingToOneEntryOfTheHistory() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Responsibility")
    robot.hit("enter")
    robot.type("Sells things")
    robot.hit("enter")
    #expect(
      robot.state.session?.history.entries.map(\.title)
        == ["set orders.responsibility to Sells things"])
  }

  @Test func picksEventsOfOthers() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "catalog")
    robot.hit("enter")
    robot.go(to: "Consumes")
    robot.hit("enter space enter")
    #expect(robot.text.contains("consumes = [\"OrderPlaced\"]"))
    #expect(changes(of: robot).removed.isEmpty)
  }

  @Test func staysInAListWhereNothingIsCalledSo() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "catalog")
    robot.hit("enter")
    robot.go(to: "Calls")
    robot.hit("enter")
    robot.type("nobody")
    robot.hit("enter")
    #expect(robot.state.overlays.count == 1)
    #expect(robot.state.message?.text.hasPrefix("nothing is called so") == true)
    robot.hit("ctrl-u enter")
    #expect(robot.state.overlays.isEmpty)
    #expect(robot.text == Self.text)
    #expect(robot.state.field?.label == "Publishes")
  }

  @Test func mergesAChangeOutside() {
    var robot = Robot(opening: Self.text)
    robot.hit("alt-right")
    robot.go(to: "Event bus")
    robot.hit("enter")
    robot.type("redis")
    robot.hit("enter")
    let outside = robotText("catalog", with: "goods")
    robot.take(.changedOutside(Array(outside.utf8)))
    #expect(robot.text.contains("event_bus = \"redis\""))
    #expect(robot.text.contains("name = \"goods\""))
    #expect(robot.state.isUnsaved)
  }

  @Test func asksWhereBothChangedTheSameLine() {
    var robot = Robot(opening: Self.text)
    robot.hit("alt-right")
    robot.go(to: "Event bus")
    robot.hit("enter")
    robot.type("redis")
    robot.hit("enter")
    let outside = robotText("\"memory\"", with: "\"postgres\"")
    robot.take(.changedOutside(Array(outside.utf8)))
    robot.hit("down enter")
    #expect(robot.text == outside)
    #expect(!robot.state.isUnsaved)
    robot.hit("u")
    #expect(robot.text.contains("event_bus = \"redis\""))
  }

  private func robotText(_ word: String, with other: String) -> String {
    Self.text.split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
  }
}
