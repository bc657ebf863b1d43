import IgniteModel
import IgniteSyntax

/// Edits of services as a whole, with the mentions elsewhere that belong to them.
struct ServiceChanges {
  let architecture: Architecture
  let document: Document
  let schema: Schema

  private static let list = ConfigPath.root.appending("services")

  private var count: Int {
    guard case .array(let elements)? = document.root.node(at: Self.list)?.content else { return 0 }
    return elements.count
  }

  /// Whether a service has the name, or one that cannot be told from it.
  func isTaken(_ name: String) -> Bool {
    architecture.services.contains { Naming.snake($0.name.value) == Naming.snake(name) }
  }

  /// A name that no service has yet.
  func freeName(like name: String) -> String {
    var number = 2
    var free = name
    while isTaken(free) {
      free = "\(name)-\(number)"
      number += 1
    }
    return free
  }

  /// A new service behind the others.
  func adding(_ name: String, type: String) -> [ConfigEdit] {
    [.insert(Self.list, at: count, ["name": .string(name), "type": .string(type)])]
  }

  /// A copy behind the service; what only one service can have stays with the original.
  func duplicating(_ index: Int, as name: String) -> [ConfigEdit] {
    guard case .table(let members)? = document.root.node(at: .service(index))?.value else {
      return []
    }
    let own = members.filter { !["publishes", "ports", "domain"].contains($0.key) }
    let copy = own.map { $0.key == "name" ? ConfigMember("name", .string(name)) : $0 }
    return [.insert(Self.list, at: index + 1, .table(copy))]
  }

  /// Another place in the list.
  func moving(_ index: Int, by distance: Int) -> [ConfigEdit] {
    let target = index + distance
    guard (0..<count).contains(index), (0..<count).contains(target) else { return [] }
    return [.move(Self.list, from: index, to: target)]
  }

  /// Another name, wherever the service is mentioned.
  func renaming(_ index: Int, to name: String) -> [ConfigEdit] {
    guard let old = self.name(of: index) else { return [] }
    guard isUnique(old) else {
      return [.set(ConfigPath.service(index).appending("name"), .string(name))]
    }
    return document.renaming(.service(old), to: name, schema: schema)
  }

  /// Another name for an entity, wherever its service mentions it.
  func renamingEntity(at path: ConfigPath, to name: String) -> [ConfigEdit] {
    let node = document.root.node(at: path)
    let place = node?.member("name") == nil ? path : path.appending("name")
    let plain = [ConfigEdit.set(place, .string(name))]
    guard let index = path.serviceIndex, let service = self.name(of: index), isUnique(service),
      let old = node?.name, !old.isEmpty, isUnique(old, among: path.parent)
    else { return plain }
    return document.renaming(.entity(old, service: service), to: name, schema: schema)
  }

  private func isUnique(_ entity: String, among list: ConfigPath) -> Bool {
    guard case .array(let elements)? = document.root.node(at: list)?.content else { return false }
    return elements.count { $0.name == entity } == 1
  }

  /// Whether an event is called so.
  func isEvent(_ name: String) -> Bool {
    !document.mentions(of: .event(name), schema: schema).isEmpty
  }

  /// Another name for an event, wherever it is published or consumed.
  func renamingEvent(_ old: String, to name: String) -> [ConfigEdit] {
    document.renaming(.event(old), to: name, schema: schema)
  }

  /// The service away, with its mentions in the calls of others where those are to go too.
  func removing(_ index: Int, withMentions: Bool) -> [ConfigEdit] {
    guard withMentions, let name = name(of: index), isUnique(name) else {
      return [.remove(.service(index))]
    }
    let mentions = document.mentions(of: .service(name), schema: schema)
    let others = mentions.filter { !$0.isDeclaration && $0.service != name }
    // From the back, so that the numbers of what is left to be removed stay.
    return others.reversed().map { .remove($0.path) } + [.remove(.service(index))]
  }

  /// What would no longer hold without the service.
  func consequences(ofRemoving index: Int) -> [String] {
    guard let name = name(of: index) else { return [] }
    var lines = document.uses(of: .service(name), schema: schema).map { use in
      let place = use.service ?? "`\(use.path)`"
      return Self.isHandling(use, schema)
        ? "\(place) handles an event of it" : "\(place) mentions it"
    }
    let service = architecture.services.first { $0.path == .service(index) }
    lines += (service?.entities ?? []).map { "its entity \($0.name.value) goes with it" }
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }

  private static func isHandling(_ use: Mention, _ schema: Schema) -> Bool {
    let place = if case .index? = use.path.last { use.path.parent } else { use.path }
    return schema.declaration(at: place)?.role == .consumes
  }

  private func name(of index: Int) -> String? {
    document.root.node(at: ConfigPath.service(index))?.name
  }

  private func isUnique(_ name: String) -> Bool {
    architecture.services.count { $0.name.value == name } == 1
  }
}
