/// One file of `.allframe/contents` that holds the contents of many: few files to write however
/// large the platform, and only those that changed.
struct Pack: Sendable {
  private static let head = Array("allframe pack 1\n".utf8)
  private static let filesPerPack = 256
  private static let mostPacks = 256

  private let bytes: [UInt8]
  private let ranges: [String: Range<Int>]

  /// Reads a pack, absent where the bytes are none.
  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: Self.head) else { return nil }
    var ranges: [String: Range<Int>] = [:]
    var place = Self.head.count
    while place < bytes.count {
      guard let line = bytes[place...].firstIndex(of: 0x0A),
        let space = bytes[place..<line].firstIndex(of: 0x20),
        let length = Int(String(decoding: bytes[place..<space], as: UTF8.self)),
        length >= 0, length < bytes.count - line - 1
      else { return nil }
      let path = String(decoding: bytes[(space + 1)..<line], as: UTF8.self)
      ranges[path] = line + 1..<line + 1 + length
      place = line + 2 + length
    }
    self.bytes = bytes
    self.ranges = ranges
  }

  /// The contents of a path, unless the pack has none or they are not what the digest says.
  func contents(_ record: Manifest.Record) -> [UInt8]? {
    guard let range = ranges[record.path] else { return nil }
    let contents = Array(bytes[range])
    return Digest(of: contents) == record.digest ? contents : nil
  }

  /// The bytes of a pack that holds contents, in the order given.
  static func text(_ files: [(path: String, bytes: [UInt8])]) -> [UInt8] {
    var text = head
    text.reserveCapacity(files.reduce(head.count) { $0 + $1.bytes.count + $1.path.utf8.count + 16 })
    for file in files {
      text += Array("\(file.bytes.count) \(file.path)\n".utf8)
      text += file.bytes
      text.append(0x0A)
    }
    return text
  }

  /// The name of the pack that holds these records: another one for other contents.
  static func name(_ records: some Sequence<Manifest.Record>) -> String {
    var text: [UInt8] = []
    for record in records {
      text += record.digest.hexadecimal
      text += record.path.utf8
      text.append(0x0A)
    }
    return String(Digest(of: text).description.prefix(32)) + ".pack"
  }

  /// Whether a text can be the name of a pack.
  static func isName(_ name: String) -> Bool {
    let digits = Set("0123456789abcdef".utf8)
    return name.utf8.count == 37 && name.hasSuffix(".pack")
      && name.utf8.prefix(32).allSatisfy(digits.contains)
  }

  /// How many packs a platform of so many files has: a power of two, so that it seldom changes.
  static func count(forFiles files: Int) -> Int {
    var count = 1
    while count < mostPacks, count * filesPerPack < files { count *= 2 }
    return count
  }

  /// Which of so many packs holds a path.
  static func index(of path: String, among count: Int) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int((hash ^ hash >> 32) % UInt64(count))
  }
}
