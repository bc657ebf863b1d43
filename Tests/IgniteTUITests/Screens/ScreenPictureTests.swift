import Foundation
import IgniteGenerator
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteCatalog
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

  /// A catalog of one archetype, so that a new one changes no picture.
  private static let catalog = Catalog(
    entries: Robot.catalog.entries.filter { $0.kind != .archetype || $0.id == "stateless" },
    starters: Robot.catalog.starters.filter { $0.id == "shop" })

  private func shop() -> Robot { Robot(opening: Sample.shop, catalog: Self.catalog) }

  /// The shop without mistakes, and a few files that would be written.
  private func planned() throws -> Robot {
    var robot = Robot(opening: Sample.clean, catalog: Self.catalog)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("allframe-pictures-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("# mine\n".utf8).write(to: folder.appendingPathComponent("README.md"))
    var diagnostics: [Diagnostic] = []
    let plan = FilePlan(Self.files, diagnostics: &diagnostics)
    let changes = try Generation(in: Target(path: folder.path)).changeSet(for: plan)
    let revision = robot.state.analysis.revision
    robot.take(.planned(PlanState(revision: revision, changeSet: changes)))
    return robot
  }

  private static let files = [
    file("Cargo.toml", "[workspace]\nmembers = [\"services/*\"] # all\n"),
    file("README.md", "# Shop\n\nRun `make run`.\n"),
    file(
      "services/orders/src/main.rs",
      """
      //! Orders.
      use std::fmt;

      /// One order.
      #[derive(Debug, Clone)]
      pub struct Order<'a> {
          pub note: &'a str,
      }

      fn main() {
          println!("{}", 42);
      }

      """),
    file("services/orders/Dockerfile", "FROM debian:12\nRUN apt-get update\n"),
    file("services/orders/migrations/0001.sql", "CREATE TABLE orders (id UUID NOT NULL);\n"),
  ]

  private static func file(_ path: String, _ text: String) -> PlannedFile {
    PlannedFile(path: path, bytes: Array(text.utf8), entry: "documents/picture")
  }

  @Test func start() throws {
    var robot = Robot(catalog: Self.catalog)
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

  @Test func completingAPath() throws {
    var robot = Robot(catalog: Self.catalog)
    robot.go(to: "Open a file")
    robot.hit("enter ctrl-u")
    robot.type("shops/")
    let names = ["a b.toml", "books.yaml", "garden/"] + (1...9).map { "shop-\($0).toml" }
    robot.take(.completed(PathCompletion(asked: "shops/", text: "shops/", names: names)))
    try check(robot, "path")
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
    var robot = try planned()
    robot.hit("alt-3 down down down down down")
    try check(robot, "files")
    robot.hit("right")
    try check(robot, "file")
  }

  @Test func aConflict() throws {
    var robot = try planned()
    robot.hit("alt-3 end v v right")
    try check(robot, "conflict")
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
    var robot = try planned()
    robot.take(.command(.palette))
    robot.type("go to Review")
    robot.hit("enter")
    try check(robot, "review")
  }

  @Test func thePalette() throws {
    var robot = shop()
    robot.hit("ctrl-p")
    robot.type("ne")
    try check(robot, "palette")
  }

  @Test func generating() throws {
    var robot = try planned()
    robot.hit("ctrl-g")
    try check(robot, "generate")
  }

  @Test func writing() throws {
    var robot = try planned()
    robot.hit("ctrl-g")
    robot.go(to: "Write the platform")
    robot.hit("enter enter")
    robot.take(.progress(phase: "writing files", done: 60, total: 100))
    try check(robot, "writing")
    let done = GenerateState(
      lines: ["5 files written below shop"], isFinished: true,
      next: ["cd shop", "cargo run -p dev"])
    robot.take(.generated(done, path: nil))
    try check(robot, "written")
  }

  @Test func tooSmall() throws {
    try PictureGolden.check(shop().resized(to: Size(width: 50, height: 10)).surface(), "too-small")
  }

  @Test func theLeastThatWorks() throws {
    try PictureGolden.check(shop().resized(to: Size(width: 60, height: 20)).surface(), "least")
  }
}
