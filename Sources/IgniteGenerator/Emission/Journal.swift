import IgniteSyntax

/// What is left to do when everything is staged: once it is on the disk, a run is completed,
/// however often it is interrupted.
struct Journal: Hashable, Sendable {
  /// One step; doing it again does nothing.
  enum Step: Hashable, Sendable {
    /// A whole new folder moves from the staging folder to its place.
    case folder(String)
    /// A file moves from the staging folder to its place, if the place still has what was found
    /// there: nothing, or contents with this digest.
    case file(String, replacing: Digest?)
    /// A file goes away, if it still has these contents.
    case remove(String, Digest)
  }

  private static let head = "allframe journal 1"
  private static let end = "end"

  /// The steps in the order in which they are done.
  var steps: [Step]

  /// Lists steps.
  init(_ steps: [Step]) { self.steps = steps }

  /// Reads what `text` wrote, absent where it is anything else.
  init?(_ text: [UInt8]) {
    let lines = text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    guard lines.first == Self.head, lines.count >= 2, lines.last == Self.end else { return nil }
    steps = []
    for line in lines.dropFirst().dropLast() {
      guard let step = Step(line) else { return nil }
      steps.append(step)
    }
  }

  /// The journal as it is written, one line a step.
  var text: [UInt8] {
    var text = Array("\(Self.head)\n".utf8)
    for step in steps { text += Array("\(step.line)\n".utf8) }
    return text + Array("\(Self.end)\n".utf8)
  }
}

extension Journal.Step {
  fileprivate var line: String {
    switch self {
    case .folder(let path): "folder \(path)"
    case .file(let path, nil): "file - \(path)"
    case .file(let path, let digest?): "file \(digest) \(path)"
    case .remove(let path, let digest): "remove \(digest) \(path)"
    }
  }

  fileprivate init?(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    if words[0] == "folder" {
      self = .folder(String(words[1]))
    } else {
      let rest = words[1].split(separator: " ", maxSplits: 1)
      guard rest.count == 2 else { return nil }
      let digest = Digest(hexadecimal: rest[0].utf8)
      switch (words[0], digest) {
      case ("file", let digest?): self = .file(String(rest[1]), replacing: digest)
      case ("file", nil) where rest[0] == "-": self = .file(String(rest[1]), replacing: nil)
      case ("remove", let digest?): self = .remove(String(rest[1]), digest)
      default: return nil
      }
    }
    guard FilePath.problem(of: path) == nil else { return nil }
  }

  /// The place in the target.
  var path: String {
    switch self {
    case .folder(let path), .file(let path, _), .remove(let path, _): path
    }
  }
}
