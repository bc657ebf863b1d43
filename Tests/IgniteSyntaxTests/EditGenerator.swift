import IgniteSyntax

#if canImport(IgniteTestSupport)  // the fuzzer compiles both into one module
  import IgniteTestSupport
#endif

/// Makes edits that suit a document: mostly possible ones, now and then a senseless one.
struct EditGenerator {
  private var random: SeededGenerator
  private static let keys = ["new", "name", "a", "b", "x y", "", "ü", "quote\"", "dotted.key", "1"]

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func edit(for root: ConfigValue) -> ConfigEdit {
    let places = Self.places(in: root, at: .root)
    let place = places.randomElement(using: &random) ?? (.root, root)
    switch (Int.random(in: 0..<10, using: &random), place.value) {
    case (0..<4, .array(let elements)): return listEdit(place.path, elements.count)
    case (0..<4, .table): return .set(place.path.appending(key()), value())
    case (4, _): return .remove(place.path)
    case (5, _): return .rename(place.path, to: key())
    case (6, _): return .set(place.path.appending(key()).appending(key()), value())
    case (7, .array(let elements)): return listEdit(place.path, elements.count)
    default: return .set(place.path, value())
    }
  }

  private mutating func listEdit(_ path: ConfigPath, _ count: Int) -> ConfigEdit {
    let index = Int.random(in: 0...count, using: &random)
    if count > 1, Bool.random(using: &random) {
      let to = Int.random(in: 0..<count, using: &random)
      return .move(path, from: min(index, count - 1), to: to)
    }
    return .insert(path, at: index, value())
  }

  private mutating func key() -> String { Self.keys.randomElement(using: &random) ?? "new" }

  mutating func value(depth: Int = 0) -> ConfigValue {
    switch Int.random(in: 0..<(depth < 2 ? 12 : 9), using: &random) {
    case 0: .integer(Int64.random(in: .min ... .max, using: &random))
    case 1: .integer(7)
    case 2: .float(Double.random(in: -1e6...1e6, using: &random))
    case 3: .float([.nan, .infinity, -.infinity, -0.0, 1e300].randomElement(using: &random) ?? 0)
    case 4: .boolean(Bool.random(using: &random))
    case 5: .dateTime(DateTimeLiteral(kind: .localDate, text: "2026-11-22"))
    case 6: .string("plain")
    case 7: .string("it's \"quoted\"\\ \u{1F600} # = [x]\t\u{7F}\u{0}")
    case 8: .string("two\nlines \"\"\"\nand more\r\n")
    case 9: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth + 1) })
    default: .table(members(depth: depth + 1))
    }
  }

  private mutating func members(depth: Int) -> [ConfigMember] {
    Self.keys.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)).map {
      ConfigMember($0, value(depth: depth))
    }
  }

  /// Every path of a value with what stands there.
  static func places(
    in value: ConfigValue, at path: ConfigPath
  ) -> [(path: ConfigPath, value: ConfigValue)] {
    switch value {
    case .table(let members):
      [(path, value)] + members.flatMap { places(in: $0.value, at: path.appending($0.key)) }
    case .array(let elements):
      [(path, value)]
        + elements.enumerated().flatMap { places(in: $1, at: path.appending($0)) }
    default: [(path, value)]
    }
  }
}
