extension ConfigValue {
  /// Whether both say the same: members in any order, NaN equal to NaN, 0.0 different from -0.0.
  func isSameTree(as other: ConfigValue) -> Bool {
    switch (self, other) {
    case (.float(let left), .float(let right)):
      left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isSameTree(as: $1) }
    case (.table(let left), .table(let right)): Self.isSameTable(left, right)
    default: self == other
    }
  }

  private static func isSameTable(_ left: [ConfigMember], _ right: [ConfigMember]) -> Bool {
    guard left.count == right.count else { return false }
    if zip(left, right).allSatisfy({ $0.key == $1.key }) {
      return zip(left, right).allSatisfy { $0.value.isSameTree(as: $1.value) }
    }
    let byKey = Dictionary(
      right.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    return left.allSatisfy { member in
      byKey[member.key].map { member.value.isSameTree(as: $0) } ?? false
    }
  }

  /// The member called `key`, if this is a table that has it.
  func member(_ key: String) -> ConfigValue? {
    guard case .table(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}

extension DocumentNode {
  /// Whether it says the same as a value: members in any order, NaN equal to NaN, 0.0 different from -0.0.
  func says(_ value: ConfigValue) -> Bool {
    switch (content, value) {
    case (.array(let nodes), .array(let elements)):
      nodes.count == elements.count && zip(nodes, elements).allSatisfy { $0.says($1) }
    case (.table(let members), .table(let expected)):
      members.count == expected.count
        && (zip(members, expected).allSatisfy { $0.key == $1.key }
          ? zip(members, expected).allSatisfy { $0.node.says($1.value) }
          : self.value.isSameTree(as: value))
    case (.string(let text), .string(let expected)): text == expected
    case (.table, _), (.array, _): false
    default: self.value.isSameTree(as: value)
    }
  }

  /// Whether it is neither a list nor a table.
  var isScalar: Bool {
    switch content {
    case .array, .table: false
    default: true
    }
  }
}

extension ConfigValue {
  /// Whether it is neither a list nor a table.
  var isScalar: Bool {
    switch self {
    case .array, .table: false
    default: true
    }
  }
}
