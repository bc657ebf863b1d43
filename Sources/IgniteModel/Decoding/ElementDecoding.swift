import IgniteSyntax

extension SettingsEntry {
  /// The member of the table.
  fileprivate func member(_ key: String) -> SettingsEntry? {
    node.member(key).map {
      SettingsEntry($0.node, path: path.appending(key), provenance: provenance)
    }
  }

  /// The text with its own place.
  fileprivate var text: Sourced<String>? {
    guard case .string(let text) = node.content else { return nil }
    return Sourced(text, path: path, provenance: provenance.narrowed(to: node.span))
  }

  /// The whole number with its own place.
  fileprivate var integer: Sourced<Int64>? {
    guard case .integer(let number) = node.content else { return nil }
    return Sourced(number, path: path, provenance: provenance.narrowed(to: node.span))
  }

  /// The name of an element that is a name or a table with one.
  fileprivate var elementName: Sourced<String>? { text ?? member("name")?.text }
}

extension Entity {
  /// Makes an entity of an element of `entities`, absent when it has no name.
  init?(_ entry: SettingsEntry) {
    guard let name = entry.elementName else { return nil }
    var fields: [Field] = []
    if let table = entry.member("fields"), case .table(let members) = table.node.content {
      fields = members.compactMap { Field($0, in: table) }
    }
    self.init(name: name, fields: fields)
  }
}

extension Entity.Field {
  fileprivate init?(_ member: DocumentMember, in table: SettingsEntry) {
    guard case .string(let text) = member.node.content, let type = try? FieldType(text) else {
      return nil
    }
    let path = table.path.appending(member.key)
    self.init(
      name: Sourced(
        member.key, path: path, provenance: table.provenance.narrowed(to: member.keySpan)),
      type: Sourced(type, path: path, provenance: table.provenance.narrowed(to: member.node.span)))
  }
}

extension Saga {
  /// Makes the workflow of a service, absent when nothing of one is written.
  init?(_ settings: Settings) {
    let name = settings.string("saga.name")
    let compensation = settings.strings("saga.compensation")
    let steps = Self.steps(settings.writtenEntry("saga.steps"), compensation: compensation)
    guard name != nil || !steps.isEmpty || !compensation.isEmpty else { return nil }
    self.init(name: name, steps: steps, compensation: compensation)
  }

  private static func steps(
    _ entry: SettingsEntry?, compensation: [Sourced<String>]
  ) -> [Step] {
    guard let entry, case .array(let nodes) = entry.node.content else { return [] }
    return nodes.enumerated().compactMap { index, node in
      var step = Step(
        SettingsEntry(node, path: entry.path.appending(index), provenance: entry.provenance))
      if step?.compensation == nil, compensation.indices.contains(index) {
        step?.compensation = compensation[index]
      }
      return step
    }
  }
}

extension Saga.Step {
  fileprivate init?(_ entry: SettingsEntry) {
    guard let name = entry.elementName else { return nil }
    self.init(
      name: name, service: entry.member("service")?.text, action: entry.member("action")?.text,
      compensation: entry.member("compensation")?.text,
      timeoutSeconds: entry.member("timeout_seconds")?.integer)
  }
}

extension Job {
  /// The jobs of a service in the order of their names.
  static func jobs(_ settings: Settings) -> [Job] {
    guard settings.hasWritten(below: "jobs.") else { return [] }
    let names = settings.writtenPaths.compactMap { path -> String? in
      guard path.hasPrefix("jobs."), path.hasSuffix(".cron") else { return nil }
      return String(path.dropFirst("jobs.".count).dropLast(".cron".count))
    }
    return names.compactMap { Job($0, in: settings) }
  }

  private init?(_ name: String, in settings: Settings) {
    func text(_ key: String) -> Sourced<String>? {
      settings.string("jobs.\(name).\(key)") ?? settings.string("schedule.\(key)")
    }
    let timeout =
      settings.integer("jobs.\(name).timeout_minutes")
      ?? settings.integer("schedule.timeout_minutes")
    guard let cron = text("cron"), let zone = text("timezone"), let timeout,
      let policy = text("overlap_policy")
    else { return nil }
    self.init(
      name: name, cron: cron, timeZone: zone, timeoutMinutes: timeout, overlapPolicy: policy)
  }
}
