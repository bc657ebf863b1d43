public import IgniteSyntax

/// Resolved values by their dotted path, each with its provenance; what is not written is taken from
/// what is inherited or declared, so `settings["retry.max_attempts"]` always answers for a service.
public struct Settings: Sendable {
  private var values: [String: SettingsEntry] = [:]
  private var overridden: [String: [SettingsEntry]] = [:]
  private let inherited: InheritedSettings?
  private let owner: ConfigPath

  /// Makes an empty collection.
  public init() { self.init(owner: .root, inherited: nil) }

  /// Makes a collection of the table at `owner` whose absent values are those of `inherited`.
  init(owner: ConfigPath, inherited: InheritedSettings?, capacity: Int = 0) {
    self.owner = owner
    self.inherited = inherited
    values.reserveCapacity(capacity)
  }

  /// The value at a dotted path such as `resilience.retry.max_attempts`.
  public subscript(_ path: String) -> Sourced<ConfigValue>? {
    get {
      entry(path).map { Sourced($0.node.value, path: $0.path, provenance: $0.provenance) }
    }
    set { values[path] = newValue.map(SettingsEntry.init) }
  }

  /// Whether somebody wrote the value: in the file, an overlay, a variable or a flag.
  public func isWritten(_ path: String) -> Bool { values[path] != nil }

  /// The text at a path, if it is one.
  public func string(_ path: String) -> Sourced<String>? {
    guard let entry = entry(path), case .string(let text) = entry.node.content else { return nil }
    return Sourced(text, path: entry.path, provenance: entry.provenance)
  }

  /// The texts of the list at a path, each with its own place; empty when there is none.
  public func strings(_ path: String) -> [Sourced<String>] { entry(path)?.strings ?? [] }

  /// The stretches of a text whose variables only the deployment replaces; absent when the text at
  /// the path has none, so that it can be used as it is.
  public func carriedParts(_ path: String) -> [Interpolation.Part]? {
    guard let entry = values[path], entry.isCarried, case .string(let text) = entry.node.content
    else { return nil }
    return try? Interpolation(text).parts
  }

  /// The whole number at a path, if it is one.
  public func integer(_ path: String) -> Sourced<Int64>? {
    guard let entry = entry(path), case .integer(let number) = entry.node.content else {
      return nil
    }
    return Sourced(number, path: entry.path, provenance: entry.provenance)
  }

  /// The number at a path, a whole one included.
  public func number(_ path: String) -> Sourced<Double>? {
    guard let entry = entry(path) else { return nil }
    switch entry.node.content {
    case .float(let number): return Sourced(number, path: entry.path, provenance: entry.provenance)
    case .integer(let number):
      return Sourced(Double(number), path: entry.path, provenance: entry.provenance)
    default: return nil
    }
  }

  /// The truth value at a path, if it is one.
  public func boolean(_ path: String) -> Sourced<Bool>? {
    guard let entry = entry(path), case .boolean(let flag) = entry.node.content else { return nil }
    return Sourced(flag, path: entry.path, provenance: entry.provenance)
  }

  /// All paths that have a value, sorted.
  public var paths: [String] {
    guard let inherited else { return values.keys.sorted() }
    return Set(values.keys).union(inherited.values.keys).sorted()
  }

  /// The paths whose value somebody wrote, sorted.
  public var writtenPaths: [String] { values.keys.sorted() }

  /// The values that the one at a path won over, the weakest first; the default is not among them.
  public func overridden(_ path: String) -> [Sourced<ConfigValue>] {
    (overridden[path] ?? []).map {
      Sourced($0.node.value, path: $0.path, provenance: $0.provenance)
    }
  }

  /// The value at a path with its node.
  func entry(_ path: String) -> SettingsEntry? {
    if let own = values[path] { return own }
    guard let found = inherited?.values[path] else { return nil }
    guard found.isBelowOwner else { return found }
    var placed = found
    placed.path = ConfigPath(owner.components + found.path.components)
    placed.isBelowOwner = false
    return placed
  }

