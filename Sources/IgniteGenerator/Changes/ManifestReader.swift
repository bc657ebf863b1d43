import IgniteSyntax

extension Manifest {
  /// Why a manifest cannot be used.
  enum Damage: Error, Hashable {
    /// It is not what this program writes.
    case unreadable
    /// A newer program wrote it.
    case newer(Int64)
  }

  /// Reads what `text` wrote, however its white space was changed since.
  init(_ text: [UInt8]) throws(Damage) {
    guard let members = JSONScanner.value(of: text)?.members,
      members["allframe"] == .string("manifest"), case .integer(let version)? = members["version"]
    else { throw .unreadable }
    guard version <= Self.version else { throw .newer(version) }
    guard version > 0, case .array(let packs)? = members["packs"],
      case .array(let files)? = members["files"]
    else { throw .unreadable }
    for pack in packs {
      guard case .string(let name) = pack, Pack.isName(name) else { throw .unreadable }
      self.packs.append(name)
    }
    records.reserveCapacity(files.count)
    for file in files { records.append(try Self.record(file)) }
    for (record, next) in zip(records, records.dropFirst()) where record.path >= next.path {
      throw .unreadable
    }
  }

  private static func record(_ value: JSONValue) throws(Damage) -> Record {
    guard case .object(let members) = value else { throw .unreadable }
    var record = Record(
      path: "", entry: "", digest: .empty, source: nil, isFormatted: true, isExecutable: false)
    var hasHash = false
    for member in members {
      switch (member.name, member.value) {
      case ("path", .string(let text)): record.path = text
      case ("entry", .string(let text)): record.entry = text
      case ("hash", .string(let text)):
        guard let digest = Digest(hexadecimal: text.utf8) else { throw .unreadable }
        (record.digest, hasHash) = (digest, true)
      case ("source", .string(let text)):
        guard let digest = Digest(hexadecimal: text.utf8) else { throw .unreadable }
        record.source = digest
      case ("unformatted", .boolean(let flag)): record.isFormatted = !flag
      case ("executable", .boolean(let flag)): record.isExecutable = flag
      default: throw .unreadable
      }
    }
    guard hasHash, FilePath.problem(of: record.path) == nil else { throw .unreadable }
    return record
  }
}

extension JSONValue {
  fileprivate var members: [String: JSONValue]? {
    guard case .object(let members) = self else { return nil }
    return Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
  }
}
