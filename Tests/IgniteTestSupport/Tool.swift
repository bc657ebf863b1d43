public import Foundation

/// A program of the machine that a test asks for a second opinion.
public enum Tool {
  /// Where a program is on PATH, absent where it is not.
  public static func path(of name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// What became of a program.
  public struct Outcome: Sendable {
    /// Its exit status.
    public let status: Int32
    /// What it wrote to the standard output.
    public let output: Data
    /// What it wrote to the standard error.
    public let errors: String
  }

  /// Runs a program to its end; throws when it cannot be started.
  public static func run(
    _ name: String, _ arguments: [String], input: Data = Data(), in folder: URL? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path(of: name) ?? name)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let scratch = try Scratch()
    defer { scratch.remove() }
    // Files instead of pipes, so that neither side can wait for the other.
    let files = ["input", "output", "errors"].map { scratch.folder.appendingPathComponent($0) }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: files[1]),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}

/// A folder of its own for a test.
public struct Scratch: Sendable {
  /// Where it is.
  public let folder: URL

  /// Makes an empty folder; throws when the disk does not allow it.
  public init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("allframe-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Removes the folder with all that is in it.
  public func remove() { try? FileManager.default.removeItem(at: folder) }
}
