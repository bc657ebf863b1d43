import IgniteSyntax

/// Makes a typed service of what the layers say of it.
struct ServiceAssembly {
  let path: ConfigPath
  let span: Span
  let name: String

  /// The archetype that the last layer gives.
  func type(in assignments: [SettingsLayer.Assignment]) -> Sourced<String> {
    let found = assignments.last { $0.settingsPath == "type" }
    guard let found, case .string(let text) = found.entry.node.content else {
      return Sourced("", path: path.appending("type"), provenance: .derived("the type is missing"))
    }
    return Sourced(text, path: found.entry.path, provenance: found.entry.provenance)
  }

  /// The settings with shorthands written out.
  func settings(
    of assignments: [SettingsLayer.Assignment], over inherited: InheritedSettings,
    serviceNames: [String: Int], report: inout DecodingReport
  ) -> Settings {
    var settings = Settings(owner: path, inherited: inherited, capacity: assignments.count)
    for assignment in assignments where !assignment.isShorthand {
      settings.override(assignment.settingsPath, with: assignment.entry)
    }
    let shorthands = Shorthands(service: path, serviceNames: serviceNames)
    for assignment in assignments where assignment.isShorthand {
      shorthands.expand(assignment, in: &settings, report: &report)
    }
    shorthands.expandEntities(in: settings, report: &report)
    return settings
  }

  /// The service with these settings.
  func service(type: Sourced<String>, settings: Settings) -> Service {
    let saga = Saga(settings)
    return Service(
      path: path, span: span,
      name: settings.string("name")
        ?? Sourced(name, path: path.appending("name"), provenance: .file(span)),
      type: type, responsibility: settings.string("responsibility"),
      protocols: settings.strings("protocols"),
      calls: Self.distinct(
        settings.strings("calls"), settings.strings("bff.aggregates"),
        saga?.steps.compactMap(\.service) ?? []),
      publishes: Self.distinct(
        settings.strings("publishes"), Self.events(settings.strings("stream.output_topics"))),
      consumes: Self.distinct(
        settings.strings("consumes"), Self.events(settings.strings("stream.input_topics"))),
      entities: entities(settings), ports: ports(settings), saga: saga,
      jobs: Job.jobs(settings), settings: settings)
  }

  private func entities(_ settings: Settings) -> [Entity] {
    guard let entry = settings.writtenEntry("entities"),
      case .array(let elements) = entry.node.content
    else { return [] }
    return elements.enumerated().compactMap { index, node in
      Entity(SettingsEntry(node, path: entry.path.appending(index), provenance: entry.provenance))
    }
  }

  private func ports(_ settings: Settings) -> [Service.Port] {
    (Schema.protocols + ["http"]).compactMap { protocolID in
      settings.integer("ports.\(protocolID)").map {
        Service.Port(
          protocolID: protocolID,
          number: Sourced(Int($0.value), path: $0.path, provenance: $0.provenance))
      }
    }
  }

  /// The topics that are events by their names.
  private static func events(_ topics: [Sourced<String>]) -> [Sourced<String>] {
    topics.filter { TextShape.typeName.matches($0.value) }
  }

  /// The names of `first` as they are, and of the others those that are new.
  private static func distinct(
    _ first: [Sourced<String>], _ others: [Sourced<String>]...
  ) -> [Sourced<String>] {
    guard !others.allSatisfy(\.isEmpty) else { return first }
    var seen = Set(first.map(\.value))
    return first + others.joined().filter { seen.insert($0.value).inserted }
  }
}
