/// The bounds that keep a hostile file from exhausting the program.
public struct DocumentLimits: Sendable {
  /// The most bytes that are read.
  public var bytes: Int
  /// The deepest nesting of values.
  public var depth: Int
  /// The most diagnostics that one document reports.
  public var diagnostics: Int

  /// Makes limits.
  public init(bytes: Int, depth: Int, diagnostics: Int) {
    self.bytes = bytes
    self.depth = depth
    self.diagnostics = diagnostics
  }

  /// 16 MiB, 128 levels, 100 diagnostics.
  public static let standard = DocumentLimits(bytes: 16 << 20, depth: 128, diagnostics: 100)

  func tooLarge(_ source: Source) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "file-too-large", "the file has \(source.bytes.count) bytes, the limit is \(bytes)")
    diagnostic.notes = ["nothing of it was read"]
    return diagnostic
  }
}
