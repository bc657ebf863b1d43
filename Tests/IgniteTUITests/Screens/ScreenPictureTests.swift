import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteTUI

/// Every screen in three sizes, with and without Unicode.
struct ScreenPictureTests {
  private static let sizes = [(80, 24), (120, 40), (200, 60)]

  private func check(_ robot: Robot, _ name: String) throws {
    for (width, height) in Self.sizes {
      let size = Size(width: width, height: height)
      let unicode = robot.resized(to: size)
      try PictureGolden.check(unicode.surface(), "\(name)-\(width)x\(height)")
      try PictureGolden.check(
        unicode.surface(glyphs: .ascii), "\(name)-\(width)x\(height)-ascii")
    }
  }

  private func shop() -> Robot {
    var robot = Robot(opening: Sample.shop)
    robot.plansFiles = true
    robot.hit("alt-1")
    return robot
  }

  @Test func start() throws {
    var robot = Robot()
    robot.go(to: "Start from shop")
    try check(robot, "start")
  }

  @Test func services() throws { try check(shop(), "services") }

  @Test func aService() throws {
    var robot = shop()
    robot.go(to: "orders")
    robot.hit("enter down")
    try check(robot, "service")
  }

  @Test func typingAName() throws {
    var robot = shop()
    robot.hit("alt-left")
    robot.go(to: "Name")
    robot.hit("enter")
    robot.type("-two")
    try check(robot, "typing")
  }

  @Test func messaging() throws {
    var robot = shop()
    robot.hit("alt-right")
    try check(robot, "messaging")
  }

  @Test func aListToChooseFrom() throws {
    var robot = shop()
    robot.go(to: "+ add a service")
    robot.hit("enter")
    try check(robot, "picker")
  }

  @Test func aQuestion() throws {
    var robot = shop()
    robot.go(to: "orders")
    robot.hit("d")
    try check(robot, "confirm")
  }

  @Test func help() throws {
    var robot = shop()
    robot.hit("f1")
    try check(robot, "help")
  }

  @Test func theGraph() throws {
    var robot = shop()
    robot.hit("alt-2 right")
    try check(robot, "graph")
  }

  @Test func theFiles() throws {
    var robot = Robot(opening: Sample.clean)
    robot.replan()
    robot.hit("alt-3 down enter")
    try check(robot, "files")
  }

  @Test func theSource() throws {
    var robot = shop()
    robot.hit("alt-4 down down")
    try check(robot, "source")
  }

  @Test func theProblems() throws {
    var robot = shop()
    robot.hit("alt-5")
    try check(robot, "problems")
  }

  @Test func theHistory() throws {
    var robot = shop()
    robot.go(to: "catalog")
    robot.hit("c")
    robot.type("stock")
    robot.hit("enter escape alt-6")
    try check(robot, "history")
  }

  @Test func theReview() throws {
    var robot = Robot(opening: Sample.clean)
    robot.replan()
    robot.take(.command(.palette))
    robot.type("go to Review")
    robot.hit("enter")
    try check(robot, "review")
  }

  @Test func generating() throws {
    var robot = Robot(opening: Sample.clean)
    robot.replan()
    robot.hit("ctrl-g")
    try check(robot, "generate")
  }

  @Test func tooSmall() throws {
    try PictureGolden.check(shop().resized(to: Size(width: 50, height: 10)).surface(), "too-small")
  }

  @Test func theLeastThatWorks() throws {
    try PictureGolden.check(shop().resized(to: Size(width: 60, height: 20)).surface(), "least")
  }
}
