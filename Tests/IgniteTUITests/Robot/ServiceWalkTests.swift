import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteTUI

/// Services as a whole: copies, their order, and what is asked of one.
@Suite struct ServiceWalkTests {
  private static let text = """
    # The shop.
    [architecture]
    name = "shop"

    # What can be bought.
    [[services]]
    name = "catalog"
    type = "stateless"

    # Who bought it.
    [[services]]
    name = "orders" # for good
    type = "stateless"
    calls = ["catalog"]
    publishes = ["OrderPlaced"]
    ports = { rest = 9000 }

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    """

  private func names(_ robot: Robot) -> [String] {
    robot.state.analysis.architecture.services.map(\.name.value)
  }

  @Test func duplicatesAServiceWithoutWhatOnlyOneCanHave() throws {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("c")
    #expect(names(robot) == ["catalog", "orders", "orders-copy"])
    #expect(robot.text.hasPrefix(Self.text))
    let copy = try #require(robot.state.analysis.architecture.services.last)
    #expect(copy.calls.map(\.value) == ["catalog"])
    #expect(copy.entities.map(\.name.value) == ["Order"])
    #expect(copy.publishes.isEmpty)
    #expect(copy.ports.isEmpty)
    #expect(robot.state.analysis.errorCount == 0)
    #expect(
      robot.state.message?.text == "orders-copy is a copy of orders without its events and ports")
    robot.go(to: "orders")
    robot.hit("c")
    #expect(names(robot).contains("orders-copy-2"))
    robot.hit("u u")
    #expect(robot.text == Self.text)
  }

  @Test func movesAServiceWithItsCommentsAndTheCursor() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "catalog")
    robot.hit("J")
    #expect(names(robot) == ["orders", "catalog"])
    #expect(robot.state.form.rows[robot.state.cursor].button?.title == "catalog")
    #expect(robot.text.contains("# What can be bought.\n[[services]]\nname = \"catalog\""))
    #expect(robot.text.contains("# Who bought it.\n[[services]]\nname = \"orders\" # for good"))
    robot.hit("J")
    #expect(names(robot) == ["orders", "catalog"])
    robot.hit("K")
    #expect(names(robot) == ["catalog", "orders"])
    robot.hit("u u")
    #expect(robot.text == Self.text)
  }

  @Test func asksOfAServiceWhatItConsistsOf() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("enter")
    let wanted = [
      "Name", "Type", "Responsibility", "Protocols", "Calls", "Publishes", "Consumes", "Order",
      "+ add entity", "OrderPlaced", "rest",
    ]
    #expect(Array(robot.labels.filter(wanted.contains).prefix(wanted.count)) == wanted)
  }

  /// Whether a service keeps tenants apart is asked where there are tenants.
  @Test func asksAboutTenantsWhereThereAreSome() {
    let tenants = Self.text + "\n[tenant]\nenabled = true\n"
    for (text, isAsked) in [(Self.text, false), (tenants, true)] {
      var robot = Robot(opening: text)
      robot.go(to: "orders")
      robot.hit("enter")
      #expect(robot.labels.contains("Multi tenant") == isAsked)
    }
  }

  /// Versions are those of the events there are, so that nothing is asked where none is published.
  @Test func asksForVersionsOfTheEventsThatAreOwned() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "catalog")
    robot.hit("enter")
    #expect(!robot.rows.contains { $0.contains("version") })
    robot.hit("escape")
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "OrderPlaced")
    robot.hit("enter ctrl-u 2 enter")
    #expect(robot.text.contains("OrderPlaced = 2"))
    #expect(robot.state.analysis.errorCount == 0)
  }

  @Test func sayingWhichTypeShowsWhatItWouldBreak() throws {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Type")
    robot.hit("enter")
    guard case .picker(let picker)? = robot.state.overlays.last else {
      Issue.record("no type is asked")
      return
    }
    #expect(picker.choices.allSatisfy { !$0.summary.isEmpty })
    let saga = try #require(picker.choices.first { $0.value == "saga-orchestrator" })
    #expect(saga.whyNot != nil)
    #expect(picker.choices.first { $0.value == "event-sourced" }?.whyNot == nil)
    robot.type("Saga")
    #expect(robot.rows.contains { $0.contains("would break:") })
  }

  /// A workflow is made of steps, each of which asks a service for something that it can do.
  @Test func makesTheStepsOfAWorkflow() {
    var robot = Robot(opening: Self.text)
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Type")
    robot.hit("enter")
    robot.type("saga")
    robot.hit("enter")
    robot.go(to: "+ add step")
    robot.hit("enter")
    robot.type("KnowProduct")
    robot.hit("enter")
    robot.go(to: "Service")
    robot.hit("enter")
    robot.type("catalog")
    robot.hit("enter enter")
    #expect(robot.rows.contains { $0.contains("nothing is called so") })
    robot.type("look")
    #expect(robot.rows.contains { $0.contains("Enter adds look") })
    robot.hit("enter u escape escape")
    robot.go(to: "catalog")
    robot.hit("enter a")
    robot.type("Product")
    robot.hit("enter escape escape")
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "KnowProduct")
    robot.hit("enter")
    robot.go(to: "Action")
    robot.hit("enter")
    robot.type("fetch")
    robot.hit("enter")
    #expect(robot.text.contains("action = \"fetch_product\""))
    #expect(robot.state.analysis.errorCount == 0)
  }
}
