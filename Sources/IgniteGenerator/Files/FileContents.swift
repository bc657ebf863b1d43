/// What is in a file: held in memory, or known by its digest and made again when somebody looks.
enum FileContents: Sendable {
  /// The bytes themselves.
  case held([UInt8])
  /// What the bytes are.
  case known(KnownContents)

  /// The bytes; those that are known are made again, and are none where they came to be others.
  var bytes: [UInt8] {
    switch self {
    case .held(let bytes): bytes
    case .known(let known): known.bytes ?? []
    }
  }

  /// The digest of the bytes.
  var digest: Digest {
    switch self {
    case .held(let bytes): Digest(of: bytes)
    case .known(let known): known.digest
    }
  }

  /// How many lines there are, a last one without a line end included.
  var lineCount: Int {
    switch self {
    case .held(let bytes): Self.lineCount(of: bytes)
    case .known(let known): known.lineCount
    }
  }

  /// Whether the bytes are here.
  var isHeld: Bool {
    if case .held = self { true } else { false }
  }

  static func lineCount(of text: [UInt8]) -> Int {
    guard let last = text.last else { return 0 }
    return text.withUnsafeBufferPointer { $0.count { $0 == 0x0A } } + (last == 0x0A ? 0 : 1)
  }
}

extension FileContents: Hashable {
  static func == (left: FileContents, right: FileContents) -> Bool {
    if case (.held(let left), .held(let right)) = (left, right) { return left == right }
    return left.digest == right.digest
  }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// Contents that are not in memory.
struct KnownContents: Sendable {
  let digest: Digest
  let lineCount: Int
  /// The path that the source knows them by.
  let path: String
  let source: any ContentsSource

  /// Tells of contents that can be let go.
  init(of bytes: [UInt8], path: String, from source: any ContentsSource) {
    self.init(
      digest: Digest(of: bytes), lineCount: FileContents.lineCount(of: bytes), path: path,
      from: source)
  }

  init(digest: Digest, lineCount: Int, path: String, from source: any ContentsSource) {
    self.digest = digest
    self.lineCount = lineCount
    self.path = path
    self.source = source
  }

  /// The bytes, absent where the source has others by now.
  var bytes: [UInt8]? {
    source.bytes(of: path).flatMap { Digest(of: $0) == digest ? $0 : nil }
  }
}

/// Whatever can make contents again.
protocol ContentsSource: AnyObject, Sendable {
  /// What is in the file of a path; absent where there is none any more.
  func bytes(of path: String) -> [UInt8]?
}
