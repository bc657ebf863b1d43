import Foundation
import IgniteGenerator
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteTUI

/// The files that would be written, before a folder in which some lie already.
@Suite struct FilesWalkTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try Data("# mine\n".utf8).write(to: scratch.folder.appendingPathComponent("README.md"))
  }

  private func robot() -> Robot {
    var robot = Robot(width: 120, height: 40, target: scratch.folder.path)
    robot.plansFiles = true
    let document = Document.parse(Source(name: "a.toml", text: Sample.clean), format: .toml)
    robot.take(.open(document, path: nil, savedBytes: nil, route: .step(.services)))
    robot.hit("alt-3")
    return robot
  }

  private func resolution(_ robot: Robot) -> ConflictResolution? {
    robot.state.plan.changeSet?.changes.first { $0.path == "README.md" }?.resolution
  }

  private func choose(_ path: String, _ robot: inout Robot) {
    robot.hit("/")
    robot.type(path)
    robot.hit("enter end")
    robot.readFiles()
  }

  @Test func countsWhatWouldBecomeOfTheFiles() {
    defer { scratch.remove() }
    let robot = robot()
    let count = robot.state.plan.changeSet?.count(.create) ?? 0
    #expect(count > 100)
    #expect(robot.rows.contains { $0.contains("+ \(count) new  ! 1 conflict") })
  }

  @Test func findsFilesByPartOfTheirPathAndTextInOne() {
    defer { scratch.remove() }
    var robot = robot()
    robot.hit("/")
    robot.type("orders/Cargo")
    let rows = robot.rows
    #expect(rows.contains { $0.contains("+ Cargo.toml") })
    #expect(!rows.contains { $0.contains("README.md") })
    robot.hit("enter end right /")
    robot.type("[dependencies]")
    robot.hit("enter")
    #expect(robot.state.panes.files.change?.path == "services/orders/Cargo.toml")
  }

  @Test func decidesOneConflictAfterTheOther() {
    defer { scratch.remove() }
    for (key, decision, answer) in [
      ("M", ConflictResolution.keep, "M keep mine"), ("O", .overwrite, "O overwrite"),
      ("B", .sideBySide, "B write the new one beside"),
    ] {
      var robot = robot()
      #expect(robot.state.plan.changeSet?.openConflicts.count == 1)
      choose("README.md", &robot)
      #expect(robot.state.panes.files.change?.path == "README.md")
      robot.hit(key)
      robot.readFiles()
      #expect(robot.state.conflictChoices == ["README.md": decision])
      #expect(resolution(robot) == decision)
      #expect(robot.rows.contains { $0.contains("✓ \(answer)") })
      #expect(robot.state.plan.changeSet?.openConflicts.isEmpty == true)
    }
  }

  @Test func asksOnceMoreBeforeItWritesAroundAConflict() {
    defer { scratch.remove() }
    var robot = robot()
    robot.hit("ctrl-g")
    robot.go(to: "Write the platform")
    robot.hit("enter")
    #expect(robot.rows.contains { $0.contains("Some files are in conflict") })
    robot.hit("2")
    #expect(!robot.asked.contains(.generate))
    robot.hit("enter 1")
    #expect(robot.asked.contains(.generate))
  }

  @Test func showsContentsTheDifferenceAndBothSides() {
    defer { scratch.remove() }
    var robot = robot()
    choose("README.md", &robot)
    var titles: Set<String> = []
    for _ in 0..<3 {
      let row = robot.rows.first { $0.contains("README.md  conflict") } ?? ""
      titles.insert(String(row.reversed().drop { $0 == " " }.prefix(12)))
      robot.hit("v")
      robot.readFiles()
    }
    #expect(titles.count == 3)
  }
}
