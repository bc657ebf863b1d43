import IgniteModel
import Synchronization

/// What templates need to know of one environment of a platform.
struct EnvironmentFacts: Sendable {
  let name: String
  /// The platform as it is there; its services know whether they differ from those of the file.
  let platform: PlatformFacts

  /// The environments of a platform that names none.
  private static let usual = ["dev", "staging", "production"]

  /// The environments of a platform by name: those of the config, else the usual ones.
  static func all(of base: PlatformFacts, _ traits: CatalogTraits) -> [EnvironmentFacts] {
    let overlays = base.resolved.architecture.overlays
    guard !overlays.isEmpty else {
      return usual.map { EnvironmentFacts(name: $0, platform: base) }
    }
    return overlays.map { overlay in
      let resolved = ResolvedArchitecture(overlay.architecture())
      let platform = PlatformFacts(resolved, traits)
      return EnvironmentFacts(name: overlay.name.value, platform: platform.compared(with: base))
    }.sorted { $0.name < $1.name }
  }

  /// Its name among those of other platforms.
  var deployName: String {
    let settings = platform.settings
    let prefix = settings.string("cloud.prefix")?.value ?? platform.resolved.architecture.name.value
    return DeployName.of(prefix: prefix, name)
  }
}

extension PlatformFacts {
  /// The same, its services marked that are deployed otherwise than those of another one.
  fileprivate func compared(with base: PlatformFacts) -> PlatformFacts {
    let strategy = "deployment.strategy"
    let isPlaced = settings.string(strategy)?.value == base.settings.string(strategy)?.value
    let before = Dictionary(
      base.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var platform = self
    for index in platform.services.indices {
      let service = platform.services[index]
      guard let old = before[service.name], service.isMade(like: old) else { continue }
      platform.services[index].isChanged = !isPlaced || service.scale != old.scale
    }
    return platform
  }
}

extension EnvironmentFacts: TemplateSubject {
  func hashContent(into hasher: inout Hasher) {
    hasher.combine(name)
    platform.settings.hashContent(into: &hasher)
    hasher.combine(platform.services.count)
    for service in platform.services { service.hashContent(into: &hasher) }
  }
}

/// What templates can say about an environment.
enum EnvironmentContext {
  static func record(
    settings: RecordDeclaration<SettingsContext.Place>, services: RecordDeclaration<ServiceFacts>
  ) -> RecordDeclaration<EnvironmentFacts> {
    RecordDeclaration<EnvironmentFacts>(
      "environment",
      [
        .text("name") { $0.name },
        .text("deploy_name") { $0.deployName },
        .record("settings", of: settings) { .init(settings: $0.platform.settings) },
        .flag("has_patches") { environment in
          environment.platform.services.contains { $0.isChanged || $0.ingress == "public" }
        },
        .list("services", of: services) { $0.platform.services },
      ])
  }
}

/// A value that is worked out when somebody asks for the first time.
final class Lazily<Value: Sendable>: Sendable {
  private let make: @Sendable () -> Value
  private let made = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    made.withLock { made in
      let value = made ?? make()
      made = value
      return value
    }
  }
}
