import Foundation
import IgniteCatalog
import IgniteModel
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

  @Test func whatChangesNoFileSaysSo() {
    let reached = Set((Robot.reach.keys ?? []).map(\.pattern))
    let tried = Robot.catalog.schema.declarations.filter(\.canBeTried)
    let silent = tried.filter { !reached.contains($0.path) }.map(\.path.description)
    let checkedOnly = tried.filter { $0.effect == .checkedOnly }.map(\.path.description)
    // A single value in its place shows nothing of these: they have one value, or change with another.
    let hidden: Set = [
      "cloud.aws.runtime", "cloud.gcp.runtime", "services[].cloud.runtime",
      "services[].database.migrations", "services[].database.strategy",
      "services[].stream.windowing.gap",
    ]
    #expect(Set(silent).subtracting(hidden) == Set(checkedOnly))
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
