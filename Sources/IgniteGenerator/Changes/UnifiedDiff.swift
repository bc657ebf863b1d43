import IgniteSyntax

/// The difference of two states of one file, as `git apply` and `patch` take it.
public struct UnifiedDiff: Hashable, Sendable {
  /// One line of a diff.
  public struct Row: Hashable, Sendable {
    /// What the line is.
    public enum Kind: Hashable, Sendable {
      /// A line about the file.
      case head
      /// A line that tells which lines follow.
      case place
      /// A line of both states.
      case context
      /// A line of the old state only.
      case removed
      /// A line of the new state only.
      case added
    }

    /// What the line is.
    public let kind: Kind
    /// The whole line with its sign, without its line end.
    public let bytes: [UInt8]

    /// The line for a terminal, every control character made visible.
    public var visible: String {
      VisibleText.line(String(decoding: bytes, as: UTF8.self), limit: Int.max)
    }
  }

  /// The common lines around a difference.
  private static let context = 3
  /// What stands after a last line that has no line end.
  private static let noLineEnd = Array("\\ No newline at end of file".utf8)

  /// The lines; none where both states are the same.
  public let rows: [Row]

  /// Compares two states of the file at `path`; absent stands for no file.
  public init(path: String, old: [UInt8]?, new: [UInt8]?, isExecutable: Bool = false) {
    var rows = Rows(path: path, old: old, new: new, isExecutable: isExecutable)
    guard old != new else {
      self.rows = []
      return
    }
    rows.writeHead()
    if [old, new].contains(where: { $0?.contains(0) == true }) {
      rows.writeBinary()
    } else {
      rows.writeHunks(context: Self.context)
    }
    self.rows = rows.rows
  }

  /// The diff as it is written to a file; lines without a line end are told as `diff` tells them.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      bytes += row.bytes
      bytes.append(0x0A)
    }
    return bytes
  }

  /// Collects the lines.
  private struct Rows {
    let path: String
    let old: [UInt8]?
    let new: [UInt8]?
    let isExecutable: Bool
    var rows: [Row] = []

    init(path: String, old: [UInt8]?, new: [UInt8]?, isExecutable: Bool) {
      self.path = path
      self.old = old
      self.new = new
      self.isExecutable = isExecutable
    }

    mutating func writeHead() {
      head("diff --git \(PatchName.quoted("a/" + path)) \(PatchName.quoted("b/" + path))")
      if old == nil { head("new file mode \(isExecutable ? "100755" : "100644")") }
      if new == nil { head("deleted file mode \(isExecutable ? "100755" : "100644")") }
    }

    mutating func writeBinary() {
      let names = (old == nil ? "/dev/null" : "a/\(path)", new == nil ? "/dev/null" : "b/\(path)")
      head("Binary files \(names.0) and \(names.1) differ")
    }

    mutating func writeHunks(context: Int) {
      let (before, after) = (LineDifference.lines(old ?? []), LineDifference.lines(new ?? []))
      let hunks = LineDifference(before, after).hunks
      if hunks.isEmpty { return }
      head("--- " + (old == nil ? "/dev/null" : PatchName.field("a/" + path)))
      head("+++ " + (new == nil ? "/dev/null" : PatchName.field("b/" + path)))
      var rest = hunks[...]
      while let first = rest.first {
        var count = 1
        while count < rest.count, near(rest, count, 2 * context) { count += 1 }
        write(rest.prefix(count), from: first, before, after, context)
        rest = rest.dropFirst(count)
      }
    }

    /// Whether a difference is so near the one before it that both share their context.
    private func near(
      _ hunks: ArraySlice<LineDifference.Hunk>, _ count: Int, _ distance: Int
    ) -> Bool {
      let index = hunks.startIndex + count
      return hunks[index].old.lowerBound - hunks[index - 1].old.upperBound <= distance
    }

    private mutating func write(
      _ hunks: ArraySlice<LineDifference.Hunk>, from first: LineDifference.Hunk,
      _ before: [ArraySlice<UInt8>], _ after: [ArraySlice<UInt8>], _ context: Int
    ) {
      guard let last = hunks.last else { return }
      let lead = min(context, first.old.lowerBound)
      let trail = min(context, before.count - last.old.upperBound)
      let oldLines = first.old.lowerBound - lead..<last.old.upperBound + trail
      let newLines = first.new.lowerBound - lead..<last.new.upperBound + trail
      append(.place, Array("@@ -\(place(oldLines)) +\(place(newLines)) @@".utf8))
      var row = oldLines.lowerBound
      for hunk in hunks {
        for line in before[row..<hunk.old.lowerBound] { append(.context, line) }
        for line in before[hunk.old] { append(.removed, line) }
        for line in after[hunk.new] { append(.added, line) }
        row = hunk.old.upperBound
      }
      for line in before[row..<oldLines.upperBound] { append(.context, line) }
    }

    private func place(_ lines: Range<Int>) -> String {
      let start = lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1
      return lines.count == 1 ? "\(start)" : "\(start),\(lines.count)"
    }

    private mutating func append(_ kind: Row.Kind, _ line: ArraySlice<UInt8>) {
      let sign = UInt8(ascii: kind == .added ? "+" : kind == .removed ? "-" : " ")
      let hasEnd = line.last == 0x0A
      append(kind, [sign] + (hasEnd ? line.dropLast() : line))
      if !hasEnd { append(.head, UnifiedDiff.noLineEnd) }
    }

    private mutating func append(_ kind: Row.Kind, _ bytes: [UInt8]) {
      rows.append(Row(kind: kind, bytes: bytes))
    }

    private mutating func head(_ text: String) { append(.head, Array(text.utf8)) }
  }
}

/// How a patch spells the name of a file.
private enum PatchName {
  /// The name in quotes where git would put it in quotes.
  static func quoted(_ name: String) -> String {
    guard name.utf8.contains(where: { !isPlain($0) }) else { return name }
    return "\"" + name.utf8.map(escaped).joined() + "\""
  }

  /// The name after `---` or `+++`: a tab ends one with spaces.
  static func field(_ name: String) -> String {
    let quoted = quoted(name)
    return quoted == name && name.utf8.contains(0x20) ? name + "\t" : quoted
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): return "\\\""
    case UInt8(ascii: "\\"): return "\\\\"
    case let byte where isPlain(byte): return String(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
}
