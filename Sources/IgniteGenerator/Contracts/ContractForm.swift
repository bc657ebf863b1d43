import IgniteSyntax

/// The form that a contract gives to the payload of an event.
struct ContractForm: Hashable, Sendable {
  /// One member of a payload.
  struct Property: Hashable, Sendable {
    /// What it is, absence and bounds aside.
    var kind: JSONValue
    /// Whether it has bounds, as 32-bit numbers have.
    var isBounded: Bool
    /// Whether a payload may leave it out or say that there is none.
    var isOptional: Bool
  }

  /// The members by name.
  var properties: [String: Property]

  /// Reads the schema of an event; absent when it is not one that was generated.
  init?(schema bytes: [UInt8]) {
    guard let payload = JSONScanner.value(of: bytes)?["definitions"]?["payload"],
      case .object(let members)? = payload["properties"],
      case .array(let required)? = payload["required"]
    else { return nil }
    properties = Dictionary(
      members.map { member in
        let isRequired = required.contains(.string(member.name))
        return (member.name, Property(member.value, isRequired: isRequired))
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension ContractForm.Property {
  fileprivate init(_ schema: JSONValue, isRequired: Bool) {
    guard case .object(let members) = schema else {
      self.init(kind: schema, isBounded: false, isOptional: !isRequired)
      return
    }
    let told = members.filter { !Self.asides.contains($0.name) }
      .map { JSONMember($0.name, $0.name == "type" ? $0.value.withoutNull : $0.value) }
    self.init(
      kind: .object(told.sorted { $0.name < $1.name }),
      isBounded: members.contains { $0.name == "minimum" },
      isOptional: !isRequired || schema["type"]?.admitsNull == true)
  }

  /// What a schema says besides what a value is.
  private static let asides: Set<String> = ["description", "examples", "minimum", "maximum"]

  /// The type in a word or two.
  var name: String {
    guard case .string(let type)? = kind["type"] else { return "anything" }
    guard case .string(let format)? = kind["format"] else { return type }
    return "\(type) (\(format))"
  }
}

extension JSONValue {
  fileprivate subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  fileprivate var admitsNull: Bool {
    guard case .array(let types) = self else { return false }
    return types.contains("null")
  }

  fileprivate var withoutNull: JSONValue {
    guard case .array(let types) = self, let first = types.first(where: { $0 != "null" }) else {
      return self
    }
    return first
  }
}
