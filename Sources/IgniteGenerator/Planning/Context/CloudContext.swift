import IgniteCatalog
import IgniteModel

/// What templates can say about the clouds of a catalog: for each of them the regions of the platform
/// and how its services run there, the size of a service and what runs it, below the cloud's name with
/// `_` in place of `-`.
struct CloudContext: Sendable {
  /// The regions of a platform, `platform.regions.<cloud>`.
  let regions: RecordDeclaration<PlatformFacts>
  /// How the services of a platform run, `platform.placements.<cloud>`.
  let placements: RecordDeclaration<PlatformFacts>
  /// The sizes of a service, `service.sizes.<cloud>`.
  let sizes: RecordDeclaration<ServiceFacts>
  /// What runs a service, `service.runtimes.<cloud>`.
  let runtimes: RecordDeclaration<ServiceFacts>
  /// How a service gets its events, `service.deliveries.<cloud>`: `pull` or `push`.
  let deliveries: RecordDeclaration<ServiceFacts>
  /// The names of a service, `service.names.<cloud>.<kind>`, none longer than its kind may be.
  let serviceNames: RecordDeclaration<ServiceFacts>
  /// What names of the platform begin with, likewise: `platform.names.<cloud>.<kind>`.
  let platformNames: RecordDeclaration<PlatformFacts>
  /// The shapes of all of them.
  let shapes: [RecordShape]

  /// A size that fits a service.
  struct Size: Sendable {
    let name: String
    let cpu: Int64
    let memory: Int64
  }

  static let size = RecordDeclaration<Size>(
    "size",
    [
      .text("name") { $0.name },
      .number("cpu") { $0.cpu },
      .number("memory_mb") { $0.memory },
    ])

  /// Takes the clouds of a catalog.
  init(catalog: Catalog) {
    let clouds = catalog.entries(of: .cloud).compactMap { entry in
      entry.cloud.map { (id: entry.id, name: Naming.snake(entry.id), offer: $0) }
    }
    regions = RecordDeclaration(
      "regions", clouds.map { cloud in .texts(cloud.name) { $0.regions(of: cloud.offer) } })
    sizes = RecordDeclaration(
      "sizes",
      clouds.map { cloud in .record(cloud.name, of: Self.size) { $0.size(of: cloud.offer) } })
    placements = RecordDeclaration(
      "placements", clouds.map { cloud in .texts(cloud.name) { $0.placements(on: cloud.id) } })
    runtimes = RecordDeclaration(
      "runtimes", clouds.map { cloud in .text(cloud.name) { $0.runtime(on: cloud.id) } })
    deliveries = RecordDeclaration(
      "deliveries",
      clouds.map { cloud in .text(cloud.name) { $0.isPushed(on: cloud.id) ? "push" : "pull" } })
    let ofServices = clouds.map { cloud in
      Self.names("service_names_\(cloud.name)", of: cloud.offer) { (service: ServiceFacts, limit) in
        DeployName.of(prefix: service.deployPrefix, service.name, limit: limit)
      }
    }
    let ofPlatforms = clouds.map { cloud in
      Self.names("platform_names_\(cloud.name)", of: cloud.offer) {
        (platform: PlatformFacts, limit) in DeployName.cut(platform.deployPrefix, to: limit)
      }
    }
    serviceNames = RecordDeclaration(
      "service_names",
      zip(clouds, ofServices).map { cloud, names in
        .record(cloud.name, of: names) { $0 }
      })
    platformNames = RecordDeclaration(
      "platform_names",
      zip(clouds, ofPlatforms).map { cloud, names in
        .record(cloud.name, of: names) { $0 }
      })
    shapes =
      [
        regions.shape, placements.shape, sizes.shape, runtimes.shape, deliveries.shape,
        Self.size.shape, serviceNames.shape, platformNames.shape,
      ]
      + ofServices.map(\.shape) + ofPlatforms.map(\.shape)
  }

  /// A name for each kind that the cloud limits.
  private static func names<Subject>(
    _ record: String, of cloud: CloudOffer,
    _ name: @escaping @Sendable (Subject, Int) -> String
  ) -> RecordDeclaration<Subject> {
    RecordDeclaration(
      record,
      cloud.nameLimits.sorted { $0.key < $1.key }.map { kind, limit in
        .text(kind) { name($0, Int(limit)) }
      })
  }
}

extension PlatformFacts {
  /// The regions of a cloud that the platform uses: those of the config that the cloud has, else the
  /// usual one; the first alone where one is enough.
  func regions(of cloud: CloudOffer) -> [String] {
    let known = Set(cloud.regions)
    let wanted = settings.strings("cloud.regions").map(\.value).filter(known.contains)
    let regions = wanted.isEmpty ? Array(cloud.regions.prefix(1)) : wanted
    let isSpread = settings.string("deployment.multi_region").map { $0.value != "none" } ?? false
    return isSpread ? regions : Array(regions.prefix(1))
  }
}

extension ServiceFacts {
  /// The size of a cloud that is enough for it; the largest where none is.
  func size(of cloud: CloudOffer) -> CloudContext.Size? {
    let (cpu, memory) = needs
    if let fitting = cloud.size(cpu: cpu, memory: memory) {
      return CloudContext.Size(
        name: fitting.size.name, cpu: fitting.size.cpu, memory: fitting.memory)
    }
    return cloud.sizes.last.map {
      CloudContext.Size(name: $0.name, cpu: $0.cpu, memory: $0.memory.upperBound)
    }
  }

  private var needs: (cpu: Int64, memory: Int64) {
    let settings = resolved.service.settings
    return (
      settings.integer("cloud.cpu")?.value ?? 256, settings.integer("cloud.memory_mb")?.value ?? 512
    )
  }
}

/// What templates can say about a variable of a service's environment.
enum VariableContext {
  static let record = RecordDeclaration<VariableFacts>(
    "variable",
    [
      .text("name") { $0.name },
      .text("about") { $0.about },
      .text("value") { if case .value(let value) = $0.source { value } else { nil } },
      .text("server") { if case .server(let server, _) = $0.source { server } else { nil } },
      .text("database") { if case .server(_, let name) = $0.source { name } else { nil } },
      .record("callee", of: CalleeContext.record) {
        if case .address(let callee) = $0.source { callee } else { nil }
      },
      .flag("is_shared") { $0.isShared },
      .flag("is_optional") { $0.isOptional },
      .flag("is_chosen") { $0.isChosen },
      .text("input") { $0.name.lowercased() },
      .flag("is_secret") { $0.isSecret },
    ])
}
