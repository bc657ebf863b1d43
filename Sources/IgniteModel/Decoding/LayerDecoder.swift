import IgniteSyntax

/// Reads tables against the schema: what is right becomes a layer of settings, what is not is told.
struct LayerDecoder {
  /// Whether the tables are those of the file itself or of one of its overlays.
  enum Origin {
    case file
    case overlay(String)
  }

  let schema: Schema
  let origin: Origin
  /// Whether absent keys are told: not in overlays, nor where the syntax hides some.
  let expectsRequiredKeys: Bool
  var checker: ValueChecker
  private(set) var layer = SettingsLayer()
  private(set) var overlays: [DocumentMember] = []
  private var assignments: [SettingsLayer.Assignment] = []

  init(schema: Schema, origin: Origin, expectsRequiredKeys: Bool, checker: ValueChecker) {
    self.schema = schema
    self.origin = origin
    self.expectsRequiredKeys = expectsRequiredKeys
    self.checker = checker
  }

  /// Reads the table that holds all sections.
  mutating func decodeRoot(_ node: DocumentNode, at path: ConfigPath) {
    guard case .table(let members) = node.content else {
      return checker.report.add(.wrongType(node, at: path, expected: .table))
    }
    for member in members {
      let memberPath = path.appending(member.key)
      switch member.key {
      case "services": decodeServices(member.node, at: memberPath)
      case "environments": decodeEnvironments(member, at: memberPath)
      default: decode(member, among: members, of: schema.root, at: memberPath, prefix: nil)
      }
    }
    expectRequired(in: node, of: schema.root, at: path, span: nil)
    layer.platform = assignments
  }

  // MARK: Services

  private mutating func decodeServices(_ node: DocumentNode, at path: ConfigPath) {
    switch (node.content, origin) {
    case (.array(let elements), _):
      decodeServices(elements, at: path)
    case (.table(let members), .overlay):
      for member in members {
        decodeService(member.node, named: member.key, at: path.appending(member.key))
      }
    default:
      checker.report.add(.wrongType(node, at: path, expected: .list(.table)))
    }
  }

  /// Many services are shared over threads: none has a say in what another one means.
  private mutating func decodeServices(_ elements: [DocumentNode], at path: ConfigPath) {
    let blank = LayerDecoder(
      schema: schema, origin: origin, expectsRequiredKeys: expectsRequiredKeys,
      checker: ValueChecker(environment: checker.environment))
    let parts = Workers.map(elements.count, atLeast: 64) { indices in
      var part = blank
      for index in indices {
        part.decodeService(elements[index], named: nil, at: path.appending(index))
      }
      return part
    }
    for part in parts {
      layer.services += part.layer.services
      checker.report.add(contentsOf: part.checker.report)
    }
  }

  private mutating func decodeService(
    _ node: DocumentNode, named name: String?, at path: ConfigPath
  ) {
    guard case .table(let members) = node.content else {
      return checker.report.add(.wrongType(node, at: path, expected: .table))
    }
    let outer = assignments
    assignments = []
    for member in members {
      decode(
        member, among: members, of: schema.service, at: path.appending(member.key), prefix: nil)
    }
    expectRequired(in: node, of: schema.service, at: path, span: node.span)
    if case .file = origin { tellMisplaced(members, at: path) }
    layer.services.append(
      SettingsLayer.ServiceLayer(
        path: path, span: node.span, name: name ?? writtenName(in: node),
        assignments: assignments))
    assignments = outer
  }

  /// Tells which of a service's tables belong to services of another archetype.
  private mutating func tellMisplaced(_ members: [DocumentMember], at path: ConfigPath) {
    guard let found = assignments.first(where: { $0.settingsPath == "type" }),
      case .string(let type) = found.entry.node.content
    else { return }
    for member in members {
      guard let owners = schema.service.members[member.key]?.archetypes,
        !owners.isEmpty, !owners.contains(type)
      else { continue }
      checker.report.add(
        .misplacedKey(member, at: path.appending(member.key), of: owners, in: type))
    }
  }

  private func writtenName(in node: DocumentNode) -> String? {
    guard let found = assignments.first(where: { $0.settingsPath == "name" }) else {
      guard case .string(let text)? = node.member("name")?.node.content else { return nil }
      return text.isEmpty || Interpolation.isPossible(in: text) ? nil : text
    }
    guard case .string(let text) = found.entry.node.content else { return nil }
    return text
  }

  // MARK: Environments

  private mutating func decodeEnvironments(_ member: DocumentMember, at path: ConfigPath) {
    guard case .file = origin else {
      return checker.report.add(.unknownKey(member, at: path, among: []))
    }
    guard case .table(let members) = member.node.content else {
      return checker.report.add(.wrongType(member.node, at: path, expected: .table))
    }
    if let node = schema.root.members["environments"]?.anyMember {
      for member in members {
        _ = hasRightName(member, among: members, for: node, at: path.appending(member.key))
      }
    }
    overlays = members
  }

  // MARK: Tables

  private mutating func decode(
    _ member: DocumentMember, among siblings: [DocumentMember], of parent: SchemaNode,
    at path: ConfigPath, prefix: String?
  ) {
    guard let node = child(member, among: siblings, of: parent, at: path) else { return }
    let isFixed = prefix == nil && parent.members[member.key] != nil
    let settingsPath = isFixed ? nil : (prefix ?? parent.settingsPath) + "." + member.key
    if node.isBranch {
      decodeTable(member.node, node, at: path, prefix: settingsPath)
    } else if let value = value(member.node, node, at: path) {
      assign(value, of: node, to: settingsPath ?? node.settingsPath, at: path)
    }
  }

