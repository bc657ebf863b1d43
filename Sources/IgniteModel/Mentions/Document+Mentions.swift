public import IgniteSyntax

extension Document {
  /// Every place that says the name of a part, in the order of the file.
  ///
  /// Names that a variable gives do not stand in the text and are not among them.
  public func mentions(of part: NamedPart, schema: Schema = .core) -> [Mention] {
    var search = MentionSearch(part, schema: schema)
    search.search(root)
    return search.mentions
  }

  /// The edits that give a part another name wherever it is said, to be applied in order; none when
  /// nothing says the name.
  public func renaming(
    _ part: NamedPart, to name: String, schema: Schema = .core
  ) -> [ConfigEdit] {
    guard name != part.name else { return [] }
    let mentions = mentions(of: part, schema: schema)
    // A key that changes would change the paths of what stands below it.
    return (mentions.filter { $0.form != .key } + mentions.filter { $0.form == .key })
      .map { $0.saying(name) }
  }

  /// What would break if a part were taken away: the places of others that use it and, for a service,
  /// those that wait for events which nobody else publishes.
  public func uses(of part: NamedPart, schema: Schema = .core) -> [Mention] {
    let uses = mentions(of: part, schema: schema).filter { !$0.isDeclaration }
    guard case .service(let name) = part else { return uses }
    let overlays = ConfigPath.Component.key("environments")
    return uses.filter { $0.service != name || $0.path.components.first == overlays }
      + events(onlyOf: name, schema).flatMap { event in
        mentions(of: .event(event), schema: schema)
          .filter { !$0.isDeclaration && $0.service != name }
      }
  }

  /// The events that one service publishes and no other.
  private func events(onlyOf service: String, _ schema: Schema) -> [String] {
    guard case .array(let services)? = root.member("services")?.node.content else { return [] }
    let own = services.filter { $0.member("name")?.node.value.text == service }
    let names = own.flatMap { $0.published(schema.service) }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }.filter { event in
      mentions(of: .event(event), schema: schema)
        .allSatisfy { !$0.isDeclaration || $0.service == service }
    }
  }
}

extension DocumentNode {
  /// The texts below this node at keys that name events which a service owns.
  fileprivate func published(_ schemaNode: SchemaNode?) -> [String] {
    guard let schemaNode else { return [] }
    switch content {
    case .table(let members):
      return members.flatMap { $0.node.published(schemaNode.child(.key($0.key))) }
    case .array(let elements):
      guard schemaNode.declaration?.role == .publishes else {
        return elements.flatMap { $0.published(schemaNode.element) }
      }
      return elements.compactMap(\.value.text)
    default: return []
    }
  }
}

extension ConfigValue {
  /// The text, if it is one.
  fileprivate var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}
