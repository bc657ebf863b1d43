public import IgniteSyntax

extension Schema {
  /// The schema as JSON Schema draft-07, for editors and other validators.
  public var jsonSchema: JSONValue {
    var members = JSONSchemaWriter(expectsRequiredKeys: true).table(root)
    members.insert(JSONMember("$schema", "http://json-schema.org/draft-07/schema#"), at: 0)
    members.insert(JSONMember("title", "AllFrame Ignite architecture"), at: 1)
    let definitions: JSONValue = [
      "variable": [
        "type": "string", "pattern": "\\$\\{",
        "description": "A text with variables: ${NAME}, ${NAME:-default} or ${NAME:?message}.",
      ],
      "overlay": .object(JSONSchemaWriter(expectsRequiredKeys: false).overlay(of: root)),
    ]
    return .object(members + [JSONMember("definitions", definitions)])
  }
}

/// Writes nodes of the schema's tree as JSON Schema.
private struct JSONSchemaWriter {
  /// Whether absent keys are wrong: not in overlays.
  let expectsRequiredKeys: Bool

  private static let variable: JSONValue = ["$ref": "#/definitions/variable"]

  // MARK: Tables

  /// The members of the schema of a table.
  func table(_ node: SchemaNode) -> [JSONMember] {
    var members: [JSONMember] = []
    if let help = node.declaration?.help {
      members.append(JSONMember("description", .string(help)))
    }
    members.append(JSONMember("type", "object"))
    members.append(JSONMember("properties", .object(properties(of: node))))
    if expectsRequiredKeys, !node.requiredNames.isEmpty {
      members.append(JSONMember("required", .array(node.requiredNames.map { .string($0) })))
    }
    members += others(of: node)
    return members
  }

  private func properties(of node: SchemaNode) -> [JSONMember] {
    node.memberNames.compactMap { name in
      node.members[name].map { JSONMember(name, .object(schema(of: $0))) }
    }
  }

  private func others(of node: SchemaNode) -> [JSONMember] {
    guard let other = node.anyMember else { return [JSONMember("additionalProperties", false)] }
    var members = [JSONMember("additionalProperties", .object(schema(of: other)))]
    if let kind = other.declaration?.nameKind {
      let names = node.memberNames.map { JSONValue.string($0) }
      let rule: JSONValue = .object(plain(kind))
      let isAny: JSONValue = names.isEmpty ? rule : ["anyOf": [["enum": .array(names)], rule]]
      members.append(JSONMember("propertyNames", isAny))
    }
    return members
  }

  private func schema(of node: SchemaNode) -> [JSONMember] {
    if node.settingsPath == "environments.<name>" {
      return [JSONMember("$ref", "#/definitions/overlay")]
    }
    if node.isBranch { return table(node) }
    guard let declaration = node.declaration else { return [] }
    return facts(of: declaration) + type(of: node, declaration)
  }

  private func type(of node: SchemaNode, _ declaration: KeyDeclaration) -> [JSONMember] {
    guard let element = node.element else { return value(declaration.kind, of: declaration) }
    var items: JSONValue = .object(table(element))
    if case .list(.either(.table, let other)) = declaration.kind {
      items = ["anyOf": [items, .object(value(other, of: declaration))]]
    }
    return [JSONMember("type", "array"), JSONMember("items", items)]
  }

  /// An overlay: any key, services by name or with their names, no environments of its own.
  func overlay(of root: SchemaNode) -> [JSONMember] {
    var properties = properties(of: root).filter { $0.name != "environments" }
    if let place = properties.firstIndex(where: { $0.name == "services" }),
      let service = root.members["services"]?.element
    {
      let table: JSONValue = .object(table(service))
      properties[place].value = [
        "description": "Services that differ, by name.",
        "anyOf": [
          ["type": "object", "additionalProperties": table], ["type": "array", "items": table],
        ],
      ]
    }
    return [
      JSONMember("description", "Any key with the value it has in this environment."),
      JSONMember("type", "object"), JSONMember("properties", .object(properties)),
      JSONMember("additionalProperties", false),
    ]
  }

  // MARK: Values

  private func facts(of declaration: KeyDeclaration) -> [JSONMember] {
    var help = declaration.help
    if let unit = declaration.unit { help += " In \(unit)." }
    if let parent = declaration.inherits { help += " The value of `\(parent)` when absent." }
    if let key = declaration.shorthandFor { help += " A shorthand for `\(key)`." }
    var members = [JSONMember("description", .string(help))]
    if let value = declaration.defaultValue { members.append(JSONMember("default", value.json)) }
    if let value = declaration.example { members.append(JSONMember("examples", [value.json])) }
    return members
  }

  private func value(_ kind: ValueKind, of declaration: KeyDeclaration) -> [JSONMember] {
    switch kind {
    case .list(let element):
      return [
        JSONMember("type", "array"), JSONMember("items", .object(value(element, of: declaration))),
      ]
    case .choice(let words) where !declaration.synonyms.isEmpty:
      return anyOf(
        plain(.choice(words + declaration.synonyms.keys.sorted())), Self.variable)
    case .text: return plain(kind)
    default:
      return declaration.effect == .prose ? plain(kind) : anyOf(plain(kind), Self.variable)
    }
  }

  private func anyOf(_ members: [JSONMember], _ other: JSONValue) -> [JSONMember] {
    [JSONMember("anyOf", [.object(members), other])]
  }

  private func plain(_ kind: ValueKind) -> [JSONMember] {
    switch kind {
    case .text(let limit):
      [JSONMember("type", "string"), JSONMember("maxLength", .integer(Int64(limit)))]
    case .shaped(let shape):
      [JSONMember("type", "string"), JSONMember("pattern", .string(shape.pattern))]
    case .integer(let range):
      number("integer", .integer(range.lowerBound), .integer(range.upperBound))
    case .number(let range): number("number", .number(range.lowerBound), .number(range.upperBound))
    case .port: number("integer", 1, 65535)
    case .boolean: [JSONMember("type", "boolean")]
    case .choice(let words):
      [JSONMember("type", "string"), JSONMember("enum", .array(words.map { .string($0) }))]
    case .list(let element):
      [JSONMember("type", "array"), JSONMember("items", .object(plain(element)))]
    case .table: [JSONMember("type", "object")]
    case .either(let one, let other): anyOf(plain(one), .object(plain(other)))
    }
  }

  private func number(_ type: JSONValue, _ least: JSONValue, _ most: JSONValue) -> [JSONMember] {
    [JSONMember("type", type), JSONMember("minimum", least), JSONMember("maximum", most)]
  }
}
