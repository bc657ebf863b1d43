import IgniteSyntax

/// What the last run wrote: `.allframe/manifest.json`, one line a file.
struct Manifest: Hashable, Sendable {
  /// What is known of one file.
  struct Record: Hashable, Sendable {
    /// Where it is.
    var path: String
    /// The catalog entry that caused it.
    var entry: String
    /// Its contents as planned.
    var digest: Digest
    /// Its contents before formatting, where a formatter made the contents from them.
    var source: Digest?
    /// Whether nothing is left to format.
    var isFormatted: Bool
    /// Whether it was planned to run as a program.
    var isExecutable: Bool
  }

  /// The format that this program writes, and the newest it reads.
  static let version: Int64 = 1

  /// The records in the order of their paths.
  var records: [Record] = []
  /// The names of the packs that hold the contents.
  var packs: [String] = []

  /// The record of a path.
  func record(_ path: String) -> Record? {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      if records[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low < records.count && records[low].path == path ? records[low] : nil
  }

  /// The manifest as it is written: the same for the same files, one line each so that version
  /// control can merge it.
  var text: [UInt8] {
    var text = Array("{\n\"allframe\": \"manifest\",\n\"version\": \(Self.version),\n".utf8)
    text += Self.lines("packs", packs.map { Array(JSONText.quoted($0).utf8) })
    text += Array(",\n".utf8)
    text += Self.lines("files", records.map(\.line))
    text += Array("\n}\n".utf8)
    return text
  }

  private static func lines(_ name: String, _ lines: [[UInt8]]) -> [UInt8] {
    var text = Array("\"\(name)\": [".utf8)
    for (place, line) in lines.enumerated() {
      text += place == 0 ? [0x0A] : [UInt8(ascii: ","), 0x0A]
      text += line
    }
    return text + Array("\n]".utf8)
  }
}

extension Manifest.Record {
  fileprivate var line: [UInt8] {
    var line = Array("{\"path\": \(JSONText.quoted(path)), ".utf8)
    line += Array("\"entry\": \(JSONText.quoted(entry)), \"hash\": \"".utf8)
    line += digest.hexadecimal
    if let source { line += Array("\", \"source\": \"".utf8) + source.hexadecimal }
    line += Array("\"".utf8)
    if !isFormatted { line += Array(", \"unformatted\": true".utf8) }
    if isExecutable { line += Array(", \"executable\": true".utf8) }
    return line + Array("}".utf8)
  }
}
