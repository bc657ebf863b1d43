public import IgniteSyntax

/// Where the value of a key came from, what it won over and what the key is for.
public struct ValueExplanation: Sendable {
  /// A value with where it came from.
  public typealias Origin = (value: ConfigValue, provenance: Provenance)

  /// The path that was asked for, services by number.
  public var path: ConfigPath
  /// What is declared of the key.
  public var declaration: KeyDeclaration?
  /// The value with where it came from, absent when the key has none.
  public var value: Origin?
  /// The other key that the value was taken from, if it was.
  public var inheritedFrom: ConfigPath?
  /// What was written too and lost, the strongest first.
  public var overridden: [Origin]
}

extension LoadedArchitecture {
  /// What came of asking for a value.
  public enum Answer: Sendable {
    /// The value of one key, or of every key that has one below a table.
    case explained([ValueExplanation])
    /// Why there is nothing to explain.
    case refused(Diagnostic)
  }

  /// Explains the value at a path such as `cloud.primary`, `services[0].retry.max_attempts` or
  /// `services.orders.retry`.
  public func explanation(of text: String) -> Answer {
    switch ConfigPath.parse(text) {
    case .refused(let diagnostic): return .refused(diagnostic)
    case .path(let path): return explanation(of: path)
    }
  }

  private func explanation(of path: ConfigPath) -> Answer {
    guard path.components.first == .key("services"), path.components.count > 1 else {
      return explanation(path.components[...], in: architecture.settings, below: schema.root, .root)
    }
    guard let service = service(path.components[1]) else {
      return .refused(unknownService(path.components[1]))
    }
    return explanation(
      path.components.dropFirst(2), in: service.settings, below: schema.service, service.path)
  }

  private func service(_ component: ConfigPath.Component) -> Service? {
    switch component {
    case .index(let index):
      architecture.services.first { $0.path.components == [.key("services"), .index(index)] }
    case .key(let name): architecture.services.first { $0.name.value == name }
    }
  }

  private func unknownService(_ component: ConfigPath.Component) -> Diagnostic {
    guard case .key(let name) = component else {
      return .error("unknown-path", "there is no service with this number")
    }
    var diagnostic = Diagnostic.error("unknown-path", "there is no service `\(name)`")
    if let nearest = name.nearest(in: architecture.services.map(\.name.value)) {
      diagnostic.notes = ["there is one called `\(nearest)`"]
    }
    return diagnostic
  }

  private func explanation(
    _ keys: ArraySlice<ConfigPath.Component>, in settings: Settings, below node: SchemaNode,
    _ owner: ConfigPath
  ) -> Answer {
    var node = node
    for (place, component) in zip(keys.indices, keys) {
      guard let next = node.child(component) else {
        let known = place == keys.startIndex ? node.memberNames + ["services"] : node.memberNames
        return .refused(unknownKey(component, among: known))
      }
      node = next
    }
    let prefix = ConfigPath(Array(keys)).settingsPath
    if let declaration = node.declaration, !node.isBranch || node.settingsPath.contains("[]") {
      return .explained([explained(keys, declaration, in: settings, owner)])
    }
    let below = settings.paths.filter { prefix.isEmpty || $0.hasPrefix(prefix + ".") }
    return .explained(
      below.map { path in
        let keys = path.split(separator: ".").map { ConfigPath.Component.key(String($0)) }
        let whole = ConfigPath(owner.components + keys)
        return explained(keys[...], schema.declaration(at: whole), in: settings, owner)
      })
  }

  private func unknownKey(_ component: ConfigPath.Component, among names: [String]) -> Diagnostic {
    guard case .key(let key) = component else {
      return .error("unknown-path", "a number stands where no list is")
    }
    var diagnostic = Diagnostic.error("unknown-path", "there is no key `\(key)`")
    if let nearest = key.nearest(in: names) {
      diagnostic.notes = ["there is one called `\(nearest)`"]
    }
    return diagnostic
  }

  private func explained(
    _ keys: ArraySlice<ConfigPath.Component>, _ declaration: KeyDeclaration?,
    in settings: Settings, _ owner: ConfigPath
  ) -> ValueExplanation {
    let path = ConfigPath(owner.components + keys)
    let leaf = keys.prefix { if case .key = $0 { true } else { false } }
    let settingsPath = ConfigPath(Array(leaf)).settingsPath
    var explanation = ValueExplanation(path: path, declaration: declaration, overridden: [])
    guard let entry = settings.entry(settingsPath) else { return explanation }
    let rest = ConfigPath(Array(keys.dropFirst(leaf.count)))
    guard let node = entry.node.node(at: rest) else { return explanation }
    let provenance = rest == .root ? entry.provenance : entry.provenance.narrowed(to: node.span)
    explanation.value = (node.value, provenance)
    if !settings.isWritten(settingsPath), !entry.path.components.starts(with: path.components) {
      explanation.inheritedFrom = entry.path
    }
    explanation.overridden = settings.overridden(settingsPath).reversed().map {
      ($0.value, $0.provenance)
    }
    return explanation
  }
}

extension ConfigPath {
  /// The keys joined by dots, as settings are called.
  var settingsPath: String {
    components.map { if case .key(let key) = $0 { key } else { "" } }.joined(separator: ".")
  }
}
