import IgniteSyntax
import Testing

@testable import IgniteTUI

/// Names that others mention: wherever one is changed, what mentions it follows, in one entry of the history.
@Suite struct RenamingWalkTests {
  private static let text = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "stateless"
    publishes = ["OrderPlaced", "OrderPaid"]  # in this order

    [[services.entities]]
    name = "Customer"
    fields = { email = "string" }

    [[services.entities]]
    name = "Order"
    fields = { customer = "ref(Customer)", total = "i64" }

    [services.event_versions]
    OrderPlaced = 2

    [[services]]
    name = "mail"
    type = "stateless"
    consumes = ["OrderPlaced"]

    """

  private func robot(before page: String) -> Robot {
    var robot = Robot(opening: Self.text)
    robot.go(to: page)
    robot.hit("enter")
    return robot
  }

  private func replaced(_ old: String, _ new: String) -> String {
    Self.text.replacing(old, with: new)
  }

  @Test func renamesAnEntityFromTheListWithItsReferences() {
    var robot = robot(before: "orders")
    robot.go(to: "Customer")
    robot.hit("r ctrl-u")
    robot.type("Buyer")
    robot.hit("enter")
    #expect(robot.text == replaced("Customer", "Buyer"))
    robot.hit("u")
    #expect(robot.text == Self.text)
  }

  @Test func renamesAnEntityInItsFormWhenTheNameIsWhole() {
    var robot = robot(before: "orders")
    robot.go(to: "Customer")
    robot.hit("enter")
    robot.go(to: "Name")
    robot.hit("enter ctrl-u")
    robot.type("Buyer")
    #expect(robot.text == Self.text)
    robot.hit("enter")
    #expect(robot.text == replaced("Customer", "Buyer"))
    #expect(robot.state.session?.history.entries.map(\.title) == ["rename Customer to Buyer"])
  }

  @Test func refusesANameThatIsTaken() {
    var robot = robot(before: "orders")
    robot.go(to: "Customer")
    robot.hit("r ctrl-u")
    robot.type("Order")
    robot.hit("enter")
    guard case .prompt(let prompt)? = robot.state.overlays.last else {
      Issue.record("it was taken")
      return
    }
    #expect(prompt.problem == "there is one called so")
  }

  @Test func renamesAnEventWhereverItIsSaid() {
    var robot = robot(before: "orders")
    robot.go(to: "Publishes")
    robot.hit("r enter ctrl-u")
    robot.type("OrderMade")
    robot.hit("enter")
    #expect(robot.text == replaced("OrderPlaced", "OrderMade"))
    robot.hit("escape escape")
    robot.go(to: "mail")
    robot.hit("enter")
    robot.go(to: "Consumes")
    robot.hit("r ctrl-u")
    robot.type("OrderBorn")
    robot.hit("enter")
    #expect(robot.text == replaced("OrderPlaced", "OrderBorn"))
  }
}
