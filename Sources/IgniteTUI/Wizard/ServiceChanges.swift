import IgniteModel
import IgniteSyntax

/// Edits of services as a whole, with the mentions elsewhere that belong to them.
struct ServiceChanges {
  let architecture: Architecture
  let document: Document

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
    guard let service = service(index) else { return [] }
    let mentions = mentions(of: service).filter(\.provenance.isInBase)
    let overlays = overlayPaths(of: service.name.value).map { ConfigEdit.rename($0, to: name) }
    return mentions.map { .set($0.path, .string(name)) } + overlays
      + [.set(service.name.path, .string(name))]
  }

  /// The service away, with its mentions in the calls of others where those are to go too.
  func removing(_ index: Int, withMentions: Bool) -> [ConfigEdit] {
    guard let service = service(index) else { return [] }
    var edits: [ConfigEdit] = []
    if withMentions {
      // From the back, so that the numbers of what is left to be removed stay.
      let places = mentions(of: service).filter(\.provenance.isInBase).filter(\.isListElement)
      edits = places.reversed().map { .remove($0.path) }
      edits += overlayPaths(of: service.name.value).map { .remove($0) }
    }
    return edits + [.remove(.service(index))]
  }

  /// What would no longer hold without the service.
  func consequences(ofRemoving index: Int) -> [String] {
    guard let service = service(index) else { return [] }
    var lines = mentions(of: service).compactMap { mention -> String? in
      guard let caller = owner(of: mention.path) else { return nil }
      return "\(caller.name.value) calls it"
    }
    for event in service.publishes.map(\.value) {
      let consumers = architecture.services.filter { other in
        other.name.value != service.name.value && other.consumes.contains { $0.value == event }
      }
      lines += consumers.map { "\($0.name.value) handles its event \(event)" }
    }
    for entity in service.entities { lines.append("its entity \(entity.name.value) goes with it") }
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }

  private func service(_ index: Int) -> Service? {
    architecture.services.first { $0.path == .service(index) }
  }

  private func owner(of path: ConfigPath) -> Service? {
    architecture.services.first { path.components.starts(with: $0.path.components) }
  }

  private func mentions(of service: Service) -> [Sourced<String>] {
    architecture.services.filter { $0.path != service.path }
      .flatMap { $0.calls.filter { $0.value == service.name.value } }
  }

  private func overlayPaths(of name: String) -> [ConfigPath] {
    guard case .table(let environments)? = document.root.member("environments")?.node.content
    else { return [] }
    return environments.compactMap { environment in
      guard case .table? = environment.node.member("services")?.node.content,
        environment.node.member("services")?.node.member(name) != nil
      else { return nil }
      return ConfigPath([
        .key("environments"), .key(environment.key), .key("services"), .key(name),
      ])
    }
  }
}

extension Provenance {
  /// Whether it stands in the base of the file, where an edit changes it.
  fileprivate var isInBase: Bool { if case .file = self { true } else { false } }
}

extension Sourced {
  fileprivate var isListElement: Bool {
    if case .index? = path.last { true } else { false }
  }
}
