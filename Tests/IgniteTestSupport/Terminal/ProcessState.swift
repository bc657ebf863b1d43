import Foundation

/// What the system tells of a process; where it tells nothing, the process is taken to sleep.
enum ProcessState {
  /// Whether all threads of a process sleep and it waits for no child.
  static func isIdle(_ process: Int32) -> Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
    return (names ?? []).compactMap { Int32($0) }.allSatisfy { isAsleep(process, thread: $0) }
  }

  /// Whether a thread sleeps and waits for no child.
  static func isAsleep(_ process: Int32, thread: Int32) -> Bool {
    let folder = "/proc/\(process)/task/\(thread)"
    guard let line = text("\(folder)/stat"),
      let state = line.split(separator: ")").last?.split(separator: " ").first
    else { return true }
    return !["R", "D"].contains(state) && (text("\(folder)/children") ?? "").isEmpty
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