  /// The values with variables that only the deployment replaces, by path, sorted.
  var carried: [(path: String, entry: SettingsEntry)] {
    values.filter(\.value.isCarried).map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// Whether somebody wrote a value whose path starts so.
  func hasWritten(below prefix: String) -> Bool { values.keys.contains { $0.hasPrefix(prefix) } }

  /// The value at a path if somebody wrote it.
  func writtenEntry(_ path: String) -> SettingsEntry? { values[path] }

  /// Puts a value over what was written before.
  mutating func override(_ path: String, with entry: SettingsEntry) {
    if let old = values.updateValue(entry, forKey: path) {
      overridden[path, default: []].append(old)
    }
  }

  /// Feeds the values, wherever they stand, to a hasher.
  package func hashContent(into hasher: inout Hasher) {
    hasher.combine(SettingsEntry.content(of: values))
    hasher.combine(inherited?.content)
  }

  /// Takes a written value away.
  mutating func removeWritten(_ path: String) { values[path] = nil }
}

/// One value of settings with the places of its parts.
struct SettingsEntry: Sendable {
  var node: DocumentNode
  var path: ConfigPath
  var provenance: Provenance
  /// Whether the node holds variables that only the deployment replaces.
  var isCarried: Bool
  /// Whether the path starts at the table that takes the value rather than at the root.
  var isBelowOwner = false

  init(
    _ node: DocumentNode, path: ConfigPath, provenance: Provenance, isCarried: Bool = false
  ) {
    self.node = node
    self.path = path
    self.provenance = provenance
    self.isCarried = isCarried
  }

  init(_ value: Sourced<ConfigValue>) {
    node = DocumentNode(value: value.value, span: value.span ?? Span(0, 0))
    path = value.path
    provenance = value.provenance
    isCarried = false
  }

  /// The default of a key at a dotted path below any table.
  init(default value: ConfigValue, at path: String) {
    node = DocumentNode(value: value, span: Span(0, 0))
    self.path = ConfigPath.root.appending(contentsOf: path)
    provenance = .declaredDefault
    isCarried = false
    isBelowOwner = true
  }

  /// A hash of values by path, wherever they stand.
  static func content(of values: [String: SettingsEntry]) -> Int {
    values.reduce(0) { content, value in
      var hasher = Hasher()
      hasher.combine(value.key)
      hasher.combine(value.value.node.value)
      hasher.combine(value.value.isCarried)
      return content ^ hasher.finalize()
    }
  }

  /// The elements that are texts, each with its own place.
  var strings: [Sourced<String>] {
    guard case .array(let elements) = node.content else { return [] }
    return elements.enumerated().compactMap { index, element in
      guard case .string(let text) = element.content else { return nil }
      return Sourced(
        text, path: path.appending(index), provenance: provenance.narrowed(to: element.span))
    }
  }
}

/// Values that many tables share because none of them wrote its own.
final class InheritedSettings: Sendable {
  /// The values by path.
  let values: [String: SettingsEntry]
  /// A hash of the values, wherever they stand.
  let content: Int

  init(_ values: [String: SettingsEntry]) {
    self.values = values
    content = SettingsEntry.content(of: values)
  }
}

extension DocumentNode {
  /// A node for a value that no text of its own stands for.
  init(value: ConfigValue, span: Span) {
    let content: Content =
      switch value {
      case .string(let text): .string(text)
      case .integer(let number): .integer(number)
      case .float(let number): .float(number)
      case .boolean(let flag): .boolean(flag)
      case .dateTime(let literal): .dateTime(literal)
      case .array(let elements): .array(elements.map { DocumentNode(value: $0, span: span) })
      case .table(let members):
        .table(
          members.map {
            DocumentMember(
              key: $0.key, keySpan: span, node: DocumentNode(value: $0.value, span: span))
          })
      }
    self.init(content, span: span)
  }
}

extension ConfigPath {
  /// The path further down by keys that dots separate.
  func appending(contentsOf dotted: String) -> ConfigPath {
    ConfigPath(components + dotted.split(separator: ".").map { .key(String($0)) })
  }
}

extension Provenance {
  /// The same origin at a part of its place.
  func narrowed(to span: Span) -> Provenance {
    switch self {
    case .file: .file(span)
    case .overlay(let environment, _): .overlay(environment: environment, span)
    case .environment(let variable, _): .environment(variable: variable, span)
    case .declaredDefault, .flag, .derived: self
    }
  }
}
