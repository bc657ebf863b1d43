public import Foundation

/// The built program, run as a person runs it.
public struct Program {
  /// What a run printed and how it ended.
  public struct Outcome: Sendable {
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String
    /// The exit status; the number of the signal, negative, where one ended it.
    public let status: Int32
  }

  /// The folder that the runs start in.
  public let folder: URL

  /// Makes a new empty folder to run in.
  public init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("allframe-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Takes the folder away.
  public func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Writes a file below the folder.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file
  }

  /// The text of a file below the folder.
  public func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// Runs the program to its end.
  public func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) throws -> Outcome {
    try run(Self.executable, arguments, environment: environment, input: input)
  }

  /// Runs the program to its end in a terminal of its own (through `script` of util-linux, which
  /// hands the input over as typed); all that it says is in `output`.
  public func runInTerminal(
    _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) throws -> Outcome {
    let words = ([Self.executable.path] + arguments).map { word in
      "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
    return try run(
      URL(fileURLWithPath: "/usr/bin/script"),
      ["-qec", words.joined(separator: " "), "/dev/null"], environment: environment, input: input)
  }

  private func run(
    _ executable: URL, _ arguments: [String], environment: [String: String], input: String
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
      .merging(environment) { $1 }
    let outputFile = folder.appendingPathComponent(".output-\(UUID().uuidString)")
    let errorFile = folder.appendingPathComponent(".errors-\(UUID().uuidString)")
    for file in [outputFile, errorFile] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    let pipe = Pipe()
    process.standardInput = pipe
    try process.run()
    try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    let status =
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Outcome(
      output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self),
      status: status)
  }

  /// The program beside the tests.
  private static var executable: URL { URL(fileURLWithPath: path(of: "allframe")) }

  /// Where a program that was built with the tests is.
  public static func path(of name: String) -> String {
    var folder = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
    if folder == nil {
      folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    }
    let beside = (folder ?? URL(fileURLWithPath: ".")).deletingLastPathComponent()
    return beside.appendingPathComponent(name).path
  }
}
