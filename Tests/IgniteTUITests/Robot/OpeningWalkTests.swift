import IgniteSyntax
import Testing

@testable import IgniteTUI

/// From one text to another without leaving, and what is asked about what is unsaved.
@Suite struct OpeningWalkTests {
  private static let text = "[architecture]\nname = \"shop\"\n"

  private func options(_ robot: Robot) -> [String] {
    guard case .confirm(let confirm)? = robot.state.overlays.last else { return [] }
    return confirm.options
  }

  @Test func goesBackToTheFirstPageAtOnceWhenAllIsSaved() {
    var robot = Robot(opening: Self.text)
    robot.hit("f6")
    #expect(robot.asked.last == .close)
    robot.take(.closed(StartFacts(recent: ["/tmp/other.toml"], drafts: [])))
    #expect(robot.state.session == nil)
    #expect(robot.labels.contains("/tmp/other.toml"))
    robot.go(to: "/tmp/other.toml")
    robot.hit("enter")
    #expect(robot.asked.last == .open("/tmp/other.toml"))
  }

  @Test func asksWhatBecomesOfUnsavedChanges() {
    for (answer, asked) in [
      ("1", [Effect.save("architecture.toml"), .close]), ("2", [.keepDraft, .close]),
      ("3", [.forgetDraft, .close]), ("4", []), ("escape", []),
    ] {
      var robot = Robot(opening: Self.text)
      robot.hit("alt-4")
      robot.type("# mine")
      let before = robot.asked.count
      robot.hit("alt-o")
      #expect(options(robot).count == 4)
      robot.hit(answer)
      #expect(Array(robot.asked[before...]) == asked)
      #expect(robot.state.overlays.isEmpty)
    }
  }

  @Test func asksForAPathWhereThereIsNone() {
    var robot = Robot()
    robot.go(to: "Start from nothing")
    robot.hit("enter f6 1")
    robot.hit("ctrl-u")
    robot.type("new.toml")
    robot.hit("enter")
    #expect(robot.asked.suffix(2) == [.save("new.toml"), .close])
  }

  /// A plan that was begun for the text before must not be shown for the next one.
  @Test func takesNoPlanOfTheTextBefore() {
    var robot = Robot(opening: Self.text)
    robot.hit("alt-4")
    robot.type("#")
    let old = robot.state.analysis.revision
    robot.take(.closed(StartFacts()))
    robot.go(to: "Start from nothing")
    robot.hit("enter")
    #expect(robot.state.analysis.revision > old)
    robot.take(.planned(PlanState(revision: old, isRunning: true)))
    #expect(!robot.state.plan.isRunning)
    #expect(robot.state.session?.history.entries.isEmpty == true)
  }

  @Test func offersTheDraftOfAFileThatIsOpened() {
    for (answer, asked) in [
      ("1", [Effect.resume("/drafts/1")]), ("2", []), ("3", [.removeDraft("/drafts/1")]),
    ] {
      var robot = Robot(opening: Self.text)
      let before = robot.asked.count
      robot.take(.draftFound(id: "/drafts/1", changes: 3))
      #expect(robot.rows.contains { $0.contains("3 changes of an earlier run") })
      robot.hit(answer)
      #expect(Array(robot.asked[before...]) == asked)
    }
  }
}
