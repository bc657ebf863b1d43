import Foundation
import Testing

@testable import IgniteTUI

/// Holds what is drawn against a picture in a file; with `IGNITE_RECORD=1` the file is written anew.
enum PictureGolden {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Pictures")

  static func check(
    _ surface: Surface, _ name: String, withRoles: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let roles = withRoles ? "\n" + surface.roles.joined(separator: "\n") + "\n" : ""
    let picture = surface.picture + roles
    let file = folder.appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try picture.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name)", sourceLocation: sourceLocation)
      return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(picture == expected, sourceLocation: sourceLocation)
  }
}
