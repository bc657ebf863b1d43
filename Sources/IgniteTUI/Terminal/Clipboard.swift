/// The terminal's clipboard, which programs may only write.
enum Clipboard {
  private static let longest = 65536
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// What puts a text on the clipboard; nothing for a text that terminals would refuse as too long.
  static func sequence(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.count > longest { return [] }
    return Array("\u{1B}]52;c;".utf8) + base64(bytes) + [0x07]
  }

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    stride(from: 0, to: bytes.count, by: 3).flatMap { start in
      let group = bytes[start..<min(start + 3, bytes.count)]
      let padded = Array(group) + [0, 0]
      let value = Int(padded[0]) << 16 | Int(padded[1]) << 8 | Int(padded[2])
      let digits = [18, 12, 6, 0].map { letters[value >> $0 & 63] }
      return digits.prefix(group.count + 1) + Array(repeating: 0x3D, count: 3 - group.count)
    }
  }
}
