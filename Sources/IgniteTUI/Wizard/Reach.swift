import IgniteModel

/// Which keys change what is generated; only those are asked.
struct Reach: Hashable, Sendable {
  /// A key, for services of one archetype where it belongs to services, and on one cloud where it
  /// matters there alone.
  struct Key: Hashable, Sendable {
    var pattern: KeyPattern
    var archetype: String?
    var cloud: String?
  }

  private(set) var keys: Set<Key>?

  /// What is known before anything was tried: only what the platform consists of is asked.
  static let unknown = Reach(keys: nil)

  /// What was found out about the catalog that came with the program, so that nobody waits for it.
  static let builtIn = Reach(recorded: RecordedReach.text)

  init(keys: Set<Key>?) { self.keys = keys }

  /// Reads a record: a key in each line, its archetype and its cloud.
  init(recorded text: String) {
    keys = Set(
      text.split(separator: "\n").map { line in
        let words = line.split(separator: " ")
        precondition(words.count == 3, "no record: \(line)")
        let (archetype, cloud) = (words[1], words[2])
        return Key(
          pattern: KeyPattern(String(words[0])),
          archetype: archetype == "-" ? nil : String(archetype),
          cloud: cloud == "-" ? nil : String(cloud))
      })
  }

  /// The record of what was found out.
  var record: String {
    let lines = (keys ?? []).map { "\($0.pattern) \($0.archetype ?? "-") \($0.cloud ?? "-")" }
    return lines.sorted().joined(separator: "\n")
  }

  /// Whether a key changes something on one of the clouds.
  func contains(_ declaration: KeyDeclaration, archetype: String?, clouds: [String]) -> Bool {
    if declaration.isStructure { return true }
    guard let keys else { return false }
    return ([nil] + clouds).contains { cloud in
      keys.contains(Key(pattern: declaration.path, archetype: archetype, cloud: cloud))
    }
  }
}

extension KeyDeclaration {
  /// Whether it says what the platform consists of, so that it always matters.
  var isStructure: Bool {
    if path.isBelowService, case .list(let element) = kind, element.takesTables { return true }
    if isRequired || role == .calls || role == .publishes || role == .consumes { return true }
    let below = path.components.dropFirst(path.isBelowService ? 2 : 0)
    if below.contains(where: { if case .key = $0 { false } else { true } }) { return true }
    return [
      "architecture.version", "architecture.description", "services[].responsibility",
      "services[].protocols", "services[].type",
    ]
    .contains(path.description)
  }
}

extension ValueKind {
  /// Whether a table is one of what the value may be.
  fileprivate var takesTables: Bool {
    switch self {
    case .table: true
    case .either(let one, let other): one.takesTables || other.takesTables
    default: false
    }
  }
}
