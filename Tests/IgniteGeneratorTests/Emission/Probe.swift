import Foundation

/// The program that generates in a process of its own.
struct Probe {
  let target: String
  let count: Int

  /// The texts of a state, by path.
  func files(_ state: Int) -> [String: String] {
    var files: [String: String] = [:]
    for number in 0..<count where number % 3 != state % 3 {
      files["services/s\(number / 8)/part \(number % 3)/file-\(number).txt"] =
        String(repeating: "file \(number) in state \(state)\n", count: 20 + number % 40)
    }
    return files
  }

  /// Starts a generation of a state, below a shell script where one is given.
  func start(_ state: Int, shell: String? = nil) throws -> Process {
    let process = Process()
    let arguments = [target, "\(state)", "\(count)"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    if let shell {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", shell + "; exec \"$0\" \"$@\"", Self.executable] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: Self.executable)
      process.arguments = arguments
    }
    try process.run()
    return process
  }

  /// Runs a generation of a state to its end; the exit status.
  func run(_ state: Int, shell: String? = nil) throws -> Int32 {
    let process = try start(state, shell: shell)
    process.waitUntilExit()
    return process.terminationStatus
  }

  private static var executable: String {
    var folder = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
    if folder == nil {
      folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    }
    return (folder ?? URL(fileURLWithPath: ".")).deletingLastPathComponent()
      .appendingPathComponent("generate-probe").path
  }
}
