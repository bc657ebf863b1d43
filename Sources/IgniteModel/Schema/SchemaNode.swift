public import IgniteSyntax

/// A place in the tree of declared keys.
public final class SchemaNode: Sendable {
  /// What is declared here; absent at the root.
  public let declaration: KeyDeclaration?
  /// The path in settings: below the service for keys of services, below the root for others.
  public let settingsPath: String
  /// The members by name.
  public let members: [String: SchemaNode]
  /// The names of the members in the order in which they are declared.
  public let memberNames: [String]
  /// What any other member is.
  public let anyMember: SchemaNode?
  /// What each element is.
  public let element: SchemaNode?
  /// The names of members that must be there.
  public let requiredNames: [String]
  /// The archetypes whose services have the key; empty for all.
  let archetypes: [String]
  /// Whether it is another spelling of another key.
  let isShorthand: Bool

  private init(settingsPath: String, _ entries: [Entry]) {
    self.settingsPath = settingsPath
    declaration = entries.last { $0.rest.isEmpty }?.declaration
    archetypes = declaration?.archetypes ?? []
    isShorthand = declaration?.shorthandFor != nil
    var names: [String] = []
    var grouped: [KeyPattern.Component: [Entry]] = [:]
    for entry in entries {
      guard let first = entry.rest.first else { continue }
      if case .key(let name) = first, grouped[first] == nil { names.append(name) }
      grouped[first, default: []].append(
        Entry(rest: entry.rest.dropFirst(), declaration: entry.declaration))
    }
    var members: [String: SchemaNode] = [:]
    var anyMember: SchemaNode?
    var element: SchemaNode?
    for (component, entries) in grouped {
      switch component {
      case .key(let name):
        let path = settingsPath.isEmpty ? name : settingsPath + "." + name
        members[name] = SchemaNode(settingsPath: path, entries)
      case .anyKey(let name):
        anyMember = SchemaNode(settingsPath: "\(settingsPath).<\(name)>", entries)
      case .element:
        let isService = settingsPath == "services"
        element = SchemaNode(settingsPath: isService ? "" : settingsPath + "[]", entries)
      }
    }
    self.members = members
    memberNames = names
    self.anyMember = anyMember
    self.element = element
    requiredNames = names.filter { members[$0]?.declaration?.isRequired == true }
  }

  /// The tree of all declarations.
  static func tree(of declarations: [KeyDeclaration]) -> SchemaNode {
    SchemaNode(
      settingsPath: "",
      declarations.map { Entry(rest: $0.path.components[...], declaration: $0) })
  }

  /// The node one step down.
  public func child(_ component: ConfigPath.Component) -> SchemaNode? {
    switch component {
    case .key(let key): members[key] ?? anyMember
    case .index: element
    }
  }

  /// Whether a key may lead here, as far as any member's name is restricted.
  func allows(_ component: ConfigPath.Component) -> Bool {
    guard case .key(let key) = component, let kind = declaration?.nameKind else { return true }
    switch kind {
    case .choice(let words): return words.contains(key)
    case .shaped(let shape): return shape.matches(key)
    default: return true
    }
  }

  /// Whether members or elements are declared below.
  public var isBranch: Bool { !members.isEmpty || anyMember != nil }

  private struct Entry {
    var rest: ArraySlice<KeyPattern.Component>
    var declaration: KeyDeclaration
  }
}
