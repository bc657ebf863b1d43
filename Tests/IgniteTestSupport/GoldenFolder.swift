import Foundation

/// A folder of files that a test expects, real trees with real endings; with `IGNITE_RECORD=1` in the
/// environment a difference rewrites the folder, and the test fails all the same.
public struct GoldenFolder {
  private let folder: URL

  /// Takes the folder's path.
  public init(path: String) {
    folder = URL(fileURLWithPath: path)
  }

  /// Whether this run rewrites what it finds different.
  public static var isRecording: Bool {
    ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1"
  }

  /// What differs between the folder and the files given by path, one line each; nothing if they agree.
  public func differences(from files: [String: [UInt8]]) throws -> [String] {
    let expected = try contents()
    var lines: [String] = []
    for path in Set(files.keys).union(expected.keys).sorted() where files[path] != expected[path] {
      switch (files[path], expected[path]) {
      case (.some(let found), .some(let golden)):
        lines.append("\(path) differs: \(Self.firstDifference(found, golden))")
      case (.some, .none): lines.append("\(path) is new")
      default: lines.append("\(path) is gone")
      }
    }
    if !lines.isEmpty && Self.isRecording { try record(files) }
    return lines
  }

  private func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    for name in names ?? [] {
      let file = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      contents[name] = Array(try Data(contentsOf: file))
    }
    return contents
  }

  private func record(_ files: [String: [UInt8]]) throws {
    try? FileManager.default.removeItem(at: folder)
    for (path, bytes) in files {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
  }

  private static func firstDifference(_ found: [UInt8], _ golden: [UInt8]) -> String {
    let pairs = zip(lines(found), lines(golden)).enumerated()
    guard let (number, pair) = pairs.first(where: { $0.element.0 != $0.element.1 }) else {
      return "one is longer"
    }
    return "line \(number + 1) is `\(pair.0)`, not `\(pair.1)`"
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
