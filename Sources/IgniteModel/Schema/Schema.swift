public import IgniteSyntax

/// Every key a config may have, as a value: the core's keys and those that catalog entries add.
public struct Schema: Sendable {
  /// The declarations in the order in which a reference lists them.
  public let declarations: [KeyDeclaration]
  /// The declarations as a tree, from the root of a config down.
  public let root: SchemaNode
  /// The tree below one service.
  public let service: SchemaNode
  /// The values that keys have when nothing is written.
  let defaults: SchemaDefaults

  /// Makes a schema; of two declarations of one key the later one counts.
  public init(_ declarations: [KeyDeclaration]) {
    self.declarations = declarations
    root = SchemaNode.tree(of: declarations)
    service = root.members["services"]?.element ?? SchemaNode.tree(of: [])
    defaults = SchemaDefaults(declarations)
  }

  /// The keys of the core.
  public static let core = Schema(
    architecture + settings + resilience + security + compliance + observability + testing
      + featureFlags + tenant + cloud + deployment + environments + services + serviceTables
      + serviceResilience + shorthands + archetypeTables)

  /// The tables that belong to single archetypes.
  private static let archetypeTables =
    cqrs + consumer + producer + saga + integrations + bff + graphql + websocket + scheduled + acl
    + stream + cache

  /// The schema with further keys, such as those of catalog entries.
  public func adding(_ more: [KeyDeclaration]) -> Schema {
    more.isEmpty ? self : Schema(declarations + more)
  }

  /// The schema with further words allowed at a key, such as an archetype of a person's own.
  public func adding(words: [String], to path: KeyPattern) -> Schema {
    var widened = declarations
    for index in widened.indices where widened[index].path == path {
      widened[index].kind = widened[index].kind.adding(words)
    }
    return widened == declarations ? self : Schema(widened)
  }

  /// The tables that declare a key of this name, three at most.
  func tables(with key: String) -> [String] {
    let found = declarations.filter {
      $0.path.components.last == .key(key) && $0.path.components.count > 1
        && $0.shorthandFor == nil
    }
    return found.count > 3 ? [] : found.map { String($0.path.description.dropLast(key.count + 1)) }
  }

  /// The declaration of the key at a path of a config, overlays included.
  public func declaration(at path: ConfigPath) -> KeyDeclaration? { node(at: path)?.declaration }

  /// The node of the key at a path of a config, overlays included.
  public func node(at path: ConfigPath) -> SchemaNode? {
    var node = root
    for (depth, component) in path.components.enumerated() {
      let isOverlay = depth == 2 && path.components.first == .key("environments")
      guard let next = (isOverlay ? root : node).child(component) else { return nil }
      node = next
    }
    return node
  }
}

extension ValueKind {
  /// The kind with further words where it is a choice.
  fileprivate func adding(_ more: [String]) -> ValueKind {
    switch self {
    case .choice(let words): .choice(words + more.filter { !words.contains($0) })
    case .list(let kind): .list(kind.adding(more))
    default: self
    }
  }
}
