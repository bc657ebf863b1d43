import Foundation

/// What the system tells of a process.
enum ProcessState {
  /// Whether all threads of a process sleep and it waits for no child.
  static func isIdle(_ process: Int32) -> Bool {
    let folder = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.allSatisfy { thread in
      guard let line = text("\(folder)/\(thread)/stat"),
        let state = line.split(separator: ")").last?.split(separator: " ").first
      else { return true }
      let children = text("\(folder)/\(thread)/children") ?? ""
      return !["R", "D"].contains(state) && children.isEmpty
    }
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