  private mutating func decodeTable(
    _ node: DocumentNode, _ schemaNode: SchemaNode, at path: ConfigPath, prefix: String?
  ) {
    guard case .table(let members) = node.content else {
      return checker.report.add(.wrongType(node, at: path, expected: .table))
    }
    for member in members {
      decode(member, among: members, of: schemaNode, at: path.appending(member.key), prefix: prefix)
    }
    expectRequired(in: node, of: schemaNode, at: path, span: node.span)
  }

  private mutating func child(
    _ member: DocumentMember, among siblings: [DocumentMember], of parent: SchemaNode,
    at path: ConfigPath
  ) -> SchemaNode? {
    if let node = parent.members[member.key] { return node }
    guard let node = parent.anyMember else {
      let schema = schema
      if let reason = Schema.retired[parent.settingsPath]?[member.key] {
        checker.report.add(.retiredKey(member, at: path, reason: reason))
        return nil
      }
      checker.report.add(schema.unknownKey(member, among: siblings, of: parent, at: path))
      return nil
    }
    return hasRightName(member, among: siblings, for: node, at: path) ? node : nil
  }

  private mutating func hasRightName(
    _ member: DocumentMember, among siblings: [DocumentMember], for node: SchemaNode,
    at path: ConfigPath
  ) -> Bool {
    guard let kind = node.declaration?.nameKind, !node.allows(.key(member.key)) else {
      return true
    }
    checker.report.add(.invalidKeyName(member, at: path, expected: kind, besides: siblings))
    return false
  }

  private mutating func expectRequired(
    in node: DocumentNode, of schemaNode: SchemaNode, at path: ConfigPath, span: Span?
  ) {
    guard expectsRequiredKeys else { return }
    for name in schemaNode.requiredNames where node.member(name) == nil {
      checker.report.add(.missingKey(name, in: path, at: span))
    }
  }

  // MARK: Values

  /// The value of a key that is no table of its own, absent when it is wrong as a whole.
  private mutating func value(
    _ node: DocumentNode, _ schemaNode: SchemaNode, at path: ConfigPath
  ) -> DocumentNode? {
    guard let declaration = schemaNode.declaration else { return nil }
    guard let element = schemaNode.element else {
      return checker.checked(node, by: declaration, at: path)
    }
    guard case .array(let nodes) = node.content else {
      checker.report.add(.wrongType(node, at: path, expected: declaration.kind))
      return nil
    }
    let elements = nodes.enumerated().compactMap { index, node in
      self.element(node, element, of: declaration, at: path.appending(index))
    }
    return DocumentNode(.array(elements), span: node.span)
  }

  /// The element of a list of tables, some of which may be written as a text.
  private mutating func element(
    _ node: DocumentNode, _ schemaNode: SchemaNode, of list: KeyDeclaration, at path: ConfigPath
  ) -> DocumentNode? {
    guard case .table(let members) = node.content else {
      guard case .list(.either(.table, let shape)) = list.kind else {
        checker.report.add(.wrongType(node, at: path, expected: .table))
        return nil
      }
      var declaration = list
      declaration.kind = shape
      return checker.checked(node, by: declaration, at: path)
    }
    let checked = members.compactMap { member -> DocumentMember? in
      let path = path.appending(member.key)
      guard let child = child(member, among: members, of: schemaNode, at: path) else { return nil }
      let node =
        child.isBranch ? table(member.node, child, at: path) : value(member.node, child, at: path)
      return node.map { DocumentMember(key: member.key, keySpan: member.keySpan, node: $0) }
    }
    expectRequired(in: node, of: schemaNode, at: path, span: node.span)
    return DocumentNode(.table(checked), span: node.span)
  }

  /// A table inside an element of a list.
  private mutating func table(
    _ node: DocumentNode, _ schemaNode: SchemaNode, at path: ConfigPath
  ) -> DocumentNode? {
    guard case .table(let members) = node.content else {
      checker.report.add(.wrongType(node, at: path, expected: .table))
      return nil
    }
    let checked = members.compactMap { member -> DocumentMember? in
      let path = path.appending(member.key)
      guard let child = child(member, among: members, of: schemaNode, at: path) else { return nil }
      return value(member.node, child, at: path).map {
        DocumentMember(key: member.key, keySpan: member.keySpan, node: $0)
      }
    }
    return DocumentNode(.table(checked), span: node.span)
  }

  private mutating func assign(
    _ node: DocumentNode, of schemaNode: SchemaNode, to settingsPath: String, at path: ConfigPath
  ) {
    let provenance: Provenance
    if let variable = checker.variable {
      provenance = .environment(variable: variable, node.span)
    } else if case .overlay(let environment) = origin {
      provenance = .overlay(environment: environment, node.span)
    } else {
      provenance = .file(node.span)
    }
    assignments.append(
      SettingsLayer.Assignment(
        settingsPath: settingsPath,
        entry: SettingsEntry(
          node, path: path, provenance: provenance, isCarried: checker.isCarried),
        isShorthand: schemaNode.isShorthand))
  }
}

extension Schema {
  fileprivate func unknownKey(
    _ member: DocumentMember, among siblings: [DocumentMember], of parent: SchemaNode,
    at path: ConfigPath
  ) -> Diagnostic {
    let free = parent.memberNames.filter { name in !siblings.contains { $0.key == name } }
    return .unknownKey(member, at: path, among: free, homes: tables(with: member.key))
  }
}
