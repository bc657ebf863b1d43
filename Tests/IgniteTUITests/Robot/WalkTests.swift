import IgniteSyntax
import Testing

@testable import IgniteTUI

@Suite struct WalkTests {
  @Test func makesAPlatformFromNothing() {
    var robot = Robot()
    robot.plansFiles = true
    robot.go(to: "Start from nothing")
    robot.hit("enter")
    robot.go(to: "Name")
    robot.hit("enter ctrl-u")
    robot.type("shop")
    robot.hit("enter")
    robot.hit("alt-right")
    robot.go(to: "+ add a service")
    robot.hit("enter")
    robot.type("stateless")
    robot.hit("enter")
    robot.type("orders")
    robot.hit("enter")
    robot.go(to: "+ add entity")
    robot.hit("enter")
    robot.type("Order")
    robot.hit("enter")
    robot.go(to: "+ add field")
    robot.hit("enter")
    robot.type("total_cents i64")
    robot.hit("enter")
    robot.hit("escape escape")
    #expect(robot.state.route == .step(.services))
    #expect(
      robot.text == """
        [architecture]
        name = "shop"

        [[services]]
        name = "orders"
        type = "stateless"

        [[services.entities]]
        name = "Order"
        fields = { total_cents = "i64" }

        """)
    #expect(robot.state.analysis.errorCount == 0)
    robot.hit("ctrl-g")
    #expect(robot.state.route == .step(.generate))
    robot.go(to: "Write the platform")
    robot.hit("enter")
    #expect(robot.asked.contains(.generate))
  }

  /// From the top of a service's page `a` means the things it keeps.
  @Test func addsAnEntityFromTheTopOfAService() {
    var robot = Robot(opening: Sample.shop)
    robot.go(to: "catalog")
    robot.hit("enter a")
    guard case .prompt(let prompt)? = robot.state.overlays.last else {
      Issue.record("nothing is asked")
      return
    }
    #expect(prompt.title == "What is the entity called?")
  }

  @Test func asksOnlyWhatMatters() {
    var robot = Robot()
    robot.go(to: "Start from shop")
    robot.hit("enter")
    robot.take(.command(.palette))
    robot.type("go to Messaging")
    robot.hit("enter")
    #expect(robot.labels.first == "Event bus")
    #expect(!robot.labels.contains("Schema registry"))
    robot.go(to: "Continue")
    robot.hit("[")
    #expect(robot.labels.prefix(3) == ["catalog", "orders", "notifications"])
  }
}
