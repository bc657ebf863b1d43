import Foundation
import IgniteTestSupport
import Testing

@testable import IgniteTUI

/// Nobody waits for what the program can know: what was found out about its catalog is in it.
@Suite struct ReachTests {
  @Test func theRecordIsWhatIsFoundOut() throws {
    let found = Robot.reach.record
    if ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1" { try record(found) }
    #expect(
      Reach.builtIn.record == found,
      "IGNITE_RECORD=1 swift test --filter ReachTests writes it anew")
    #expect(Reach(recorded: found) == Robot.reach)
  }

  private func record(_ found: String) throws {
    let path = Fixtures.folder("../../../Sources/IgniteTUI/Wizard/RecordedReach.swift")
    let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    let fence = "\"\"\""
    let parts = text.components(separatedBy: fence)
    try #require(parts.count == 3)
    let lines = found.split(separator: "\n").map { "    \($0)\n" }.joined()
    try "\(parts[0])\(fence)\n\(lines)    \(fence)\(parts[2])"
      .write(toFile: path, atomically: true, encoding: .utf8)
  }
}
