import IgniteSyntax

/// Looks for the name of a part in a document, where the schema says that such a name stands.
struct MentionSearch {
  let part: NamedPart
  let schema: Schema
  private(set) var mentions: [Mention] = []
  private var service: String?
  private var isInOverlay = false

  init(_ part: NamedPart, schema: Schema) {
    self.part = part
    self.schema = schema
  }

  /// Looks through a table that holds all sections.
  mutating func search(_ node: DocumentNode, at path: ConfigPath = .root) {
    guard case .table(let members) = node.content else { return }
    for member in members {
      let place = path.appending(member.key)
      switch member.key {
      case "services": searchServices(member.node, at: place)
      case "environments" where path == .root: searchOverlays(member.node, at: place)
      default: search(member.node, schema.root.child(.key(member.key)), at: place)
      }
    }
  }

  private mutating func searchOverlays(_ node: DocumentNode, at path: ConfigPath) {
    guard case .table(let members) = node.content else { return }
    isInOverlay = true
    for member in members { search(member.node, at: path.appending(member.key)) }
    isInOverlay = false
  }

  private mutating func searchServices(_ node: DocumentNode, at path: ConfigPath) {
    switch node.content {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        var name: String?
        if case .string(let text)? = element.member("name")?.node.content { name = text }
        searchService(element, named: name, at: path.appending(index))
      }
    case .table(let members):
      for member in members {
        let place = path.appending(member.key)
        if part == .service(member.key) { add(place, member.keySpan, .key, isDeclaration: false) }
        searchService(member.node, named: member.key, at: place)
      }
    default: return
    }
  }

  private mutating func searchService(
    _ node: DocumentNode, named name: String?, at path: ConfigPath
  ) {
    service = name
    search(node, schema.service, at: path)
    service = nil
  }

  private mutating func search(
    _ node: DocumentNode, _ schemaNode: SchemaNode?, at path: ConfigPath
  ) {
    guard let schemaNode else { return }
    switch node.content {
    case .table(let members):
      for member in members {
        let child = schemaNode.child(.key(member.key))
        consider(member, by: child?.declaration, at: path.appending(member.key))
        search(member.node, child, at: path.appending(member.key))
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        let place = path.appending(index)
        if case .string(let text) = element.content {
          consider(text, element.span, by: schemaNode.declaration, at: place)
        } else {
          search(element, schemaNode.element, at: place)
        }
      }
    case .string(let text): consider(text, node.span, by: schemaNode.declaration, at: path)
    default: return
    }
  }

  /// Takes note of a key that is the name of an event.
  private mutating func consider(
    _ member: DocumentMember, by declaration: KeyDeclaration?, at path: ConfigPath
  ) {
    guard part == .event(member.key), let key = declaration?.path.description,
      key.hasSuffix(".<event>")
    else { return }
    add(path, member.keySpan, .key, isDeclaration: false)
  }

  private mutating func consider(
    _ text: String, _ span: Span, by declaration: KeyDeclaration?, at path: ConfigPath
  ) {
    guard let declaration else { return }
    switch part {
    case .service(let name): considerService(name, text, span, by: declaration, at: path)
    case .event(let name):
      guard text == name, [.publishes, .consumes].contains(declaration.role) else { return }
      add(path, span, .value, isDeclaration: declaration.role == .publishes)
    case .entity(let name, let owner):
      guard service == owner else { return }
      considerEntity(name, text, span, by: declaration, at: path)
    }
  }

  private mutating func considerService(
    _ name: String, _ text: String, _ span: Span, by declaration: KeyDeclaration,
    at path: ConfigPath
  ) {
    if declaration.path == "services[].name", text == name {
      add(path, span, .value, isDeclaration: !isInOverlay)
    } else if declaration.role == .calls, text == name {
      add(path, span, .value, isDeclaration: false)
    } else if declaration.shorthandFor == "services[].calls", text.hasSuffix(":" + name) {
      add(path, span, .ending(String(text.dropLast(name.count))), isDeclaration: false)
    } else if declaration.shorthandFor == "services[].calls", text == name {
      add(path, span, .value, isDeclaration: false)
    }
  }

  private mutating func considerEntity(
    _ name: String, _ text: String, _ span: Span, by declaration: KeyDeclaration,
    at path: ConfigPath
  ) {
    if Self.entityNames.contains(declaration.path), text == name {
      add(path, span, .value, isDeclaration: !isInOverlay)
    } else if declaration.kind == .shaped(.fieldType), let type = try? FieldType(text),
      type.scalar == .reference(name)
    {
      add(path, span, .reference(type), isDeclaration: false)
    }
  }

  private static let entityNames: [KeyPattern] = [
    "services[].entities", "services[].entities[].name", "services[].domain.entities",
  ]

  private mutating func add(
    _ path: ConfigPath, _ span: Span, _ form: Mention.Form, isDeclaration: Bool
  ) {
    mentions.append(
      Mention(
        path: path, span: span, service: service, isDeclaration: isDeclaration, form: form))
  }
}
