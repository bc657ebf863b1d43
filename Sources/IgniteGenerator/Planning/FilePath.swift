/// What the path of a generated file may be.
enum FilePath {
  /// The most bytes that a part of a path may have on the disks in use.
  static let longestPart = 255
  /// The most bytes of a whole path, so that one below a deep target still opens.
  static let longestPath = 1024

  /// Folders that belong to the program and to git, in lower case.
  private static let reserved: Set<String> = [".allframe", ".git"]

  /// Why the path cannot be used; absent when it can.
  static func problem(of path: String) -> String? {
    if path.isEmpty { return "it is empty" }
    if path.utf8.first == UInt8(ascii: "/") { return "it is absolute" }
    if path.utf8.count > longestPath { return "it is longer than \(longestPath) bytes" }
    if path.utf8.contains(UInt8(ascii: "\\")) { return "it has a backslash" }
    if path.unicodeScalars.contains(where: isHidden) { return "it has a control character" }
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      if let problem = problem(ofPart: part) { return problem }
    }
    return nil
  }

  private static func problem(ofPart part: Substring) -> String? {
    if part.isEmpty { return "it has an empty part" }
    if part == "." || part == ".." { return "it has the part `\(part)`" }
    if part.utf8.count > longestPart { return "it has a part longer than \(longestPart) bytes" }
    if part.utf8.first == UInt8(ascii: "."), reserved.contains(part.lowercased()) {
      return "`\(part)` is not the generator's to write"
    }
    return nil
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// The path as a disk without letter case knows it.
  static func folded(_ path: String) -> String { path.lowercased() }

  /// The folder that holds a path, empty for the target itself.
  static func folder(of path: String) -> Substring {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
    return path[..<end]
  }

  /// The folders above a path, the outermost first.
  static func folders(of path: String) -> [String] {
    let bytes = path.utf8
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }.map { String(path[..<$0]) }
  }
}
