/// One file as it will be written.
public struct PlannedFile: Hashable, Sendable {
  /// Where it goes: relative to the target, parts joined by `/`.
  public var path: String
  /// What is in it.
  public var bytes: [UInt8] {
    get { contents.bytes }
    set { contents = .held(newValue) }
  }
  /// Whether it can be run as a program.
  public var isExecutable: Bool
  /// The id of the catalog entry that caused it.
  public var entry: String
  /// Whether the bytes are what the formatter of its language writes, or its language has none;
  /// false for Rust as it comes from the templates.
  public var isFormatted: Bool

  /// What the bytes were made from by a formatter.
  struct Origin: Hashable, Sendable {
    /// The digest of the bytes before formatting.
    let source: Digest
    /// The digest of the bytes.
    let digest: Digest
  }

  /// What is in it, not in memory where nobody has to look.
  var contents: FileContents { didSet { origin = nil } }

  /// Where the bytes come from, absent where they are as the templates made them.
  var origin: Origin?

  /// Makes a planned file.
  public init(
    path: String, bytes: [UInt8], isExecutable: Bool = false, entry: String,
    isFormatted: Bool = true
  ) {
    self.init(
      path: path, contents: .held(bytes), isExecutable: isExecutable, entry: entry,
      isFormatted: isFormatted)
  }

  init(
    path: String, contents: FileContents, isExecutable: Bool, entry: String, isFormatted: Bool
  ) {
    self.path = path
    self.contents = contents
    self.isExecutable = isExecutable
    self.entry = entry
    self.isFormatted = isFormatted
  }
}
