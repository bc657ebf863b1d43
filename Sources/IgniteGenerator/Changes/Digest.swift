/// The SHA-256 of some bytes, as `sha256sum` prints it.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  private let words: SIMD8<UInt32>

  /// Digests bytes.
  public init(of bytes: [UInt8]) {
    words = bytes.withUnsafeBytes { SHA256.digest($0) }
  }

  /// The digest of nothing.
  static let empty = Digest(of: [])

  /// Reads 64 hexadecimal digits in lower case; absent where the text is anything else.
  public init?(hexadecimal text: some Collection<UInt8>) {
    guard text.count == 64 else { return nil }
    var words = SIMD8<UInt32>()
    for (place, digit) in text.enumerated() {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        words[place / 8] = words[place / 8] << 4 | UInt32(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        words[place / 8] = words[place / 8] << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    self.words = words
  }

  /// The 64 hexadecimal digits, in ASCII.
  var hexadecimal: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 64) { digits, count in
      for place in 0..<64 {
        let value = UInt8(truncatingIfNeeded: words[place / 8] >> UInt32(28 - 4 * (place % 8))) & 15
        digits[place] = value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
      }
      count = 64
    }
  }

  /// The 64 hexadecimal digits.
  public var description: String { String(decoding: hexadecimal, as: UTF8.self) }
}

/// FIPS 180-4, for telling files apart; the package stays free of a cryptography library for it.
private enum SHA256 {
  static func digest(_ bytes: UnsafeRawBufferPointer) -> SIMD8<UInt32> {
    var state = SIMD8<UInt32>(
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
      0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
    constants.withUnsafeBufferPointer { constants in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
        let whole = bytes.count / 64 * 64
        for start in stride(from: 0, to: whole, by: 64) {
          absorb(
            UnsafeRawBufferPointer(rebasing: bytes[start..<start + 64]),
            into: &state, schedule, constants)
        }
        let ending = padded(bytes[whole...], length: bytes.count)
        ending.withUnsafeBytes { ending in
          for start in stride(from: 0, to: ending.count, by: 64) {
            absorb(
              UnsafeRawBufferPointer(rebasing: ending[start..<start + 64]),
              into: &state, schedule, constants)
          }
        }
      }
    }
    return state
  }

  private static func padded(_ rest: Slice<UnsafeRawBufferPointer>, length: Int) -> [UInt8] {
    var ending = Array(rest) + [0x80]
    ending += [UInt8](repeating: 0, count: (120 - ending.count) % 64)
    for shift in stride(from: 56, through: 0, by: -8) {
      ending.append(UInt8(truncatingIfNeeded: (UInt64(length) * 8) >> UInt64(shift)))
    }
    return ending
  }

  @inline(__always)
  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value &>> count | value &<< (32 &- count)
  }

  private static func absorb(
    _ block: UnsafeRawBufferPointer, into state: inout SIMD8<UInt32>,
    _ schedule: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>
  ) {
    for place in 0..<16 {
      let word = block.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self)
      schedule[place] = UInt32(bigEndian: word)
    }
    for place in 16..<64 {
      let (early, late) = (schedule[place &- 15], schedule[place &- 2])
      let first = rotated(early, 7) ^ rotated(early, 18) ^ early &>> 3
      let second = rotated(late, 17) ^ rotated(late, 19) ^ late &>> 10
      schedule[place] = schedule[place &- 16] &+ first &+ schedule[place &- 7] &+ second
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    // Eight rounds at a time, so that the words trade names instead of places.
    for start in stride(from: 0, to: 64, by: 8) {
      let word = { (offset: Int) in constants[start &+ offset] &+ schedule[start &+ offset] }
      round(a, b, c, &d, e, f, g, &h, word(0))
      round(h, a, b, &c, d, e, f, &g, word(1))
      round(g, h, a, &b, c, d, e, &f, word(2))
      round(f, g, h, &a, b, c, d, &e, word(3))
      round(e, f, g, &h, a, b, c, &d, word(4))
      round(d, e, f, &g, h, a, b, &c, word(5))
      round(c, d, e, &f, g, h, a, &b, word(6))
      round(b, c, d, &e, f, g, h, &a, word(7))
    }
    state &+= SIMD8(a, b, c, d, e, f, g, h)
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ word: UInt32
  ) {
    let mixed = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let first = h &+ mixed &+ (((f ^ g) & e) ^ g) &+ word
    let spread = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    d = d &+ first
    h = first &+ spread &+ ((a & b) ^ (a & c) ^ (b & c))
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
