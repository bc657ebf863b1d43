import Foundation
import IgniteGenerator
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteTUI

/// An event that no longer is what others rely on: nothing is written, and the way out is at hand.
@Suite struct ContractWalkTests {
  private static let text = """
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "stateless"
    publishes = ["OrderPlaced"]

    [[services.entities]]
    name = "Order"
    fields = { total = "i64" }

    """

  /// A robot before a platform that was written, with another type of the event's field.
  private func broken(in scratch: Scratch) -> Robot {
    var robot = Robot(target: scratch.folder.path)
    let bytes = Array(Self.text.utf8)
    let document = Document.parse(Source(name: "a.toml", bytes: bytes), format: .toml)
    robot.take(.open(document, path: "a.toml", savedBytes: bytes, route: .step(.services)))
    let work = PlanWork(
      analysis: robot.state.analysis, planner: Robot.planner,
      preview: Preview(Robot.planner, formatter: nil), target: scratch.folder.path, choices: [:])
    #expect(work.generate(nil) { _, _, _ in }.hasFailed == false)
    robot.plansFiles = true
    robot.hit("alt-4 ctrl-f")
    robot.type("i64")
    robot.hit("enter delete delete delete")
    robot.type("string")
    return robot
  }

  @Test func aBrokenContractBlocksGenerationUntilTheVersionIsRaised() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    var robot = broken(in: scratch)
    robot.hit("ctrl-g")
    #expect(robot.rows.contains { $0.contains("`OrderPlaced` is not what its contract") })
    robot.go(to: "Write the platform")
    robot.hit("enter")
    #expect(robot.state.message?.text == "there are errors")
    #expect(!robot.asked.contains(.generate))
    robot.go(to: "Mend: raise it to version 2")
    robot.hit("enter")
    #expect(robot.text.contains("OrderPlaced = 2"))
    robot.go(to: "Write the platform")
    robot.hit("enter")
    #expect(robot.asked.contains(.generate))
  }

  @Test func theProblemIsListedExplainedAndMendedWithAKey() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    var robot = broken(in: scratch)
    robot.hit("alt-5")
    #expect(robot.rows.contains { $0.contains("`OrderPlaced` is not what its contract") })
    robot.hit("e")
    #expect(robot.rows.contains { $0.contains("Why breaking-contract is told.") })
    robot.hit("escape f")
    #expect(robot.state.findings.errorCount == 0)
    robot.hit("alt-1 u f8")
    #expect(robot.state.message?.text.contains("is not what its contract") == true)
    robot.hit("f4")
    #expect(robot.text.contains("OrderPlaced = 2"))
  }
}
