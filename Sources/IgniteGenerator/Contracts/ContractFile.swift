/// The file of one version of an event's contract: `contracts/events/OrderPlaced.v2.schema.json`.
struct ContractFile: Hashable, Sendable {
  /// The event.
  var event: String
  /// The version of its form.
  var version: Int64

  private static let folder = "contracts/events/"
  private static let ending = ".schema.json"

  /// Reads a path; absent where it is another file's.
  init?(path: String) {
    guard path.hasPrefix(Self.folder), path.hasSuffix(Self.ending) else { return nil }
    let name = path.dropFirst(Self.folder.count).dropLast(Self.ending.count)
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].first == "v", let version = Int64(parts[1].dropFirst()) else {
      return nil
    }
    event = String(parts[0])
    self.version = version
  }
}
