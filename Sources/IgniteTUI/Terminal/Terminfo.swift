import CNCurses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the description of the terminal says; ncurses must have read it before.
@MainActor
enum Terminfo {
  /// A sequence by its name.
  static func text(_ name: String) -> [UInt8]? {
    guard let found = tigetstr(name), found != UnsafeMutablePointer(bitPattern: -1) else {
      return nil
    }
    let bytes = UnsafeBufferPointer(start: found, count: strlen(found)).map(UInt8.init(bitPattern:))
    return withoutDelays(bytes)
  }

  /// Descriptions hold delays such as `$<5>` for terminals of old.
  static func withoutDelays(_ bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
        let end = rest.firstIndex(of: UInt8(ascii: ">"))
      {
        rest = rest[(end + 1)...]
      } else {
        kept.append(byte)
      }
    }
    return kept
  }

  /// The sequences of keys, without their escape.
  static var keys: [[UInt8]: Key] {
    let rows = names + (1...24).map { ("kf\($0)", Key(.function($0))) }
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in rows {
      guard let bytes = text(name), bytes.count > 2, bytes[0] == 0x1B else { continue }
      // Function keys from 13 are the first ones with shift or control where xterm numbers them.
      let isLong = if case .function(let number) = key.code { number > 12 } else { false }
      if !isLong || !bytes.contains(UInt8(ascii: ";")) { keys[Array(bytes.dropFirst())] = key }
    }
    return keys
  }

  private static let names: [(String, Key)] = [
    ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)),
    ("khome", Key(.home)), ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)),
    ("kich1", Key(.insert)), ("kdch1", Key(.delete)), ("kcbt", Key(.tab, .shift)),
  ]
}
