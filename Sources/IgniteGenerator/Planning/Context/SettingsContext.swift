import IgniteModel

/// What templates can say about the keys of a config, made from their declarations: a table is a
/// record, a key a member of it, and a table with members of any name a list of records.
///
/// A text, word or shape is a text, a length of time has its milliseconds beside it (`size_ms`), a name
/// its forms in Rust (`name_type`, `name_module`), a list of names those of each (`channels_words`).
/// A key that takes either a truth value or a text is a text with a flag (`has_dlq`). Secrets, and
/// values that only the deployment knows, are never there.
struct SettingsContext: Sendable {
  /// A table of settings.
  struct Place: Sendable {
    var settings: Settings
    /// The path of the table, with a dot behind it where there is one.
    var prefix = ""
    /// The archetype whose keys count; absent for the keys of the platform.
    var archetype: String?

    func below(_ key: String) -> Place {
      Place(settings: settings, prefix: prefix + key + ".", archetype: archetype)
    }
  }

  typealias Member = RecordDeclaration<Place>.Member

  /// The record of the whole.
  let record: RecordDeclaration<Place>
  /// The shapes of all records.
  let shapes: [RecordShape]

  /// Takes the keys below a node, but for those of the given names.
  init(_ name: String, below node: SchemaNode, without skipped: Set<String>) {
    var builder = SettingsRecordBuilder()
    record = builder.record(name, below: node, without: skipped)
    shapes = builder.shapes
  }
}

/// Makes the records for the tables of a schema.
struct SettingsRecordBuilder {
  typealias Member = SettingsContext.Member
  private(set) var shapes: [RecordShape] = []

  mutating func record(
    _ name: String, below node: SchemaNode, without skipped: Set<String> = [],
    adding more: [Member] = []
  ) -> RecordDeclaration<SettingsContext.Place> {
    var members = more
    for key in node.memberNames where !skipped.contains(key) {
      guard let child = node.members[key] else { continue }
      members += self.members(key, of: child, in: name)
    }
    var taken: Set<String> = []
    let record = RecordDeclaration<SettingsContext.Place>(
      name, members.filter { taken.insert($0.name).inserted })
    shapes.append(record.shape)
    return record
  }

  private mutating func members(_ key: String, of node: SchemaNode, in name: String) -> [Member] {
    guard let declaration = node.declaration, declaration.shorthandFor == nil else { return [] }
    if let any = node.anyMember { return [list(key, of: any, in: "\(name).\(key)", declaration)] }
    if !node.members.isEmpty {
      let record = record("\(name).\(key)", below: node)
      return [
        .record(key, of: record) { $0.has(declaration) ? $0.below(key) : nil }
      ]
    }
    return declaration.isSecret ? [] : SettingsMembers(key, declaration.kind).all
  }

  /// A table whose members may have any name: `key` is the name, `value` what it stands for.
  private mutating func list(
    _ key: String, of node: SchemaNode, in name: String, _ declaration: KeyDeclaration
  ) -> Member {
    var more = SettingsMembers.forms(of: "key") { $0.name }
    more.append(.text("key") { $0.name })
    if let kind = node.declaration?.kind, !node.isBranch {
      more += SettingsMembers("value", kind, isWhole: true).all
    }
    let record = record("\(name)[]", below: node, adding: more)
    return .list(key, of: record) { place in
      place.has(declaration) ? place.names(below: key).map { place.below(key).below($0) } : []
    }
  }
}

extension SettingsContext.Place {
  /// Whether services of the archetype have the key.
  func has(_ declaration: KeyDeclaration) -> Bool {
    guard let archetype, !declaration.archetypes.isEmpty else { return true }
    return declaration.archetypes.contains(archetype)
  }

  /// The name of the table itself.
  var name: String { String(prefix.split(separator: ".").last ?? "") }

  /// The names written in a table, sorted.
  func names(below key: String) -> [String] {
    let start = prefix + key + "."
    let names = settings.writtenPaths.filter { $0.hasPrefix(start) }
      .compactMap { $0.dropFirst(start.count).split(separator: ".").first.map(String.init) }
    return Set(names).sorted()
  }
}
