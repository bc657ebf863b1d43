import IgniteModel

/// Which keys change what is generated; only those are asked.
struct Reach: Hashable, Sendable {
  /// A key, for services of one archetype where it belongs to services.
  struct Key: Hashable, Sendable {
    var pattern: KeyPattern
    var archetype: String?
  }

  private(set) var keys: Set<Key>?

  /// What is known before anything was tried: only what the platform consists of is asked.
  static let unknown = Reach(keys: nil)

  init(keys: Set<Key>?) { self.keys = keys }

  /// Whether a key changes something.
  func contains(_ declaration: KeyDeclaration, archetype: String?) -> Bool {
    if declaration.isStructure { return true }
    guard let keys else { return false }
    return keys.contains(Key(pattern: declaration.path, archetype: archetype))
  }
}

extension KeyDeclaration {
  /// Whether it says what the platform consists of, so that it always matters.
  var isStructure: Bool {
    if isRequired || role == .calls || role == .publishes || role == .consumes { return true }
    let below = path.components.dropFirst(path.isBelowService ? 2 : 0)
    if below.contains(where: { if case .key = $0 { false } else { true } }) { return true }
    return [
      "architecture.version", "architecture.description", "services[].responsibility",
      "services[].entities", "services[].protocols", "services[].type",
    ]
    .contains(path.description)
  }
}
